//! Whether a server says when what it has written is on disk (`WAITAOF`, since Redis 7.2 and in every Valkey). With it a
//! file that is synced once a second keeps what `fsync` promises, as each batch waits for the sync.

use std::time::Duration;

use redis::{Cmd, Value};

use super::link::Link;
use crate::failure::Failure;

/// Whether a server can be asked to wait for its disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syncs {
    /// It waits when it is asked to.
    OnDemand,
    /// It does not know the command.
    Unknown,
    /// It knows it, and this user may not use it.
    NotAllowed,
}

impl Syncs {
    /// Asks for nothing, which is there at once, to learn whether more could be asked for.
    pub(super) async fn ask(link: &Link, response: Duration) -> Result<Self, Failure> {
        let answer = link.send(&wait_for(0, 0, Duration::ZERO), response).await?;
        Ok(match answer {
            Value::ServerError(error) if error.code() == "NOPERM" => Self::NotAllowed,
            Value::Array(_) => Self::OnDemand,
            _ => Self::Unknown,
        })
    }
}

/// `WAITAOF`: on the disk of this server (1 or 0) and of so many replicas, within this time; 0 waits without end.
pub(super) fn wait_for(own: u8, replicas: usize, within: Duration) -> Cmd {
    let mut command = redis::cmd("WAITAOF");
    let millis = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
    command.arg(own).arg(replicas).arg(millis);
    command
}

/// Whether it is on the server's own disk, and on those of how many replicas.
pub(super) fn confirmed(answer: Option<Value>) -> (bool, usize) {
    match answer {
        Some(Value::Array(counts)) => match counts.as_slice() {
            [Value::Int(own), Value::Int(replicas)] => {
                (*own > 0, usize::try_from(*replicas).unwrap_or(0))
            }
            _ => (false, 0),
        },
        _ => (false, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_answer_confirms_nothing() {
        let answer =
            |own, replicas| Some(Value::Array(vec![Value::Int(own), Value::Int(replicas)]));

        assert_eq!(confirmed(answer(1, 2)), (true, 2));
        assert_eq!(confirmed(answer(0, 1)), (false, 1));
        assert_eq!(confirmed(answer(1, -1)), (true, 0));
        assert_eq!(confirmed(Some(Value::Int(1))), (false, 0));
        assert_eq!(confirmed(Some(Value::Array(Vec::new()))), (false, 0));
        assert_eq!(confirmed(None), (false, 0));
    }
}
