//! Questions to a person, whose answers are not shown.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anyhow::{Context as _, bail};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

/// Bytes of an answer at most.
const LONGEST: usize = 2 * 1024;

/// Questions, asked at the terminal when standard input is one.
pub(in crate::commands) struct Questions {
    is_terminal: bool,
}

impl Questions {
    pub(in crate::commands) fn new() -> Self {
        Self {
            is_terminal: io::stdin().is_terminal(),
        }
    }

    /// Asks for something that nobody else may see.
    pub(in crate::commands) fn secret(
        &mut self,
        question: &str,
    ) -> anyhow::Result<Zeroizing<String>> {
        if !self.is_terminal {
            return line(question);
        }
        let mut screen = io::stderr();
        write!(screen, "{question}: ")?;
        screen.flush()?;
        let silence = Silence::begin()?;
        let answer = line(question);
        drop(silence);
        writeln!(screen)?;
        answer
    }
}

fn line(question: &str) -> anyhow::Result<Zeroizing<String>> {
    let mut answer = Zeroizing::new(String::with_capacity(LONGEST));
    let mut input = io::Read::take(io::stdin().lock(), LONGEST as u64);
    input
        .read_line(&mut answer)
        .with_context(|| format!("{question}: it cannot be read"))?;
    let answer = Zeroizing::new(answer.trim_end_matches(['\r', '\n']).to_owned());
    if answer.is_empty() {
        bail!("{question}: expected an answer, on a line of standard input");
    }
    Ok(answer)
}

/// The terminal does not show what is typed, until this is dropped.
struct Silence(Termios);

impl Silence {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Self(before))
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        if let Err(error) = tcsetattr(io::stdin(), OptionalActions::Now, &self.0) {
            // The terminal is gone: there is nothing to give back.
            tracing::debug!(%error, "the terminal was not set back");
        }
    }
}
