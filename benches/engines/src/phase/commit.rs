//! Durable group commits under closed loops of producers, alone and with deliveries finishing.

use super::Job;
use crate::engine::{self, Result};
use crate::ledger::drive;
use crate::meter::{cpu_seconds, memory_mib, percentile, written_bytes};
use crate::report::figure;

pub fn run(job: &Job) -> Result<()> {
    let engine = engine::open(&job.engine, &job.dir)?;
    let mut next = 1;
    for (deliver, label) in [(false, "accept"), (true, "deliver")] {
        let (cpu, wrote) = (cpu_seconds(), written_bytes());
        let seen = drive(&*engine, job.producers, job.time(), next, deliver, |_| {})?;
        next = seen.next_id;
        let count = seen.latencies_us.len() as f64;
        let at = |share| f64::from(percentile(&seen.latencies_us, share)) / 1000.0;
        figure(&format!("{label}_rate"), count / seen.elapsed.as_secs_f64());
        figure(&format!("{label}_p50_ms"), at(0.5));
        figure(&format!("{label}_p99_ms"), at(0.99));
        figure(&format!("{label}_max_ms"), at(1.0));
        figure(
            &format!("{label}_commits"),
            seen.commits as f64 / seen.elapsed.as_secs_f64(),
        );
        figure(
            &format!("{label}_written"),
            (written_bytes() - wrote) as f64 / count,
        );
        figure(
            &format!("{label}_cpu"),
            (cpu_seconds() - cpu) * 100_000.0 / count,
        );
        figure(&format!("{label}_rss"), memory_mib("VmHWM:") as f64);
    }
    Ok(())
}
