//! Names of users by their blind tokens, so that a check need not open what is sealed.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{PoisonError, RwLock};

use wardline_phi::Token;

use crate::model::UserName;

const SHARDS: usize = 16;
/// Names of a generation of one shard. Two generations of 16 shards keep up to a quarter of a million names:
/// some 30 MB.
const GENERATION: usize = 8_192;

type Names = HashMap<Token, UserName, BuildHasherDefault<TokenHasher>>;

/// The names that were used last.
#[derive(Default)]
pub(crate) struct Users {
    shards: [RwLock<Shard>; SHARDS],
}

/// What was used since the generation began, and the generation before. When one is full the other is forgotten:
/// no order has to be kept.
#[derive(Default)]
struct Shard {
    young: Names,
    old: Names,
}

impl Users {
    pub(crate) fn get(&self, user: &Token) -> Option<UserName> {
        let shard = self.shard(user)?;
        let kept = shard.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(name) = kept.young.get(user) {
            return Some(name.clone());
        }
        let name = kept.old.get(user).cloned()?;
        drop(kept);
        self.put(*user, name.clone());
        Some(name)
    }

    pub(crate) fn put(&self, user: Token, name: UserName) {
        let Some(shard) = self.shard(&user) else {
            return;
        };
        let mut kept = shard.write().unwrap_or_else(PoisonError::into_inner);
        if kept.young.len() >= GENERATION {
            kept.old = std::mem::take(&mut kept.young);
        }
        kept.young.insert(user, name);
    }

    fn shard(&self, user: &Token) -> Option<&RwLock<Shard>> {
        let [first, ..] = user;
        self.shards.get(usize::from(*first) % SHARDS)
    }
}

/// A blind token is as random as a hash of it would be.
#[derive(Default)]
pub(crate) struct TokenHasher(u64);

impl Hasher for TokenHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(last) = bytes.last_chunk() {
            self.0 = u64::from_le_bytes(*last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_use_stay_and_the_others_go() {
        let users = Users::default();
        let token = |number: u64| {
            let mut token = [0; 16];
            token[8..].copy_from_slice(&number.to_le_bytes());
            token
        };
        let name = UserName::new("ada").unwrap();
        users.put(token(0), name.clone());

        for number in 1..=3 * GENERATION as u64 {
            users.put(token(number), name.clone());
            if number < GENERATION as u64 {
                continue;
            }
            assert_eq!(users.get(&token(0)), Some(name.clone()), "after {number}");
        }

        assert_eq!(users.get(&token(1)), None);
        let kept = users.shards[0].read().unwrap();
        assert!(kept.young.len() + kept.old.len() <= 2 * GENERATION);
    }
}
