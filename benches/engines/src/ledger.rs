//! The single writer: takes what the producers have waiting, commits it as one group, then answers.

use crate::engine::{Batch, Engine, Result};
use crate::workload::{Completion, DESTINATIONS, Message, absent_key};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};

/// What a closed loop of producers saw.
pub struct Outcome {
    pub latencies_us: Vec<u32>,
    pub elapsed: Duration,
    pub commits: u64,
    pub next_id: u64,
}

/// Runs `producers` closed loops against one ledger thread for `time`. With `deliver`, each group also
/// carries the completions of the group before it. `acked` is told the newest durable id.
pub fn drive(
    engine: &dyn Engine,
    producers: usize,
    time: Duration,
    first_id: u64,
    deliver: bool,
    acked: impl Fn(u64),
) -> Result<Outcome> {
    let stop = AtomicBool::new(false);
    let (ask, asked) = channel::<SyncSender<()>>();
    let started = Instant::now();
    std::thread::scope(|scope| {
        let loops: Vec<_> = (0..producers)
            .map(|_| {
                let (ask, stop) = (ask.clone(), &stop);
                scope.spawn(move || produce(&ask, stop))
            })
            .collect();
        drop(ask);
        let timer = scope.spawn(|| {
            std::thread::sleep(time);
            stop.store(true, Relaxed);
        });
        let (commits, next_id) = ledger(engine, &asked, first_id, deliver, acked)?;
        let elapsed = started.elapsed();
        let mut latencies_us = Vec::new();
        for each in loops {
            latencies_us.extend(each.join().map_err(|_| "a producer panicked")?);
        }
        timer.join().map_err(|_| "the timer panicked")?;
        latencies_us.sort_unstable();
        Ok(Outcome {
            latencies_us,
            elapsed,
            commits,
            next_id,
        })
    })
}

fn produce(ask: &Sender<SyncSender<()>>, stop: &AtomicBool) -> Vec<u32> {
    let mut latencies = Vec::new();
    let (answer, answered) = sync_channel(1);
    while !stop.load(Relaxed) {
        let began = Instant::now();
        if ask.send(answer.clone()).is_err() || answered.recv().is_err() {
            break;
        }
        latencies.push(began.elapsed().as_micros() as u32);
    }
    latencies
}

fn ledger(
    engine: &dyn Engine,
    asked: &Receiver<SyncSender<()>>,
    first_id: u64,
    deliver: bool,
    acked: impl Fn(u64),
) -> Result<(u64, u64)> {
    let (mut id, mut commits) = (first_id, 0);
    let mut complete: Vec<Completion> = Vec::new();
    while let Ok(first) = asked.recv() {
        let answers: Vec<_> = std::iter::once(first)
            .chain(asked.try_iter().take(255))
            .collect();
        let mut accept = Vec::with_capacity(answers.len());
        for _ in &answers {
            if engine.knows(&absent_key(id))? {
                return Err("a key that was never stored is known".into());
            }
            accept.push(Message::of(id));
            id += 1;
        }
        engine.commit(&Batch {
            accept: &accept,
            complete: &complete,
            remove: &[],
        })?;
        commits += 1;
        acked(id - 1);
        for answer in answers {
            answer.send(()).ok();
        }
        complete.clear();
        if deliver {
            complete.extend(
                accept
                    .iter()
                    .flat_map(|m| (0..DESTINATIONS).map(|dest| Completion { dest, id: m.id })),
            );
        }
    }
    Ok((commits, id))
}
