//! Measures embedded engines under the ledger's writes, and prints one table of medians and ratios:
//! `cargo run --release --manifest-path benches/engines/Cargo.toml -- [--messages N] [--rounds N]
//! [--seconds N] [--queue-seconds N] [--only PHASE] [--dir DIR]`.
//!
//! Engines take turns round by round, each turn in a process of its own, so that a noisy machine is
//! unfair to all of them alike.

mod build_cost;
mod engine;
mod ledger;
mod meter;
mod paused;
mod phase;
mod report;
mod workload;

use engine::{ALL, Result};
use paused::Paused;
use phase::Job;
use phase::queue::STRETCHES;
use report::Report;
use std::path::PathBuf;
use std::process::{Command, Stdio};

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        args.iter()
            .position(|a| a == name)
            .and_then(|i| args.get(i + 1))
            .cloned()
    };
    let number = |name: &str, or: u64| value(name).map_or(Ok(or), |v| v.parse());
    let job = Job {
        engine: value("--engine").unwrap_or_default(),
        dir: value("--dir").map_or_else(
            || std::env::temp_dir().join("wardline-engines"),
            PathBuf::from,
        ),
        seconds: number("--seconds", 5)?,
        messages: number("--messages", 300_000)?,
        producers: number("--producers", 64)? as usize,
    };
    match value("--phase") {
        Some(phase) => phase::run(&phase, &job),
        None => {
            let run = Run {
                rounds: number("--rounds", 3)?,
                queue_seconds: number("--queue-seconds", 60)?,
                only: value("--only"),
                job,
            };
            run.all()
        }
    }
}

/// A whole comparison.
struct Run {
    rounds: u64,
    queue_seconds: u64,
    only: Option<String>,
    job: Job,
}

impl Run {
    fn all(&self) -> Result<()> {
        println!(
            "{} messages, {} rounds of {} s, {} producers; load averages {}",
            self.job.messages,
            self.rounds,
            self.job.seconds,
            self.job.producers,
            std::fs::read_to_string("/proc/loadavg")?.trim(),
        );
        let mut report = Report::default();
        if self.wants("build") {
            build_cost::measure(&mut report, &self.job.dir)?;
        }
        for _ in 0..self.rounds {
            if self.wants("commit") {
                self.turns("commit", self.job.seconds, true, &mut report)?;
            }
        }
        if self.wants("snapshot") {
            self.turns("snapshot", self.job.seconds, true, &mut report)?;
        }
        if self.wants("queue") {
            self.side_by_side("queue", self.queue_seconds, &mut report)?;
        }
        if self.wants("damage") {
            self.turns("damage", 2, true, &mut report)?;
        }
        if self.wants("life") {
            self.turns("load", 0, true, &mut report)?;
            for _ in 0..self.rounds {
                self.turns("read", self.job.seconds, false, &mut report)?;
            }
            for _ in 0..self.rounds {
                self.turns("reopen", 2, false, &mut report)?;
            }
            self.turns("prune", 0, false, &mut report)?;
        }
        report.print(ALL);
        println!(
            "load averages at the end {}",
            std::fs::read_to_string("/proc/loadavg")?.trim()
        );
        Ok(std::fs::remove_dir_all(&self.job.dir)?)
    }

    /// Lets long-lived engines run stretch by stretch in turns, each stopped while the others run.
    fn side_by_side(&self, phase: &str, seconds: u64, report: &mut Report) -> Result<()> {
        println!("-- {phase}");
        let mut all = Vec::new();
        for engine in ALL {
            all.push(Paused::start(
                engine,
                self.job_of(engine, seconds, true)?.command(phase)?,
            )?);
        }
        for _ in 0..STRETCHES {
            for paused in &mut all {
                paused.turn()?;
            }
        }
        for paused in all {
            let (engine, said) = paused.finish()?;
            report.take(engine, &said);
        }
        Ok(())
    }

    /// An engine's job in a folder of its own.
    fn job_of(&self, engine: &str, seconds: u64, fresh: bool) -> Result<Job> {
        let dir = self.job.dir.join(engine);
        if fresh && dir.exists() {
            std::fs::remove_dir_all(&dir)?;
        }
        Ok(Job {
            engine: engine.into(),
            dir,
            seconds,
            ..self.job.clone()
        })
    }

    fn wants(&self, phase: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only == phase)
    }

    /// Lets every engine do a phase once; `fresh` starts from an empty store.
    fn turns(&self, phase: &str, seconds: u64, fresh: bool, report: &mut Report) -> Result<()> {
        println!("-- {phase}");
        for engine in ALL {
            let turn = self.job_of(engine, seconds, fresh)?;
            let done = turn.command(phase)?.stderr(Stdio::inherit()).output()?;
            report.take(engine, &String::from_utf8_lossy(&done.stdout));
            if !done.status.success() {
                println!("{engine:9} {phase} FAILED");
            }
        }
        Ok(())
    }
}

impl Job {
    /// This program, as the process that does one phase of this job.
    fn command(&self, phase: &str) -> Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["--phase", phase, "--engine", &self.engine, "--dir"])
            .arg(&self.dir)
            .args(["--seconds", &self.seconds.to_string()])
            .args(["--messages", &self.messages.to_string()])
            .args(["--producers", &self.producers.to_string()]);
        Ok(command)
    }
}
