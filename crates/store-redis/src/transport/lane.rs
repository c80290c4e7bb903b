//! The connection whose writes are confirmed: what gathered while the last batch was on its way goes out as one, with
//! one `WAIT`, or one `WAITAOF`, for all of it. Renewals of leases go before what gathered.
//!
//! Neither says who confirmed: a replica that joined since counts as well as one that left to be promoted. So the master
//! is asked right after who is in line, and a batch during which somebody left is confirmed once it is known that it was not
//! promoted.
//!
//! Both hold up their connection, so nothing else goes over this one. Up to Redis 7.0 they wait for all that the master had
//! written when they came; from 7.2 on, and with Valkey, for the last write of this connection and what was before it. So a
//! function that gives what others wrote, or repeats an answer, writes something that changes nothing.
//!
//! A master has one lane. Two would have to count each other's bytes, as replicas get all of it in one stream, and a batch
//! that fell short on one would have the other pass over who left the line (`Vitals::see_line`).

use std::sync::Arc;
use std::time::Duration;

use redis::{Cmd, Pipeline, Value};
use tokio::sync::{mpsc, oneshot};

use super::Answer;
use super::disk::{self, Syncs};
use super::large::time_to_carry;
use super::link::Link;
use super::role::Role;
use super::vitals::Vitals;
use crate::failure::Failure;
use crate::reply::Reply;
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

/// What is asked of a lane.
#[derive(Debug)]
pub(super) struct Asked {
    /// In the order in which it was asked.
    pub(super) usual: mpsc::Receiver<Entry>,
    /// Small, and sent before all that waits: behind the batch that is on its way, and no other.
    pub(super) urgent: mpsc::Receiver<Entry>,
}

/// What a lane needs to know.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) link: Arc<Link>,
    pub(super) durability: Durability,
    /// Asked where writes are to be on disk.
    pub(super) syncs: Option<Syncs>,
    pub(super) response: Duration,
    pub(super) vitals: Arc<Vitals>,
}

impl Lane {
    /// Sends what is asked until the connection closes or nobody can ask any more.
    pub(super) async fn run(self, mut asked: Asked) {
        let mut left_over = None;
        loop {
            let first = tokio::select! {
                biased;
                () = self.link.closed() => return,
                Some(entry) = asked.urgent.recv() => {
                    // Not with what waits, which may be large.
                    self.send(vec![entry]).await;
                    continue;
                }
                entry = next(&mut left_over, &mut asked.usual) => entry,
            };
            let Some(first) = first else {
                return;
            };
            let mut batch = vec![first];
            left_over = fill(&mut batch, &mut asked.usual);
            self.send(batch).await;
        }
    }

    async fn send(&self, batch: Vec<Entry>) {
        if let Some(why) = self.refusal() {
            for entry in batch {
                // Who asked may have gone away.
                drop(entry.answer.send(Err(Failure::Away(why.clone()))));
            }
            return;
        }
        let mut commands = Pipeline::with_capacity(batch.len() + 1);
        let mut waiting = Vec::with_capacity(batch.len());
        let size_bytes = batch.iter().map(|entry| entry.size_bytes).sum();
        let carrying = time_to_carry(size_bytes);
        for entry in batch {
            waiting.push((entry.commands.len(), entry.answer));
            for command in entry.commands {
                commands.add_command(command);
            }
        }
        let (wanted, news) = (self.vitals.wanted(), self.vitals.news());
        let mut within = self.response.saturating_add(carrying);
        let wait = self.wait(carrying);
        if let Some((on, timeout)) = wait {
            commands.add_command(on.command(wanted, timeout));
            if wanted > 0 {
                commands.add_command(redis::cmd("ROLE"));
            }
            within = within.saturating_add(timeout);
        }
        match self.link.send_all(&commands, within).await {
            Ok(mut values) => {
                let short = match wait {
                    None => None,
                    Some((on, timeout)) => {
                        let role = if wanted > 0 { values.pop() } else { None };
                        if let Some(Ok(role)) = role.map(|role| Role::read(Reply(role))) {
                            self.vitals.see_line(&role, news);
                        }
                        let confirmed = on.confirmed(values.pop());
                        self.shortfall(confirmed, wanted, timeout).await
                    }
                };
                hand_out(values, waiting, short.as_ref());
            }
            Err(failure) => {
                for (_, answer) in waiting {
                    drop(answer.send(Err(failure.clone())));
                }
            }
        }
    }

    /// Why nothing that is to be confirmed can be written now.
    fn refusal(&self) -> Option<String> {
        if self.durability.replicas() > 0
            && self.syncs.is_some_and(|syncs| syncs != Syncs::OnDemand)
        {
            return Some(
                "replicas are to have writes on disk, and the master cannot be asked for that (WAITAOF)"
                    .to_owned(),
            );
        }
        self.vitals.shortage()
    }

    /// What is waited for after a batch that takes so long to carry, and how long at most.
    fn wait(&self, carrying: Duration) -> Option<(WaitFor, Duration)> {
        let timeout = self.durability.patience().saturating_add(carrying);
        match self.durability {
            Durability::Replicated { .. } => Some((WaitFor::Replicas, timeout)),
            // Of an older server `appendfsync always` is demanded: it answers when it has synced.
            Durability::Fsync { .. } => {
                (self.syncs == Some(Syncs::OnDemand)).then_some((WaitFor::Disks, timeout))
            }
            Durability::Memory => None,
        }
    }

    /// Why what was done counts as unknown, if it does.
    async fn shortfall(
        &self,
        (is_kept, confirmed): (bool, usize),
        wanted: usize,
        timeout: Duration,
    ) -> Option<Failure> {
        if !is_kept {
            return Some(Failure::Unknown(
                "the master's disk did not confirm it in time".to_owned(),
            ));
        }
        if confirmed >= wanted && !self.vitals.has_lost_any() {
            return None;
        }
        if confirmed < wanted {
            self.vitals.fell_short();
        }
        // As many as the settings ask for have it. It holds if the others turn out not to have been promoted.
        if confirmed >= self.vitals.least() {
            let found_out = self.response.saturating_add(timeout);
            let is_well = tokio::time::timeout(found_out, self.vitals.is_well()).await;
            if is_well.is_ok() && !self.vitals.is_gone() {
                return None;
            }
        }
        Some(Failure::Unknown(format!(
            "{confirmed} of {wanted} replicas confirmed it in time, or one left meanwhile"
        )))
    }
}

/// What a batch waits for before it is acknowledged.
#[derive(Clone, Copy, Debug)]
enum WaitFor {
    /// That replicas have it.
    Replicas,
    /// That it is on the master's disk, and on those of replicas if any are asked for.
    Disks,
}

impl WaitFor {
    fn command(self, replicas: usize, timeout: Duration) -> Cmd {
        // 0 would wait without end.
        let timeout = timeout.max(Duration::from_millis(1));
        match self {
            Self::Replicas => {
                let millis = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
                let mut wait = redis::cmd("WAIT");
                wait.arg(replicas).arg(millis);
                wait
            }
            Self::Disks => disk::wait_for(1, replicas, timeout),
        }
    }

    /// Whether the master keeps it as it is to, and how many replicas do.
    fn confirmed(self, answer: Option<Value>) -> (bool, usize) {
        match (self, answer) {
            (Self::Replicas, Some(Value::Int(count))) => {
                (true, usize::try_from(count).unwrap_or(0))
            }
            (Self::Replicas, _) => (true, 0),
            (Self::Disks, answer) => disk::confirmed(answer),
        }
    }
}

/// What did not fit into the last batch, or what is asked next.
async fn next(left_over: &mut Option<Entry>, asked: &mut mpsc::Receiver<Entry>) -> Option<Entry> {
    match left_over.take() {
        Some(entry) => Some(entry),
        None => asked.recv().await,
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
