//! A store's life: loaded with many messages, read at random, searched, and pruned of nine in ten.

use super::Job;
use crate::engine::{self, Batch, Result};
use crate::meter::{cpu_seconds, disk_bytes, memory_mib, written_bytes};
use crate::report::figure;
use crate::workload::{Completion, DESTINATIONS, Message, absent_key, token};
use std::time::{Duration, Instant};

const GROUP: u64 = 1_000;

pub fn load(job: &Job) -> Result<()> {
    let engine = engine::open(&job.engine, &job.dir)?;
    let (began, cpu, wrote) = (Instant::now(), cpu_seconds(), written_bytes());
    let mut complete = Vec::new();
    for first in (1..=job.messages).step_by(GROUP as usize) {
        let accept: Vec<_> = (first..first + GROUP).map(Message::of).collect();
        engine.commit(&Batch {
            accept: &accept,
            complete: &complete,
            remove: &[],
        })?;
        complete = deliveries(first);
    }
    engine.commit(&Batch {
        complete: &complete,
        ..Batch::default()
    })?;
    figure(
        "load_rate",
        job.messages as f64 / began.elapsed().as_secs_f64(),
    );
    figure("load_disk", (disk_bytes(&job.dir) / job.messages) as f64);
    figure(
        "load_written",
        ((written_bytes() - wrote) / job.messages) as f64,
    );
    figure(
        "load_cpu",
        (cpu_seconds() - cpu) * 100_000.0 / job.messages as f64,
    );
    figure("load_rss", memory_mib("VmHWM:") as f64);
    Ok(())
}

fn deliveries(first: u64) -> Vec<Completion> {
    (first..first + GROUP)
        .flat_map(|id| (0..DESTINATIONS).map(move |dest| Completion { dest, id }))
        .collect()
}

pub fn read(job: &Job) -> Result<()> {
    let engine = engine::open(&job.engine, &job.dir)?;
    let mut rng = fastrand::Rng::with_seed(7);
    let mut any = || rng.u64(1..=job.messages);
    let share = job.time() / 5;
    rate("bodies", share, || {
        let id = any();
        let body = engine.body(id)?.ok_or("a stored body is missing")?;
        (body == Message::of(id).body)
            .then_some(())
            .ok_or("a body came back changed".into())
    })?;
    rate("headers", share, || {
        engine
            .header(any())?
            .map(drop)
            .ok_or("a stored header is missing".into())
    })?;
    rate("searches", share, || {
        let id = any();
        let hits = engine.search(0, &token(0, id))?;
        (hits == [id])
            .then_some(())
            .ok_or("a search missed its message".into())
    })?;
    rate("patient_searches", share, || {
        engine.search(3, &token(3, any())).map(drop)
    })?;
    rate("misses", share, || {
        match engine.knows(&absent_key(any()))? {
            true => Err("a key that was never stored is known".into()),
            false => Ok(()),
        }
    })?;
    figure("read_rss", memory_mib("VmHWM:") as f64);
    Ok(())
}

/// Repeats an operation for a while and keeps its rate.
fn rate(name: &str, time: Duration, mut once: impl FnMut() -> Result<()>) -> Result<()> {
    let (began, mut done) = (Instant::now(), 0);
    while began.elapsed() < time {
        for _ in 0..50 {
            once()?;
            done += 1;
        }
    }
    figure(name, f64::from(done) / began.elapsed().as_secs_f64());
    Ok(())
}

pub fn prune(job: &Job) -> Result<()> {
    let mut engine = engine::open(&job.engine, &job.dir)?;
    let before = disk_bytes(&job.dir);
    let began = Instant::now();
    let ids: Vec<u64> = (1..=job.messages / 10 * 9).collect();
    for group in ids.chunks(GROUP as usize) {
        engine.commit(&Batch {
            remove: group,
            ..Batch::default()
        })?;
    }
    let (deleting, deleted) = (began.elapsed(), disk_bytes(&job.dir));
    std::thread::sleep(Duration::from_secs(10));
    let rested = disk_bytes(&job.dir);
    let began = Instant::now();
    engine.reclaim()?;
    let reclaiming = began.elapsed();
    std::thread::sleep(Duration::from_secs(2));
    let percent = |left: u64| left as f64 * 100.0 / before as f64;
    println!(
        "{} MiB, {} after the removals, {} rested, {} reclaimed in {:.1} s",
        before >> 20,
        deleted >> 20,
        rested >> 20,
        disk_bytes(&job.dir) >> 20,
        reclaiming.as_secs_f64(),
    );
    figure("prune_rate", ids.len() as f64 / deleting.as_secs_f64());
    figure("prune_left", percent(rested));
    figure("prune_reclaimed", percent(disk_bytes(&job.dir)));
    figure("prune_rss", memory_mib("VmHWM:") as f64);
    Ok(())
}
