//! Control ids and times of the messages that are written here: answers and edited copies.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::UnixMillis;

/// Characters of the node's name in a control id.
const NODE_CHARS: usize = 5;
/// MSH-10 up to HL7 v2.6.
const MAX_CHARS: usize = 20;

/// Gives control ids that no other start of this node gave: the node, the time of the start, a number.
#[derive(Debug)]
pub(crate) struct ControlIds {
    prefix: String,
    next: AtomicU64,
}

impl ControlIds {
    pub(crate) fn new(node: &str, started_at: UnixMillis) -> Self {
        let node: String = node
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(NODE_CHARS)
            .collect();
        let mut prefix = node.to_ascii_uppercase();
        prefix.push_str(&base36(started_at));
        Self {
            prefix,
            next: AtomicU64::new(0),
        }
    }

    pub(crate) fn next(&self) -> String {
        let number = base36(self.next.fetch_add(1, Ordering::Relaxed));
        let mut id = self.prefix.clone();
        id.push_str(&number);
        id.truncate(MAX_CHARS);
        id
    }
}

/// `YYYYMMDDHHMMSS.SSS+0000`, HL7 v2.5.1 §2.A.77.
pub(super) fn hl7_time(at: UnixMillis) -> String {
    let at = i64::try_from(at)
        .ok()
        .and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
    at.map_or_else(String::new, |at| {
        at.strftime("%Y%m%d%H%M%S%.3f+0000").to_string()
    })
}

fn base36(mut number: u64) -> String {
    const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut text = Vec::with_capacity(13);
    loop {
        let digit = usize::try_from(number % 36).unwrap_or_default();
        text.extend(DIGITS.get(digit).copied().map(char::from));
        number /= 36;
        if number == 0 {
            break text.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_ids_differ_and_fit_into_msh_10() {
        let ids = ControlIds::new("wardline-1", 1_795_000_000_000);

        let (first, second) = (ids.next(), ids.next());

        assert_ne!(first, second);
        assert!(first.starts_with("WARDL") && first.len() <= 20, "{first}");
        assert_ne!(
            ControlIds::new("wardline-1", 1_795_000_000_001).next(),
            first
        );
    }

    #[test]
    fn times_are_written_to_the_millisecond_with_their_zone() {
        assert_eq!(hl7_time(1_795_253_405_007), "20261121093005.007+0000");
    }
}
