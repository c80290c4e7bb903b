//! One writer: writes, waits for the acknowledgement, writes it down, goes on. What is not acknowledged is tried again
//! with the same number, on whoever is master then.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::journal::{guard, key, log};
use super::map::Map;
use super::{Access, Journal, Pattern, Write, slot_of};
use crate::drill::timeline::Timeline;
use crate::link::{Link, LinkError};

/// How long an attempt may take.
const ATTEMPT: Duration = Duration::from_millis(500);
/// How long a replica may take to have it, in milliseconds; less than an attempt.
const WAIT_MS: &str = "400";
/// From a failed attempt to the next.
const TRY_AGAIN: Duration = Duration::from_millis(10);

/// What all writers have in common.
pub(super) struct Plan {
    pub(super) timeline: Timeline,
    pub(super) interval: Duration,
    /// Whether a replica must have it before it counts.
    pub(super) confirm: bool,
    pub(super) stop: Arc<AtomicBool>,
}

/// One writer.
pub(super) struct Writer {
    pattern: Pattern,
    tag: String,
    slot: u16,
    access: Arc<Access>,
    map: watch::Receiver<Map>,
    link: Option<Link>,
    /// Where a server said that the slot is, newer than the map.
    moved: Option<SocketAddr>,
}

/// Why an attempt was not acknowledged.
enum Refusal {
    /// By an error, of which this is the code.
    Code(String),
    /// The slot is elsewhere.
    Moved(SocketAddr),
    /// The slot is on its way, and this key is there already.
    Ask(SocketAddr),
}

impl Writer {
    pub(super) fn new(
        pattern: Pattern,
        tag: String,
        access: Arc<Access>,
        map: watch::Receiver<Map>,
    ) -> Self {
        Self {
            pattern,
            slot: slot_of(tag.as_bytes()),
            tag,
            access,
            map,
            link: None,
            moved: None,
        }
    }

    /// Writes until it is told to stop.
    pub(super) async fn run(mut self, plan: Plan) -> Journal {
        let mut journal = Journal::new(self.pattern, self.tag.clone());
        let mut next = Instant::now();
        let mut sequence = 0;
        while !plan.stop.load(Ordering::Acquire) {
            sequence += 1;
            let began_ms = plan.timeline.now_ms();
            let acknowledged = self.write(sequence, &plan, &mut journal).await;
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
    async fn write(&mut self, sequence: u64, plan: &Plan, journal: &mut Journal) -> bool {
        loop {
            let attempt = timeout(ATTEMPT, self.attempt(sequence, plan.confirm)).await;
            let refusal = match attempt {
                Ok(Ok(())) => return true,
                Ok(Err(refusal)) => refusal,
                Err(_elapsed) => Refusal::Code("no answer in time".to_owned()),
            };
            let (said, wait) = match refusal {
                Refusal::Moved(to) => {
                    self.moved = Some(to);
                    ("MOVED".to_owned(), Duration::ZERO)
                }
                Refusal::Ask(_) => ("ASK".to_owned(), TRY_AGAIN),
                Refusal::Code(code) => {
                    self.moved = None;
                    (code, TRY_AGAIN)
                }
            };
            self.link = None;
            *journal.failures.entry(said).or_default() += 1;
            if plan.stop.load(Ordering::Acquire) {
                return false;
            }
            sleep(wait).await;
        }
    }

    async fn attempt(&mut self, sequence: u64, confirm: bool) -> Result<(), Refusal> {
        if self.map.has_changed().unwrap_or(false) {
            self.map.mark_unchanged();
            self.moved = None;
        }
        let owner = self.moved.or_else(|| self.map.borrow().owner(self.slot));
        let owner = owner.ok_or_else(|| Refusal::Code("no master known".to_owned()))?;
        if self
            .link
            .as_ref()
            .is_none_or(|link| link.address() != owner)
        {
            self.link = None;
            let link = self.access.link(owner).await;
            self.link = Some(link.map_err(|error| refusal(&error))?);
        }
        let Some(link) = &mut self.link else {
            return Err(Refusal::Code("connection lost".to_owned()));
        };
        let words = words(self.pattern, &self.tag, sequence);
        match link.call(&words).await.map_err(|error| refusal(&error)) {
            Ok(_) => confirmed(link, confirm).await,
            Err(Refusal::Ask(to)) => {
                let mut other = self
                    .access
                    .link(to)
                    .await
                    .map_err(|error| refusal(&error))?;
                other
                    .call(&["ASKING"])
                    .await
                    .map_err(|error| refusal(&error))?;
                other.call(&words).await.map_err(|error| refusal(&error))?;
                confirmed(&mut other, confirm).await
            }
            Err(refused) => Err(refused),
        }
    }
}

/// Whether a replica has what was written on this connection.
async fn confirmed(link: &mut Link, confirm: bool) -> Result<(), Refusal> {
    if !confirm {
        return Ok(());
    }
    let replicas = link
        .text(&["WAIT", "1", WAIT_MS])
        .await
        .map_err(|error| refusal(&error))?;
    if replicas == "0" {
        return Err(Refusal::Code("no replica has it".to_owned()));
    }
    Ok(())
}

fn words(pattern: Pattern, tag: &str, sequence: u64) -> Vec<String> {
    let (function, keys) = match pattern {
        Pattern::Sessions => ("drill_session", vec![key(tag, sequence)]),
        Pattern::Hl7 => ("drill_append", vec![log(tag), guard(tag)]),
        Pattern::Vitals => ("drill_vitals", vec![key(tag, sequence)]),
    };
    let mut words = vec![
        "FCALL".to_owned(),
        function.to_owned(),
        keys.len().to_string(),
    ];
    words.extend(keys);
    words.push(sequence.to_string());
    words
}

fn refusal(error: &LinkError) -> Refusal {
    match error {
        LinkError::Refused { code, detail, .. } => {
            // `MOVED 3999 127.0.0.1:6381`: the slot, then where it is.
            let to = detail.rsplit(' ').next().and_then(|to| to.parse().ok());
            match (code.as_str(), to) {
                ("MOVED", Some(to)) => Refusal::Moved(to),
                ("ASK", Some(to)) => Refusal::Ask(to),
                _ => Refusal::Code(code.clone()),
            }
        }
        LinkError::Unreachable { .. } => Refusal::Code("connection lost".to_owned()),
        _ => Refusal::Code("no usable answer".to_owned()),
    }
}
