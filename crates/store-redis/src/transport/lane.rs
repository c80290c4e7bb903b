//! The connection whose writes are confirmed: what gathered while the last batch was on its way goes out as one, with
//! one `WAIT` for all of it.
//!
//! `WAIT` holds up its connection, so nothing else goes over this one. It waits for all that the master had written
//! when it came, so an answer that wrote nothing itself (a repeated request) is confirmed as well.

use std::sync::Arc;
use std::time::Duration;

use redis::{Cmd, Pipeline, Value};
use tokio::sync::{mpsc, oneshot};

use super::Answer;
use super::link::Link;
use super::vitals::Vitals;
use crate::failure::Failure;
use crate::settings::Durability;

/// Commands of one batch at most; the rest is in the next one.
const MAX_BATCH_COMMANDS: usize = 1_024;
/// Bytes of one batch at most, beyond its first entry.
const MAX_BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Commands that were asked for together, and who asked.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) commands: Vec<Cmd>,
    pub(super) size_bytes: usize,
    pub(super) answer: oneshot::Sender<Result<Vec<Answer>, Failure>>,
}

/// What a lane needs to know.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) link: Arc<Link>,
    pub(super) durability: Durability,
    pub(super) response: Duration,
    pub(super) vitals: Arc<Vitals>,
}

impl Lane {
    /// Sends what is asked until the connection closes or nobody can ask any more.
    pub(super) async fn run(self, mut asked: mpsc::Receiver<Entry>) {
        let mut left_over = None;
        loop {
            if left_over.is_none() {
                left_over = tokio::select! {
                    () = self.link.closed() => None,
                    entry = asked.recv() => entry,
                };
            }
            let Some(first) = left_over.take() else {
                return;
            };
            let mut batch = vec![first];
            left_over = fill(&mut batch, &mut asked);
            self.send(batch).await;
        }
    }

    async fn send(&self, batch: Vec<Entry>) {
        if let Some(shortage) = self.vitals.shortage() {
            for entry in batch {
                // Who asked may have gone away.
                drop(entry.answer.send(Err(Failure::Away(shortage.clone()))));
            }
            return;
        }
        let mut commands = Pipeline::with_capacity(batch.len() + 1);
        let mut waiting = Vec::with_capacity(batch.len());
        for entry in batch {
            waiting.push((entry.commands.len(), entry.answer));
            for command in entry.commands {
                commands.add_command(command);
            }
        }
        let wanted = self.vitals.wanted();
        let mut within = self.response;
        if let Durability::Replicated { timeout, .. } = self.durability {
            let timeout_ms = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
            // 0 would wait without end.
            commands.cmd("WAIT").arg(wanted).arg(timeout_ms.max(1));
            within = within.saturating_add(timeout);
        }
        match self.link.send_all(&commands, within).await {
            Ok(mut values) => {
                let short = self.shortfall(&mut values, wanted).await;
                hand_out(values, waiting, short.as_ref());
            }
            Err(failure) => {
                for (_, answer) in waiting {
                    drop(answer.send(Err(failure.clone())));
                }
            }
        }
    }

    /// Why what was done counts as unknown, if it does.
    async fn shortfall(&self, values: &mut Vec<Value>, wanted: usize) -> Option<Failure> {
        let Durability::Replicated { timeout, .. } = self.durability else {
            return None;
        };
        let confirmed = match values.pop() {
            Some(Value::Int(confirmed)) => usize::try_from(confirmed).unwrap_or(0),
            _ => 0,
        };
        if confirmed >= wanted {
            return None;
        }
        self.vitals.fell_short();
        // As many as the settings ask for have it. It holds if the others turn out not to have been promoted.
        if confirmed >= self.vitals.least() {
            let found_out = self.response.saturating_add(timeout);
            let is_well = tokio::time::timeout(found_out, self.vitals.is_well()).await;
            if is_well.is_ok() && !self.vitals.is_gone() {
                return None;
            }
        }
        Some(Failure::Unknown(format!(
            "{confirmed} of {wanted} replicas confirmed it in time"
        )))
    }
}

/// Adds what waits already, up to the limits. What would go beyond them is given back.
fn fill(batch: &mut Vec<Entry>, asked: &mut mpsc::Receiver<Entry>) -> Option<Entry> {
    let mut commands: usize = batch.iter().map(|entry| entry.commands.len()).sum();
    let mut bytes: usize = batch.iter().map(|entry| entry.size_bytes).sum();
    while let Ok(entry) = asked.try_recv() {
        commands = commands.saturating_add(entry.commands.len());
        bytes = bytes.saturating_add(entry.size_bytes);
        if commands > MAX_BATCH_COMMANDS || bytes > MAX_BATCH_BYTES {
            return Some(entry);
        }
        batch.push(entry);
    }
    None
}

type Waiting = (usize, oneshot::Sender<Result<Vec<Answer>, Failure>>);

fn hand_out(values: Vec<Value>, waiting: Vec<Waiting>, short: Option<&Failure>) {
    let mut values = values.into_iter();
    for (count, answer) in waiting {
        let answers = values
            .by_ref()
            .take(count)
            .map(|value| match (Answer::of(value), short) {
                // Only what was done can be short of replicas.
                (Answer::Value(_), Some(failure)) => Answer::Refused(failure.clone()),
                (answer, _) => answer,
            })
            .collect();
        drop(answer.send(Ok(answers)));
    }
}
