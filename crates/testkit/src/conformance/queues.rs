//! Sentences 7, 8, 11, 13 and 16: queues, dead letters, totals and jobs.

use wardline_messaging::model::{
    ChannelCounters, DeadReason, DestinationCounters, JobId, JobState, MessageId, Queue,
};
use wardline_messaging::port::{MessageStore, QueueEntry, Write};

use super::StoreUnderTest;
use crate::sample;

/// Sentence 7.
pub async fn a_queue_is_listed_in_the_order_of_ids_only_what_is_enqueued_and_not_dequeued(
    opened: &mut impl StoreUnderTest,
) {
    let (lab, archive) = (
        sample::queue("adt-in", "lab"),
        sample::queue("adt-in", "archive"),
    );
    // Ids beyond one byte, so that an order of bytes or of text would show.
    let arrivals = [1, 2, 9, 10, 255, 256, 257, 65_536, u64::MAX - 1];
    let in_any_order = arrivals.iter().rev().map(|&id| sample::enqueue(&lab, id));
    let elsewhere = [sample::enqueue(&archive, 3)];
    let writes = in_any_order
        .chain(elsewhere)
        .chain([sample::dequeue(&lab, 10)]);
    opened.store().commit(sample::batch(writes)).await.unwrap();
    let left = [sample::dequeue(&lab, 257)];
    opened.store().commit(sample::batch(left)).await.unwrap();

    listed_in_parts(opened.store(), &lab).await;
    opened.reopen();
    listed_in_parts(opened.store(), &lab).await;
    let never_used = sample::queue("lab-in", "lab");
    assert!(
        opened
            .store()
            .queued(&never_used, MessageId(0), 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        !opened
            .store()
            .is_queued(&never_used, MessageId(1))
            .await
            .unwrap()
    );
}

async fn listed_in_parts(store: &dyn MessageStore, lab: &Queue) {
    let ids = |entries: Vec<QueueEntry>| entries.iter().map(|e| e.id.0).collect::<Vec<_>>();
    let all = store.queued(lab, MessageId(0), 100).await.unwrap();
    assert_eq!(ids(all), [1, 2, 9, 255, 256, 65_536, u64::MAX - 1]);
    let part = store.queued(lab, MessageId(2), 3).await.unwrap();
    assert_eq!(
        part,
        [sample::entry(9), sample::entry(255), sample::entry(256)]
    );
    assert!(
        store
            .queued(lab, MessageId(u64::MAX - 1), 3)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(store.queued(lab, MessageId(0), 0).await.unwrap().is_empty());
    assert!(store.is_queued(lab, MessageId(255)).await.unwrap());
    assert!(!store.is_queued(lab, MessageId(10)).await.unwrap());
    assert!(!store.is_queued(lab, MessageId(3)).await.unwrap());
}

/// Sentence 8.
pub async fn enqueueing_or_dequeueing_twice_is_the_same_as_once(opened: &mut impl StoreUnderTest) {
    let store = opened.store();
    let lab = sample::queue("adt-in", "lab");

    let twice = [sample::enqueue(&lab, 4), sample::enqueue(&lab, 4)];
    store.commit(sample::batch(twice)).await.unwrap();
    store
        .commit(sample::batch([sample::enqueue(&lab, 4)]))
        .await
        .unwrap();
    assert_eq!(
        store.queued(&lab, MessageId(0), 9).await.unwrap(),
        [sample::entry(4)]
    );

    store
        .commit(sample::batch([sample::dequeue(&lab, 4)]))
        .await
        .unwrap();
    let twice = [sample::dequeue(&lab, 4), sample::dequeue(&lab, 4)];
    store.commit(sample::batch(twice)).await.unwrap();
    assert!(
        store
            .queued(&lab, MessageId(0), 9)
            .await
            .unwrap()
            .is_empty()
    );

    store
        .commit(sample::batch([sample::enqueue(&lab, 4)]))
        .await
        .unwrap();
    assert!(store.is_queued(&lab, MessageId(4)).await.unwrap());
}

/// Sentence 11.
pub async fn a_dead_letter_is_listed_until_it_is_removed(opened: &mut impl StoreUnderTest) {
    let (lab, archive) = (
        sample::queue("adt-in", "lab"),
        sample::queue("adt-in", "archive"),
    );
    let letters = [300, 2, 1].map(|id| Write::PutDeadLetter(sample::dead_letter(&lab, id)));
    let elsewhere = Write::PutDeadLetter(sample::dead_letter(&archive, 7));
    let writes = letters.into_iter().chain([elsewhere]);
    opened.store().commit(sample::batch(writes)).await.unwrap();
    let mut changed = sample::dead_letter(&lab, 2);
    changed.reason = DeadReason::Parked;
    let change = Write::PutDeadLetter(changed.clone());
    opened
        .store()
        .commit(sample::batch([change]))
        .await
        .unwrap();

    let first = opened.store().dead_letters(&lab, None, 2).await.unwrap();
    assert_eq!(first.items, [sample::dead_letter(&lab, 1), changed.clone()]);
    let rest = opened
        .store()
        .dead_letters(&lab, first.next, 2)
        .await
        .unwrap();
    assert_eq!(rest.items, [sample::dead_letter(&lab, 300)]);
    assert_eq!(rest.next, None);

    let removal = Write::RemoveDeadLetter {
        queue: lab.clone(),
        id: MessageId(2),
    };
    opened
        .store()
        .commit(sample::batch([removal]))
        .await
        .unwrap();
    opened.reopen();
    let store = opened.store();
    let left = store.dead_letters(&lab, None, 9).await.unwrap();
    assert_eq!(
        left.items.iter().map(|l| l.id.0).collect::<Vec<_>>(),
        [1, 300]
    );
    assert_eq!(store.dead_letter(&lab, MessageId(2)).await.unwrap(), None);
    let letter = store.dead_letter(&archive, MessageId(7)).await.unwrap();
    assert_eq!(letter, Some(sample::dead_letter(&archive, 7)));
    assert_eq!(store.queues().await.unwrap(), [archive, lab]);
}

/// Sentence 13.
pub async fn counters_and_jobs_are_the_last_ones_put(opened: &mut impl StoreUnderTest) {
    let lab = sample::queue("adt-in", "lab");
    let channel = |received| ChannelCounters {
        received,
        last_received_at: Some(sample::MIDNIGHT + received),
        ..ChannelCounters::new(lab.channel.clone())
    };
    let destination = |waiting| DestinationCounters {
        waiting,
        ..DestinationCounters::new(lab.clone())
    };
    let mut finished = sample::job(2);
    finished.state = JobState::Finished;
    finished.after = Some(MessageId(900));
    let batches = [
        sample::batch([
            Write::PutChannelCounters(channel(1)),
            Write::PutDestinationCounters(destination(10)),
            Write::PutJob(sample::job(300)),
            Write::PutJob(sample::job(2)),
        ]),
        sample::batch([
            Write::PutChannelCounters(channel(2)),
            Write::PutChannelCounters(channel(3)),
            Write::PutDestinationCounters(destination(11)),
            Write::PutJob(finished.clone()),
        ]),
    ];

    for batch in batches {
        opened.store().commit(batch).await.unwrap();
    }
    opened.reopen();

    let store = opened.store();
    assert_eq!(store.channel_counters().await.unwrap(), [channel(3)]);
    assert_eq!(
        store.destination_counters().await.unwrap(),
        [destination(11)]
    );
    assert_eq!(store.jobs().await.unwrap(), [finished, sample::job(300)]);
}

/// Sentence 16.
pub async fn a_removed_job_is_listed_no_more(opened: &mut impl StoreUnderTest) {
    let put = [2, 300, 301].map(|id| Write::PutJob(sample::job(id)));
    let remove = || sample::batch([Write::RemoveJob(JobId(300)), Write::RemoveJob(JobId(7))]);
    opened.store().commit(sample::batch(put)).await.unwrap();

    opened.store().commit(remove()).await.unwrap();
    opened.store().commit(remove()).await.unwrap();

    let left = [sample::job(2), sample::job(301)];
    assert_eq!(opened.store().jobs().await.unwrap(), left);
    opened.reopen();
    assert_eq!(opened.store().jobs().await.unwrap(), left);
}
