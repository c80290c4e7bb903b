//! Nothing is given out before it is in the trail.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use wardline_kernel::ManualClock;

use super::{Ask, Guard, GuardParts, Refused, Subject};
use crate::emergency::{LiveGrant, LiveGrantParts};
use crate::model::{
    Action, DataType, GrantId, ItemFacts, PatientFacts, PatientRef, Principal, PrincipalParts,
    Purpose, Role, RoleSet, SessionRef, Standing, TypeSet, UserId, Via,
};
use crate::policy::{Decision, Engine, PolicySet, Reason};
use crate::port::{CareFacts, FactsError, RecordError, Recorder, Standings, Touched};

const NURSE: UserId = UserId([1; 16]);
const NOW: u64 = 1_795_255_200_000;

#[derive(Default)]
struct Trail {
    kept: Mutex<Vec<(Decision, Touched)>>,
    is_down: AtomicBool,
}

#[async_trait]
impl Recorder for Trail {
    async fn record(&self, decision: &Decision, touched: &Touched) -> Result<(), RecordError> {
        if self.is_down.load(Ordering::SeqCst) {
            return Err(RecordError("disk".to_owned()));
        }
        let record = (decision.clone(), touched.clone());
        self.kept.lock().unwrap().push(record);
        Ok(())
    }
}

/// The nurse treats patient `mine`; `vip` is of the nurse's department; nobody knows `other`.
#[derive(Default)]
struct Ward {
    is_discharged: AtomicBool,
    is_down: AtomicBool,
    is_nurse_gone: AtomicBool,
    is_grant_revoked: AtomicBool,
}

#[async_trait]
impl Standings for Ward {
    async fn principal(&self, principal: &Principal) -> Result<Option<Principal>, FactsError> {
        if self.is_down.load(Ordering::SeqCst) {
            return Err(FactsError("disk".to_owned()));
        }
        let acts = !self.is_nurse_gone.load(Ordering::SeqCst);
        Ok(acts.then(|| principal.clone()))
    }

    async fn holds(&self, _: &LiveGrant) -> Result<bool, FactsError> {
        Ok(!self.is_grant_revoked.load(Ordering::SeqCst))
    }
}

#[async_trait]
impl CareFacts for Ward {
    async fn of_patient(&self, patient: &PatientRef) -> Result<PatientFacts, FactsError> {
        if self.is_down.load(Ordering::SeqCst) {
            return Err(FactsError("disk".to_owned()));
        }
        let is_mine = patient.expose() == "mine" && !self.is_discharged.load(Ordering::SeqCst);
        Ok(PatientFacts {
            care_team: is_mine.then_some(NURSE).into_iter().collect(),
            departments: BTreeSet::from(["icu".to_owned()])
                .into_iter()
                .filter(|_| patient.expose() == "vip")
                .collect(),
            vip: patient.expose() == "vip",
            ..PatientFacts::default()
        })
    }

    async fn of_item(&self, _: &PatientRef, item: &str) -> Result<ItemFacts, FactsError> {
        Ok(ItemFacts {
            is_psychotherapy_note: item == "talk",
            ..ItemFacts::default()
        })
    }
}

struct Scene {
    guard: Guard,
    trail: Arc<Trail>,
    ward: Arc<Ward>,
    engine: Arc<Engine>,
    clock: Arc<ManualClock>,
    nurse: Principal,
}

impl Scene {
    fn new() -> Self {
        let (trail, ward) = (Arc::new(Trail::default()), Arc::new(Ward::default()));
        let engine = Arc::new(Engine::new(PolicySet::built_in().unwrap()));
        let clock = Arc::new(ManualClock::at(NOW));
        let guard = Guard::new(GuardParts {
            engine: engine.clone(),
            facts: ward.clone(),
            standings: ward.clone(),
            recorder: trail.clone(),
            clock: clock.clone(),
        });
        let nurse = Principal::new(PrincipalParts {
            user: NURSE,
            name: "nurse".into(),
            roles: RoleSet::one(Role::Nurse),
            department: Some("icu".to_owned()),
            own_record: None,
            session: SessionRef::new("s1").unwrap(),
            standing: Standing {
                has_second_factor: true,
                ..Standing::default()
            },
            via: Via::default(),
            epoch: engine.epoch(),
        });
        Self {
            guard,
            trail,
            ward,
            engine,
            clock,
            nurse,
        }
    }

    fn recorded(&self) -> Vec<(Decision, Touched)> {
        self.trail.kept.lock().unwrap().clone()
    }
}

fn patient(name: &str) -> PatientRef {
    PatientRef::new(name).unwrap()
}

fn read(name: &str) -> Ask {
    Ask {
        action: Action::Read,
        purpose: Purpose::Treatment,
        types: TypeSet::of(&[DataType::Vitals, DataType::Billing]),
        subject: Subject::Patient(patient(name)),
        emergency: None,
        about: None,
    }
}

fn touched(name: &str) -> Touched {
    vec![patient(name)].into()
}

fn broken_glass(name: &str) -> LiveGrant {
    LiveGrant::new(LiveGrantParts {
        id: GrantId([9; 16]),
        user: NURSE,
        patient: patient(name),
        session: SessionRef::new("s1").unwrap(),
        expires_at: NOW + 1_000,
        epoch: 1,
    })
}

fn in_emergency(name: &str, grant: LiveGrant) -> Ask {
    Ask {
        purpose: Purpose::BreakGlass,
        emergency: Some(grant),
        ..read(name)
    }
}

#[tokio::test]
async fn what_is_given_out_is_in_the_trail_with_the_patients_in_it() {
    let scene = Scene::new();

    let permit = scene
        .guard
        .decide(&scene.nurse, read("mine"))
        .await
        .unwrap();
    assert!(scene.recorded().is_empty());
    assert_eq!(permit.permitted(), TypeSet::one(DataType::Vitals));
    let given = scene.guard.disclose(permit, 80, touched("mine")).await;

    assert_eq!(*given.unwrap().value(), 80);
    let [(decision, patients)] = &scene.recorded()[..] else {
        panic!("one record");
    };
    assert!(decision.is_allowed());
    assert_eq!(decision.patient, Some(patient("mine")));
    assert_eq!(*patients, touched("mine"));
}

#[tokio::test]
async fn nothing_is_given_out_or_changed_when_the_trail_takes_no_record() {
    let scene = Scene::new();
    let first = scene
        .guard
        .decide(&scene.nurse, read("mine"))
        .await
        .unwrap();
    let second = scene
        .guard
        .decide(&scene.nurse, read("mine"))
        .await
        .unwrap();
    scene.trail.is_down.store(true, Ordering::SeqCst);

    let given = scene.guard.disclose(first, 80, touched("mine")).await;
    let changed = scene.guard.authorise(second).await;
    let denied = scene.guard.decide(&scene.nurse, read("other")).await;

    assert!(matches!(given, Err(Refused::Unrecorded(_))));
    assert!(matches!(changed, Err(Refused::Unrecorded(_))));
    assert!(matches!(denied, Err(Refused::Unrecorded(_))));
}

#[tokio::test]
async fn a_denial_is_in_the_trail_and_alike_for_a_patient_that_does_not_exist() {
    let scene = Scene::new();

    let refused = scene.guard.decide(&scene.nurse, read("other")).await;

    let Err(Refused::Denied(decision)) = refused else {
        panic!("denied");
    };
    assert!(decision.reasons.contains(&Reason::Relation));
    assert_eq!(scene.recorded().len(), 1);
    assert!(!scene.recorded()[0].0.is_allowed());
}

#[tokio::test]
async fn nothing_is_decided_while_the_facts_cannot_be_read() {
    let scene = Scene::new();
    scene.ward.is_down.store(true, Ordering::SeqCst);

    let refused = scene.guard.decide(&scene.nurse, read("mine")).await;

    assert!(matches!(refused, Err(Refused::Facts(_))));
}

#[tokio::test]
async fn what_changed_between_decision_and_disclosure_is_decided_again() {
    let scene = Scene::new();
    let permit = scene
        .guard
        .decide(&scene.nurse, read("mine"))
        .await
        .unwrap();
    let unchanged = scene
        .guard
        .decide(&scene.nurse, read("mine"))
        .await
        .unwrap();
    scene.engine.bump();
    let given = scene.guard.disclose(unchanged, 80, touched("mine")).await;
    scene.ward.is_discharged.store(true, Ordering::SeqCst);
    scene.engine.bump();

    let refused = scene.guard.disclose(permit, 80, touched("mine")).await;

    assert!(given.is_ok());
    assert!(matches!(refused, Err(Refused::Denied(_))));
    assert!(!scene.recorded().last().unwrap().0.is_allowed());
}

#[tokio::test]
async fn an_item_is_decided_on_by_its_own_labels() {
    let scene = Scene::new();
    let note = |item: &str| Ask {
        types: TypeSet::one(DataType::Notes),
        subject: Subject::Item {
            patient: patient("mine"),
            item: item.to_owned(),
        },
        ..read("mine")
    };

    let plain = scene.guard.decide(&scene.nurse, note("handover")).await;
    let talk = scene.guard.decide(&scene.nurse, note("talk")).await;

    assert!(plain.is_ok());
    assert_eq!(
        talk.unwrap_err().reasons(),
        [Reason::PsychotherapyNotes].into()
    );
}

#[tokio::test]
async fn a_search_needs_the_right_to_see_every_field_that_it_searches() {
    let scene = Scene::new();
    let search = |types: &[DataType]| Ask {
        action: Action::Search,
        types: TypeSet::of(types),
        subject: Subject::WhoeverIsFound,
        ..read("mine")
    };

    let by_name = search(&[DataType::Demographics]);
    let permit = scene.guard.decide(&scene.nurse, by_name).await.unwrap();
    let by_bill = search(&[DataType::Demographics, DataType::Billing]);
    let refused = scene.guard.decide(&scene.nurse, by_bill).await;

    assert_eq!(refused.unwrap_err().reasons(), [Reason::Role].into());
    let sees = async |name: &str| scene.guard.may_see_find(&permit, &patient(name)).await;
    assert!(sees("mine").await.unwrap());
    assert!(!sees("other").await.unwrap());
    assert!(!sees("vip").await.unwrap());
}

#[tokio::test]
async fn an_emergency_access_shows_its_patient_to_its_user_in_its_session_while_it_lasts() {
    let scene = Scene::new();
    let decide = async |ask: Ask| scene.guard.decide(&scene.nurse, ask).await;
    let other_user = LiveGrant::new(LiveGrantParts {
        user: UserId([2; 16]),
        ..broken_glass("vip").0
    });
    let other_session = LiveGrant::new(LiveGrantParts {
        session: SessionRef::new("s2").unwrap(),
        ..broken_glass("vip").0
    });

    let permit = decide(in_emergency("vip", broken_glass("vip")))
        .await
        .unwrap();
    assert_eq!(permit.decision().grant, Some(GrantId([9; 16])));
    for ask in [
        in_emergency("other", broken_glass("vip")),
        in_emergency("vip", other_user),
        in_emergency("vip", other_session),
    ] {
        let refused = decide(ask).await.unwrap_err();
        assert!(refused.reasons().contains(&Reason::NoEmergencyAccess));
    }
    scene.clock.advance(1_000);
    assert!(
        decide(in_emergency("vip", broken_glass("vip")))
            .await
            .is_err()
    );
    let late = scene.guard.disclose(permit, 80, touched("vip")).await;
    assert!(matches!(late, Err(Refused::Denied(_))));
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_and_recorded() {
    let scene = Scene::new();
    let asked = (Action::Read, Purpose::Treatment);

    let refused = scene
        .guard
        .refuse(&scene.nurse, asked, Reason::UnknownDataType)
        .await;

    assert_eq!(refused.reasons(), [Reason::UnknownDataType].into());
    assert_eq!(scene.recorded().len(), 1);
}

#[tokio::test]
async fn who_may_not_act_any_more_gets_nothing_though_it_was_permitted() {
    let scene = Scene::new();
    let permit = scene
        .guard
        .decide(&scene.nurse, read("mine"))
        .await
        .unwrap();

    scene.ward.is_nurse_gone.store(true, Ordering::SeqCst);
    scene.engine.bump();
    let refused = scene
        .guard
        .disclose(permit, "88/min", touched("mine"))
        .await;

    assert!(matches!(refused, Err(Refused::Denied(_))));
    let again = scene.guard.decide(&scene.nurse, read("mine")).await;
    assert!(matches!(again, Err(Refused::Denied(_))));
    assert_eq!(scene.recorded().len(), 2);
}

#[tokio::test]
async fn an_emergency_access_that_was_taken_back_shows_nothing_though_it_was_permitted() {
    let scene = Scene::new();
    let ask = || in_emergency("vip", broken_glass("vip"));
    let permit = scene.guard.decide(&scene.nurse, ask()).await.unwrap();

    scene.ward.is_grant_revoked.store(true, Ordering::SeqCst);
    scene.engine.bump();
    let refused = scene.guard.disclose(permit, "88/min", touched("vip")).await;

    assert!(matches!(refused, Err(Refused::Denied(_))));
    let again = scene.guard.decide(&scene.nurse, ask()).await;
    assert!(matches!(again, Err(Refused::Denied(_))));
}
