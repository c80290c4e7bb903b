//! What controls look at, gathered from all parts of this instance. What does not answer is a fact too; why it does not is
//! in the log, and not told here.

mod links;
mod people;

use std::fmt::Display;

use wardline_access::emergency::MAX_LISTED;
use wardline_access::policy::lint_in_force;
use wardline_audit::OperationError;
use wardline_audit::model::Origin;
use wardline_kernel::UnixMillis;

use super::super::estate::read;
use crate::compliance::facts::{
    AlertFacts, EmergencyFacts, EndVerified, Facts, KeyFacts, PolicyFacts, Seen, SessionFacts,
    SessionRole, TrailFacts, WholeVerified,
};
use crate::http::api::Api;
use crate::insight::DrillShelf;
use crate::keys::RewrapState;

/// Alerts of so many days are looked at, and so many at most.
const ALERT_DAYS: u64 = 366;
const MAX_ALERTS: usize = 20_000;
/// Emergency accesses that are looked at, at most.
const MAX_EMERGENCIES: usize = 100_000;

/// All that controls look at. That the trail is read for it is recorded as of this origin.
pub(super) async fn facts(api: &Api, by: Origin) -> Facts {
    let protection = api.insight.protection();
    let now = api.audit.now();
    Facts {
        now,
        origin: api.audit.origin().to_owned(),
        version: api.insight.configuration().version.clone(),
        keys: keys(api).await,
        trail: trail(api, by).await,
        alerts: alerts(api).await,
        emergencies: emergencies(api).await,
        people: people::people(api, now).await,
        machines: people::machines(api, now).await,
        sessions: sessions(api, protection.idle_timeout_seconds),
        policies: policies(api).await,
        estate: api.insight.estate().await,
        drills: drills(api).await,
        copies_itself: protection.copies_itself,
        links: links::links(api, protection),
    }
}

async fn keys(api: &Api) -> Seen<KeyFacts> {
    let shown = seen("the keys", api.keys.show().await)?;
    let mut facts = KeyFacts {
        holder: shown.holder.as_str(),
        version: shown.version.map(|version| version.0),
        is_away: shown.away.is_some(),
        under_current: 0,
        under_older: 0,
        is_moving: api.keys.rewrap_status().state == RewrapState::Running,
        oldest_at: shown.oldest_patient,
        erased: shown.erased,
        not_yet_erased: shown.not_yet_erased,
        not_in_ledger: shown.not_in_ledger,
    };
    for of in shown.keks {
        let keys = u64::try_from(of.data_keys).unwrap_or(u64::MAX);
        let keys = keys.saturating_add(of.patients);
        if of.kek.holder == shown.holder && Some(of.kek.version) == shown.version {
            facts.under_current += keys;
        } else {
            facts.under_older += keys;
        }
        facts.oldest_at = facts.oldest_at.into_iter().chain(of.oldest).min();
    }
    Ok(facts)
}

async fn trail(api: &Api, by: Origin) -> TrailFacts {
    let (figures, settings) = (api.audit.figures(), api.audit.settings());
    let holds = seen("the holds", api.audit.lasting_holds().await);
    let sign_every_ms = u64::try_from(settings.checkpoint_every.as_millis());
    TrailFacts {
        recorded: figures.recorded,
        refused: figures.refused,
        since: api.insight.configuration().since,
        signed_at: figures.signed_at,
        sign_every_ms: sign_every_ms.unwrap_or(u64::MAX),
        retention_days: settings.retention_days,
        holds: holds.map(|holds| holds.len()),
        has_archive: api.archive.is_some(),
        end: end(api, by).await,
        whole: whole(api).await,
    }
}

async fn end(api: &Api, by: Origin) -> Seen<EndVerified> {
    let verified = api.audit.verify_end(by).await;
    // That it cannot be read for being damaged is no lack of knowledge.
    if let Err(damaged @ OperationError::Damaged(from)) = &verified {
        return Ok(EndVerified {
            first: from.0,
            records: 0,
            checkpoints: 0,
            fault: Some(damaged.to_string()),
        });
    }
    let (first, verified) = seen("the end of the trail", verified)?;
    Ok(EndVerified {
        first: first.0,
        records: verified.records,
        checkpoints: verified.checkpoints,
        fault: verified.finding.map(|finding| finding.to_string()),
    })
}

async fn whole(api: &Api) -> Seen<Option<WholeVerified>> {
    let last = seen("the last verification", api.audit.last_verified().await)?;
    Ok(last.map(|last| WholeVerified {
        at: last.at,
        is_good: last.is_good,
        said: last.said,
    }))
}

async fn alerts(api: &Api) -> Seen<AlertFacts> {
    let standing = api.audit.alerts_standing(ALERT_DAYS, MAX_ALERTS).await;
    let standing = seen("the alerts", standing)?;
    Ok(AlertFacts {
        open: standing.open,
        unseen: standing.unseen,
        oldest_unseen: standing.oldest_unseen,
        is_cut: standing.is_cut,
    })
}

async fn emergencies(api: &Api) -> Seen<EmergencyFacts> {
    let (mut facts, mut after) = (EmergencyFacts::default(), None);
    loop {
        let page = api.gate.emergencies().list(after, MAX_LISTED).await;
        let page = seen("the emergency accesses", page)?;
        let Some(last) = page.last() else {
            return Ok(facts);
        };
        after = Some(last.id);
        facts.all += page.len();
        facts.open += page.iter().filter(|it| !it.is_closed).count();
        let overdue = page.iter().filter(|it| it.is_overdue);
        let due: Vec<UnixMillis> = overdue.map(|it| it.review_due_at).collect();
        facts.overdue += due.len();
        facts.oldest_due_at = facts.oldest_due_at.into_iter().chain(due).min();
        if facts.all >= MAX_EMERGENCIES {
            facts.is_cut = true;
            return Ok(facts);
        }
    }
}

fn sessions(api: &Api, idle_seconds: u64) -> SessionFacts {
    let settings = api.sessions.settings();
    let roles = settings.roles().iter().map(|(name, role)| SessionRole {
        name: name.as_str().to_owned(),
        idle_seconds: role.idle_limit.as_secs(),
        absolute_seconds: role.absolute_limit.as_secs(),
    });
    SessionFacts {
        idle_seconds,
        roles: roles.collect(),
    }
}

async fn policies(api: &Api) -> Seen<PolicyFacts> {
    let gate = std::sync::Arc::clone(&api.gate);
    let looked = tokio::task::spawn_blocking(move || PolicyFacts {
        hash: gate.engine().policies().hash().to_string(),
        findings: lint_in_force(gate.engine())
            .iter()
            .map(ToString::to_string)
            .collect(),
    });
    seen("the policies", looked.await)
}

async fn drills(api: &Api) -> Seen<DrillShelf> {
    match api.insight.drills() {
        None => Ok(DrillShelf::default()),
        Some(drills) => read(drills, |drills| drills.list())
            .await
            .map_err(|_| cannot("the reports of drills")),
    }
}

/// What was seen, or that it could not be looked at. Errors of stores may name what is not for whoever reads this.
fn seen<T, E: Display>(what: &'static str, looked: Result<T, E>) -> Seen<T> {
    looked.map_err(|error| {
        tracing::warn!(what, %error, "a compliance check could not look at this");
        cannot(what)
    })
}

fn cannot(what: &str) -> String {
    format!("{what} cannot be looked at now; the log says why")
}
