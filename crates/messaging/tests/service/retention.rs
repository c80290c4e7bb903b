//! How long messages are kept.

use wardline_messaging::model::{Job, JobState};
use wardline_messaging::operations::{JobRequest, JobWish, SearchRequest};
use wardline_messaging::port::MessageStore;
use wardline_messaging::{Messaging, OperationError};
use wardline_testkit::Fault;

use crate::logged::Logged;
use crate::scene::{NOW, Scene, Script, eventually, scene, scene_on};

const DAY_MS: u64 = 86_400_000;

#[tokio::test]
async fn a_delivered_message_is_removed_after_its_time_with_its_index() {
    let scene = scene("[retention]\ndelivered_days = 30").await;
    let id = scene.store("1", "100").await;
    scene.delivered(1).await;
    scene.clock.advance(30 * DAY_MS);
    assert_eq!(scene.messaging.remove_expired().await.unwrap(), 0);

    scene.clock.advance(1);

    assert_eq!(scene.messaging.remove_expired().await.unwrap(), 1);
    assert!(matches!(
        scene.messaging.message(id).await,
        Err(OperationError::NoSuchMessage(_))
    ));
    let request = SearchRequest {
        patient: Some("100".to_owned()),
        ..Default::default()
    };
    assert!(
        scene
            .messaging
            .search(&request, None, 9)
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

#[tokio::test]
async fn a_dead_letter_stays_until_somebody_decides() {
    let scene = scene("[retention]\ndelivered_days = 1").await;
    scene.partner.answer([Script::refused()]);
    let id = scene.store("1", "100").await;
    scene.dead(1).await;
    scene.clock.advance(400 * DAY_MS);

    assert_eq!(scene.messaging.remove_expired().await.unwrap(), 0);

    scene
        .messaging
        .discard(&scene.queue(), id, "old")
        .await
        .unwrap();
    assert_eq!(scene.messaging.remove_expired().await.unwrap(), 1);
}

/// A job over the whole channel that has ended.
async fn ended_job(scene: &Scene) -> Job {
    let request = JobRequest {
        wish: JobWish::RetryDeadLetters,
        matching: SearchRequest {
            channel: Some(scene.queue().channel),
            ..Default::default()
        },
        destination: None,
        reason: None,
        ids: Vec::new(),
        dry_run: false,
        created_by: "test".to_owned(),
    };
    let id = scene.messaging.start_job(request).await.unwrap().id;
    eventually(|| scene.messaging.job(id).unwrap().state == JobState::Finished).await;
    scene.messaging.job(id).unwrap()
}

fn listed(messaging: &Messaging) -> Vec<Job> {
    messaging.jobs(None, 1_000)
}

#[tokio::test]
async fn a_job_that_has_ended_is_removed_after_the_time_that_messages_are_kept() {
    let scene = scene("[retention]\ndelivered_days = 30").await;
    let old = ended_job(&scene).await;
    scene.clock.advance(1);
    let newer = ended_job(&scene).await;
    let newest = ended_job(&scene).await;
    scene.clock.advance(30 * DAY_MS - 1);
    assert_eq!(scene.messaging.remove_expired_jobs().await.unwrap(), 0);

    scene.clock.advance(1);

    assert_eq!(scene.messaging.remove_expired_jobs().await.unwrap(), 1);
    assert_eq!(listed(&scene.messaging), [newest.clone(), newer.clone()]);
    assert_eq!(scene.faults.jobs().await.unwrap(), [newer, newest]);
    let gone = scene.messaging.job(old.id);
    assert!(matches!(gone, Err(OperationError::NoSuchJob(_))));
}

#[tokio::test]
async fn the_newest_job_stays_so_that_no_id_is_given_twice() {
    let scene = scene("[retention]\ndelivered_days = 1").await;
    ended_job(&scene).await;
    let newest = ended_job(&scene).await;
    scene.clock.advance(400 * DAY_MS);

    assert_eq!(scene.messaging.remove_expired_jobs().await.unwrap(), 1);

    scene.messaging.stop().await;
    let restarted = scene_on(scene.faults.clone(), "").await;
    assert!(ended_job(&restarted).await.id > newest.id);
}

#[tokio::test]
async fn more_old_jobs_than_one_commit_takes_are_removed_and_a_failed_commit_keeps_the_rest() {
    let scene = scene("[retention]\ndelivered_days = 1").await;
    for _ in 0..151 {
        ended_job(&scene).await;
    }
    scene.clock.advance(2 * DAY_MS);
    scene.faults.next_commits([None, Some(Fault::Unavailable)]);

    let failed = scene.messaging.remove_expired_jobs().await;

    assert!(matches!(failed, Err(OperationError::Store(_))));
    assert_eq!(listed(&scene.messaging).len(), 51);
    assert_eq!(scene.messaging.remove_expired_jobs().await.unwrap(), 50);
    assert_eq!(scene.faults.jobs().await.unwrap().len(), 1);
}

#[tokio::test]
async fn after_a_restart_no_clock_is_believed_for_messages_that_came_by_it_after_it_had_jumped() {
    for (days, pauses, doubts) in [(3, false, 0), (365, false, 1), (365, true, 1)] {
        let scene = scene("").await;
        scene.clock.set(NOW - days * DAY_MS);
        scene.store("1", "100").await;
        scene.clock.set(NOW);
        scene.store("2", "100").await;
        scene.messaging.stop().await;
        if pauses {
            scene.faults.pause_searches();
        }
        let (logged, _guard) = Logged::from_now_on();

        scene_on(scene.faults.clone(), "").await;

        assert_eq!(
            logged.count("the clock may be wrong"),
            doubts,
            "{days} {pauses}"
        );
    }
}
