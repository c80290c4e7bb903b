//! Consistent reads of the whole store while the ledger writes.

use super::Job;
use crate::engine::{self, Result};
use crate::ledger::drive;
use crate::report::figure;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Instant;

pub fn run(job: &Job) -> Result<()> {
    let engine = engine::open(&job.engine, &job.dir)?;
    let alone = drive(&*engine, job.producers, job.time(), 1, false, |_| {})?;
    let stop = AtomicBool::new(false);
    let (both, scans, slowest) = std::thread::scope(|scope| -> Result<_> {
        let reader = scope.spawn(|| -> Result<(u32, u128)> {
            let (mut scans, mut slowest) = (0, 0);
            while !stop.load(Relaxed) {
                let began = Instant::now();
                let seen = engine.count()?;
                if seen.queued != 2 * seen.headers {
                    return Err(format!("a torn view: {seen:?}").into());
                }
                scans += 1;
                slowest = slowest.max(began.elapsed().as_millis());
            }
            Ok((scans, slowest))
        });
        let both = drive(
            &*engine,
            job.producers,
            job.time(),
            alone.next_id,
            false,
            |_| {},
        );
        stop.store(true, Relaxed);
        let (scans, slowest) = reader.join().map_err(|_| "the reader panicked")??;
        Ok((both?, scans, slowest))
    })?;
    let per_second =
        |o: &crate::ledger::Outcome| o.latencies_us.len() as f64 / o.elapsed.as_secs_f64();
    figure("scan_beside", per_second(&both) / per_second(&alone));
    figure("scan_ms", slowest as f64);
    println!("{scans} scans of the whole store, every view consistent");
    Ok(())
}
