//! Break-glass: who gets one, what it is bound to, who is told, who reviews.

use std::sync::atomic::Ordering;

use wardline_access::AccessError;
use wardline_access::emergency::{
    CONSPICUOUS_AFTER, EmergencyReason, EmergencySettings, Granted, LiveGrant, MAX_TEXT_BYTES,
    NoticeKind, ReasonCode, Refusal, STEP_UP_MS, TOLD_WITHIN_MS, Told, Verdict,
};
use wardline_access::guard::{Ask, Subject};
use wardline_access::model::{
    Action, DataType, PatientRef, Principal, Purpose, Role, TypeSet, UserId,
};
use wardline_access::port::EmergencyStep;

use crate::scene::{Person, Scene, everything_stored, new_user};

const HOUR_MS: u64 = 60 * 60_000;

/// A nurse with a supervisor, and a privacy officer.
struct Ward {
    scene: Scene,
    kim: Person,
    nurse: Principal,
    supervisor: UserId,
    officer_id: UserId,
    officer: Principal,
}

impl Ward {
    async fn new() -> Self {
        let scene = Scene::new().await;
        let supervisor = scene.hire(new_user("sam", Role::Physician)).await;
        let officer_id = scene.hire(new_user("pat", Role::PrivacyOfficer)).await;
        let mut kim = new_user("kim", Role::Nurse);
        kim.supervisor = Some(supervisor);
        let kim = scene.person(kim).await;
        let nurse = scene.session(kim.id, Role::Nurse, "kims").await;
        let officer = scene
            .session(officer_id, Role::PrivacyOfficer, "pats")
            .await;
        Self {
            scene,
            kim,
            nurse,
            supervisor,
            officer_id,
            officer,
        }
    }

    async fn ask(&self, reason: EmergencyReason) -> Result<Granted, Refusal> {
        let proof = self.scene.step_up(&self.nurse, &self.kim).await;
        let p1 = patient("p1");
        let asked = self
            .scene
            .emergencies
            .request(&self.nurse, &proof, &p1, reason);
        asked.await.unwrap()
    }

    async fn granted(&self) -> Granted {
        self.ask(stroke()).await.unwrap()
    }

    async fn use_p1(&self, granted: &Granted) -> Result<LiveGrant, Refusal> {
        let (p1, token) = (patient("p1"), granted.token.expose());
        let used = self.scene.emergencies.use_one(&self.nurse, &p1, token);
        used.await.unwrap()
    }

    async fn refused_use(&self, who: &Principal, of: &str, token: &str) -> Refusal {
        let of = patient(of);
        let used = self.scene.emergencies.use_one(who, &of, token);
        used.await.unwrap().unwrap_err()
    }

    fn last_step(&self) -> EmergencyStep {
        self.scene
            .around
            .events
            .lock()
            .unwrap()
            .last()
            .unwrap()
            .step
    }
}

fn patient(name: &str) -> PatientRef {
    PatientRef::new(name).unwrap()
}

fn stroke() -> EmergencyReason {
    EmergencyReason {
        code: ReasonCode::EmergencyTreatment,
        text: "stroke of Erika Canary".to_owned(),
    }
}

fn other(text: &str) -> EmergencyReason {
    EmergencyReason {
        code: ReasonCode::Other,
        text: text.to_owned(),
    }
}

#[tokio::test]
async fn an_emergency_access_opens_its_patient_and_those_who_watch_are_told_but_not_the_user() {
    let ward = Ward::new().await;

    let granted = ward.granted().await;
    let used = ward.use_p1(&granted).await;
    let ask = Ask {
        action: Action::Read,
        purpose: Purpose::BreakGlass,
        types: TypeSet::one(DataType::Vitals),
        subject: Subject::Patient(patient("p1")),
        emergency: Some(used.unwrap()),
        about: None,
    };
    let permit = ward.scene.guard.decide(&ward.nurse, ask).await.unwrap();

    assert_eq!(permit.decision().grant, Some(granted.id));
    let mut told = granted.notified.clone();
    told.sort();
    let mut expected = vec![ward.supervisor, ward.officer_id];
    expected.sort();
    assert_eq!(told, expected);
    assert_eq!(ward.last_step(), EmergencyStep::Used(1));
}

#[tokio::test]
async fn every_use_is_counted() {
    let ward = Ward::new().await;
    let granted = ward.granted().await;

    for _ in 0..3 {
        ward.use_p1(&granted).await.unwrap();
    }

    let listed = ward.scene.emergencies.list(None, 10).await.unwrap();
    assert_eq!(listed[0].uses, 3);
    assert_eq!(ward.last_step(), EmergencyStep::Used(3));
}

#[tokio::test]
async fn another_user_session_or_patient_and_a_made_up_token_are_refused_and_on_record() {
    let ward = Ward::new().await;
    let granted = ward.granted().await;
    let token = granted.token.expose();
    let sam = ward
        .scene
        .session(ward.supervisor, Role::Physician, "sams")
        .await;
    let elsewhere = ward
        .scene
        .session(ward.kim.id, Role::Nurse, "kims-other")
        .await;
    let made_up = format!("wl_{}", "A".repeat(43));

    for (who, of, token, refusal) in [
        (&sam, "p1", token, Refusal::OtherUser),
        (&elsewhere, "p1", token, Refusal::OtherSession),
        (&ward.nurse, "p2", token, Refusal::OtherPatient),
        (&ward.nurse, "p1", made_up.as_str(), Refusal::Unknown),
        (&ward.nurse, "p1", "", Refusal::Unknown),
    ] {
        assert_eq!(ward.refused_use(who, of, token).await, refusal);
        assert_eq!(ward.last_step(), EmergencyStep::Refused(refusal));
    }
}

#[tokio::test]
async fn it_ends_with_its_time_and_when_it_is_taken_back() {
    let ward = Ward::new().await;
    let (first, second) = (ward.granted().await, ward.granted().await);
    let right = ward
        .scene
        .right_of(&ward.officer, DataType::Emergencies)
        .await;
    let emergencies = &ward.scene.emergencies;
    let live = ward.use_p1(&second).await.unwrap();
    assert!(emergencies.holds(&live).await.unwrap());

    emergencies.revoke(&right, second.id).await.unwrap();
    assert!(!emergencies.holds(&live).await.unwrap());
    let revoked = ward
        .refused_use(&ward.nurse, "p1", second.token.expose())
        .await;
    ward.scene.clock.advance(HOUR_MS);
    let expired = ward
        .refused_use(&ward.nurse, "p1", first.token.expose())
        .await;

    assert_eq!(revoked, Refusal::Revoked);
    assert_eq!(expired, Refusal::Expired);
}

#[tokio::test]
async fn one_that_is_taken_back_by_a_caller_that_goes_away_is_decided_on_all_the_same() {
    let ward = Ward::new().await;
    let id = ward.granted().await.id;
    let officer = ward.scene.right_of(&ward.officer, DataType::Emergencies);
    let (right, emergencies) = (officer.await, ward.scene.emergencies.clone());
    let revoke = async move { emergencies.revoke(&right, id).await };
    let is_revoked = async || {
        let shown = ward.scene.emergencies.show(id).await.unwrap();
        shown.view.revoked_at.is_some()
    };

    let before = ward.scene.cut_short(revoke, is_revoked).await;

    ward.scene.decided_again(before).await;
}

#[tokio::test]
async fn a_request_needs_a_second_factor_of_the_last_60_seconds_of_the_same_user() {
    let ward = Ward::new().await;
    let proof = ward.scene.step_up(&ward.nurse, &ward.kim).await;
    let sam = ward
        .scene
        .session(ward.supervisor, Role::Physician, "sams")
        .await;
    let ask = async |who: &Principal| {
        let emergencies = &ward.scene.emergencies;
        let p1 = patient("p1");
        let asked = emergencies.request(who, &proof, &p1, stroke());
        asked.await.unwrap().map(|granted| granted.id)
    };

    assert_eq!(ask(&sam).await, Err(Refusal::SecondFactor));
    ward.scene.clock.advance(STEP_UP_MS);
    assert!(ask(&ward.nurse).await.is_ok());
    ward.scene.clock.advance(1);
    assert_eq!(ask(&ward.nurse).await, Err(Refusal::SecondFactor));
}

#[tokio::test]
async fn other_reasons_need_twenty_characters_and_no_text_may_be_longer_than_the_limit() {
    let ward = Ward::new().await;

    assert_eq!(
        ward.ask(other(&"x".repeat(19))).await.err(),
        Some(Refusal::Text)
    );
    assert_eq!(
        ward.ask(other(&format!("x{}", " ".repeat(30)))).await.err(),
        Some(Refusal::Text)
    );
    assert!(ward.ask(other(&"x".repeat(20))).await.is_ok());
    assert!(ward.ask(other(&"x".repeat(MAX_TEXT_BYTES))).await.is_ok());
    let beyond = ward.ask(other(&"x".repeat(MAX_TEXT_BYTES + 1))).await;
    assert_eq!(beyond.err(), Some(Refusal::Text));
}

#[tokio::test]
async fn who_is_suspended_or_treats_nobody_gets_none_and_a_suspended_user_uses_none() {
    let ward = Ward::new().await;
    let granted = ward.granted().await;
    let right = ward.scene.right().await;
    let suspend = ward
        .scene
        .identities
        .set_suspended(&right, ward.kim.id, true);
    suspend.await.unwrap();
    let suspended = ward.scene.session(ward.kim.id, Role::Nurse, "kims").await;
    let proof = ward.scene.step_up(&suspended, &ward.kim).await;
    let clerk = ward.scene.person(new_user("cleo", Role::Billing)).await;
    let billing = ward.scene.session(clerk.id, Role::Billing, "cleos").await;
    let clerks_proof = ward.scene.step_up(&billing, &clerk).await;
    let emergencies = &ward.scene.emergencies;

    let asked = emergencies
        .request(&suspended, &proof, &patient("p1"), stroke())
        .await;
    let clerk_asked = emergencies
        .request(&billing, &clerks_proof, &patient("p1"), stroke())
        .await;
    let used = ward
        .refused_use(&suspended, "p1", granted.token.expose())
        .await;

    assert_eq!(asked.unwrap().err(), Some(Refusal::Suspended));
    assert_eq!(clerk_asked.unwrap().err(), Some(Refusal::Role));
    assert_eq!(used, Refusal::Suspended);
}

#[tokio::test]
async fn more_than_three_in_a_day_are_conspicuous() {
    let ward = Ward::new().await;

    for _ in 0..CONSPICUOUS_AFTER {
        assert!(!ward.granted().await.is_conspicuous);
    }
    assert!(ward.granted().await.is_conspicuous);
    ward.scene.clock.advance(25 * HOUR_MS);
    assert!(!ward.granted().await.is_conspicuous);
}

#[tokio::test]
async fn nothing_is_given_or_used_that_is_not_on_record() {
    let ward = Ward::new().await;
    let granted = ward.granted().await;
    let proof = ward.scene.step_up(&ward.nurse, &ward.kim).await;
    ward.scene
        .around
        .is_trail_down
        .store(true, Ordering::SeqCst);
    let emergencies = &ward.scene.emergencies;

    let asked = emergencies
        .request(&ward.nurse, &proof, &patient("p1"), stroke())
        .await;
    let used = emergencies
        .use_one(&ward.nurse, &patient("p1"), granted.token.expose())
        .await;

    assert!(matches!(asked, Err(AccessError::Unrecorded(_))));
    assert!(matches!(used, Err(AccessError::Unrecorded(_))));
    assert_eq!(emergencies.list(None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_review_is_overdue_until_somebody_with_the_right_closes_it_once() {
    let ward = Ward::new().await;
    let id = ward.granted().await.id;
    let right = ward
        .scene
        .right_of(&ward.officer, DataType::Emergencies)
        .await;
    let emergencies = &ward.scene.emergencies;
    let is_overdue = async || emergencies.list(None, 1).await.unwrap()[0].is_overdue;
    ward.scene.clock.advance(24 * HOUR_MS - 1);
    assert!(!is_overdue().await);
    ward.scene.clock.advance(1);
    assert!(is_overdue().await);

    let review = async |verdict| {
        emergencies
            .review(&right, id, verdict, "asked the ward")
            .await
    };
    review(Verdict::NeedsInformation).await.unwrap();
    assert!(is_overdue().await);
    review(Verdict::Justified).await.unwrap();

    assert!(!is_overdue().await);
    assert_eq!(
        ward.last_step(),
        EmergencyStep::Reviewed(Verdict::Justified)
    );
    assert!(review(Verdict::NotJustified).await.is_err());
    let other_right = ward.scene.right().await;
    let wrong = emergencies
        .review(&other_right, id, Verdict::Justified, "")
        .await;
    assert!(matches!(wrong, Err(AccessError::NotAuthorised)));
}

#[tokio::test]
async fn nobody_reviews_an_own_emergency_access() {
    let ward = Ward::new().await;
    let id = ward.granted().await.id;
    let right = ward.scene.right().await;
    let roles = wardline_access::model::RoleSet::of(&[Role::Nurse, Role::PrivacyOfficer]);
    let identities = &ward.scene.identities;
    identities
        .set_roles(&right, ward.kim.id, roles)
        .await
        .unwrap();
    let as_officer = ward
        .scene
        .session(ward.kim.id, Role::PrivacyOfficer, "kims-2")
        .await;
    let right = ward
        .scene
        .right_of(&as_officer, DataType::Emergencies)
        .await;

    let own = ward
        .scene
        .emergencies
        .review(&right, id, Verdict::Justified, "")
        .await;

    assert!(matches!(own, Err(AccessError::NotAuthorised)));
    assert!(!ward.granted().await.notified.contains(&ward.kim.id));
}

#[tokio::test]
async fn the_store_holds_neither_token_nor_text_nor_patient_in_clear() {
    let ward = Ward::new().await;
    let granted = ward.granted().await;

    let stored = everything_stored(&ward.scene.store).await;

    for marker in [granted.token.expose(), "Canary", "stroke", "kims"] {
        let marker = marker.as_bytes();
        assert!(!stored.windows(marker.len()).any(|part| part == marker));
    }
    assert!(stored.windows(16).any(|part| part == granted.id.0));
}

#[tokio::test]
async fn what_is_told_outside_is_settled_once_and_an_overdue_review_is_told_by_itself() {
    let ward = Ward::new().await;
    let granted = ward.granted().await.id;
    let scene = &ward.scene;
    let kinds = async || -> Vec<NoticeKind> {
        let notices = scene.emergencies.notices().await.unwrap();
        notices.iter().map(|notice| notice.kind).collect()
    };
    assert_eq!(kinds().await, [NoticeKind::Requested]);

    let notice = scene.emergencies.notices().await.unwrap().remove(0);
    assert_eq!(notice.about.id, granted);
    let settle = async |told| scene.emergencies.settle(&notice, told).await.unwrap();
    settle(Told::Delivered).await;
    settle(Told::GivenUp).await;

    let settled = scene.emergencies.settled(&notice).await;
    assert_eq!(settled.unwrap(), Some(Told::Delivered));
    assert!(kinds().await.is_empty());
    scene.clock.advance(EmergencySettings::default().review_ms);
    assert_eq!(kinds().await, [NoticeKind::ReviewOverdue]);
    scene.clock.advance(TOLD_WITHIN_MS);
    assert!(kinds().await.is_empty());
}
