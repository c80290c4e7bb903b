//! A steady day: messages come, wait, are delivered in order, age and are removed. Nothing may grow.
//! Runs in stretches, each on a line from standard input, so that engines can take turns.

use super::Job;
use crate::engine::{self, Batch, Engine, Result};
use crate::meter::{cpu_seconds, disk_bytes, memory_mib};
use crate::report::figure;
use crate::workload::{Completion, DESTINATIONS, Message};
use std::time::Instant;

const GROUP: u64 = 64;
/// Messages that wait in the queue at any time.
const BACKLOG: u64 = 1_000;
/// Messages kept after delivery.
const KEPT: u64 = 20_000;
/// Equal stretches that a run is cut into.
pub const STRETCHES: u32 = 12;
/// Said after each stretch.
pub const TURN_DONE: &str = "turn done";

pub fn run(job: &Job) -> Result<()> {
    let engine = engine::open(&job.engine, &job.dir)?;
    let stretch = job.time() / STRETCHES;
    let mut seen = Vec::new();
    let (mut next, mut served, mut kept_from) = (1, 1, 1);
    for line in std::io::stdin().lines() {
        line?;
        let (began, cpu, from) = (Instant::now(), cpu_seconds(), next);
        while began.elapsed() < stretch {
            let accept: Vec<_> = (next..next + GROUP).map(Message::of).collect();
            let mut complete = Vec::new();
            if next - served > BACKLOG {
                for dest in 0..DESTINATIONS {
                    let ids = engine.waiting(dest, served, GROUP as usize)?;
                    if ids.first() != Some(&served) {
                        return Err("the queue's head is not the next message".into());
                    }
                    complete.extend(ids.into_iter().map(|id| Completion { dest, id }));
                }
            }
            let old: Vec<u64> = match served - kept_from > KEPT {
                true => (kept_from..kept_from + GROUP).collect(),
                false => Vec::new(),
            };
            engine.commit(&Batch {
                accept: &accept,
                complete: &complete,
                remove: &old,
            })?;
            next += GROUP;
            served += if complete.is_empty() { 0 } else { GROUP };
            kept_from += old.len() as u64;
        }
        let count = (next - from) as f64;
        seen.push(Stretch {
            cpu: (cpu_seconds() - cpu) * 100_000.0 / count,
            rate: count / began.elapsed().as_secs_f64(),
            disk_mib: (disk_bytes(&job.dir) >> 20) as f64,
            rss_mib: memory_mib("VmRSS:") as f64,
            head_us: head_us(&*engine, 0)? as f64,
        });
        println!("{TURN_DONE}");
    }
    show(&seen);
    Ok(())
}

/// One of the equal stretches of the run.
struct Stretch {
    /// CPU seconds per 100,000 messages: steady also when others use the machine.
    cpu: f64,
    rate: f64,
    disk_mib: f64,
    rss_mib: f64,
    head_us: f64,
}

fn show(seen: &[Stretch]) {
    for (number, s) in seen.iter().enumerate() {
        println!(
            "stretch {}: {:.0} messages/s, {:.1} CPU s per 100,000, {} MiB on disk, {} MiB resident, \
             head read in {} µs",
            number + 1,
            s.rate,
            s.cpu,
            s.disk_mib,
            s.rss_mib,
            s.head_us,
        );
    }
    let third = seen.len() / 3;
    let mean = |part: &[Stretch], of: fn(&Stretch) -> f64| {
        part.iter().map(of).sum::<f64>() / part.len() as f64
    };
    let (first, last) = (&seen[..third], &seen[seen.len() - third..]);
    let most = |of: fn(&Stretch) -> f64| seen.iter().map(of).fold(0.0, f64::max);
    let (first_rate, last_rate) = (mean(first, |s| s.rate), mean(last, |s| s.rate));
    figure("queue_first", first_rate);
    figure("queue_last", last_rate);
    figure("queue_kept_pace", last_rate / first_rate);
    figure("queue_first_cpu", mean(first, |s| s.cpu));
    figure("queue_last_cpu", mean(last, |s| s.cpu));
    figure("queue_mid_disk", seen[seen.len() / 2].disk_mib);
    figure("queue_end_disk", seen[seen.len() - 1].disk_mib);
    figure("queue_rss", most(|s| s.rss_mib));
    figure("queue_head_us", most(|s| s.head_us));
}

/// Microseconds to read the first waiting message from an id on, the middle of five tries.
fn head_us(engine: &dyn Engine, from: u64) -> Result<u128> {
    let mut tries = [0; 5];
    for each in &mut tries {
        let began = Instant::now();
        if engine.waiting(0, from, 1)?.is_empty() {
            return Err("nothing waits though there is a backlog".into());
        }
        *each = began.elapsed().as_micros();
    }
    tries.sort_unstable();
    Ok(tries[2])
}
