//! The thread that writes: one task after the other, and what is done when one fails.
//!
//! A commit that fails may have reached the disk in part or whole, and an engine that failed to sync must not
//! go on as if nothing had happened. So the store goes down with the first failure. When room was all that was
//! missing it is opened again before the next commit: the engine is closed, the failed batch is cut off its
//! journal, and everything is read back from disk. After any other failure of the disk only a new start of
//! the process does that.

mod compared;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use wardline_access::port::{Put, Row as AccessRow};
use wardline_messaging::model::MessageId;
use wardline_messaging::port::{Batch, StoreError, Write};
use wardline_patients::port::Committed;
use wardline_phi::WrappedDataKey;

use crate::codec;
use crate::directory::Directory;
use crate::draft::Draft;
use crate::engine::{Durability, Key, Row, Table, WriteError};
use crate::error::OpenError;
use crate::journal::{self, Ahead};
use crate::keys;
use crate::open::{Folder, Opened};
use crate::patients;
use crate::recent::Movement;
use crate::reclaim::Reclaim;
use crate::store::{Down, Shared, State};

/// How long to wait for searches to end before the engine is opened again.
const READERS_END_WITHIN: Duration = Duration::from_secs(5);
/// What the engine may write in the background at a time: a buffer of each table.
const BACKGROUND_BYTES: u64 = 64 * 1024 * 1024;
const SHORTEST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What is asked of the writer.
pub(crate) enum Task {
    Commit {
        batch: Batch,
        answer: oneshot::Sender<Result<(), StoreError>>,
    },
    /// Rows of a capability's own tables, as one commit.
    Rows {
        rows: Vec<Row>,
        durability: Durability,
        answer: oneshot::Sender<Result<(), StoreError>>,
    },
    /// A row of access, if it is one more than what there is.
    PutAccess {
        row: AccessRow,
        answer: oneshot::Sender<Result<Put, StoreError>>,
    },
    /// A change of patients' records, if they are what it expects.
    Patients {
        change: patients::Change,
        answer: oneshot::Sender<Result<Committed, StoreError>>,
    },
    PutKey {
        key: WrappedDataKey,
        how: KeyWrite,
        answer: Sender<Result<(), KeyWriteError>>,
    },
}

/// How a wrapped key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyWrite {
    Insert,
    Replace,
}

/// Why a wrapped key was not written.
#[derive(Debug)]
pub(crate) enum KeyWriteError {
    Taken,
    Missing,
    Store(StoreError),
}

impl From<StoreError> for KeyWriteError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The writer's side of the store.
pub(crate) struct Writer {
    shared: Arc<Shared>,
    folder: Folder,
    directory: Directory,
    /// Commits that are on disk.
    synced: u64,
    /// When the store may be opened again, and how long was waited for that.
    retry: Option<(Instant, Duration)>,
    reclaim: Reclaim,
    movement: Movement,
    /// Up to where the index tables hold everything, if that is not written down yet.
    indexed: Option<MessageId>,
    ahead: Ahead,
    /// Bytes that went into the journal since `ahead` was told.
    journaled: u64,
}

impl Writer {
    pub(crate) fn new(shared: Arc<Shared>, folder: Folder, directory: Directory) -> Self {
        Self {
            ahead: Ahead::new(folder.engine_path()),
            journaled: 0,
            synced: directory.head.commits,
            shared,
            folder,
            directory,
            retry: None,
            reclaim: Reclaim::default(),
            movement: Movement::default(),
            indexed: None,
        }
    }

    /// Works until the store is closed.
    pub(crate) fn run(mut self, tasks: &Receiver<Task>) {
        while let Ok(task) = tasks.recv() {
            // Whoever asked may have gone; what was asked is done all the same.
            match task {
                Task::Commit { batch, answer } => drop(answer.send(self.commit(batch))),
                Task::Rows {
                    rows,
                    durability,
                    answer,
                } => drop(answer.send(self.put_rows(rows, durability))),
                Task::PutAccess { row, answer } => drop(answer.send(self.put_access(&row))),
                Task::Patients { change, answer } => {
                    drop(answer.send(self.change_patients(change)));
                }
                Task::PutKey { key, how, answer } => drop(answer.send(self.put_key(&key, how))),
            }
            // Behind the answer, which does not wait for it.
            self.look_ahead();
        }
        if let State::Ready(opened) | State::ReadOnly(opened, _) = self.shared.state() {
            opened.trail.end_for_good();
        }
        self.wait_for_threads();
        if let Err(error) = self.folder.mark.sync() {
            tracing::warn!(%error, "the store's mark could not be synced");
        }
        let closed = Down::UntilRestart("the store is closed".to_owned());
        drop(self.shared.set_state(State::Closed(closed)));
    }

    fn look_ahead(&mut self) {
        let Self { ahead, shared, .. } = self;
        let reserve = shared.options.reserve_bytes;
        let has_room = || shared.usage.free_bytes().is_ok_and(|free| free >= reserve);
        ahead.look(std::mem::take(&mut self.journaled), has_room);
    }

    fn commit(&mut self, batch: Batch) -> Result<(), StoreError> {
        let opened = self.ready()?;
        self.require_room(&batch)?;
        self.index(&opened, &batch)?;
        self.write(&opened, Durability::Synced, |draft| draft.add(batch))
    }

    fn put_rows(&mut self, rows: Vec<Row>, durability: Durability) -> Result<(), StoreError> {
        let opened = self.ready()?;
        let adds = rows.iter().any(|(_, _, value)| value.is_some());
        self.require_free(if adds { 2 } else { 4 }, 0)?;
        self.write(&opened, durability, |draft| {
            draft.add_rows(rows);
            Ok(())
        })
    }

    fn put_key(&mut self, key: &WrappedDataKey, how: KeyWrite) -> Result<(), KeyWriteError> {
        let opened = self.ready()?;
        let row = keys::wrapped_key(key.id);
        match (how, opened.engine.contains(Table::Meta, &row)?) {
            (KeyWrite::Insert, true) => return Err(KeyWriteError::Taken),
            (KeyWrite::Replace, false) => return Err(KeyWriteError::Missing),
            _ => {}
        }
        let value = codec::encode(key)?;
        self.write(&opened, Durability::Synced, |draft| {
            draft.put(Table::Meta, row, value);
            Ok(())
        })?;
        Ok(())
    }

    fn write(
        &mut self,
        opened: &Arc<Opened>,
        durability: Durability,
        fill: impl FnOnce(&mut Draft<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let how = (durability, self.synced);
        let mut draft = Draft::new(&opened.engine, &mut self.directory);
        if let Some(indexed) = self.indexed.take() {
            draft.put(
                Table::Meta,
                Key::from(keys::INDEXED),
                codec::encode(&indexed)?,
            );
        }
        let filled = fill(&mut draft).map_err(WriteError::from);
        let written = filled.and_then(|()| draft.commit(&opened.published, &opened.recent, how));
        let journaled = written.map_err(|error| self.go_down(error))?;
        self.acknowledge(self.directory.head.commits, durability);
        self.journaled = self.journaled.saturating_add(journaled);
        self.reclaim.look(opened);
        Ok(())
    }

    /// Brings what was stored into the index tables, from time to time. What is to be removed must be there.
    fn index(&mut self, opened: &Arc<Opened>, batch: &Batch) -> Result<(), StoreError> {
        let mut removed = batch.writes.iter().filter_map(|write| match write {
            Write::RemoveMessage(record) => Some(record.id),
            _ => None,
        });
        let moved = match removed.next() {
            None => self.movement.look(opened),
            Some(first) if removed.chain([first]).any(|id| opened.recent.may_hold(id)) => {
                self.movement.move_all(opened)
            }
            // A move may hold a newer message under the same control id.
            Some(_) => self.movement.end(opened),
        };
        let moved = moved.map_err(|error| self.go_down(WriteError::Failed(error)))?;
        self.indexed = moved.or(self.indexed);
        Ok(())
    }

    fn acknowledge(&mut self, commits: u64, durability: Durability) {
        self.folder.acknowledged = commits;
        self.retry = None;
        // The mark may outlive what a loss of power takes: it counts what is synced.
        if durability == Durability::Written {
            return;
        }
        self.synced = commits;
        if let Err(error) = self.folder.mark.set(commits) {
            tracing::warn!(%error, "the store's mark could not be written");
        }
    }

    /// Room is kept for what takes messages out again, and for the engine's own work.
    fn require_room(&self, batch: &Batch) -> Result<(), StoreError> {
        let bodies = batch.writes.iter().filter_map(|write| match write {
            Write::PutMessage { body, .. } => Some(body.len()),
            _ => None,
        });
        match bodies.reduce(usize::saturating_add) {
            // In the journal, and in a table before the journal goes.
            Some(bytes) => self.require_free(1, bytes.saturating_mul(2)),
            None => self.require_free(4, 0),
        }
    }

    /// Asks for a part of the reserve, and for so many bytes beyond.
    fn require_free(&self, part: u64, bytes: usize) -> Result<(), StoreError> {
        let reserve = self.shared.options.reserve_bytes / part;
        let needed = reserve.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        if self.shared.usage.free_bytes()? < needed {
            Err(StoreError::Full)
        } else {
            Ok(())
        }
    }

    /// Takes the store down for what went wrong, which is given back.
    fn go_down(&mut self, error: WriteError) -> StoreError {
        let error = match error {
            // The engine does not say why writing in the background failed; the disk does.
            WriteError::Stopped if self.is_short_of_room() => WriteError::Failed(StoreError::Full),
            other => other,
        };
        let down = match &error {
            WriteError::Stopped => Down::Restarting("the store is opened again".to_owned()),
            WriteError::Failed(StoreError::Full) => Down::Full,
            WriteError::Failed(StoreError::Corrupt(what)) => Down::Damaged(what.clone()),
            WriteError::Failed(StoreError::Unavailable(why)) => Down::UntilRestart(why.clone()),
        };
        let error = error.told();
        tracing::error!(%error, state = ?down, "the store takes no more writes");
        self.wait_longer();
        self.shared.go_down(down);
        error
    }

    fn is_short_of_room(&self) -> bool {
        self.shared
            .usage
            .free_bytes()
            .is_ok_and(|free| free < BACKGROUND_BYTES)
    }

    fn wait_longer(&mut self) {
        let wait = self
            .retry
            .map_or(SHORTEST_WAIT, |(_, wait)| (wait * 2).min(LONGEST_WAIT));
        self.retry = Some((Instant::now() + wait, wait));
    }

    /// The engine, opened again if it can be.
    fn ready(&mut self) -> Result<Arc<Opened>, StoreError> {
        let down = match self.shared.state() {
            State::Ready(opened) => return Ok(opened),
            State::ReadOnly(_, down) | State::Closed(down) => down,
        };
        let may_try = match &down {
            Down::Damaged(_) | Down::UntilRestart(_) | Down::Hung => false,
            Down::Full | Down::Restarting(_) => {
                let is_time = self.retry.is_none_or(|(at, _)| Instant::now() >= at);
                is_time && self.shared.usage.free_bytes()? >= self.shared.options.reserve_bytes / 4
            }
        };
        if may_try {
            self.open_again(down)
        } else {
            Err(down.told())
        }
    }

    fn open_again(&mut self, down: Down) -> Result<Arc<Opened>, StoreError> {
        self.close(down.clone())?;
        self.ahead = Ahead::new(self.folder.engine_path());
        let acknowledged = self.folder.acknowledged;
        let opened = journal::roll_back(&self.folder.engine_path(), acknowledged)
            .map_err(|error| StoreError::Unavailable(error.to_string()))
            .and_then(|()| self.folder.open(&self.shared.options).map_err(told));
        match opened {
            Ok((opened, directory)) => {
                tracing::info!(commits = acknowledged, "the store takes writes again");
                self.synced = directory.head.commits;
                self.directory = directory;
                let opened = Arc::new(opened);
                self.shared.set_state(State::Ready(Arc::clone(&opened)));
                Ok(opened)
            }
            Err(error) => {
                let down = match &error {
                    StoreError::Corrupt(what) => Down::Damaged(what.clone()),
                    StoreError::Full | StoreError::Unavailable(_) => down,
                };
                self.shared.set_state(State::Closed(down));
                self.wait_longer();
                Err(error)
            }
        }
    }

    fn wait_for_threads(&mut self) {
        self.movement.wait();
        self.reclaim.wait();
    }

    /// Lets the engine go, once no search reads from it any more.
    fn close(&mut self, down: Down) -> Result<(), StoreError> {
        self.wait_for_threads();
        self.indexed = None;
        let closing = Down::Restarting("the store is being opened again".to_owned());
        let was = self.shared.set_state(State::Closed(closing));
        let (State::Ready(mut opened) | State::ReadOnly(mut opened, _)) = was else {
            return Ok(());
        };
        opened.trail.end_for_good();
        let begun = Instant::now();
        loop {
            match Arc::try_unwrap(opened) {
                Ok(last) => {
                    drop(last);
                    return Ok(());
                }
                Err(shared) if begun.elapsed() < READERS_END_WITHIN => opened = shared,
                Err(shared) => {
                    self.shared.set_state(State::ReadOnly(shared, down));
                    self.wait_longer();
                    let why = "searches still read from the store; it is opened again after them";
                    return Err(StoreError::Unavailable(why.to_owned()));
                }
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn told(error: OpenError) -> StoreError {
    match error {
        OpenError::Full { .. } => StoreError::Full,
        OpenError::Damaged { what, .. } => StoreError::Corrupt(what),
        other => StoreError::Unavailable(other.to_string()),
    }
}
