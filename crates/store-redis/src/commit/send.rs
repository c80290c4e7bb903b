//! Sending a commit until it is known what became of it.

use std::time::Duration;

use tokio::time::Instant;
use wardline_kernel::StoreError;

use super::{Commit, Refused};
use crate::call::Class;
use crate::failure::Failure;
use crate::redis_handle::Redis;
use crate::reply::Reply;

/// How long a commit is sent again whose outcome is not known: longer than a failover takes as a rule.
const REPEAT_FOR: Duration = Duration::from_secs(5);
/// Between two of these.
const REPEAT_PAUSE: Duration = Duration::from_millis(50);

/// What became of a commit that somebody decided on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It is done, now or when it was sent before.
    Done,
    /// An expectation was not met; nothing was written.
    Refused(Refused),
    /// Commits behind this number are missing: the server that had them is gone. Nothing was written.
    Gap { last: u64 },
}

/// Why there is no such answer.
#[derive(Clone, Debug)]
pub(crate) enum Sent {
    /// It was not done, and will not be.
    NotDone(StoreError),
    /// It may have been done, or may be yet.
    Unknown(StoreError),
    /// It was not done: commits behind this number are missing which were promised to last.
    Forgotten { last: u64 },
}

impl From<Sent> for StoreError {
    fn from(sent: Sent) -> Self {
        match sent {
            Sent::NotDone(error) | Sent::Unknown(error) => error,
            Sent::Forgotten { last } => StoreError::Unavailable(format!(
                "Redis has lost what it was told to keep: nothing behind commit {last} is there"
            )),
        }
    }
}

/// Sends a commit, and again while nobody knows what became of it.
pub(crate) async fn send(redis: &Redis, commit: &Commit, class: Class) -> Result<Answer, Sent> {
    let call = commit.call();
    let began = Instant::now();
    let mut may_be_done = false;
    loop {
        let failure = match redis.function(call.clone(), class).await {
            Ok(reply) => return answer(reply),
            Err(failure) => failure,
        };
        match &failure {
            Failure::Unknown(_) => may_be_done = true,
            Failure::Away(_) if may_be_done => {}
            _ if may_be_done => return Err(Sent::Unknown(failure.into())),
            _ => return Err(Sent::NotDone(failure.into())),
        }
        if began.elapsed() >= REPEAT_FOR {
            return Err(Sent::Unknown(failure.into()));
        }
        tokio::time::sleep(REPEAT_PAUSE).await;
    }
}

fn answer(reply: Reply) -> Result<Answer, Sent> {
    let read = || -> Result<Result<Answer, Sent>, Failure> {
        let (word, rest) = reply.tagged()?;
        let mut rest = rest.into_iter();
        let mut next = || rest.next().ok_or(Failure::Unreadable("expected more"));
        Ok(match word.as_str() {
            "done" | "already" => Ok(Answer::Done),
            "refused" => Ok(Answer::Refused(Refused {
                nth: next()?.number()?,
                found: next()?.bytes()?,
            })),
            "gap" => Ok(Answer::Gap {
                last: u64::from_be_bytes(next()?.array_of()?),
            }),
            "forgotten" => Err(Sent::Forgotten {
                last: u64::from_be_bytes(next()?.array_of()?),
            }),
            "fenced" => Err(not_done(
                "another instance of Wardline has taken over the writing",
            )),
            "overtaken" => Err(not_done("a later commit overtook this one")),
            _ => return Err(Failure::Unreadable("expected the answer to a commit")),
        })
    };
    match read() {
        Ok(answered) => answered,
        Err(failure) => Err(Sent::Unknown(failure.into())),
    }
}

fn not_done(what: &str) -> Sent {
    Sent::NotDone(StoreError::Unavailable(what.to_owned()))
}
