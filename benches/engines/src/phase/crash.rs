//! A process killed while it writes, and what the next one finds.

use super::Job;
use crate::engine::{self, Engine, Result};
use crate::ledger::drive;
use crate::meter::memory_mib;
use crate::report::figure;
use crate::workload::{Message, token};
use std::io::{Read, Write};
use std::process::Stdio;
use std::time::Instant;

/// Writes behind the loaded messages and prints each durable id, until somebody kills it.
pub fn write_until_killed(job: &Job) -> Result<()> {
    let engine = engine::open(&job.engine, &job.dir)?;
    let say = |id: u64| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{id}").and_then(|()| out.flush()).ok();
    };
    drive(
        &*engine,
        job.producers,
        job.time() * 10,
        job.messages + 1,
        true,
        say,
    )?;
    Ok(())
}

/// Kills a writer in the middle, opens its store and looks for everything it had acknowledged.
pub fn reopen(job: &Job) -> Result<()> {
    let acknowledged = write_and_kill(job)?;
    let began = Instant::now();
    let engine = engine::open(&job.engine, &job.dir)?;
    figure("reopen_ms", began.elapsed().as_secs_f64() * 1000.0);
    let mut lost = 0;
    for id in job.messages + 1..=acknowledged {
        lost += u64::from(!is_whole(&*engine, id)?);
    }
    for id in (1..=job.messages).step_by(7) {
        lost += u64::from(engine.header(id)?.is_none());
    }
    println!(
        "{} messages acknowledged before the kill",
        acknowledged - job.messages
    );
    figure("reopen_lost", lost as f64);
    figure("reopen_rss", memory_mib("VmHWM:") as f64);
    if lost > 0 {
        Err("acknowledged messages are gone".into())
    } else {
        Ok(())
    }
}

/// Lets a writer run for the job's time, kills it, and returns the last id that it acknowledged.
pub fn write_and_kill(job: &Job) -> Result<u64> {
    let mut writer = job
        .command("write-until-killed")?
        .stdout(Stdio::piped())
        .spawn()?;
    let mut printed = writer.stdout.take().ok_or("the writer has no output")?;
    let reader = std::thread::spawn(move || {
        let mut all = String::new();
        printed.read_to_string(&mut all).map(|_| all)
    });
    std::thread::sleep(job.time());
    writer.kill()?;
    writer.wait()?;
    let printed = reader.join().map_err(|_| "the reader panicked")??;
    let whole = printed.rsplit_once('\n').map_or("", |(lines, _)| lines);
    Ok(whole
        .lines()
        .next_back()
        .ok_or("nothing was written")?
        .parse()?)
}

/// Whether a message is stored as it was sent, with every kind of row.
pub fn is_whole(engine: &dyn Engine, id: u64) -> Result<bool> {
    let stored = Message::of(id);
    Ok(engine.header(id)?.is_some_and(|row| row == stored.header)
        && engine.body(id)?.is_some_and(|row| row == stored.body)
        && engine.knows(&stored.dedup)?
        && engine.search(0, &token(0, id))? == [id])
}
