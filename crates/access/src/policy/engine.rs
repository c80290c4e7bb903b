//! Answers questions by the policies in force.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use cedar_policy::Entities;
use tokio::task::JoinError;

use super::cache::{Cache, Verdict};
use super::cedar::{Said, Unaskable};
use super::decision::{Decision, Outcome};
use super::{Facts, PolicySet, PolicySetHash, Reason, Reasons};
use crate::model::{DataType, Principal, Purpose, RoleSet, TypeSet};

/// Sets of roles whose entities are kept at most.
const MAX_ROLE_SETS: usize = 1_024;

/// Decides. Shared between threads by reference.
pub struct Engine(RwLock<Arc<InForce>>);

/// Forgets every answer when it is dropped.
struct ForgetAfter(Arc<Engine>);

/// The policies in force, and what they have answered so far. Replaced as a whole.
struct InForce {
    policies: Arc<PolicySet>,
    epoch: u64,
    cache: Cache,
    entities: Mutex<BTreeMap<RoleSet, Arc<Entities>>>,
}

impl Engine {
    /// Decides by these policies.
    pub fn new(policies: PolicySet) -> Self {
        let first = InForce::new(Arc::new(policies), 1);
        Self(RwLock::new(Arc::new(first)))
    }

    /// Puts other policies in force. From the return on nothing is decided by the old ones.
    pub fn replace(&self, policies: PolicySet) {
        self.next(Some(Arc::new(policies)));
    }

    /// Forgets every answer: something changed that decisions rest on. What was decided before is of an older epoch.
    pub fn bump(&self) {
        self.next(None);
    }

    /// Does a write that decisions rest on, and then forgets every answer, whatever came of it: a write that failed may
    /// be stored all the same. It is done to its end also when nobody waits for it any more, so that what was decided
    /// before does not outlive it because a caller went away.
    pub async fn changing<T: Send + 'static>(
        self: &Arc<Self>,
        write: impl Future<Output = T> + Send + 'static,
    ) -> T {
        let after = ForgetAfter(Arc::clone(self));
        let writing = tokio::spawn(async move {
            let _after = after;
            write.await
        });
        match writing.await.map_err(JoinError::try_into_panic) {
            Ok(done) => done,
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            // The process ends, and with it whoever waits here.
            Err(Err(_)) => std::future::pending().await,
        }
    }

    /// The policies in force.
    pub fn policies(&self) -> Arc<PolicySet> {
        Arc::clone(&self.in_force().policies)
    }

    /// The epoch now.
    pub fn epoch(&self) -> u64 {
        self.in_force().epoch
    }

    /// What of `asked` may be done, given these facts. For what is not seeing, everything or nothing: a write is
    /// not cut down to what may be written.
    pub fn decide(&self, principal: &Principal, facts: &Facts, asked: TypeSet) -> Decision {
        let in_force = self.in_force();
        let mut decision = in_force.blank(principal, facts, asked);
        if asked.is_empty() {
            decision.reasons.insert(Reason::UnknownDataType);
            return decision;
        }
        let mut policies = BTreeSet::new();
        for data_type in asked.iter() {
            let verdict = in_force.verdict(facts, data_type);
            if verdict.is_allowed {
                decision.permitted = decision.permitted.with(data_type);
            }
            policies.extend(verdict.policies.iter().cloned());
            decision.reasons.extend(&verdict.reasons);
        }
        decision.policies = policies;
        if !facts.action.is_view() && decision.permitted != asked {
            decision.permitted = TypeSet::EMPTY;
        }
        if !decision.permitted.is_empty() {
            decision.outcome = Outcome::Allowed;
        }
        decision
    }

    /// Whether one data type is permitted, given these facts; asked anew. For tables and lints.
    pub fn permits(&self, facts: &Facts, data_type: DataType) -> bool {
        let said = self.in_force().ask(facts, data_type);
        said.is_ok_and(|said| said.is_allowed && !said.has_failed)
    }

    pub(super) fn verdict_and_policies(
        &self,
        facts: &Facts,
        data_type: DataType,
    ) -> (Verdict, Arc<PolicySet>) {
        let in_force = self.in_force();
        (
            in_force.judge(facts, data_type),
            Arc::clone(&in_force.policies),
        )
    }

    pub(crate) fn in_force_now(&self) -> (PolicySetHash, u64) {
        let in_force = self.in_force();
        (in_force.policies.hash(), in_force.epoch)
    }

    fn in_force(&self) -> Arc<InForce> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn next(&self, policies: Option<Arc<PolicySet>>) {
        let mut slot = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let policies = policies.unwrap_or_else(|| Arc::clone(&slot.policies));
        *slot = Arc::new(InForce::new(policies, slot.epoch.saturating_add(1)));
    }

    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.in_force().cache.len()
    }
}

impl Drop for ForgetAfter {
    fn drop(&mut self) {
        self.0.bump();
    }
}

impl InForce {
    fn new(policies: Arc<PolicySet>, epoch: u64) -> Self {
        Self {
            policies,
            epoch,
            cache: Cache::default(),
            entities: Mutex::default(),
        }
    }

    fn blank(&self, principal: &Principal, facts: &Facts, asked: TypeSet) -> Decision {
        Decision {
            outcome: Outcome::Denied,
            user: principal.user(),
            name: principal.name().into(),
            via: principal.way().clone(),
            roles: facts.roles,
            session: principal.session().clone(),
            patient: None,
            is_item: false,
            about: None,
            action: facts.action,
            purpose: facts.purpose,
            asked,
            permitted: TypeSet::EMPTY,
            policies: BTreeSet::new(),
            reasons: Reasons::new(),
            grant: None,
            policy_set: self.policies.hash(),
            epoch: self.epoch,
        }
    }

    fn verdict(&self, facts: &Facts, data_type: DataType) -> Arc<Verdict> {
        if let Some(known) = self.cache.get(facts, data_type) {
            return known;
        }
        let verdict = Arc::new(self.judge(facts, data_type));
        self.cache.put(*facts, data_type, &verdict);
        verdict
    }

    fn judge(&self, facts: &Facts, data_type: DataType) -> Verdict {
        if facts.roles.is_empty() {
            return denied(Reason::UnknownRole);
        }
        let has_any = self.policies.slice(facts.action);
        if has_any.is_none_or(cedar_policy::PolicySet::is_empty) {
            return denied(Reason::NoPolicy);
        }
        let Ok(said) = self.ask(facts, data_type) else {
            return denied(Reason::PolicyFault);
        };
        if said.has_failed {
            return denied(Reason::PolicyFault);
        }
        let mut verdict = Verdict {
            is_allowed: said.is_allowed,
            ..Verdict::default()
        };
        for id in &said.policies {
            let Some((id, reason)) = self.policies.id_and_reason(id) else {
                return denied(Reason::PolicyFault);
            };
            verdict.policies.push(id);
            verdict.reasons.extend(reason);
        }
        if !verdict.is_allowed && verdict.reasons.is_empty() {
            verdict.reasons.insert(self.what_lacks(facts, data_type));
        }
        verdict
    }

    /// Why no policy permits it: what would have to be otherwise.
    fn what_lacks(&self, facts: &Facts, data_type: DataType) -> Reason {
        let is_permitted = |facts: Facts| {
            self.ask(&facts, data_type)
                .is_ok_and(|said| said.is_allowed)
        };
        let of_somebody = facts.of_the_user_alone().of_somebody();
        if is_permitted(of_somebody) {
            return Reason::Relation;
        }
        let otherwise = Purpose::ALL.iter().any(|purpose| {
            is_permitted(Facts {
                purpose: *purpose,
                emergency: false,
                ..of_somebody
            })
        });
        if otherwise {
            Reason::Purpose
        } else {
            Reason::Role
        }
    }

    fn ask(&self, facts: &Facts, data_type: DataType) -> Result<Said, Unaskable> {
        let vocabulary = &self.policies.vocabulary;
        let Some(slice) = self.policies.slice(facts.action) else {
            return Ok(Said {
                is_allowed: false,
                policies: Vec::new(),
                has_failed: false,
            });
        };
        let entities = self.entities(facts.roles)?;
        let request = vocabulary.request(facts, data_type, None)?;
        Ok(vocabulary.ask(slice, &entities, &request))
    }

    fn entities(&self, roles: RoleSet) -> Result<Arc<Entities>, Unaskable> {
        let mut kept = self.entities.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entities) = kept.get(&roles) {
            return Ok(Arc::clone(entities));
        }
        let entities = Arc::new(self.policies.vocabulary.entities(roles)?);
        if kept.len() >= MAX_ROLE_SETS {
            kept.clear();
        }
        kept.insert(roles, Arc::clone(&entities));
        Ok(entities)
    }
}

fn denied(reason: Reason) -> Verdict {
    Verdict {
        reasons: Reasons::from([reason]),
        ..Verdict::default()
    }
}
