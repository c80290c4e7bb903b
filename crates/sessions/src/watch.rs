//! Those who watch: the stream of what happens to sessions.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use wardline_kernel::UnixMillis;

use crate::model::{Event, EventKind, Placement, SessionId};
use crate::port::Logged;

/// Events kept for readers that are slow or come back after a broken connection: some 1 MB.
pub const MAX_EVENTS: usize = 8_192;
/// Numbers set aside for each millisecond of time before a process began, so that a later process's numbers are
/// greater. Nobody tells a thousand events in a millisecond for as long as a process lives, and the numbers stay
/// whole in JavaScript (2^53) until the year 2255.
const PER_MILLISECOND: u64 = 1_000;

/// What a reader is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The next event.
    Event(Event),
    /// Events between what it had and the next one are not kept any more: it looks at the list of sessions, then
    /// reads on.
    Missed,
}

/// What is to be told of a session.
pub(crate) struct Happened {
    pub(crate) id: SessionId,
    pub(crate) placement: Arc<Placement>,
    pub(crate) kind: EventKind,
    pub(crate) version: u32,
}

struct Kept {
    /// Without a gap in their numbers, up to `last`.
    events: VecDeque<Event>,
    last: u64,
    /// They are those of a log of all instances.
    is_shared: bool,
    counts: BTreeMap<EventKind, u64>,
}

/// The events of this process, or of all instances that share a store.
pub(crate) struct Watch {
    kept: Mutex<Kept>,
    last: watch::Sender<u64>,
    stopping: watch::Sender<bool>,
}

impl Watch {
    /// Numbers begin where no earlier process's can be.
    pub(crate) fn new(began_at: UnixMillis) -> Self {
        let before = began_at.saturating_mul(PER_MILLISECOND);
        Self {
            kept: Mutex::new(Kept {
                events: VecDeque::new(),
                last: before,
                is_shared: false,
                counts: BTreeMap::new(),
            }),
            last: watch::Sender::new(before),
            stopping: watch::Sender::new(false),
        }
    }

    /// Counts what this process did, and tells everybody of it unless the log of all instances does.
    pub(crate) fn tell(&self, at: UnixMillis, happened: impl IntoIterator<Item = Happened>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for one in happened {
            let count = kept.counts.entry(one.kind).or_insert(0);
            *count = count.saturating_add(1);
            if kept.is_shared {
                continue;
            }
            let sequence = kept.last.saturating_add(1);
            kept.push(Event {
                sequence,
                at,
                id: one.id,
                placement: one.placement,
                kind: one.kind,
                version: one.version,
            });
        }
        self.wake(&kept);
    }

    /// From now on events are those of a log.
    pub(crate) fn share(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.is_shared = true;
        kept.forget_up_to(0);
        self.wake(&kept);
    }

    /// Tells what a log holds.
    pub(crate) fn take_in(&self, entries: Vec<Logged>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in entries {
            match entry {
                Logged::Event(event) => kept.push(event),
                Logged::Lost { sequence } => kept.forget_up_to(sequence),
            }
        }
        self.wake(&kept);
    }

    /// The number of the last event that is known here.
    pub(crate) fn position(&self) -> u64 {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last
    }

    fn wake(&self, kept: &Kept) {
        self.last
            .send_if_modified(|last| std::mem::replace(last, kept.last) != kept.last);
    }

    /// How often each kind of thing happened since this process began.
    pub(crate) fn counts(&self) -> BTreeMap<EventKind, u64> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.counts.clone()
    }

    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    pub(crate) fn subscribe(self: &Arc<Self>, after: Option<u64>) -> EventStream {
        let changed = self.last.subscribe();
        let last = *changed.borrow();
        EventStream {
            watch: Arc::clone(self),
            changed,
            stopping: self.stopping.subscribe(),
            after: after.unwrap_or(last),
        }
    }

    /// The next thing to tell a reader that has had everything up to `after`, and what it has had then.
    fn next_after(&self, after: u64) -> Option<(Told, u64)> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody was told of a number that is not given yet: what this reader had is not from here.
        if after > kept.last {
            return Some((Told::Missed, kept.last));
        }
        if after == kept.last {
            return None;
        }
        let before = kept
            .events
            .front()
            .map_or(kept.last, |first| first.sequence.saturating_sub(1));
        if after < before {
            return Some((Told::Missed, before));
        }
        let index = usize::try_from(after - before).ok()?;
        let event = kept.events.get(index)?.clone();
        let sequence = event.sequence;
        Some((Told::Event(event), sequence))
    }
}

impl Kept {
    fn push(&mut self, event: Event) {
        if event.sequence != self.last.saturating_add(1) {
            // What was between is lost.
            self.events.clear();
        }
        if self.events.len() == MAX_EVENTS {
            self.events.pop_front();
        }
        self.last = event.sequence;
        self.events.push_back(event);
    }

    /// Whoever had less than this has missed something.
    fn forget_up_to(&mut self, sequence: u64) {
        self.events.clear();
        self.last = sequence;
    }
}

/// Events in order, from where the reader left off.
pub struct EventStream {
    watch: Arc<Watch>,
    changed: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    after: u64,
}

impl EventStream {
    /// The next event; waits for it. `None` when the service stops.
    pub async fn next(&mut self) -> Option<Told> {
        loop {
            self.changed.borrow_and_update();
            if let Some(told) = self.try_next() {
                return Some(told);
            }
            if *self.stopping.borrow_and_update() {
                return None;
            }
            tokio::select! {
                changed = self.changed.changed() => changed.ok()?,
                changed = self.stopping.changed() => changed.ok()?,
            }
        }
    }

    /// The next event if there is one now.
    pub fn try_next(&mut self) -> Option<Told> {
        let (told, after) = self.watch.next_after(self.after)?;
        self.after = after;
        Some(told)
    }

    /// The number of the last event that was told: what to come back with.
    pub fn position(&self) -> u64 {
        self.after
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{PortalName, RoleName};

    fn event(sequence: u64) -> Logged {
        Logged::Event(Event {
            sequence,
            at: 0,
            id: SessionId::from_bytes([1; 16]),
            placement: Arc::new(Placement {
                role: RoleName::new("nurse").unwrap(),
                department: None,
                portal: PortalName::new("hyperspace").unwrap(),
            }),
            kind: EventKind::Created,
            version: 1,
        })
    }

    /// One that has read a log of these.
    fn reading(entries: impl IntoIterator<Item = Logged>) -> Arc<Watch> {
        let watch = Arc::new(Watch::new(0));
        watch.share();
        watch.take_in(entries.into_iter().collect());
        watch
    }

    /// What a reader is told that had everything up to `after`: numbers, and 0 for what it missed.
    fn told(watch: &Arc<Watch>, after: u64) -> Vec<u64> {
        let mut stream = watch.subscribe(Some(after));
        std::iter::from_fn(|| {
            stream.try_next().map(|told| match told {
                Told::Event(event) => event.sequence,
                Told::Missed => 0,
            })
        })
        .collect()
    }

    #[test]
    fn a_log_is_told_under_its_own_numbers() {
        let watch = reading([event(50), event(51), event(52)]);

        assert_eq!(told(&watch, 50), [51, 52]);
        assert_eq!(told(&watch, 49), [50, 51, 52]);
        assert_eq!(told(&watch, 48), [0, 50, 51, 52]);
        assert_eq!(told(&watch, 52), []);
        assert_eq!(told(&watch, 53), [0]);
    }

    #[test]
    fn where_a_log_lost_something_whoever_had_less_is_told_so() {
        let lost = Logged::Lost { sequence: 51 };
        let marked = reading([event(50), lost, event(52)]);
        let left_out = reading([event(50), event(52)]);

        for watch in [marked, left_out] {
            assert_eq!(told(&watch, 50), [0, 52]);
            assert_eq!(told(&watch, 51), [52]);
        }
    }

    #[test]
    fn a_log_that_was_begun_anew_takes_the_place_of_the_one_before() {
        let watch = reading([event(50), event(51)]);
        let mut stream = watch.subscribe(None);

        watch.take_in(vec![Logged::Lost { sequence: 40 }, event(41)]);

        assert_eq!(stream.try_next(), Some(Told::Missed));
        assert_eq!(stream.position(), 41);
        assert_eq!(told(&watch, 40), [41]);
    }

    #[test]
    fn what_this_process_did_is_counted_and_told_by_the_log_alone() {
        let watch = reading([event(50)]);
        let Logged::Event(event) = event(0) else {
            unreachable!("it is an event")
        };
        let happened = Happened {
            id: event.id,
            placement: event.placement,
            kind: event.kind,
            version: 1,
        };

        watch.tell(0, [happened]);

        assert_eq!(told(&watch, 50), []);
        assert_eq!(watch.counts().get(&EventKind::Created), Some(&1));
    }
}
