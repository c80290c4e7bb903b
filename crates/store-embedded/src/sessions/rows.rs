//! What stands in the tables of sessions.
//!
//! | table | key | value |
//! |---|---|---|
//! | sessions | id | [`SessionRow`] |
//! | session-facts | id, 0 for facts or 1 for fields | the sealed bytes |
//! | session-activity | id | time of the last activity, where it is later than the session's row says |

use serde::{Deserialize, Serialize};
use wardline_kernel::{StoreError, UnixMillis};
use wardline_phi::Token;
use wardline_sessions::model::{Life, Placement, SessionId, TokenHash};
use wardline_sessions::port::{NewSession, Record};

use crate::codec;
use crate::engine::{Key, Row, Table, Value};

const FACTS: u8 = 0;
const FIELDS: u8 = 1;

/// A row of `sessions`: the id stands in its key.
#[derive(Serialize, Deserialize)]
pub(super) struct SessionRow {
    pub(super) token: TokenHash,
    pub(super) user: Token,
    pub(super) placement: Placement,
    pub(super) life: Life,
    pub(super) version: u32,
}

/// A new session.
pub(super) fn put_new(session: &NewSession) -> Result<[Row; 3], StoreError> {
    let id = session.record.id;
    let facts = Value::from(session.facts.as_ref());
    Ok([
        put(&session.record)?,
        (Table::SessionFacts, facts_key(id), Some(facts)),
        put_fields(id, &session.fields),
    ])
}

/// A session's part in clear.
pub(super) fn put(record: &Record) -> Result<Row, StoreError> {
    let row = SessionRow {
        token: record.token,
        user: record.user,
        placement: Placement::clone(&record.placement),
        life: record.life,
        version: record.version,
    };
    let value = codec::encode(&row)?;
    Ok((Table::Sessions, key(record.id), Some(value)))
}

/// A session's fields.
pub(super) fn put_fields(id: SessionId, sealed: &[u8]) -> Row {
    (
        Table::SessionFacts,
        fields_key(id),
        Some(Value::from(sealed)),
    )
}

/// When somebody was last active.
pub(super) fn put_activity(id: SessionId, at: UnixMillis) -> Result<Row, StoreError> {
    Ok((Table::SessionActivity, key(id), Some(codec::encode(&at)?)))
}

/// Nothing of a session any more.
pub(super) fn remove(id: SessionId) -> [Row; 4] {
    [
        (Table::Sessions, key(id), None),
        (Table::SessionFacts, facts_key(id), None),
        (Table::SessionFacts, fields_key(id), None),
        (Table::SessionActivity, key(id), None),
    ]
}

pub(super) fn key(id: SessionId) -> Key {
    Key::from(*id.as_bytes())
}

pub(super) fn facts_key(id: SessionId) -> Key {
    with_kind(id, FACTS)
}

pub(super) fn fields_key(id: SessionId) -> Key {
    with_kind(id, FIELDS)
}

pub(super) fn id_of(key: &[u8]) -> Option<SessionId> {
    key.try_into().ok().map(SessionId::from_bytes)
}

fn with_kind(id: SessionId, kind: u8) -> Key {
    Key::from([id.as_bytes().as_slice(), &[kind]].concat())
}
