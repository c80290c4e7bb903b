//! The sessions of each user.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Mutex;

use wardline_phi::Token;
use wardline_sessions::model::SessionId;

use super::lock;
use super::shard::IdHasher;

const SHARDS: usize = 64;

/// Most users have one session: that one takes no allocation.
enum Ids {
    One(SessionId),
    Many(Vec<SessionId>),
}

type Table = HashMap<Token, Ids, BuildHasherDefault<IdHasher>>;

pub(super) struct Users(Box<[Mutex<Table>]>);

impl Default for Users {
    fn default() -> Self {
        Self((0..SHARDS).map(|_| Mutex::default()).collect())
    }
}

impl Users {
    pub(super) fn insert(&self, user: Token, id: SessionId) {
        let Some(shard) = self.of(&user) else { return };
        let mut shard = lock(shard);
        let ids = match shard.remove(&user) {
            None => Ids::One(id),
            Some(Ids::One(first)) => Ids::Many(vec![first, id]),
            Some(Ids::Many(mut ids)) => {
                ids.push(id);
                Ids::Many(ids)
            }
        };
        shard.insert(user, ids);
    }

    pub(super) fn remove(&self, user: Token, id: SessionId) {
        let Some(shard) = self.of(&user) else { return };
        let mut shard = lock(shard);
        let is_last = match shard.get_mut(&user) {
            None => false,
            Some(Ids::One(only)) => *only == id,
            Some(Ids::Many(ids)) => {
                ids.retain(|each| *each != id);
                ids.is_empty()
            }
        };
        if is_last {
            shard.remove(&user);
        }
    }

    pub(super) fn sessions(&self, user: &Token) -> Vec<SessionId> {
        let Some(shard) = self.of(user) else {
            return Vec::new();
        };
        match lock(shard).get(user) {
            None => Vec::new(),
            Some(Ids::One(id)) => vec![*id],
            Some(Ids::Many(ids)) => ids.clone(),
        }
    }

    fn of(&self, user: &Token) -> Option<&Mutex<Table>> {
        let [first, ..] = user;
        self.0.get(usize::from(*first) % SHARDS)
    }
}
