//! The one writer of a tag: numbers its commits under the lease, one at a time, and remembers when it does not know what
//! became of one.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Mutex, MutexGuard};
use wardline_kernel::StoreError;

use super::{Answer, Commit, Number, Sent, send};
use crate::call::Class;
use crate::lease::Lease;
use crate::redis_handle::Redis;
use crate::settings::Durability;
use crate::tag::Tag;

/// Writes the keys of a tag.
#[derive(Debug)]
pub(crate) struct Writer {
    lease: Lease,
    last: Mutex<Sequence>,
    /// A commit may be there, or come to be, that nobody was told of. What it wrote is seen by reads, and may yet vanish
    /// with the server: before anything is read, it has to be settled.
    unsettled: AtomicBool,
}

impl Writer {
    pub(crate) fn new(lease: Lease) -> Self {
        Self {
            last: Mutex::new(Sequence {
                number: lease.last_number(),
                attempts: 0,
                durable: lease.last_number(),
            }),
            unsettled: AtomicBool::new(false),
            lease,
        }
    }

    pub(crate) fn tag(&self) -> &Tag {
        self.lease.tag()
    }

    pub(crate) fn redis(&self) -> &Redis {
        self.lease.redis()
    }

    /// The right to send the next commits. Whoever asks first has it first.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        Turn {
            writer: self,
            last: self.last.lock().await,
        }
    }

    /// Makes sure that what can be read will stay.
    pub(crate) async fn settle(&self) -> Result<(), StoreError> {
        if !self.unsettled.load(Ordering::Acquire) {
            return Ok(());
        }
        let mut turn = self.turn().await;
        if !self.unsettled.load(Ordering::Acquire) {
            return Ok(());
        }
        turn.send(Commit::new(self.tag()), Class::Acknowledged)
            .await?;
        Ok(())
    }
}

/// Where the writer is.
#[derive(Debug)]
struct Sequence {
    /// Number of the last commit that was sent.
    number: Number,
    /// Commits that were sent so far: no two are taken for one, whatever their numbers.
    attempts: u64,
    /// Number of the last commit that was promised to last.
    durable: Number,
}

/// The right to send the next commits.
pub(crate) struct Turn<'a> {
    writer: &'a Writer,
    last: MutexGuard<'a, Sequence>,
}

impl Turn<'_> {
    /// Number of the last commit.
    pub(crate) fn last_number(&self) -> Number {
        self.last.number
    }

    /// Goes back to this number: those behind it are missing on the server.
    pub(crate) fn go_back_to(&mut self, number: Number) {
        self.last.number = number;
    }

    /// Number of the last commit that must be there, whatever happened to servers.
    fn promised(&self) -> Number {
        match self.writer.redis().settings().durability {
            Durability::Memory => 0,
            Durability::Fsync { .. } | Durability::Replicated { .. } => self.last.durable,
        }
    }

    /// Sends a commit as the next one.
    pub(crate) async fn send(&mut self, commit: Commit, class: Class) -> Result<Answer, Sent> {
        self.last.number = self.last.number.saturating_add(1);
        self.last.attempts = self.last.attempts.saturating_add(1);
        let number = self.last.number;
        let lease = &self.writer.lease;
        let commit = commit.under(lease.fence(), (number, self.last.attempts), self.promised());
        let doubt = Doubt(Some(&self.writer.unsettled));
        let sent = send(self.writer.redis(), &commit, class).await;
        doubt.end_unless(matches!(sent, Err(Sent::Unknown(_))));
        if matches!(sent, Ok(Answer::Done)) && class == Class::Acknowledged {
            // It came through, and with it everything before it.
            self.writer.unsettled.store(false, Ordering::Release);
            self.last.durable = number;
        }
        if let Err(Sent::Forgotten { last }) = sent {
            let (tag, promised) = (lease.tag().as_str(), self.last.durable);
            tracing::error!(
                tag,
                promised,
                last,
                "Redis has lost commits that it was told to keep"
            );
            lease.forsake();
        }
        sent
    }
}

/// Remembers that a commit is in doubt, also when whoever waited for it has gone.
struct Doubt<'a>(Option<&'a AtomicBool>);

impl Doubt<'_> {
    fn end_unless(mut self, in_doubt: bool) {
        if !in_doubt {
            self.0 = None;
        }
    }
}

impl Drop for Doubt<'_> {
    fn drop(&mut self) {
        if let Some(unsettled) = self.0 {
            unsettled.store(true, Ordering::Release);
        }
    }
}
