//! Work on many messages.

use wardline_messaging::OperationError;
use wardline_messaging::model::{Job, JobId, JobState};
use wardline_messaging::operations::{JobRequest, JobWish, SearchRequest};
use wardline_messaging::port::MessageStore;
use wardline_testkit::Fault;

use crate::logged::Logged;
use crate::scene::{Scene, Script, eventually, scene, scene_on};

fn request(scene: &Scene, wish: JobWish) -> JobRequest {
    JobRequest {
        wish,
        matching: SearchRequest {
            channel: Some(scene.queue().channel),
            ..Default::default()
        },
        destination: None,
        reason: None,
        ids: Vec::new(),
        dry_run: false,
        created_by: "test".to_owned(),
    }
}

async fn run(scene: &Scene, request: JobRequest) -> Job {
    let id = scene.messaging.start_job(request).await.unwrap().id;
    eventually(|| scene.messaging.job(id).unwrap().state != JobState::Running).await;
    scene.messaging.job(id).unwrap()
}

async fn scene_with_dead_letters(count: usize) -> Scene {
    let scene = scene("").await;
    scene
        .partner
        .answer(std::iter::repeat_with(Script::refused).take(count));
    for number in 0..count {
        scene
            .store(&format!("C{number}"), &format!("P{number}"))
            .await;
    }
    scene.dead(count as u64).await;
    scene
}

#[tokio::test]
async fn all_dead_letters_of_a_channel_are_retried() {
    let scene = scene_with_dead_letters(450).await;

    let job = run(&scene, request(&scene, JobWish::RetryDeadLetters)).await;

    assert_eq!(job.state, JobState::Finished);
    assert_eq!((job.counts.examined, job.counts.changed), (450, 450));
    scene.delivered(450).await;
}

#[tokio::test]
async fn a_dry_run_counts_and_changes_nothing() {
    let scene = scene_with_dead_letters(3).await;

    let job = run(
        &scene,
        JobRequest {
            dry_run: true,
            ..request(&scene, JobWish::RetryDeadLetters)
        },
    )
    .await;

    assert_eq!(job.counts.changed, 3);
    assert_eq!(scene.messaging.totals().destination(&scene.queue()).dead, 3);
}

#[tokio::test]
async fn only_the_selected_ones_are_discarded() {
    let scene = scene_with_dead_letters(3).await;
    let wish = JobWish::DiscardDeadLetters {
        reason: "a test patient".to_owned(),
    };
    let mut request = request(&scene, wish);
    request.matching.patient = Some("P1".to_owned());

    let job = run(&scene, request).await;

    assert_eq!((job.counts.examined, job.counts.changed), (3, 1));
    let totals = scene.messaging.totals().destination(&scene.queue());
    assert_eq!((totals.dead, totals.discarded), (2, 1));
}

#[tokio::test]
async fn delivered_messages_are_replayed_in_order() {
    let scene = scene("").await;
    for number in 0..3 {
        scene.store(&format!("C{number}"), "100").await;
    }
    scene.delivered(3).await;
    let first: Vec<_> = scene.partner.sent();

    let job = run(
        &scene,
        request(&scene, JobWish::Replay { destination: None }),
    )
    .await;

    assert_eq!(job.counts.changed, 3);
    scene.delivered(6).await;
    assert_eq!(scene.partner.sent()[3..], first[..]);
}

#[tokio::test]
async fn a_replay_of_everything_is_refused() {
    let scene = scene("").await;
    let mut request = request(&scene, JobWish::Replay { destination: None });
    request.matching.channel = None;

    let refused = scene.messaging.start_job(request).await;

    assert!(matches!(refused, Err(OperationError::Invalid(_))));
}

fn edit(scene: &Scene, path: &str, value: &str) -> JobRequest {
    let values = vec![(path.parse().unwrap(), value.to_owned())];
    request(scene, JobWish::EditDeadLetters { values })
}

#[tokio::test]
async fn a_changed_copy_of_every_dead_letter_is_sent_once_in_its_place() {
    let scene = scene_with_dead_letters(10).await;

    let job = run(&scene, edit(&scene, "PID-8", "F")).await;

    assert_eq!(job.state, JobState::Finished);
    assert_eq!((job.counts.examined, job.counts.changed), (10, 10));
    scene.delivered(10).await;
    assert_eq!(scene.messaging.totals().destination(&scene.queue()).dead, 0);
    let sent: Vec<_> = (10..20).map(|at| scene.partner.sent_text(at)).collect();
    for (number, text) in sent.iter().enumerate() {
        assert!(text.contains("|F"), "{text}");
        assert!(!text.contains(&format!("|C{number}|")), "its MSH-10 is new");
    }
    assert_eq!(scene.partner.sent().len(), 20);
}

#[tokio::test]
async fn what_an_edit_does_not_fit_is_left_as_it_is_and_counted() {
    let scene = scene_with_dead_letters(3).await;

    let job = run(&scene, edit(&scene, "OBX-5", "7")).await;

    assert_eq!(job.state, JobState::Finished);
    assert_eq!((job.counts.changed, job.counts.skipped), (0, 3));
    assert_eq!(scene.messaging.totals().destination(&scene.queue()).dead, 3);
}

#[tokio::test]
async fn a_dry_run_of_an_edit_says_how_many_it_fits_and_stores_nothing() {
    let scene = scene_with_dead_letters(5).await;

    let dry = JobRequest {
        dry_run: true,
        ..edit(&scene, "PID-8", "F")
    };
    let job = run(&scene, dry).await;

    assert_eq!((job.counts.changed, job.counts.skipped), (5, 0));
    assert_eq!(scene.messaging.totals().destination(&scene.queue()).dead, 5);
}

/// An edit that is at its work: its first page was not taken, and it pauses before it goes on.
async fn edit_at_work(scene: &Scene) -> JobId {
    let asked = scene.faults.commits_asked();
    let faults = [None, Some(Fault::Unavailable)];
    scene.faults.next_commits(faults);
    let edit = edit(scene, "PID-8", "F");
    let id = scene.messaging.start_job(edit).await.unwrap().id;
    eventually(|| scene.faults.commits_asked() >= asked + faults.len()).await;
    id
}

#[tokio::test]
async fn a_job_that_was_cancelled_while_it_waited_does_nothing_after_a_crash() {
    let scene = scene_with_dead_letters(10).await;
    let messaging = &scene.messaging;
    edit_at_work(&scene).await;
    let discard = JobWish::DiscardDeadLetters {
        reason: "a mistake".to_owned(),
    };
    let waiting = messaging
        .start_job(request(&scene, discard))
        .await
        .unwrap()
        .id;

    messaging.cancel_job(waiting).await.unwrap();

    assert_eq!(stored(&scene, waiting).await.state, JobState::Cancelled);
    scene.messaging.stop().await;
    let restarted = scene_on(scene.faults.clone(), "").await;
    let job = restarted.messaging.job(waiting).unwrap();
    assert_eq!((job.state, job.counts.changed), (JobState::Cancelled, 0));
}

#[tokio::test]
async fn a_job_that_is_cancelled_at_its_work_has_ended_durably_before_that_is_answered() {
    let scene = scene_with_dead_letters(10).await;
    let id = edit_at_work(&scene).await;

    scene.messaging.cancel_job(id).await.unwrap();

    assert_eq!(stored(&scene, id).await.state, JobState::Cancelled);
    assert_eq!(
        stored(&scene, id).await,
        scene.messaging.job(id).unwrap(),
        "it is told as it is stored"
    );
    let again = scene.messaging.cancel_job(id).await;
    assert!(matches!(again, Err(OperationError::Invalid(_))));
}

#[tokio::test]
async fn a_cancelling_that_is_not_stored_is_not_confirmed() {
    let scene = scene_with_dead_letters(10).await;
    let id = edit_at_work(&scene).await;
    scene.faults.break_down(Fault::Unavailable);

    let cancelled = scene.messaging.cancel_job(id).await;

    assert!(matches!(cancelled, Err(OperationError::Store(_))));
    assert_eq!(
        scene.messaging.job(id).unwrap().state,
        JobState::Running,
        "it goes on, as its row says"
    );
}

#[tokio::test]
async fn jobs_that_are_started_together_are_two() {
    let scene = scene("").await;
    let dry = || JobRequest {
        dry_run: true,
        ..request(&scene, JobWish::RetryDeadLetters)
    };

    let (one, other) = tokio::join!(
        scene.messaging.start_job(dry()),
        scene.messaging.start_job(dry())
    );

    let (one, other) = (one.unwrap().id, other.unwrap().id);
    assert_ne!(one, other);
    let ids: Vec<_> = scene
        .messaging
        .jobs(None, 10)
        .iter()
        .map(|job| job.id)
        .collect();
    assert_eq!(ids, [one.max(other), one.min(other)]);
}

#[tokio::test]
async fn a_job_is_seen_once_it_is_stored_and_not_lost_with_who_asked_for_it() {
    let scene = scene("").await;
    let (messaging, asked) = (scene.messaging.clone(), scene.faults.commits_asked());
    let retry = request(&scene, JobWish::RetryDeadLetters);
    scene.faults.hold();
    let caller = tokio::spawn(async move { messaging.start_job(retry).await });
    eventually(|| scene.faults.commits_asked() > asked).await;

    let seen_before = scene.messaging.jobs(None, 10).len();
    caller.abort();
    caller.await.unwrap_err();
    scene.faults.release();

    assert_eq!(seen_before, 0);
    eventually(|| scene.messaging.jobs(None, 10).len() == 1).await;
}

async fn stored(scene: &Scene, id: JobId) -> Job {
    let jobs = scene.faults.jobs().await.unwrap();
    jobs.into_iter().find(|job| job.id == id).unwrap()
}

#[tokio::test]
async fn a_job_whose_start_was_written_unheard_does_not_run_after_a_crash() {
    let scene = scene("").await;
    scene.store("1", "100").await;
    scene.delivered(1).await;
    scene.faults.next_commits([Some(Fault::AnswerLost)]);

    let request = request(&scene, JobWish::Replay { destination: None });
    let unheard = scene.messaging.start_job(request).await;

    assert!(matches!(unheard, Err(OperationError::Store(_))));
    eventually(|| !scene.messaging.jobs(None, 9).is_empty()).await;
    assert_eq!(scene.messaging.jobs(None, 9)[0].state, JobState::Cancelled);
    assert_eq!(scene.partner.sent().len(), 1);
}

#[tokio::test]
async fn a_page_that_was_written_unheard_is_not_done_again() {
    let scene = scene("").await;
    for number in 0..3 {
        scene.store(&format!("C{number}"), "100").await;
    }
    scene.delivered(3).await;
    scene.faults.next_commits([None, Some(Fault::AnswerLost)]);

    let job = run(
        &scene,
        request(&scene, JobWish::Replay { destination: None }),
    )
    .await;

    assert_eq!((job.state, job.counts.changed), (JobState::Finished, 3));
    scene.delivered(6).await;
    assert_eq!(scene.messaging.totals().waiting(&scene.queue()), 0);
    assert_eq!(scene.partner.sent().len(), 6, "each twice and no more");
}

#[tokio::test]
async fn a_job_that_was_cancelled_unheard_does_not_go_on() {
    let scene = scene_with_dead_letters(10).await;
    let id = edit_at_work(&scene).await;
    // Of all commits: the service may try one by itself meanwhile.
    scene.faults.break_down(Fault::AnswerLost);

    let unheard = scene.messaging.cancel_job(id).await;

    scene.faults.mend();
    assert!(matches!(unheard, Err(OperationError::Store(_))));
    eventually(|| scene.messaging.job(id).unwrap().state == JobState::Cancelled).await;
    assert_eq!(scene.partner.sent().len(), 10, "no copy was sent");
}

#[tokio::test]
async fn a_job_that_fails_while_its_end_cannot_be_written_is_told_once_in_the_log() {
    let scene = scene_with_dead_letters(1).await;
    let asked = scene.faults.commits_asked();
    let faults = [None, Some(Fault::Unavailable)];
    scene.faults.next_commits(faults);
    let discard = JobWish::DiscardDeadLetters {
        reason: "a mistake".to_owned(),
    };
    let request = request(&scene, discard);
    let id = scene.messaging.start_job(request).await.unwrap().id;
    eventually(|| scene.faults.commits_asked() >= asked + faults.len()).await;
    scene.messaging.stop().await;
    let (logged, _guard) = Logged::from_now_on();
    scene.faults.break_down(Fault::Unavailable);

    // Under other keys its reason does not open.
    let restarted = scene_on(scene.faults.clone(), "").await;
    let asked = restarted.faults.commits_asked();
    eventually(|| logged.count("jobs wait") > 0).await;
    assert_eq!(logged.count("a job failed"), 1);
    eventually(|| restarted.faults.commits_asked() > asked + 5).await;
    restarted.faults.mend();
    eventually(|| restarted.messaging.job(id).unwrap().state == JobState::Failed).await;

    assert_eq!(logged.count("a job failed"), 1);
    assert_eq!(logged.count("jobs wait"), 1);
}
