mod returns;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::delivery::feed::Feed;
use crate::delivery::reading::Reading;

fn entry(id: u64, lanes: &[u64]) -> QueueEntry {
    QueueEntry {
        id: MessageId(id),
        lanes: lanes.iter().map(|lane| LaneKey(*lane)).collect(),
        received_at: 0,
    }
}

fn lanes_with(entries: &[QueueEntry]) -> Lanes {
    let mut lanes = Lanes::new(Limits::default());
    for entry in entries {
        lanes.push(entry);
    }
    lanes
}

#[test]
fn one_patient_waits_for_its_earlier_message_and_others_do_not() {
    let mut lanes = lanes_with(&[entry(1, &[7]), entry(2, &[7]), entry(3, &[8])]);

    assert_eq!(lanes.take_ready(), Some(MessageId(1)));
    assert_eq!(lanes.take_ready(), Some(MessageId(3)));
    assert_eq!(lanes.take_ready(), None);

    lanes.finish(MessageId(1));

    assert_eq!(lanes.take_ready(), Some(MessageId(2)));
}

#[test]
fn a_merge_waits_for_both_patients_and_holds_both_up() {
    let mut lanes = lanes_with(&[
        entry(1, &[7]),
        entry(2, &[8]),
        entry(3, &[7, 8]),
        entry(4, &[7]),
        entry(5, &[8]),
    ]);
    assert_eq!(lanes.take_ready(), Some(MessageId(1)));
    assert_eq!(lanes.take_ready(), Some(MessageId(2)));

    lanes.finish(MessageId(1));
    assert_eq!(lanes.take_ready(), None, "patient 8 is still on its way");
    lanes.finish(MessageId(2));
    assert_eq!(lanes.take_ready(), Some(MessageId(3)));
    assert_eq!(lanes.take_ready(), None, "both patients wait for the merge");
    lanes.finish(MessageId(3));

    assert_eq!(lanes.take_ready(), Some(MessageId(4)));
    assert_eq!(lanes.take_ready(), Some(MessageId(5)));
}

#[test]
fn a_message_that_backs_off_keeps_its_place() {
    let mut lanes = lanes_with(&[entry(1, &[7]), entry(2, &[7])]);
    lanes.take_ready();

    lanes.back_off(MessageId(1));
    assert_eq!(lanes.take_ready(), None);
    lanes.wake(MessageId(1));

    assert_eq!(lanes.take_ready(), Some(MessageId(1)));
}

#[test]
fn a_barrier_waits_for_all_before_it_and_holds_up_all_after_it() {
    let mut lanes = lanes_with(&[entry(1, &[7]), entry(2, &[]), entry(3, &[8])]);

    assert_eq!(lanes.take_ready(), Some(MessageId(1)));
    assert_eq!(lanes.take_ready(), None);
    lanes.finish(MessageId(1));
    assert_eq!(lanes.take_ready(), Some(MessageId(2)));
    assert_eq!(lanes.take_ready(), None);
    lanes.finish(MessageId(2));

    assert_eq!(lanes.take_ready(), Some(MessageId(3)));
}

#[test]
fn an_older_message_that_comes_back_goes_before_newer_ones_that_wait() {
    let mut lanes = lanes_with(&[entry(5, &[7]), entry(6, &[7])]);
    lanes.take_ready();

    lanes.push(&entry(2, &[7]));
    lanes.finish(MessageId(5));

    assert_eq!(lanes.take_ready(), Some(MessageId(2)));
}

#[test]
fn an_older_message_takes_the_turn_of_one_that_was_about_to_go() {
    let mut lanes = lanes_with(&[entry(5, &[7])]);

    lanes.push(&entry(2, &[7]));

    assert_eq!(lanes.take_ready(), Some(MessageId(2)));
    assert_eq!(lanes.take_ready(), None);
}

#[test]
fn a_stuck_lane_is_cut_off_and_read_again_once_it_drained() {
    let mut lanes = Lanes::new(Limits {
        window: 100,
        lane: 4,
        stuck_lane: 2,
    });
    for id in 1..=2 {
        lanes.push(&entry(id, &[7]));
    }
    lanes.take_ready();
    lanes.back_off(MessageId(1));
    for id in 3..=50 {
        lanes.push(&entry(id, &[7]));
    }
    assert_eq!(lanes.entries.len(), 2);

    lanes.wake(MessageId(1));
    for id in 1..=2 {
        assert_eq!(lanes.take_ready(), Some(MessageId(id)));
        lanes.finish(MessageId(id));
    }

    assert_eq!(lanes.take_rewind(), Some(MessageId(3)));
    lanes.push(&entry(3, &[7]));
    lanes.read_again_to(MessageId(3));
    assert_eq!(lanes.take_ready(), Some(MessageId(3)));
}

/// A durable queue, a window over it, and what has been sent: what the dispatcher does, without time.
struct Run {
    queue: BTreeMap<MessageId, QueueEntry>,
    reading: Reading,
    feed: Feed,
    sending: Vec<MessageId>,
    finished: Vec<QueueEntry>,
}

impl Run {
    fn load(&mut self) {
        self.reading.take_news(self.feed.take());
        while let Some(after) = self.reading.read_after() {
            let beyond = self
                .queue
                .range(after.next()..)
                .map(|(_, entry)| entry.clone());
            let page: Vec<_> = beyond.take(3).collect();
            self.reading.take_page(&page, page.len() < 3);
        }
    }

    fn arrive(&mut self, entry: QueueEntry) {
        self.queue.insert(entry.id, entry.clone());
        self.feed.push(entry);
    }

    fn step(&mut self, choice: usize) {
        self.load();
        while let Some(id) = self.reading.lanes.take_ready() {
            self.sending.push(id);
        }
        if self.sending.is_empty() {
            return;
        }
        let id = self.sending.remove(choice % self.sending.len());
        if choice.is_multiple_of(5) {
            self.reading.lanes.back_off(id);
            self.reading.lanes.wake(id);
        } else {
            self.finished
                .push(self.queue.remove(&id).expect("sent what is queued"));
            self.reading.lanes.finish(id);
        }
    }
}

proptest! {
    #[test]
    fn every_message_goes_once_and_each_lane_in_order(
        messages in vec(vec(0_u64..6, 0..3), 1..80),
        choices in vec(0_usize..1_000, 50),
        arrivals_per_step in 1_usize..6,
        limits in (3_usize..12, 1_usize..4).prop_map(|(window, lane)| Limits { window, lane, stuck_lane: 1 }),
    ) {
        let mut run = Run {
            queue: BTreeMap::new(),
            reading: Reading::new(Lanes::new(limits)),
            feed: Feed::default(),
            sending: Vec::new(),
            finished: Vec::new(),
        };
        let mut arriving = (1..).zip(&messages).map(|(id, lanes)| entry(id, lanes));

        for step in 0..messages.len() * 50 {
            arriving.by_ref().take(arrivals_per_step).for_each(|entry| run.arrive(entry));
            run.step(choices[step % choices.len()] + step % 3);
        }

        let finished = run.finished.len();
        prop_assert_eq!(finished, messages.len(), "nothing is left behind: {:?}", run.reading);
        let mut last: BTreeMap<LaneKey, MessageId> = BTreeMap::new();
        let mut barrier = MessageId(0);
        let mut greatest = MessageId(0);
        for entry in &run.finished {
            prop_assert!(entry.id > barrier, "nothing overtakes a barrier");
            for lane in entry.lanes.iter().collect::<BTreeSet<_>>() {
                let before = last.insert(*lane, entry.id);
                prop_assert!(before.is_none_or(|before| before < entry.id), "lane order");
            }
            if entry.lanes.is_empty() {
                prop_assert!(greatest < entry.id, "a barrier waits for all before it");
                barrier = entry.id;
            }
            greatest = greatest.max(entry.id);
        }
    }

    #[test]
    fn a_message_that_comes_back_goes_once_more_and_before_its_patients_later_ones(
        lanes in vec(0_u64..3, 2..60),
        back in vec(any::<prop::sample::Index>(), 1..20),
        limits in (3_usize..12, 1_usize..4).prop_map(|(window, lane)| Limits { window, lane, stuck_lane: 1 }),
    ) {
        let mut run = Run {
            queue: BTreeMap::new(),
            reading: Reading::new(Lanes::new(limits)),
            feed: Feed::default(),
            sending: Vec::new(),
            finished: Vec::new(),
        };
        for (id, lane) in (1..).zip(&lanes) {
            run.arrive(entry(id, &[*lane]));
        }
        let mut returned = 0;

        for step in 0..lanes.len() * 50 {
            run.step(step * 5 + 1);
            if let (Some(index), false) = (back.get(returned), run.finished.is_empty()) {
                let again = index.get(&run.finished).clone();
                if let Entry::Vacant(place) = run.queue.entry(again.id) {
                    place.insert(again.clone());
                    run.feed.requeued(again);
                    returned += 1;
                }
            }
        }

        prop_assert_eq!(run.finished.len(), lanes.len() + returned, "{:?}", run.reading);
        prop_assert!(run.queue.is_empty());
    }
}
