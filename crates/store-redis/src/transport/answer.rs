//! What a server answered: a value, another server to ask, or a refusal that is sorted by what it means.

use redis::{ServerError, Value};

use crate::failure::Failure;
use crate::settings::Address;

/// Bytes of a server's own words in a message at most.
const MAX_WORDS_BYTES: usize = 200;

/// What came back from a server.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It did it.
    Value(Value),
    /// Another server has the slot from now on.
    Moved(Address),
    /// Another server has this key already; ask it this once.
    Ask(Address),
    /// Keys of one call are on two servers just now.
    TryAgain,
    /// Nothing was done, and this server is not the one to ask: it is a replica, loads, or has lost its replicas or
    /// its Cluster.
    NotHere(String),
    /// Nothing was done, for another reason.
    Refused(Failure),
}

impl Answer {
    pub(crate) fn of(value: Value) -> Self {
        match value {
            Value::ServerError(error) => Self::of_error(&error),
            value => Self::Value(value),
        }
    }

    pub(crate) fn of_error(error: &ServerError) -> Self {
        let details = error.details().unwrap_or_default();
        match error.code() {
            "MOVED" => redirect(details).map_or_else(unreadable, Self::Moved),
            "ASK" => redirect(details).map_or_else(unreadable, Self::Ask),
            "TRYAGAIN" => Self::TryAgain,
            code @ ("READONLY" | "LOADING" | "NOREPLICAS" | "MASTERDOWN" | "CLUSTERDOWN"
            | "MISCONF" | "UNBLOCKED" | "BUSY") => Self::NotHere(words(code, details)),
            "OOM" => Self::Refused(Failure::Full),
            code => Self::Refused(Failure::Refused(words(code, details))),
        }
    }
}

fn unreadable() -> Answer {
    Answer::Refused(Failure::Unreadable("expected a slot and an address"))
}

/// `3999 127.0.0.1:6381`
fn redirect(details: &str) -> Option<Address> {
    let (slot, address) = details.split_once(' ')?;
    slot.parse::<u16>().ok()?;
    let (host, port) = address.rsplit_once(':')?;
    Some(Address::new(host, port.parse().ok()?))
}

/// The server's own words, without what it repeats of ours.
pub(crate) fn words(code: &str, details: &str) -> String {
    let details = details
        .split(", with args beginning with")
        .next()
        .unwrap_or_default();
    let mut words = format!("{code} {details}");
    let mut end = words.len().min(MAX_WORDS_BYTES);
    while !words.is_char_boundary(end) {
        end -= 1;
    }
    words.truncate(end);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(line: &str) -> Answer {
        Answer::of(redis::parse_redis_value(format!("-{line}\r\n").as_bytes()).unwrap())
    }

    #[test]
    fn refusals_are_sorted_by_what_they_mean() {
        assert!(
            matches!(answer("MOVED 3999 127.0.0.1:6381"), Answer::Moved(address)
            if address == Address::new("127.0.0.1", 6381))
        );
        assert!(matches!(answer("ASK 1 ::1:7000"), Answer::Ask(address)
            if address == Address::new("::1", 7000)));
        assert!(matches!(answer("TRYAGAIN Multiple keys"), Answer::TryAgain));
        assert!(matches!(
            answer("READONLY You can't write"),
            Answer::NotHere(_)
        ));
        assert!(matches!(
            answer("NOREPLICAS Not enough"),
            Answer::NotHere(_)
        ));
        assert!(matches!(
            answer("CLUSTERDOWN Hash slot"),
            Answer::NotHere(_)
        ));
        assert!(matches!(
            answer("OOM command not"),
            Answer::Refused(Failure::Full)
        ));
        assert!(matches!(
            answer("ERR no"),
            Answer::Refused(Failure::Refused(_))
        ));
        assert!(matches!(
            answer("MOVED x"),
            Answer::Refused(Failure::Unreadable(_))
        ));
    }

    #[test]
    fn what_a_server_repeats_of_ours_is_left_out() {
        let said = words(
            "ERR",
            "unknown command 'X', with args beginning with: 'secret'",
        );

        assert_eq!(said, "ERR unknown command 'X'");
        assert_eq!(words("ERR", &"é".repeat(500)).len(), 200);
    }
}
