//! A disk that fills up: what is answered, and what works again once there is room. Asks for a `--dir`
//! on a small file system of its own, such as `mount -t tmpfs -o size=256m tmpfs DIR`.

use super::Job;
use super::crash::is_whole;
use crate::engine::{self, Batch, Engine, Result};
use crate::workload::Message;

const GROUP: u64 = 64;
/// Bytes freed after the disk was full.
const BALLAST: usize = 64 << 20;

pub fn run(job: &Job) -> Result<()> {
    let ballast = job.dir.with_extension("ballast");
    std::fs::write(&ballast, vec![1; BALLAST])?;
    let engine = engine::open(&job.engine, &job.dir)?;
    let mut next = 1;
    let refusal = loop {
        if let Err(error) = accept(&*engine, next) {
            break error;
        }
        next += GROUP;
        if next > job.messages {
            return Err("the disk never filled: give --dir on a small file system".into());
        }
    };
    println!("full after {} messages: {refusal}", next - 1);
    match lost(&*engine, next) {
        Ok(lost) => println!("read while full: {lost} lost"),
        Err(error) => println!("read while full: {error}"),
    }
    std::fs::remove_file(&ballast)?;
    let again = accept(&*engine, next);
    println!("same process, room again: {}", words(&again));
    next += if again.is_ok() { GROUP } else { 0 };
    drop(engine);
    let engine = engine::open(&job.engine, &job.dir)?;
    println!("reopened: {} lost", lost(&*engine, next)?);
    println!(
        "reopened, next commit: {}",
        words(&accept(&*engine, next + GROUP))
    );
    Ok(())
}

fn accept(engine: &dyn Engine, first: u64) -> Result<()> {
    let accept: Vec<_> = (first..first + GROUP).map(Message::of).collect();
    engine.commit(&Batch {
        accept: &accept,
        ..Batch::default()
    })
}

fn lost(engine: &dyn Engine, next: u64) -> Result<u64> {
    let mut lost = 0;
    for id in 1..next {
        lost += u64::from(!is_whole(engine, id)?);
    }
    Ok(lost)
}

fn words(done: &Result<()>) -> String {
    done.as_ref()
        .map_or_else(|error| format!("refused: {error}"), |()| "accepted".into())
}
