//! The hospital's sending systems: each plays its part of the story over one connection of its own, in
//! the hospital's time or faster, and does what an interface engine does when a message is not taken.
//!
//! One message at a time: the next one leaves when the last one was answered. AE, CE, silence and a broken
//! connection send the same bytes again, so the same MSH-10; AR and CR are final.
//!
//! Start reading at [`Traffic::start`]; `pace` holds the clock and `line` one connection.

mod line;
mod pace;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::hospital::{Application, BedsideOptions, Hospital, VirtualTime};
use line::Line;

/// Messages that wait in one sending system; when they are more, the hospital's clock stands still.
const WAITING_PER_APPLICATION: usize = 512;

/// What to play, and to whom.
#[derive(Clone, Debug)]
pub struct TrafficOptions {
    /// The hospital's seed; the same seed tells the same story.
    pub seed: u64,
    /// Beds of the hospital.
    pub beds: u32,
    /// When the story begins.
    pub start: VirtualTime,
    /// How fast, and how smoothly.
    pub pace: Pace,
    /// `host:port` of the receiver for each system. What a system without an address would send is told
    /// to nobody.
    pub targets: BTreeMap<Application, String>,
    /// The longest wait for a connection or an acknowledgement.
    pub answer_timeout: Duration,
    /// Monitors and nurses, if the beds are watched. Without, they say nothing.
    pub bedside: Option<BedsideOptions>,
    /// What the clocks of monitors and nurses show. Without, the hospital's time; whoever listens with a clock of
    /// their own, at another speed or another date, would take every value for stale.
    pub wall_clock: Option<fn() -> VirtualTime>,
    /// Whether to remember the control ids that were acknowledged.
    pub remember_acknowledged: bool,
}

/// What can be changed while the hospital plays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Seconds in the hospital for a second here; infinity plays as fast as messages are taken.
    pub speed: f64,
    /// How many times more people come than on a normal day.
    pub pressure: f64,
    /// For 100 messages of the story, so many broken ones come on top.
    pub malformed_percent: u32,
}

/// The story being played. Dropping it cuts it off.
pub struct Traffic {
    shared: Arc<Shared>,
    pace: watch::Sender<Pace>,
    tasks: JoinSet<()>,
}

/// What has happened so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages that the story holds so far, each once.
    pub told: u64,
    /// Answered AA or CA.
    pub acknowledged: u64,
    /// Answered AR or CR: given up.
    pub refused: u64,
    /// Sent again after AE, CE, silence or a broken connection.
    pub resent: u64,
    /// Connections that were opened, and all that could not be.
    pub connected: u64,
    /// Attempts to connect that failed.
    pub unreachable: u64,
    /// Broken messages sent on top of the story.
    pub malformed: u64,
    /// Broken messages that were answered AA or CA all the same.
    pub malformed_accepted: u64,
}

/// One message for one line.
struct Letter {
    bytes: bytes::Bytes,
    /// MSH-10; none in a broken message, whose answer is not waited for long.
    control_id: Option<String>,
}

#[derive(Default)]
struct Shared {
    stopped: AtomicBool,
    told: AtomicU64,
    acknowledged: AtomicU64,
    refused: AtomicU64,
    resent: AtomicU64,
    connected: AtomicU64,
    unreachable: AtomicU64,
    malformed: AtomicU64,
    malformed_accepted: AtomicU64,
    ledger: Option<Mutex<Vec<String>>>,
}

impl Default for Pace {
    /// A normal day in real time.
    fn default() -> Self {
        Self {
            speed: 1.0,
            pressure: 1.0,
            malformed_percent: 0,
        }
    }
}

impl TrafficOptions {
    /// All systems of a hospital with 50 beds send to one address, in real time.
    pub fn to(address: &str) -> Self {
        Self {
            seed: 1,
            beds: 50,
            start: VirtualTime::DEFAULT_START,
            pace: Pace::default(),
            targets: Application::ALL
                .map(|each| (each, address.to_owned()))
                .into(),
            answer_timeout: Duration::from_secs(30),
            bedside: None,
            wall_clock: None,
            remember_acknowledged: false,
        }
    }
}

impl Traffic {
    /// Begins to play. Runs on the current tokio runtime.
    pub fn start(options: TrafficOptions) -> Self {
        let ledger = options.remember_acknowledged.then(Mutex::default);
        let shared = Arc::new(Shared {
            ledger,
            ..Shared::default()
        });
        let (pace, pace_seen) = watch::channel(options.pace);

        let mut tasks = JoinSet::new();
        let mut lines = BTreeMap::new();
        for (application, address) in options.targets {
            let (queue, letters) = mpsc::channel(WAITING_PER_APPLICATION);
            lines.insert(application, queue);
            tasks.spawn(
                Line::new(address, options.answer_timeout, Arc::clone(&shared)).run(letters),
            );
        }
        let mut hospital = Hospital::starting_at(options.seed, options.beds, options.start);
        if let Some(bedside) = options.bedside {
            hospital.watch_beds(bedside);
        }
        tasks.spawn(pace::play(
            (hospital, options.wall_clock),
            options.seed,
            pace_seen,
            lines,
            Arc::clone(&shared),
        ));
        Self {
            shared,
            pace,
            tasks,
        }
    }

    /// Changes what can be changed, from now on.
    pub fn set_pace(&self, pace: Pace) {
        self.pace.send_replace(pace);
    }

    /// How it is played at the moment.
    pub fn pace(&self) -> Pace {
        *self.pace.borrow()
    }

    /// What has happened so far.
    pub fn counts(&self) -> Counts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            told: read(&self.shared.told),
            acknowledged: read(&self.shared.acknowledged),
            refused: read(&self.shared.refused),
            resent: read(&self.shared.resent),
            connected: read(&self.shared.connected),
            unreachable: read(&self.shared.unreachable),
            malformed: read(&self.shared.malformed),
            malformed_accepted: read(&self.shared.malformed_accepted),
        }
    }

    /// The control ids that were acknowledged so far, if they are remembered.
    pub fn acknowledged_control_ids(&self) -> Vec<String> {
        self.shared.ledger.as_ref().map_or_else(Vec::new, |ledger| {
            ledger
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone()
        })
    }

    /// Tells nothing new, and returns when all that was told has been answered for good.
    pub async fn finish(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        // Wakes the clock, which may be waiting for an event far away.
        self.pace.send_modify(|_| {});
        while self.tasks.join_next().await.is_some() {}
    }
}

impl Shared {
    fn note_acknowledged(&self, control_id: &str) {
        add(&self.acknowledged);
        if let Some(ledger) = &self.ledger {
            let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
            ledger.push(control_id.to_owned());
        }
    }
}

fn add(count: &AtomicU64) {
    count.fetch_add(1, Ordering::Relaxed);
}
