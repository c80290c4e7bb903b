//! What people watch: the stream of events, and whether messages can be taken now.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::model::{Event, EventKind, UnixMillis};
use crate::port::Clock;

/// Events kept for readers that come back after a broken connection.
const MAX_EVENTS: usize = 1_024;

/// Whether messages can be taken now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// They can.
    Ready,
    /// They are answered AE (try again later), because of this.
    Unavailable(String),
    /// The service is stopping.
    Stopping,
}

/// What can keep messages from being taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cause {
    /// The store failed to write. Trying goes on: the next write that works ends it.
    Store,
    /// More comes than can be written. It ends when nothing waits any more.
    Overload,
    /// Too little room is left on the store's disk. Nothing is tried until there is more.
    Disk,
}

#[derive(Debug, Default)]
struct Obstacles {
    of: BTreeMap<Cause, String>,
    stopping: bool,
}

impl Obstacles {
    fn health(&self) -> Health {
        match self.of.first_key_value() {
            _ if self.stopping => Health::Stopping,
            Some((_, detail)) => Health::Unavailable(detail.clone()),
            None => Health::Ready,
        }
    }
}

#[derive(Debug, Default)]
struct Kept {
    events: VecDeque<Event>,
    last: u64,
}

/// The events of this process and its health.
#[derive(Debug)]
pub(crate) struct Watch {
    kept: Mutex<Kept>,
    last: watch::Sender<u64>,
    obstacles: watch::Sender<Obstacles>,
    clock: ClockHandle,
}

/// A clock that has a `Debug`.
struct ClockHandle(Arc<dyn Clock>);

impl std::fmt::Debug for ClockHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl Watch {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            kept: Mutex::default(),
            last: watch::Sender::new(0),
            obstacles: watch::Sender::default(),
            clock: ClockHandle(clock),
        }
    }

    /// Tells everybody.
    pub(crate) fn tell(&self, kind: EventKind) {
        tracing::info!("{kind}");
        let at: UnixMillis = self.clock.0.now();
        let last = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.last += 1;
            let sequence = kept.last;
            if kept.events.len() == MAX_EVENTS {
                kept.events.pop_front();
            }
            kept.events.push_back(Event { sequence, at, kind });
            sequence
        };
        self.last.send_replace(last);
    }

    pub(crate) fn health(&self) -> Health {
        self.obstacles.borrow().health()
    }

    /// Why nothing may be tried now.
    pub(crate) fn disk_is_low(&self) -> Option<String> {
        self.obstacles.borrow().of.get(&Cause::Disk).cloned()
    }

    /// Whether the last write failed.
    pub(crate) fn store_has_failed(&self) -> bool {
        self.obstacles.borrow().of.contains_key(&Cause::Store)
    }

    /// Messages cannot be taken: one event for the whole outage.
    pub(crate) fn unavailable(&self, cause: Cause, detail: &str) {
        let mut began = false;
        self.obstacles.send_if_modified(|obstacles| {
            began = obstacles.of.is_empty();
            obstacles.of.insert(cause, detail.to_owned()).is_none()
        });
        if began {
            tracing::error!(detail, "no messages are taken");
            self.tell(EventKind::StoreUnavailable {
                detail: detail.to_owned(),
            });
        }
    }

    /// This cause is gone.
    pub(crate) fn available(&self, cause: Cause) {
        let mut ended = false;
        self.obstacles.send_if_modified(|obstacles| {
            let changed = obstacles.of.remove(&cause).is_some();
            ended = changed && obstacles.of.is_empty();
            changed
        });
        if ended {
            self.tell(EventKind::StoreRecovered);
        }
    }

    pub(crate) fn stopping(&self) {
        self.obstacles
            .send_modify(|obstacles| obstacles.stopping = true);
    }

    pub(crate) fn subscribe(self: &Arc<Self>, after: Option<u64>) -> EventStream {
        let changed = self.last.subscribe();
        let after = after.unwrap_or_else(|| *changed.borrow());
        EventStream {
            watch: Arc::clone(self),
            changed,
            obstacles: self.obstacles.subscribe(),
            after,
        }
    }

    fn next_after(&self, after: u64) -> Option<Event> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // A process that started again counts from 1: a reader that is ahead starts over.
        let after = if after > kept.last { 0 } else { after };
        kept.events
            .iter()
            .find(|event| event.sequence > after)
            .cloned()
    }
}

/// Events in order, from where the reader left off. A slow reader skips what is no longer kept; the
/// gap shows in `sequence`.
#[derive(Debug)]
pub struct EventStream {
    watch: Arc<Watch>,
    changed: watch::Receiver<u64>,
    obstacles: watch::Receiver<Obstacles>,
    after: u64,
}

impl EventStream {
    /// The next event; waits for it. `None` when the service stops.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            self.changed.borrow_and_update();
            if let Some(event) = self.watch.next_after(self.after) {
                self.after = event.sequence;
                return Some(event);
            }
            if self.obstacles.borrow_and_update().stopping {
                return None;
            }
            tokio::select! {
                changed = self.changed.changed() => changed.ok()?,
                changed = self.obstacles.changed() => changed.ok()?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::ManualClock;

    fn watch() -> Arc<Watch> {
        Arc::new(Watch::new(Arc::new(ManualClock::at(7))))
    }

    #[tokio::test]
    async fn a_reader_that_comes_back_gets_what_it_missed() {
        let watch = watch();
        for _ in 0..3 {
            watch.tell(EventKind::StoreRecovered);
        }

        let mut stream = watch.subscribe(Some(1));

        assert_eq!(stream.next().await.map(|e| e.sequence), Some(2));
        assert_eq!(stream.next().await.map(|e| e.sequence), Some(3));
    }

    #[tokio::test]
    async fn a_slow_reader_skips_what_is_no_longer_kept() {
        let watch = watch();
        let mut stream = watch.subscribe(Some(0));
        for _ in 0..MAX_EVENTS + 10 {
            watch.tell(EventKind::StoreRecovered);
        }

        assert_eq!(stream.next().await.map(|e| e.sequence), Some(11));
    }

    #[tokio::test]
    async fn one_outage_is_one_event() {
        let watch = watch();
        let mut stream = watch.subscribe(None);

        watch.unavailable(Cause::Store, "full");
        watch.unavailable(Cause::Store, "full");
        watch.available(Cause::Store);
        watch.available(Cause::Store);

        let kinds = [stream.next().await, stream.next().await].map(|e| e.map(|e| e.kind));
        let full = EventKind::StoreUnavailable {
            detail: "full".to_owned(),
        };
        assert_eq!(kinds, [Some(full), Some(EventKind::StoreRecovered)]);
        assert_eq!(watch.last.borrow().to_owned(), 2);
    }
}
