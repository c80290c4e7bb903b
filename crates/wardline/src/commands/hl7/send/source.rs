//! The messages to send, read file by file as connections ask for them.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::commands::hl7::input::{self, Found, InputFile};

/// What is still to be sent. Connections take from it in turn.
pub(super) struct Source {
    state: Mutex<State>,
    total_bytes: Option<u64>,
}

struct State {
    files: Vec<InputFile>,
    next_file: usize,
    rounds_left: u32,
    ready: VecDeque<Found>,
}

impl Source {
    /// The messages of these files, `rounds` times over.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub(super) fn new(paths: &[PathBuf], rounds: u32) -> anyhow::Result<Self> {
        let files = input::files(paths)?;
        let sizes = files.iter().map(InputFile::bytes);
        let total_bytes = sizes
            .sum::<Option<u64>>()
            .map(|sum| sum * u64::from(rounds));
        let state = State {
            files,
            next_file: 0,
            rounds_left: rounds,
            ready: VecDeque::new(),
        };
        Ok(Self {
            state: Mutex::new(state),
            total_bytes,
        })
    }

    /// Bytes of all files and rounds; none when that is not known beforehand.
    pub(super) fn total_bytes(&self) -> Option<u64> {
        self.total_bytes
    }

    /// The next message.
    ///
    /// # Errors
    /// When a file cannot be read, or holds no message.
    pub(super) fn take(&self) -> anyhow::Result<Option<Found>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(found) = state.ready.pop_front() {
                return Ok(Some(found));
            }
            let Some(file) = state.files.get(state.next_file).cloned() else {
                state.rounds_left = state.rounds_left.saturating_sub(1);
                if state.rounds_left == 0 || state.files.is_empty() {
                    return Ok(None);
                }
                state.next_file = 0;
                continue;
            };
            state.next_file += 1;
            state.ready = file.messages()?.into();
        }
    }

    /// Gives nothing more.
    pub(super) fn close(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.rounds_left = 0;
        state.next_file = state.files.len();
        state.ready.clear();
    }
}
