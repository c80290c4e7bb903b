//! What those who watch are told.

use std::sync::Arc;

use wardline_sessions::model::RoleName;
use wardline_sessions::operations::{Checked, Privilege};
use wardline_sessions::{MAX_EVENTS, Sessions, Told};
use wardline_testkit::block_on;

use super::scene::{MINUTE_MS, Scene, told};

#[test]
fn everything_that_happens_to_sessions_is_told_once() {
    block_on(async {
        let scene = Scene::new();
        let mut events = scene.sessions.subscribe(None);
        let one = scene.begin("ada", "nurse").await;
        scene.sessions.lock(one.id).await.unwrap();
        scene.sessions.lock(one.id).await.unwrap();
        scene.sessions.unlock(one.id).await.unwrap();
        let privilege = Privilege {
            role: Some(RoleName::new("doctor").unwrap()),
            department: None,
        };
        scene.sessions.renew(one.id, privilege).await.unwrap();
        scene.sessions.revoke(one.id).await.unwrap();
        scene.begin("bob", "nurse").await;
        scene.begin("bob", "nurse").await;
        scene.begin("bob", "nurse").await;

        let expected = [
            "created",
            "locked",
            "unlocked",
            "renewed",
            "revoked",
            "created",
            "created",
            "revoked (displaced)",
            "created",
        ];
        let told = told(&mut events);
        let kinds: Vec<_> = told.iter().map(|event| event.kind.to_string()).collect();
        assert_eq!(kinds, expected);
        let versions: Vec<_> = told.iter().map(|event| event.version).collect();
        assert_eq!(versions, [1, 2, 3, 4, 5, 1, 1, 2, 1]);
        let counts = scene.sessions.happened();
        let count_of = |name: &str| {
            let of = counts.iter().filter(|(kind, _)| kind.to_string() == name);
            of.map(|(_, count)| count).sum::<u64>()
        };
        assert_eq!(count_of("created"), 4);
        assert_eq!(count_of("revoked (displaced)"), 1);
    });
}

#[test]
fn an_end_is_told_without_anybody_looking_and_once() {
    block_on(async {
        let scene = Scene::new();
        let mut events = scene.sessions.subscribe(None);
        let idle = scene.begin("ada", "nurse").await;
        let kept = scene.begin("bob", "doctor").await;
        for _ in 0..7 {
            scene.clock.advance(9 * MINUTE_MS);
            scene.sessions.touch(kept.token.expose()).await.unwrap();
        }

        assert_eq!(scene.sessions.expire().await.unwrap(), 2);
        assert_eq!(scene.sessions.expire().await.unwrap(), 0);

        let ended: Vec<_> = told(&mut events).split_off(2);
        let ended: Vec<_> = ended.iter().map(|e| (e.id, e.kind.to_string())).collect();
        let expected = [
            (idle.id, "expired (idle)".to_owned()),
            (kept.id, "expired (absolute)".to_owned()),
        ];
        assert_eq!(ended, expected);
    });
}

#[test]
fn the_service_ends_sessions_by_itself() {
    block_on(async {
        let scene = Scene::new();
        let mut events = scene.sessions.subscribe(None);
        scene.sessions.start();
        let created = scene.begin("ada", "nurse").await;
        scene.clock.advance(30 * MINUTE_MS);

        let mut kinds = Vec::new();
        for _ in 0..2 {
            let Some(Told::Event(event)) = events.next().await else {
                panic!("the stream ended");
            };
            kinds.push(event.kind.to_string());
        }

        assert_eq!(kinds, ["created", "expired (idle)"]);
        scene.sessions.stop().await;
        assert_eq!(events.next().await, None);
        let checked = scene.ask(created.token.expose(), None, true).await;
        assert!(matches!(checked, Checked::Denied(_)));
    });
}

#[test]
fn a_reader_that_comes_back_goes_on_where_it_left_off() {
    block_on(async {
        let scene = Scene::new();
        let mut events = scene.sessions.subscribe(None);
        scene.begin("ada", "nurse").await;
        let first = told(&mut events).remove(0);
        let second = scene.begin("bob", "nurse").await;

        let mut again = scene.sessions.subscribe(Some(first.sequence));

        let missed = told(&mut again);
        assert_eq!(missed.len(), 1);
        assert_eq!(
            (missed[0].id, missed[0].sequence),
            (second.id, first.sequence + 1)
        );
        assert_eq!(again.position(), first.sequence + 1);
    });
}

#[test]
fn a_reader_is_told_that_it_missed_some_when_it_is_slow_or_was_another_processs() {
    block_on(async {
        let scene = Scene::new();
        let mut slow = scene.sessions.subscribe(None);
        let id = scene.begin("ada", "nurse").await.id;
        for _ in 0..MAX_EVENTS / 2 {
            scene.sessions.lock(id).await.unwrap();
            scene.sessions.unlock(id).await.unwrap();
        }

        assert_eq!(slow.try_next(), Some(Told::Missed));
        assert_eq!(told(&mut slow).len(), MAX_EVENTS);

        let last = slow.position();
        for other in [1, last - 2 * MAX_EVENTS as u64, last + 1] {
            let mut stream = scene.sessions.subscribe(Some(other));
            assert_eq!(stream.try_next(), Some(Told::Missed), "after {other}");
        }
    });
}

#[test]
fn a_later_process_numbers_its_events_higher() {
    block_on(async {
        let scene = Scene::new();
        for _ in 0..3 {
            scene.begin("ada", "nurse").await;
        }
        let earlier = scene.sessions.subscribe(None).position();
        let later = Scene::new();
        later.clock.advance(1_000);
        let restarted = restart(&later);

        assert!(restarted.subscribe(None).position() > earlier);
        let mut stream = restarted.subscribe(Some(earlier));
        assert_eq!(stream.try_next(), Some(Told::Missed));
    });
}

fn restart(scene: &Scene) -> Sessions {
    let keys = wardline_testkit::key_ring::new();
    let parts = wardline_sessions::SessionsParts {
        store: Arc::new(wardline_testkit::MemorySessions::default()),
        ring: Arc::new(keys.ring),
        blind_index: Arc::new(keys.blind_index),
        clock: scene.clock.clone(),
    };
    Sessions::new(parts, super::scene::settings(&["nurse"]))
}
