//! What a clock that is wrong does to alerts, and what the trail says of it.

use wardline_audit::model::{Event, EventKind, Outcome, Seq};
use wardline_audit::rules::Rule;
use wardline_testkit::block_on;

use super::scene::{NOW, Scene, by};

const HOUR_MS: u64 = 60 * 60 * 1_000;
const DAY_MS: u64 = 24 * HOUR_MS;

async fn is_denied_ten_times(scene: &Scene) {
    for _ in 0..10 {
        let denied = Event::new(EventKind::AccessDenied, Outcome::Denied, by("eve"));
        scene.audit.record_one(denied).await.unwrap();
    }
}

async fn denials(scene: &Scene) -> usize {
    let alerts = scene.audit.alerts(None, 100).await.unwrap();
    let many = alerts
        .iter()
        .filter(|alert| alert.rule == Rule::ManyDenials);
    many.count()
}

#[test]
fn alerts_are_raised_day_by_day_though_the_clock_was_far_ahead_for_a_moment() {
    block_on(async {
        let scene = Scene::new().await;
        scene.clock.set(NOW + 400 * DAY_MS);
        scene.read(1).await;
        scene.clock.set(NOW);

        is_denied_ten_times(&scene).await;
        scene.clock.advance(DAY_MS);
        is_denied_ten_times(&scene).await;

        assert_eq!(denials(&scene).await, 2);
    });
}

#[test]
fn what_was_seen_by_a_clock_that_was_ahead_grows_old_all_the_same() {
    block_on(async {
        let scene = Scene::new().await;
        let denied = || Event::new(EventKind::AccessDenied, Outcome::Denied, by("eve"));
        scene.clock.set(NOW + 400 * DAY_MS);
        for _ in 0..8 {
            scene.audit.record_one(denied()).await.unwrap();
        }
        scene.clock.set(NOW);
        scene.audit.record_one(denied()).await.unwrap();

        scene.clock.advance(2 * HOUR_MS);
        scene.audit.record_one(denied()).await.unwrap();

        assert_eq!(denials(&scene).await, 0, "nine, and one long after");
    });
}

#[test]
fn a_step_forward_of_more_than_an_hour_is_recorded_once_and_a_smaller_one_is_not() {
    block_on(async {
        let scene = Scene::new().await;
        scene.clock.advance(HOUR_MS - 60_000);
        scene.read(1).await;
        scene.clock.advance(HOUR_MS + 60_000);
        scene.read(2).await;

        let mut kinds = Vec::new();
        for seq in 0..5 {
            let shown = scene.audit.show(Seq(seq), by("auditor")).await.unwrap();
            kinds.push(shown.kind);
        }

        let expected = [
            EventKind::TrailOpened,
            EventKind::Read,
            EventKind::ClockWentForward,
            EventKind::Read,
            EventKind::Read,
        ];
        assert_eq!(kinds, expected);
    });
}
