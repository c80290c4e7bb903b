//! Where a session and a user's list are, and asking many shards at once.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use wardline_phi::Token;
use wardline_sessions::model::SessionId;

use super::{RedisSessions, SHARDS};
use crate::call::{Call, Class};
use crate::failure::Failure;
use crate::reply::Reply;
use crate::tag::Tag;

/// The number of a shard.
pub(super) type Shard = u8;

/// The shard of a session: by the last byte of its id, which is random.
pub(super) fn of(id: SessionId) -> Shard {
    let [.., last] = *id.as_bytes();
    last % SHARDS
}

/// All shards.
pub(super) fn all() -> impl Iterator<Item = Shard> {
    0..SHARDS
}

/// A call on the five keys of a shard.
pub(super) fn call(shard: Shard, function: &'static str) -> Call {
    keys(Call::new(&tag(shard), function))
}

/// A call that only reads.
pub(super) fn reading(shard: Shard, function: &'static str) -> Call {
    keys(Call::read_only(&tag(shard), function))
}

/// A call on the heads of a shard alone: where slots move, a call waits until all its keys have moved.
pub(super) fn of_heads(shard: Shard, function: &'static str) -> Call {
    Call::new(&tag(shard), function).key(":h")
}

/// The list of a user.
pub(super) fn user_tag(user: &Token) -> Tag {
    let [.., last] = *user;
    Tag::new(format!("u:{:02}", last % SHARDS))
}

/// What tells a user's list from others of the tag.
pub(super) fn user_key(user: &Token) -> Vec<u8> {
    let mut key = Vec::with_capacity(1 + user.len());
    key.push(b':');
    key.extend_from_slice(user);
    key
}

/// Sessions by their shards.
pub(super) fn grouped(ids: impl IntoIterator<Item = SessionId>) -> BTreeMap<Shard, Vec<SessionId>> {
    let mut groups: BTreeMap<Shard, Vec<SessionId>> = BTreeMap::new();
    for id in ids {
        groups.entry(of(id)).or_default().push(id);
    }
    groups
}

impl RedisSessions {
    /// Calls a function on several shards at once. The answers come in the order of the calls.
    pub(super) async fn on_shards(
        &self,
        calls: impl IntoIterator<Item = Call>,
        class: Class,
    ) -> Result<Vec<Reply>, Failure> {
        let calls = calls
            .into_iter()
            .map(|call| self.redis.function(call, class));
        try_join_all(calls).await
    }
}

/// An id out of an answer.
pub(super) fn id_of(reply: Reply) -> Result<SessionId, Failure> {
    reply.array_of().map(SessionId::from_bytes)
}

/// The tag of a shard.
pub(super) fn tag(shard: Shard) -> Tag {
    Tag::new(format!("s:{shard:02}"))
}

fn keys(call: Call) -> Call {
    call.key(":h").key(":f").key(":d").key(":i").key(":e")
}
