//! Reading ordered tables: sorted sets in the order of their members' bytes (`commit::Span`).

use bytes::Bytes;

use crate::commit::Span;
use crate::failure::Failure;
use crate::redis_handle::Redis;
use crate::tag::{Key, Tag};

/// Rows of one reading at most.
pub(crate) const MAX_ROWS: usize = 1_000;

/// What Redis takes as a limit at most, and far more than anybody reads at once.
const MAX_LIMIT: usize = 1 << 31;

/// Which way a table is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Up,
    Down,
}

/// At most `limit` rows of a span, from either end.
pub(crate) async fn rows(
    redis: &Redis,
    (tag, key): (&Tag, &Key),
    span: &Span,
    way: Way,
    limit: usize,
) -> Result<Vec<Bytes>, Failure> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let mut command = crate::command("ZRANGE");
    command.arg(key);
    match way {
        Way::Up => command.arg(&span.from).arg(&span.until).arg("BYLEX"),
        Way::Down => command
            .arg(&span.until)
            .arg(&span.from)
            .arg("BYLEX")
            .arg("REV"),
    };
    command.arg("LIMIT").arg(0).arg(limit.min(MAX_LIMIT));
    let rows = redis.read(tag, command).await?.list()?;
    rows.into_iter().map(crate::Reply::bytes).collect()
}

/// The row of a key, without the key.
pub(crate) async fn row(
    redis: &Redis,
    table: (&Tag, &Key),
    key: &[u8],
) -> Result<Option<Bytes>, Failure> {
    let found = rows(redis, table, &Span::of(key), Way::Up, 1).await?;
    Ok(found.into_iter().next().map(|row| row.slice(key.len()..)))
}
