//! A range of members of an ordered table: a sorted set whose members all have score 0, so that they stand in the order
//! of their bytes. A member is a key of fixed length and, behind it, the rest of the row.

/// From here until there, as `ZRANGE ... BYLEX` takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: Vec<u8>,
    pub(crate) until: Vec<u8>,
}

impl Span {
    /// All members that begin so.
    pub(crate) fn of(prefix: &[u8]) -> Self {
        Self {
            from: included(prefix),
            until: before_following(prefix),
        }
    }

    /// All members.
    pub(crate) fn all() -> Self {
        Self {
            from: b"-".to_vec(),
            until: b"+".to_vec(),
        }
    }

    /// Members from the first that begins with `first`, or would stand behind it, to the last that begins with `last`.
    pub(crate) fn between(first: &[u8], last: &[u8]) -> Self {
        Self {
            from: included(first),
            until: before_following(last),
        }
    }

    /// All members behind this one.
    pub(crate) fn behind(member: &[u8]) -> Self {
        Self {
            from: [b"(", member].concat(),
            until: b"+".to_vec(),
        }
    }

    /// The members of this span that stand behind all that begin with `key`; `None` when there can be none.
    pub(crate) fn beyond(&self, key: &[u8]) -> Option<Self> {
        let next = following(key)?;
        Some(Self {
            from: included(&next),
            until: self.until.clone(),
        })
    }
}

fn included(bytes: &[u8]) -> Vec<u8> {
    [b"[", bytes].concat()
}

fn before_following(prefix: &[u8]) -> Vec<u8> {
    following(prefix).map_or_else(|| b"+".to_vec(), |next| [b"(", &*next].concat())
}

/// The first bytes that stand behind everything that begins with these; `None` when nothing can.
fn following(prefix: &[u8]) -> Option<Vec<u8>> {
    let kept = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut next = prefix.get(..=kept)?.to_vec();
    if let Some(last) = next.last_mut() {
        *last += 1;
    }
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_a_prefix_stands_behind_all_that_begins_with_it() {
        assert_eq!(following(&[1, 2]), Some(vec![1, 3]));
        assert_eq!(following(&[1, 255, 255]), Some(vec![2]));
        assert_eq!(following(&[255, 255]), None);
        assert_eq!(following(&[]), None);
    }

    #[test]
    fn a_span_beyond_the_last_key_there_can_be_is_none() {
        let all = Span::all();

        assert_eq!(all.beyond(&[255; 8]), None);
        let beyond = all.beyond(&[0, 255]).unwrap();
        assert_eq!(
            (beyond.from, beyond.until),
            (b"[\x01".to_vec(), b"+".to_vec())
        );
    }
}
