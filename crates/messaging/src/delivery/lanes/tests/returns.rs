//! Messages that come back while others wait, are on their way and are taken out: the order holds and none is left.

use super::*;

/// What may happen; the number chooses among what there is.
#[derive(Clone, Copy, Debug)]
enum Event {
    Arrives,
    Goes,
    Settles(usize),
    IsTakenIn(usize),
    BacksOff(usize),
    Alarm(usize),
    ComesBack(usize),
    /// The same in a commit of which nothing was heard.
    ComesBackUnheard(usize),
    IsTakenOut(usize),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => Just(Event::Arrives),
        8 => Just(Event::Goes),
        6 => any::<usize>().prop_map(Event::Settles),
        6 => any::<usize>().prop_map(Event::IsTakenIn),
        3 => any::<usize>().prop_map(Event::BacksOff),
        2 => any::<usize>().prop_map(Event::Alarm),
        4 => any::<usize>().prop_map(Event::ComesBack),
        1 => any::<usize>().prop_map(Event::ComesBackUnheard),
        1 => any::<usize>().prop_map(Event::IsTakenOut),
    ]
}

/// A destination as its dispatcher, its store and its operators see it.
struct Destination {
    run: Run,
    arriving: VecDeque<QueueEntry>,
    /// Attempts that are not settled, and those that are and have not been taken in.
    on_their_way: Vec<QueueEntry>,
    settled: Vec<MessageId>,
    alarms: Vec<MessageId>,
    gone: Vec<QueueEntry>,
    /// Whether those that come back must keep their place: the window has room for all.
    has_room: bool,
    returned: BTreeSet<MessageId>,
}

fn choose<T>(from: &mut Vec<T>, choice: usize) -> Option<T> {
    (!from.is_empty()).then(|| from.remove(choice % from.len()))
}

fn share_a_lane(one: &QueueEntry, other: &QueueEntry) -> bool {
    let is_barrier = one.lanes.is_empty() || other.lanes.is_empty();
    is_barrier || one.lanes.iter().any(|lane| other.lanes.contains(lane))
}

impl Destination {
    fn new(limits: Limits, messages: &[Vec<u64>]) -> Self {
        let arriving = (1..).zip(messages).map(|(id, lanes)| entry(id, lanes));
        Self {
            run: Run {
                queue: BTreeMap::new(),
                reading: Reading::new(Lanes::new(limits)),
                feed: Feed::default(),
                sending: Vec::new(),
                finished: Vec::new(),
            },
            arriving: arriving.collect(),
            on_their_way: Vec::new(),
            settled: Vec::new(),
            alarms: Vec::new(),
            gone: Vec::new(),
            has_room: limits.window > messages.len(),
            returned: BTreeSet::new(),
        }
    }

    fn happens(&mut self, event: Event) -> Result<(), TestCaseError> {
        match event {
            Event::Arrives => {
                if let Some(entry) = self.arriving.pop_front() {
                    self.run.arrive(entry);
                }
            }
            Event::Goes => self.go()?,
            Event::Settles(choice) => {
                if let Some(entry) = choose(&mut self.on_their_way, choice) {
                    self.run.queue.remove(&entry.id);
                    self.settled.push(entry.id);
                    self.gone.push(entry);
                }
            }
            Event::IsTakenIn(choice) => {
                if let Some(id) = choose(&mut self.settled, choice) {
                    self.run.reading.lanes.finish(id);
                }
            }
            Event::BacksOff(choice) => {
                if let Some(entry) = choose(&mut self.on_their_way, choice) {
                    self.run.reading.lanes.back_off(entry.id);
                    self.alarms.push(entry.id);
                }
            }
            Event::Alarm(choice) => {
                if let Some(id) = choose(&mut self.alarms, choice) {
                    self.run.reading.lanes.wake(id);
                }
            }
            Event::ComesBack(choice) => {
                if let Some(entry) = choose(&mut self.gone, choice) {
                    self.come_back(&entry);
                    self.run.feed.requeued(entry);
                }
            }
            Event::ComesBackUnheard(choice) => {
                // Somebody who did not hear of it asks again, and by then the attempt before has long been taken in.
                self.take_in_all();
                if let Some(entry) = choose(&mut self.gone, choice) {
                    self.come_back(&entry);
                    self.run.feed.requeue_lost(entry.id);
                }
            }
            Event::IsTakenOut(choice) => self.take_out(choice),
        }
        Ok(())
    }

    fn come_back(&mut self, entry: &QueueEntry) {
        self.returned.insert(entry.id);
        self.run.queue.insert(entry.id, entry.clone());
    }

    fn take_in_all(&mut self) {
        for id in std::mem::take(&mut self.settled) {
            self.run.reading.lanes.finish(id);
        }
    }

    /// An operator parks or skips what waits.
    fn take_out(&mut self, choice: usize) {
        let lanes = &self.run.reading.lanes;
        let waiting = self.run.queue.keys().copied();
        let mut waiting: Vec<_> = waiting.filter(|id| !lanes.is_sending(*id)).collect();
        let Some(id) = choose(&mut waiting, choice) else {
            return;
        };
        self.gone.extend(self.run.queue.remove(&id));
        self.take_in_all();
        self.run.load();
        self.run.reading.lanes.finish(id);
    }

    /// Sends one, if one may go.
    fn go(&mut self) -> Result<(), TestCaseError> {
        self.run.load();
        let Some(id) = self.run.reading.lanes.take_ready() else {
            return Ok(());
        };
        let Some(entry) = self.run.queue.get(&id).cloned() else {
            return Err(TestCaseError::fail(format!(
                "{id:?} is sent and is not queued"
            )));
        };
        for other in &self.on_their_way {
            let together = format!("{entry:?} goes while {other:?} is on its way");
            prop_assert!(!share_a_lane(&entry, other), "{}", together);
        }
        for older in self.run.queue.range(..id).map(|(_, older)| older) {
            let may_be_late = self.returned.contains(&older.id) && !self.has_room;
            let overtakes = format!("{entry:?} goes before {older:?}: {:?}", self.run.reading);
            prop_assert!(may_be_late || !share_a_lane(&entry, older), "{}", overtakes);
        }
        self.on_their_way.push(entry);
        Ok(())
    }

    /// All alarms ring and all attempts succeed, until nothing goes any more.
    fn drain(&mut self) -> Result<(), TestCaseError> {
        while let Some(entry) = self.arriving.pop_front() {
            self.run.arrive(entry);
        }
        loop {
            for id in std::mem::take(&mut self.alarms) {
                self.run.reading.lanes.wake(id);
            }
            let before = self.on_their_way.len();
            self.go()?;
            if self.on_their_way.len() > before {
                continue;
            }
            if self.on_their_way.is_empty() && self.settled.is_empty() {
                return Ok(());
            }
            for entry in std::mem::take(&mut self.on_their_way) {
                self.run.queue.remove(&entry.id);
                self.settled.push(entry.id);
            }
            self.take_in_all();
        }
    }
}

fn none_is_left(
    limits: Limits,
    messages: &[Vec<u64>],
    events: &[Event],
) -> Result<(), TestCaseError> {
    let mut destination = Destination::new(limits, messages);

    for event in events {
        destination.happens(*event)?;
    }
    destination.drain()?;

    let left: Vec<_> = destination.run.queue.keys().collect();
    prop_assert!(
        left.is_empty(),
        "left: {:?}: {:?}",
        left,
        destination.run.reading
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_comes_back_keeps_its_place_and_nothing_is_left(
        messages in vec(vec(0_u64..6, 0..3), 1..60),
        events in vec(event(), 1..400),
        lane in 1_usize..5,
    ) {
        let limits = Limits { window: 1_000, lane, stuck_lane: 1 };

        none_is_left(limits, &messages, &events)?;
    }

    #[test]
    fn nothing_is_left_where_the_window_is_too_small_for_all(
        messages in vec(vec(0_u64..6, 0..3), 1..60),
        events in vec(event(), 1..400),
        limits in (3_usize..12, 1_usize..4).prop_map(|(window, lane)| Limits { window, lane, stuck_lane: 1 }),
    ) {
        none_is_left(limits, &messages, &events)?;
    }
}
