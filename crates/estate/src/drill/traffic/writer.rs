//! One writer: writes, waits for the acknowledgement, writes it down, goes on. What is not acknowledged is tried again
//! with the same number.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};
use wardline_store_redis::{Call, Class, Failure, Redis, Tag};

use super::{Journal, Pattern, Write};
use crate::drill::timeline::Timeline;

/// From a failed attempt to the next.
const TRY_AGAIN: Duration = Duration::from_millis(10);

/// What is said of a write that was sent and not confirmed.
pub(in crate::drill) const UNCONFIRMED: &str = "outcome unknown";

/// What all writers have in common.
pub(super) struct Plan {
    pub(super) redis: Redis,
    pub(super) timeline: Timeline,
    pub(super) interval: Duration,
    pub(super) stop: Arc<AtomicBool>,
}

/// Writes until it is told to stop.
pub(super) async fn run(pattern: Pattern, tag: Tag, plan: Plan) -> Journal {
    let mut journal = Journal::new(pattern, tag.clone());
    let mut next = Instant::now();
    let mut sequence = 0;
    while !plan.stop.load(Ordering::Acquire) {
        sequence += 1;
        let began_ms = plan.timeline.now_ms();
        let acknowledged = write(sequence, &plan, &mut journal).await;
        journal.writes.push(Write {
            sequence,
            began_ms,
            acknowledged_ms: acknowledged.then(|| plan.timeline.now_ms()),
        });
        next = (next + plan.interval).max(Instant::now());
        sleep_until(next).await;
    }
    journal
}

/// Tries until it is acknowledged, or the traffic ends.
async fn write(sequence: u64, plan: &Plan, journal: &mut Journal) -> bool {
    loop {
        let call = call(journal.pattern, &journal.tag, sequence);
        let said = match plan.redis.function(call, Class::Acknowledged).await {
            Ok(_) => return true,
            Err(failure) => in_a_word(&failure),
        };
        *journal.failures.entry(said.to_owned()).or_default() += 1;
        if plan.stop.load(Ordering::Acquire) {
            return false;
        }
        sleep(TRY_AGAIN).await;
    }
}

fn call(pattern: Pattern, tag: &Tag, sequence: u64) -> Call {
    let own = format!(":{sequence}");
    match pattern {
        Pattern::Sessions => Call::new(tag, "drill_session").key(own),
        Pattern::Hl7 => Call::new(tag, "drill_append").key(":log").key(":guard"),
        Pattern::Vitals => Call::new(tag, "drill_vitals").key(own),
    }
    .arg(sequence)
}

fn in_a_word(failure: &Failure) -> &'static str {
    match failure {
        Failure::Away(_) => "refused at once: no master, or no replica",
        Failure::Unknown(_) => UNCONFIRMED,
        Failure::Full => "memory full",
        Failure::Refused(_) => "refused by the server",
        Failure::Unreadable(_) => "not understood",
    }
}
