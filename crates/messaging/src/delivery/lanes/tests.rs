use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

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
    assert_eq!(lanes.take_ready(), Some(MessageId(3)));
}

/// A durable queue, a window over it, and what has been sent: what the dispatcher does, without time.
struct Run {
    queue: BTreeMap<MessageId, QueueEntry>,
    lanes: Lanes,
    cursor: MessageId,
    sending: Vec<MessageId>,
    finished: Vec<QueueEntry>,
}

impl Run {
    fn load(&mut self) {
        if let Some(to) = self.lanes.take_rewind() {
            self.cursor = self.cursor.min(MessageId(to.0 - 1));
        }
        let beyond: Vec<QueueEntry> = self
            .queue
            .range(self.cursor.next()..)
            .map(|(_, entry)| entry.clone())
            .collect();
        for entry in beyond {
            if self.lanes.is_full() {
                break;
            }
            self.cursor = entry.id;
            self.lanes.push(&entry);
        }
    }

    fn step(&mut self, choice: usize) {
        self.load();
        while let Some(id) = self.lanes.take_ready() {
            self.sending.push(id);
        }
        if self.sending.is_empty() {
            return;
        }
        let id = self.sending.remove(choice % self.sending.len());
        if choice % 5 == 0 {
            self.lanes.back_off(id);
            self.lanes.wake(id);
        } else {
            self.finished
                .push(self.queue.remove(&id).expect("sent what is queued"));
            self.lanes.finish(id);
        }
    }
}

proptest! {
    #[test]
    fn every_message_goes_once_and_each_lane_in_order(
        messages in proptest::collection::vec(proptest::collection::vec(0_u64..6, 0..3), 1..80),
        choices in proptest::collection::vec(0_usize..1_000, 50),
        limits in (3_usize..12, 1_usize..4).prop_map(|(window, lane)| Limits { window, lane, stuck_lane: 1 }),
    ) {
        let queue: BTreeMap<_, _> = (1..).zip(&messages).map(|(id, l)| (MessageId(id), entry(id, l))).collect();
        let total = queue.len();
        let mut run = Run {
            queue,
            lanes: Lanes::new(limits),
            cursor: MessageId(0),
            sending: Vec::new(),
            finished: Vec::new(),
        };

        for step in 0..total * 50 {
            run.step(choices[step % choices.len()] + step % 3);
        }

        prop_assert_eq!(run.finished.len(), total, "nothing is left behind: {:?}", run.lanes);
        let mut last: BTreeMap<LaneKey, MessageId> = BTreeMap::new();
        let mut barrier = MessageId(0);
        let mut greatest = MessageId(0);
        for entry in &run.finished {
            prop_assert!(entry.id > barrier, "nothing overtakes a barrier");
            for lane in &entry.lanes {
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
}
