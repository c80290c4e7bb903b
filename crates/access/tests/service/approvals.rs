//! What one person asks for and another approves.

use wardline_access::approvals::{About, ApprovalRefused, Approvals, ApprovalsParts};
use wardline_access::guard::{Ask, Authorised, Subject};
use wardline_access::model::{Action, DataType, Purpose, Role, TypeSet};
use wardline_testkit::{block_on, key_ring};

use crate::scene::{Scene, new_user};

const HOLDS_MS: u64 = 3_600_000;
const SUBJECT: &str = "record 7";
const ABOUT: About<'static> = About {
    subject: SUBJECT,
    covers: b"7 and 8",
};

struct Office {
    scene: Scene,
    approvals: Approvals,
    one: Authorised,
    other: Authorised,
}

impl Office {
    async fn new() -> Self {
        let scene = Scene::new().await;
        let keys = key_ring::new();
        let approvals = Approvals::new(ApprovalsParts {
            store: scene.store.clone(),
            ring: std::sync::Arc::new(keys.ring),
            clock: scene.clock.clone(),
            holds_ms: HOLDS_MS,
        });
        let one = officer(&scene, "pia").await;
        let other = officer(&scene, "pat").await;
        Self {
            scene,
            approvals,
            one,
            other,
        }
    }

    async fn asked(&self) {
        let asked = self.approvals.ask(&self.one, ABOUT, "the patient asks");
        asked.await.unwrap().unwrap();
    }

    async fn approves(&self, by: &Authorised) -> Result<(), ApprovalRefused> {
        let approved = self.approvals.approve(by, ABOUT).await.unwrap();
        approved.map(|_| ())
    }
}

/// That a privacy officer may erase.
async fn officer(scene: &Scene, login: &str) -> Authorised {
    may(scene, login, (Action::Delete, DataType::Demographics)).await
}

async fn may(scene: &Scene, login: &str, (action, data): (Action, DataType)) -> Authorised {
    let id = scene.hire(new_user(login, Role::PrivacyOfficer)).await;
    let principal = scene.session(id, Role::PrivacyOfficer, login).await;
    let ask = Ask {
        action,
        purpose: Purpose::Operations,
        types: TypeSet::one(data),
        subject: Subject::NoPatient,
        emergency: None,
        about: None,
    };
    let permit = scene.guard.decide(&principal, ask).await.unwrap();
    scene.guard.authorise(permit).await.unwrap()
}

#[test]
fn another_person_approves_and_never_whoever_asked() {
    block_on(async {
        let office = Office::new().await;
        assert_eq!(
            office.approves(&office.other).await,
            Err(ApprovalRefused::NoRequest)
        );
        office.asked().await;

        assert_eq!(
            office.approves(&office.one).await,
            Err(ApprovalRefused::OwnRequest)
        );
        assert_eq!(office.approves(&office.other).await, Ok(()));
    });
}

#[test]
fn a_request_may_be_approved_until_its_time_is_over() {
    block_on(async {
        let office = Office::new().await;
        office.asked().await;

        office.scene.clock.advance(HOLDS_MS - 1);
        assert_eq!(office.approvals.open().await.unwrap().len(), 1);
        office.scene.clock.advance(1);
        assert_eq!(
            office.approves(&office.other).await,
            Err(ApprovalRefused::NoRequest)
        );
        assert!(office.approvals.open().await.unwrap().is_empty());
        // And it may be asked for again.
        office.asked().await;
        assert_eq!(office.approves(&office.other).await, Ok(()));
    });
}

#[test]
fn what_was_ended_is_not_approved_and_one_request_stands_at_a_time() {
    block_on(async {
        let office = Office::new().await;
        office.asked().await;
        let again = office
            .approvals
            .ask(&office.other, ABOUT, "me too")
            .await
            .unwrap();
        assert_eq!(again.unwrap_err(), ApprovalRefused::AlreadyAsked);

        assert!(
            office
                .approvals
                .withdraw(&office.one, SUBJECT)
                .await
                .unwrap()
        );
        assert!(
            !office
                .approvals
                .withdraw(&office.one, SUBJECT)
                .await
                .unwrap()
        );
        assert_eq!(
            office.approves(&office.other).await,
            Err(ApprovalRefused::NoRequest)
        );
    });
}

#[test]
fn a_reason_is_said_on_one_line() {
    block_on(async {
        let office = Office::new().await;
        let ask = async |reason: &str| {
            office
                .approvals
                .ask(&office.one, ABOUT, reason)
                .await
                .is_ok()
        };

        assert!(!ask("").await);
        assert!(!ask("a\nb").await);
        assert!(!ask(&"x".repeat(513)).await);
        assert!(ask(&"x".repeat(512)).await);
    });
}

#[test]
fn what_was_approved_stands_until_it_is_done_and_is_neither_taken_back_nor_done_twice() {
    block_on(async {
        let office = Office::new().await;
        let third = officer(&office.scene, "pam").await;
        let withdraws = || office.approvals.withdraw(&office.one, SUBJECT);
        office.asked().await;
        assert_eq!(office.approves(&office.other).await, Ok(()));

        // The store failed: the same person or another one goes on, and never whoever asked.
        assert!(!withdraws().await.unwrap());
        let open = office.approvals.open().await.unwrap();
        assert_eq!(open[0].approved_by, Some(office.other.decision().user));
        assert_eq!(
            office.approves(&office.one).await,
            Err(ApprovalRefused::OwnRequest)
        );
        assert_eq!(office.approves(&office.other).await, Ok(()));
        assert_eq!(office.approves(&third).await, Ok(()));
        let approved = office.approvals.approved(&third, SUBJECT).await.unwrap();
        assert_eq!(approved.unwrap().approved_by, open[0].approved_by);

        office.approvals.done(&third, SUBJECT).await.unwrap();
        assert_eq!(
            office.approves(&third).await,
            Err(ApprovalRefused::NoRequest)
        );
        let approved = office.approvals.approved(&third, SUBJECT).await.unwrap();
        assert_eq!(approved, None);
        assert!(office.approvals.open().await.unwrap().is_empty());
        assert!(!withdraws().await.unwrap());
    });
}

#[test]
fn an_approval_that_was_refused_later_leaves_the_request_as_it_was() {
    block_on(async {
        let office = Office::new().await;
        office.asked().await;
        assert_eq!(office.approves(&office.other).await, Ok(()));

        office
            .approvals
            .not_done(&office.other, SUBJECT)
            .await
            .unwrap();

        let open = office.approvals.open().await.unwrap();
        assert_eq!(open[0].approved_by, None);
        let taken_back = office.approvals.withdraw(&office.one, SUBJECT).await;
        assert!(taken_back.unwrap());
    });
}

#[test]
fn an_approval_holds_no_longer_than_its_request() {
    block_on(async {
        let office = Office::new().await;
        office.asked().await;
        assert_eq!(office.approves(&office.other).await, Ok(()));

        office.scene.clock.advance(HOLDS_MS);

        assert_eq!(
            office.approves(&office.other).await,
            Err(ApprovalRefused::NoRequest)
        );
    });
}

#[test]
fn what_covers_something_else_by_now_is_not_approved() {
    block_on(async {
        let office = Office::new().await;
        office.asked().await;
        let more = About {
            covers: b"7, 8 and 9",
            ..ABOUT
        };

        let refused = office.approvals.approve(&office.other, more).await.unwrap();

        assert_eq!(refused.unwrap_err(), ApprovalRefused::Changed);
        assert_eq!(office.approves(&office.other).await, Ok(()));
    });
}

#[test]
fn a_right_to_something_else_neither_asks_nor_approves() {
    block_on(async {
        let office = Office::new().await;
        office.asked().await;
        let reader = (Action::Read, DataType::Audit);
        let reader = may(&office.scene, "paz", reader).await;

        assert!(office.approvals.ask(&reader, ABOUT, "why").await.is_err());
        assert!(office.approvals.approve(&reader, ABOUT).await.is_err());
        assert!(office.approvals.withdraw(&reader, SUBJECT).await.is_err());
        assert_eq!(office.approves(&office.other).await, Ok(()));
    });
}
