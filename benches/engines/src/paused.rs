//! Processes that take turns: each is stopped, background threads and all, while the others run.

use crate::engine::Result;
use crate::phase::queue::TURN_DONE;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// An engine's process between its turns.
pub struct Paused {
    engine: &'static str,
    process: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Paused {
    /// Starts it; it waits for its first turn.
    pub fn start(engine: &'static str, mut command: Command) -> Result<Self> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let orders = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().ok_or("no standard output")?);
        Ok(Self {
            engine,
            process,
            orders,
            answers,
        })
    }

    /// Lets it run for one turn.
    pub fn turn(&mut self) -> Result<()> {
        self.signal("-CONT")?;
        writeln!(self.orders.as_ref().ok_or("it was told to finish")?)?;
        let mut said = String::new();
        while said.trim_end() != TURN_DONE {
            said.clear();
            if self.answers.read_line(&mut said)? == 0 {
                return Err(format!("{} ended within a turn", self.engine).into());
            }
        }
        self.signal("-STOP")
    }

    /// Lets it run to its end; returns its engine and what it said.
    pub fn finish(mut self) -> Result<(&'static str, String)> {
        self.signal("-CONT")?;
        drop(self.orders.take());
        let mut said = String::new();
        self.answers.read_to_string(&mut said)?;
        self.process.wait()?;
        Ok((self.engine, said))
    }

    fn signal(&self, name: &str) -> Result<()> {
        Command::new("kill")
            .args([name, &self.process.id().to_string()])
            .status()?;
        Ok(())
    }
}

impl Drop for Paused {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
