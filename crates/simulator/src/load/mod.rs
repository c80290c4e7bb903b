//! Load: many connections that send numbered messages as fast as the server answers, and remember
//! what was acknowledged. It drives any MLLP server, so it shares no code with the one under test.
//!
//! Message `n` of a connection is made from `n` alone: control id, patient and place in the patient's
//! story. So nothing but numbers is kept, a lost message can be sent again byte for byte, and what a
//! partner received can be compared with what was acknowledged. A patient belongs to one connection,
//! which makes "in order" a question with one answer.
//!
//! Start reading at [`Load::start`]; `connection` is the life of one connection.

mod answers;
mod connection;
mod message;
mod numbers;
mod report;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use connection::{Connection, Outcome};
pub use message::{MESSAGE_BYTES, Numbering};
use numbers::Numbers;
pub use report::{Latency, Report};

/// What to send, and to whom.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// The server.
    pub address: SocketAddr,
    /// Connections at once, 1 to 9,999.
    pub connections: u32,
    /// Messages sent before the first of them is answered, on each connection; 1 is what most senders do.
    pub depth: usize,
    /// Length of each message in bytes, within [`MESSAGE_BYTES`].
    pub message_bytes: usize,
    /// Patients that the messages are about; at least one for each connection is taken.
    pub patients: u32,
    /// When to stop sending.
    pub end: LoadEnd,
    /// Which run this is, below 1,679,616: two runs with different numbers share no control id and no patient.
    pub run: u32,
    /// The longest wait for an answer; then the connection counts as lost.
    pub answer_timeout: Duration,
    /// What to do when a connection is lost or a message is answered AE.
    pub on_failure: OnFailure,
    /// Whether to remember which messages were acknowledged ([`Report::acknowledged_control_ids`]).
    pub remember_acknowledged: bool,
}

/// When a load stops sending. What was sent before is still waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadEnd {
    /// After so many messages, over all connections.
    Messages(u64),
    /// After this long.
    Elapsed(Duration),
    /// When [`Load::stop`] is called.
    Stopped,
}

/// What a sender does about a lost connection or a request to try later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// A lost connection stays lost, and a message answered AE is only counted.
    Count,
    /// As an interface engine does: connect again for up to `patience`, and send whatever has no final
    /// answer again with the same control id. Order within a patient is kept when the depth is 1.
    Resend {
        /// How long a server may be away.
        patience: Duration,
    },
}

/// Why a load could not start.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The options ask for more or less than can be done.
    #[error("{what} must be between {least} and {most}")]
    OutOfRange {
        /// The option.
        what: &'static str,
        /// Its least value.
        least: u64,
        /// Its greatest value.
        most: u64,
    },
}

/// Messages on their way.
pub struct Load {
    shared: Arc<Shared>,
    connections: JoinSet<Outcome>,
    numbering: Numbering,
    began: Instant,
}

/// What all connections of a load share.
#[derive(Debug, Default)]
struct Shared {
    stopped: AtomicBool,
    sent: AtomicU64,
    acknowledged: AtomicU64,
}

impl LoadOptions {
    /// One connection, one message of 1 KiB at a time, 64 patients, until stopped.
    pub const fn to(address: SocketAddr) -> Self {
        Self {
            address,
            connections: 1,
            depth: 1,
            message_bytes: 1_024,
            patients: 64,
            end: LoadEnd::Stopped,
            run: 0,
            answer_timeout: Duration::from_secs(30),
            on_failure: OnFailure::Count,
            remember_acknowledged: false,
        }
    }

    fn check(&self) -> Result<(), LoadError> {
        let within = |what, value, least, most| {
            if (least..=most).contains(&value) {
                Ok(())
            } else {
                Err(LoadError::OutOfRange { what, least, most })
            }
        };
        within("connections", u64::from(self.connections), 1, 9_999)?;
        within("depth", count(self.depth), 1, 10_000)?;
        within("run", u64::from(self.run), 0, message::RUNS - 1)?;
        within("patients", u64::from(self.patients), 1, 999_999)?;
        let bytes = count(*MESSAGE_BYTES.start())..=count(*MESSAGE_BYTES.end());
        within(
            "message_bytes",
            count(self.message_bytes),
            *bytes.start(),
            *bytes.end(),
        )
    }
}

impl Load {
    /// Begins to send. Runs on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// [`LoadError::OutOfRange`], before anything is sent.
    pub fn start(options: &LoadOptions) -> Result<Self, LoadError> {
        options.check()?;
        let numbering = Numbering::of(options);
        let shared = Arc::new(Shared::default());
        let began = Instant::now();

        let mut connections = JoinSet::new();
        for place in 0..options.connections {
            let numbers = Numbers::new(options, place, began);
            let connection = Connection::new(options, numbering, place, Arc::clone(&shared));
            connections.spawn(connection.run(numbers));
        }
        Ok(Self {
            shared,
            connections,
            numbering,
            began,
        })
    }

    /// Sends nothing more; what is under way is still waited for.
    pub fn stop(&self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
    }

    /// Messages sent and acknowledged so far; what was sent twice counts twice.
    pub fn progress(&self) -> (u64, u64) {
        (
            self.shared.sent.load(Ordering::Relaxed),
            self.shared.acknowledged.load(Ordering::Relaxed),
        )
    }

    /// Waits until every connection has finished.
    pub async fn finish(mut self) -> Report {
        let mut report = Report::new(self.numbering);
        while let Some(outcome) = self.connections.join_next().await {
            match outcome {
                Ok(outcome) => report.add(outcome, self.began),
                Err(_) => report.connections_lost += 1,
            }
        }
        report
    }
}

/// Runs a load from beginning to end.
///
/// # Errors
///
/// [`LoadError::OutOfRange`], before anything is sent.
pub async fn run(options: &LoadOptions) -> Result<Report, LoadError> {
    Ok(Load::start(options)?.finish().await)
}

fn count(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}
