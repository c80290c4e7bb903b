//! What came of a load.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use super::Numbering;
use super::connection::Outcome;

/// Counts, times and the ledger of a load.
#[derive(Debug)]
pub struct Report {
    /// Messages sent, repeated ones included.
    pub sent: u64,
    /// Answered AA or CA, each message once.
    pub acknowledged: u64,
    /// Answered AE or CE.
    pub try_later: u64,
    /// Answered AR, CR or something that is no answer.
    pub refused: u64,
    /// Sent, and left without a final answer.
    pub unanswered: u64,
    /// Sent again with the same control id.
    pub resent: u64,
    /// Answers that came before the answer to an earlier message of the same connection.
    pub answers_out_of_order: u64,
    /// Answers to no message that was under way.
    pub answers_unmatched: u64,
    /// Connections that broke, were closed or did not come about.
    pub connections_lost: u64,
    /// From the start to the last answer.
    pub elapsed: Duration,
    /// From handing a message to the connection to its acknowledgement.
    pub latency: Latency,
    numbering: Numbering,
    ledger: Vec<(u32, Vec<u64>)>,
}

/// A distribution of waits.
pub struct Latency(Histogram<u64>);

impl Report {
    pub(super) fn new(numbering: Numbering) -> Self {
        Self {
            sent: 0,
            acknowledged: 0,
            try_later: 0,
            refused: 0,
            unanswered: 0,
            resent: 0,
            answers_out_of_order: 0,
            answers_unmatched: 0,
            connections_lost: 0,
            elapsed: Duration::ZERO,
            latency: Latency::new(),
            numbering,
            ledger: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, outcome: Outcome, began: Instant) {
        self.sent += outcome.sent;
        self.acknowledged += outcome.acknowledged;
        self.try_later += outcome.try_later;
        self.refused += outcome.refused;
        self.unanswered += outcome.unanswered;
        self.resent += outcome.resent;
        self.answers_out_of_order += outcome.out_of_order;
        self.answers_unmatched += outcome.unmatched;
        self.connections_lost += outcome.lost;
        self.latency.merge(&outcome.latency);
        if let Some(last) = outcome.last_answer {
            self.elapsed = self.elapsed.max(last.duration_since(began));
        }
        self.ledger.push((outcome.connection, outcome.ledger));
    }

    /// Acknowledged messages a second, 0 when there are none.
    pub fn rate(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds == 0.0 {
            0.0
        } else {
            to_f64(self.acknowledged) / seconds
        }
    }

    /// MSH-10 of every acknowledged message, if they were remembered; those of one connection in the
    /// order of their answers.
    pub fn acknowledged_control_ids(&self) -> impl Iterator<Item = String> + '_ {
        self.ledger.iter().flat_map(|(connection, numbers)| {
            numbers
                .iter()
                .map(|number| self.numbering.control_id(*connection, *number))
        })
    }

    /// How connections, patients and messages of this run are numbered.
    pub fn numbering(&self) -> Numbering {
        self.numbering
    }
}

impl Latency {
    /// Empty; holds waits of up to an hour, to three digits.
    pub(super) fn new() -> Self {
        // 1 ≤ low, 2 × low ≤ high, 0–5 digits: the bounds that the histogram checks.
        let histogram = Histogram::new_with_bounds(1, 3_600_000_000, 3);
        #[expect(
            clippy::expect_used,
            reason = "the bounds are constants within the allowed ones"
        )]
        Self(histogram.expect("constant bounds are valid"))
    }

    pub(super) fn record(&mut self, wait: Duration) {
        self.0
            .saturating_record(u64::try_from(wait.as_micros()).unwrap_or(u64::MAX));
    }

    /// The wait that this share of all waits does not exceed; `share` from 0 to 1.
    pub fn quantile(&self, share: f64) -> Duration {
        Duration::from_micros(self.0.value_at_quantile(share))
    }

    /// The median.
    pub fn p50(&self) -> Duration {
        self.quantile(0.5)
    }

    /// What 99 of 100 waits do not exceed.
    pub fn p99(&self) -> Duration {
        self.quantile(0.99)
    }

    /// The longest wait.
    pub fn max(&self) -> Duration {
        Duration::from_micros(self.0.max())
    }

    fn merge(&mut self, other: &Self) {
        // Both have the same bounds, so nothing can be lost.
        let added = self.0.add(&other.0);
        debug_assert!(added.is_ok(), "histograms of the same bounds add up");
    }
}

impl std::fmt::Debug for Latency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Latency")
            .field("count", &self.0.len())
            .field("p50", &self.p50())
            .field("p99", &self.p99())
            .field("max", &self.max())
            .finish()
    }
}

/// Exact up to 2^53, and a rate needs no more.
#[expect(
    clippy::cast_precision_loss,
    reason = "a rate needs no more than 53 bits"
)]
pub(crate) fn to_f64(count: u64) -> f64 {
    count as f64
}
