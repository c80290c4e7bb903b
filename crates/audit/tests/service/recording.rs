//! Recording: durable before it answers, one sync for many, refused when it cannot be.

use wardline_audit::model::{Event, EventKind, MAX_PATIENTS, Origin, Outcome, Seq};
use wardline_audit::{MAX_EVENTS, NotRecorded};
use wardline_kernel::StoreError;
use wardline_testkit::block_on;

use super::scene::{NOW, Scene, by, patient, read};

#[test]
fn what_was_recorded_is_read_back_with_the_trails_own_place_and_time() {
    block_on(async {
        let scene = Scene::new().await;
        let mut event = read("nurse.seven", "patient-1");
        event.by = Origin {
            role: Some(wardline_audit::model::RoleName::new("nurse").unwrap()),
            address: Some([10, 0, 0, 7].into()),
            ..event.by
        };
        scene.clock.advance(5);

        let recorded = scene.audit.record_one(event.clone()).await.unwrap();

        assert_eq!((recorded.first(), recorded.records()), (Seq(1), 1));
        let record = scene.audit.show(Seq(1), by("auditor")).await.unwrap();
        assert_eq!((record.at, record.kind), (NOW + 5, EventKind::Read));
        let content = record.content.unwrap();
        assert_eq!(content.by, event.by);
        assert_eq!(content.patients, event.patients);
    });
}

#[test]
fn a_store_that_fails_means_refuse_and_the_trail_goes_on_when_it_works_again() {
    block_on(async {
        let scene = Scene::new().await;
        scene.read(3).await;
        scene.store.kept().fails_with = Some(StoreError::Full);
        let mut is_made = false;

        let refused = scene
            .audit
            .record_then(read("nurse.seven", "patient-1"), |_| is_made = true)
            .await;

        assert!(matches!(refused, Err(NotRecorded::Store(StoreError::Full))));
        assert!(!is_made);
        scene.store.kept().fails_with = None;
        let recorded = scene.audit.record_one(read("a", "b")).await.unwrap();
        assert_eq!(recorded.first(), Seq(4));
    });
}

#[test]
fn another_writer_is_noticed_and_its_records_are_not_overwritten() {
    block_on(async {
        let scene = Scene::new().await;
        let other = scene.opened_again().await.unwrap();
        let seen = scene.store.kept().leaves.clone();

        let refused = scene.audit.record_one(read("a", "b")).await;

        assert!(matches!(refused, Err(NotRecorded::Store(_))), "{refused:?}");
        assert_eq!(scene.store.kept().leaves, seen);
        drop(other);
    });
}

#[test]
fn callers_at_the_same_time_share_commits() {
    block_on(async {
        let scene = Scene::new().await;
        let before = scene.store.kept().commits;
        let calls = (0..500).map(|n| {
            let audit = scene.audit.clone();
            tokio::spawn(async move { audit.record_one(read("a", &n.to_string())).await })
        });
        let calls: Vec<_> = calls.collect();

        let mut places = Vec::new();
        for call in calls {
            places.push(call.await.unwrap().unwrap().first());
        }

        places.sort();
        places.dedup();
        assert_eq!(places.len(), 500);
        let commits = scene.store.kept().commits - before;
        assert!(commits < 500, "{commits} commits");
    });
}

#[test]
fn a_search_with_more_patients_than_a_record_holds_becomes_several_and_names_every_one() {
    block_on(async {
        let scene = Scene::new().await;
        let mut event = Event::new(EventKind::Search, Outcome::Success, by("clerk"));
        event.patients = (0..2_500).map(|n| patient(&format!("p{n}"))).collect();

        let recorded = scene.audit.record_one(event.clone()).await.unwrap();

        assert_eq!(recorded.records(), 3);
        let mut patients = Vec::new();
        for part in 0..3 {
            let record = scene
                .audit
                .show(Seq(1 + part), by("auditor"))
                .await
                .unwrap();
            assert_eq!(record.part, (u16::try_from(part).unwrap(), 3));
            patients.extend(record.content.unwrap().patients);
        }
        assert_eq!(patients, event.patients);
    });
}

#[test]
fn one_event_or_patient_beyond_the_limit_is_refused() {
    block_on(async {
        let scene = Scene::new().await;
        let some = |count| vec![Event::new(EventKind::Login, Outcome::Success, by("a")); count];
        assert!(scene.audit.record(some(MAX_EVENTS)).await.is_ok());
        let beyond = scene.audit.record(some(MAX_EVENTS + 1)).await;
        assert!(matches!(beyond, Err(NotRecorded::TooMany(MAX_EVENTS))));

        let mut event = Event::new(EventKind::Search, Outcome::Success, by("a"));
        event.patients = vec![patient("p"); MAX_PATIENTS];
        assert!(scene.audit.record_one(event.clone()).await.is_ok());
        event.patients.push(patient("p"));
        let beyond = scene.audit.record_one(event).await;
        assert!(matches!(beyond, Err(NotRecorded::Event(_))));
    });
}

#[test]
fn a_clock_that_goes_back_is_recorded_and_times_stand_still() {
    block_on(async {
        let scene = Scene::new().await;
        scene.clock.advance(60_000);
        scene.read(1).await;
        // Back by a minute.
        scene.clock.advance(0_u64.wrapping_sub(60_000));

        scene.read(2).await;

        let record = |seq| scene.audit.show(Seq(seq), by("auditor"));
        let (told, after) = (record(2).await.unwrap(), record(3).await.unwrap());
        assert_eq!(told.kind, EventKind::ClockWentBack);
        assert_eq!((told.at, after.at), (NOW + 60_000, NOW + 60_000));
        assert_eq!(record(4).await.unwrap().kind, EventKind::Read);
    });
}

#[test]
fn a_trail_that_was_not_closed_is_recorded_as_repaired_and_one_that_was_as_opened() {
    block_on(async {
        let scene = Scene::new().await;
        scene.read(2).await;
        let killed = scene.opened_again().await.unwrap();
        killed.stop().await.unwrap();
        let closed = scene.opened_again().await.unwrap();

        let kind = |seq| {
            let audit = closed.clone();
            async move { audit.show(Seq(seq), by("auditor")).await.unwrap().kind }
        };
        assert_eq!(kind(0).await, EventKind::TrailOpened);
        assert_eq!(kind(3).await, EventKind::TrailRepaired);
        assert_eq!(kind(4).await, EventKind::TrailClosed);
        assert_eq!(kind(5).await, EventKind::TrailOpened);
        let refused = killed.record_one(read("a", "b")).await;
        assert!(matches!(refused, Err(NotRecorded::Closed)));
    });
}

#[test]
fn nothing_of_a_person_stands_in_what_is_stored() {
    block_on(async {
        let scene = Scene::new().await;
        let mut event = read("nurse.canaryname", "MRNCANARY42");
        event.reason = wardline_audit::model::Note::new("canaryreason").ok();
        event.recipient = wardline_audit::model::Note::new("canaryrecipient").ok();

        scene.audit.record_one(event).await.unwrap();

        let kept = scene.store.kept();
        let all: Vec<u8> = kept.leaves.values().flatten().copied().collect();
        for marker in ["canary", "CANARY"] {
            let found = all.windows(6).any(|window| window == marker.as_bytes());
            assert!(!found, "{marker}");
        }
    });
}
