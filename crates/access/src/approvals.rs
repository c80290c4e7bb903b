//! What one person asks for and another must approve before it is done: so far, that a record is erased.
//!
//! A request stands for its subject and for what that covers, one at a time, for a limited time. It binds nobody: whoever
//! approves is permitted to do the thing itself, and it is done by its own rules then. From its approval on a request is
//! not taken back; it stands until it was done, so that what failed half-way is done again without asking anew, by whoever
//! may approve. The last request for a subject is kept; who asked and who approved each one stands in the trail.

use std::sync::Arc;

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};
use wardline_kernel::{Clock, UnixMillis};
use wardline_phi::KeyRing;

use crate::error::AccessError;
use crate::guard::Authorised;
use crate::model::{Action, DataType, UserId};
use crate::port::{AccessStore, Kind, MAX_PAGE, Put};
use crate::rows::{Loaded, MAX_ATTEMPTS, Rows};

/// Open requests of a listing at most.
pub const MAX_OPEN_LISTED: usize = 500;
/// Bytes of a reason at most.
pub const MAX_REASON_BYTES: usize = 512;

/// What the service is made of.
pub struct ApprovalsParts {
    /// Keeps rows.
    pub store: Arc<dyn AccessStore>,
    /// Seals them.
    pub ring: Arc<KeyRing>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// A request may be approved for so long, in milliseconds.
    pub holds_ms: u64,
}

/// Requests for erasure.
pub struct Approvals {
    rows: Rows,
    holds_ms: u64,
}

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About<'a> {
    /// What it stands for, such as a record's id.
    pub subject: &'a str,
    /// All that it covers, such as the ids of the records that go with it, in an order of their own.
    pub covers: &'a [u8],
}

/// A request that waits for another person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRequest {
    /// What it is about, such as a record's id.
    pub subject: String,
    /// Who asked.
    pub by: UserId,
    /// Why.
    pub reason: String,
    /// Since when.
    pub requested_at: UnixMillis,
    /// Until when it may be approved.
    pub expires_at: UnixMillis,
    /// Who approved it, when it was not done yet.
    pub approved_by: Option<UserId>,
}

/// Why a request is not approved, or not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalRefused {
    /// There is none that is open.
    #[error("nobody asked for it, or the request has expired: ask for it first")]
    NoRequest,
    /// Whoever asked cannot approve.
    #[error("another person must approve what you asked for")]
    OwnRequest,
    /// There is one already.
    #[error("it was asked for already: another person approves it, or takes it back")]
    AlreadyAsked,
    /// It would cover something else than was asked for.
    #[error(
        "it covers something else now than when it was asked for: take the request back and ask again"
    )]
    Changed,
}

#[derive(Clone, Serialize, Deserialize)]
struct Request {
    subject: String,
    covers: [u8; 32],
    by: [u8; 16],
    reason: String,
    requested_at: UnixMillis,
    expires_at: UnixMillis,
    state: State,
}

/// What became of a request. The order is that of what is stored.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum State {
    /// Nothing yet.
    Open,
    /// It was done or taken back, when and by whom.
    Ended(UnixMillis, [u8; 16]),
    /// It was approved, when and by whom, and may not be done yet.
    Approved(UnixMillis, [u8; 16]),
}

impl Approvals {
    /// The service over these parts.
    pub fn new(parts: ApprovalsParts) -> Self {
        Self {
            rows: Rows {
                store: parts.store,
                ring: parts.ring,
                clock: parts.clock,
            },
            holds_ms: parts.holds_ms,
        }
    }

    /// Asks for it. Takes the guard's word that whoever asks may do it.
    ///
    /// # Errors
    /// [`AccessError`]; when there is an open request, the inner error.
    pub async fn ask(
        &self,
        authorised: &Authorised,
        About { subject, covers }: About<'_>,
        reason: &str,
    ) -> Result<Result<OpenRequest, ApprovalRefused>, AccessError> {
        permitted(authorised)?;
        let is_one = (1..=MAX_REASON_BYTES).contains(&reason.len());
        if !is_one || reason.chars().any(char::is_control) {
            return Err(AccessError::Value {
                field: "reason",
                expected: "1 to 512 bytes of text on one line",
            });
        }
        for _ in 0..MAX_ATTEMPTS {
            let now = self.rows.now();
            let row = self.load(subject).await?;
            if row.as_ref().is_some_and(|row| row.body.is_open(now)) {
                return Ok(Err(ApprovalRefused::AlreadyAsked));
            }
            let next = Loaded {
                id: id_of(subject),
                key: None,
                version: row.map_or(0, |row| row.version),
                body: Request {
                    subject: subject.to_owned(),
                    covers: hash_of(covers),
                    by: authorised.decision().user.0,
                    reason: reason.to_owned(),
                    requested_at: now,
                    expires_at: now.saturating_add(self.holds_ms),
                    state: State::Open,
                },
            };
            if self.rows.put(Kind::Approval, &next).await? == Put::Done {
                return Ok(Ok(next.body.view()));
            }
        }
        Err(AccessError::Conflict)
    }

    /// Approves what somebody else asked for, not too long ago: whoever gets it does now what was asked for, and then says
    /// so with [`Approvals::done`]. It is not approved after it was taken back. What was approved and not done is approved
    /// again by whoever may.
    ///
    /// # Errors
    /// [`AccessError`]; when it may not, the inner error, and the request stands as before.
    pub async fn approve(
        &self,
        authorised: &Authorised,
        About { subject, covers }: About<'_>,
    ) -> Result<Result<OpenRequest, ApprovalRefused>, AccessError> {
        permitted(authorised)?;
        let by = authorised.decision().user.0;
        for _ in 0..MAX_ATTEMPTS {
            let now = self.rows.now();
            let row = self.load(subject).await?;
            let Some(mut row) = row.filter(|row| row.body.is_open(now)) else {
                return Ok(Err(ApprovalRefused::NoRequest));
            };
            if row.body.by == by {
                return Ok(Err(ApprovalRefused::OwnRequest));
            }
            if row.body.covers != hash_of(covers) {
                return Ok(Err(ApprovalRefused::Changed));
            }
            if let State::Approved(..) = row.body.state {
                return Ok(Ok(row.body.view()));
            }
            row.body.state = State::Approved(now, by);
            if self.rows.put(Kind::Approval, &row).await? == Put::Done {
                return Ok(Ok(row.body.view()));
            }
        }
        Err(AccessError::Conflict)
    }

    /// The request that was approved and not done, as far as anybody said.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn approved(
        &self,
        authorised: &Authorised,
        subject: &str,
    ) -> Result<Option<OpenRequest>, AccessError> {
        permitted(authorised)?;
        let row = self.load(subject).await?;
        let row = row.filter(|row| matches!(row.body.state, State::Approved(..)));
        Ok(row.map(|row| row.body.view()))
    }

    /// Ends a request that was approved: it was done.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn done(&self, authorised: &Authorised, subject: &str) -> Result<(), AccessError> {
        let by = authorised.decision().user.0;
        let ended = |now| State::Ended(now, by);
        let was = |state| matches!(state, State::Approved(..));
        self.turn(authorised, subject, (was, ended)).await?;
        Ok(())
    }

    /// Takes an approval back that its own rules did not let be done: the request waits as before.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn not_done(
        &self,
        authorised: &Authorised,
        subject: &str,
    ) -> Result<(), AccessError> {
        let was = |state| matches!(state, State::Approved(..));
        self.turn(authorised, subject, (was, |_| State::Open))
            .await?;
        Ok(())
    }

    /// Takes the request back. Without one that waits nothing changes, nor when it was approved already.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn withdraw(
        &self,
        authorised: &Authorised,
        subject: &str,
    ) -> Result<bool, AccessError> {
        let by = authorised.decision().user.0;
        let was = |state| matches!(state, State::Open);
        let ended = |now| State::Ended(now, by);
        self.turn(authorised, subject, (was, ended)).await
    }

    /// Brings a request that is not over from one state into another, if it is in that.
    async fn turn(
        &self,
        authorised: &Authorised,
        subject: &str,
        (was, is): (impl Fn(State) -> bool, impl Fn(UnixMillis) -> State),
    ) -> Result<bool, AccessError> {
        permitted(authorised)?;
        for _ in 0..MAX_ATTEMPTS {
            let now = self.rows.now();
            let row = self.load(subject).await?;
            let Some(mut row) = row.filter(|row| row.body.is_open(now) && was(row.body.state))
            else {
                return Ok(false);
            };
            row.body.state = is(now);
            if self.rows.put(Kind::Approval, &row).await? == Put::Done {
                return Ok(true);
            }
        }
        Err(AccessError::Conflict)
    }

    /// Requests that wait, the first [`MAX_OPEN_LISTED`].
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn open(&self) -> Result<Vec<OpenRequest>, AccessError> {
        let (now, mut after, mut open) = (self.rows.now(), None, Vec::new());
        while open.len() < MAX_OPEN_LISTED {
            let page: Vec<Loaded<Request>> =
                self.rows.list(Kind::Approval, after, MAX_PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            let its = page.iter().filter(|row| row.body.is_open(now));
            open.extend(its.map(|row| row.body.view()));
        }
        open.truncate(MAX_OPEN_LISTED);
        open.sort_by_key(|request| request.requested_at);
        Ok(open)
    }

    async fn load(&self, subject: &str) -> Result<Option<Loaded<Request>>, AccessError> {
        self.rows.get(Kind::Approval, id_of(subject)).await
    }
}

impl Request {
    fn is_open(&self, now: UnixMillis) -> bool {
        !matches!(self.state, State::Ended(..)) && now < self.expires_at
    }

    fn view(&self) -> OpenRequest {
        OpenRequest {
            subject: self.subject.clone(),
            by: UserId(self.by),
            reason: self.reason.clone(),
            requested_at: self.requested_at,
            expires_at: self.expires_at,
            approved_by: match self.state {
                State::Approved(_, by) => Some(UserId(by)),
                State::Open | State::Ended(..) => None,
            },
        }
    }
}

fn permitted(authorised: &Authorised) -> Result<(), AccessError> {
    authorised.covers(Action::Delete, DataType::Demographics)
}

fn id_of(subject: &str) -> [u8; 16] {
    let hash = hash_of(subject.as_bytes());
    hash.first_chunk().copied().unwrap_or_default()
}

fn hash_of(bytes: &[u8]) -> [u8; 32] {
    let hash = digest::digest(&digest::SHA256, bytes);
    hash.as_ref().first_chunk().copied().unwrap_or_default()
}
