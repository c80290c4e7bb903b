//! Searching: exactly what matches, in pages, and each search recorded.

use wardline_audit::OperationError;
use wardline_audit::model::{Event, EventKind, Outcome, Seq, UserName};
use wardline_audit::operations::{AuditFilter, MAX_PAGE};
use wardline_testkit::block_on;

use super::scene::{NOW, Scene, by, patient, read};

async fn found(scene: &Scene, filter: &AuditFilter, limit: usize) -> Vec<u64> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = scene.audit.search(filter, cursor, limit, by("auditor"));
        let page = page.await.unwrap();
        all.extend(page.items.iter().map(|record| record.seq.0));
        if page.next.is_none() {
            return all;
        }
        cursor = page.next;
    }
}

/// Records 1 to 30, a second apart.
async fn busy() -> Scene {
    let scene = Scene::new().await;
    for number in 1..=30_u64 {
        scene.clock.advance(1_000);
        let user = if number % 2 == 0 { "even" } else { "odd" };
        let event = read(user, &format!("p{}", number % 3));
        scene.audit.record_one(event).await.unwrap();
    }
    scene
}

#[test]
fn a_search_gives_exactly_what_matches_newest_first_whatever_the_page() {
    block_on(async {
        let scene = busy().await;
        let of = |filter| {
            let scene = &scene;
            async move {
                (
                    found(scene, &filter, 2).await,
                    found(scene, &filter, 100).await,
                )
            }
        };
        let user = by("even").user;

        let by_patient = AuditFilter {
            patient: Some(patient("p0")),
            user: Some(user.clone()),
            kind: Some(EventKind::Read),
            ..AuditFilter::default()
        };
        let (pages, whole) = of(by_patient).await;
        assert_eq!(pages, [30, 24, 18, 12, 6]);
        assert_eq!(whole, pages);
        let by_time = AuditFilter {
            user: Some(user),
            from: Some(NOW + 10_000),
            until: Some(NOW + 14_000),
            ..AuditFilter::default()
        };
        let (pages, whole) = of(by_time).await;
        assert_eq!(pages, [12, 10]);
        assert_eq!(whole, pages);
        let denied = AuditFilter {
            outcome: Some(Outcome::Denied),
            ..AuditFilter::default()
        };
        assert_eq!(found(&scene, &denied, 10).await, [0; 0]);
    });
}

#[test]
fn every_search_is_recorded_with_the_patient_that_was_asked_for() {
    block_on(async {
        let scene = busy().await;
        let filter = AuditFilter {
            patient: Some(patient("p1")),
            ..AuditFilter::default()
        };
        found(&scene, &filter, 100).await;

        let reads = AuditFilter {
            kind: Some(EventKind::AuditRead),
            ..AuditFilter::default()
        };
        let page = scene.audit.search(&reads, None, 10, by("auditor")).await;

        let page = page.unwrap();
        let content = page.items[0].content.clone().unwrap();
        assert_eq!(content.by.user, by("auditor").user);
        assert_eq!(content.patients, [patient("p1")]);
    });
}

#[test]
fn a_page_of_200_is_given_and_one_beyond_is_refused() {
    block_on(async {
        let scene = Scene::new().await;
        let events = vec![Event::new(EventKind::Login, Outcome::Success, by("a")); 250];
        scene.audit.record(events).await.unwrap();
        let page = |limit| {
            let audit = scene.audit.clone();
            async move {
                let filter = AuditFilter::default();
                audit.search(&filter, None, limit, by("auditor")).await
            }
        };

        let whole = page(MAX_PAGE).await.unwrap();

        assert_eq!((whole.items.len(), whole.next), (200, Some(Seq(51))));
        let refused = page(MAX_PAGE + 1).await;
        assert!(matches!(refused, Err(OperationError::TooMany { .. })));
        assert!(page(0).await.is_err());
    });
}

#[test]
fn who_did_something_lately_is_told_from_who_was_only_refused() {
    block_on(async {
        let scene = Scene::new().await;
        let name = |user: &str| UserName::new(user).unwrap();
        let active = async |user: &str, since| {
            let active = scene.audit.was_active_since(&name(user), since).await;
            active.unwrap()
        };
        let tried = |times| {
            let event = Event::new(EventKind::Login, Outcome::Denied, by("kim"));
            vec![event; times]
        };
        scene.audit.record_one(read("kim", "p")).await.unwrap();
        scene
            .audit
            .record_one(read("kimberley", "p"))
            .await
            .unwrap();
        scene.clock.advance(1_000);

        assert_eq!(active("kim", NOW).await, Some(true));
        assert_eq!(active("kim", NOW + 1).await, Some(false));
        assert_eq!(active("nobody", 0).await, Some(false));
        for _ in 0..4 {
            scene.audit.record(tried(200)).await.unwrap();
        }
        assert_eq!(active("kim", NOW + 1).await, Some(false));
        assert_eq!(active("kim", NOW).await, Some(true));
        scene.audit.record(tried(250)).await.unwrap();
        assert_eq!(active("kim", NOW).await, None);
    });
}
