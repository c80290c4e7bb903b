//! Reading fields of hashes.

use bytes::Bytes;

use crate::failure::Failure;
use crate::redis_handle::Redis;
use crate::reply::Reply;
use crate::tag::{Key, Tag};

/// A value up to this many bytes goes with everything else: as many of them as may be on their way together are no more
/// than a server lets wait for one connection.
const SMALL_BYTES: usize = 4_096;
/// Fields of one reading at most.
pub(crate) const MAX_FIELDS: usize = 1_000;

/// The value of a field.
pub(crate) async fn field(
    redis: &Redis,
    (tag, key): (&Tag, &Key),
    field: &[u8],
) -> Result<Option<Bytes>, Failure> {
    let mut command = crate::command("HGET");
    command.arg(key).arg(field);
    let found = redis.read(tag, command).await?;
    found.optional().map(Reply::bytes).transpose()
}

/// The value of a field that may be large.
pub(crate) async fn large_field(
    redis: &Redis,
    (tag, key): (&Tag, &Key),
    name: &[u8],
) -> Result<Option<Bytes>, Failure> {
    let mut ask = crate::command("HSTRLEN");
    ask.arg(key).arg(name);
    let size_bytes = redis.read(tag, ask).await?.number()?;
    let size_bytes = usize::try_from(size_bytes).unwrap_or(usize::MAX);
    if size_bytes <= SMALL_BYTES {
        return field(redis, (tag, key), name).await;
    }
    let mut command = crate::command("HGET");
    command.arg(key).arg(name);
    let found = redis.read_large(tag, command, size_bytes).await?;
    found.optional().map(Reply::bytes).transpose()
}

/// The values of these fields, in their order.
pub(crate) async fn fields(
    redis: &Redis,
    (tag, key): (&Tag, &Key),
    names: &[Vec<u8>],
) -> Result<Vec<Option<Bytes>>, Failure> {
    let mut values = Vec::with_capacity(names.len());
    for some in names.chunks(MAX_FIELDS) {
        let mut command = crate::command("HMGET");
        command.arg(key).arg(some);
        let found = redis.read(tag, command).await?.list()?;
        if found.len() != some.len() {
            return Err(Failure::Unreadable("expected as many values as fields"));
        }
        for value in found {
            values.push(value.optional().map(Reply::bytes).transpose()?);
        }
    }
    Ok(values)
}

/// All fields and their values, in no order.
pub(crate) async fn all_fields(
    redis: &Redis,
    (tag, key): (&Tag, &Key),
) -> Result<Vec<(Bytes, Bytes)>, Failure> {
    let mut command = crate::command("HGETALL");
    command.arg(key);
    let mut parts = redis.read(tag, command).await?.list()?.into_iter();
    let mut all = Vec::new();
    while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
        all.push((name.bytes()?, value.bytes()?));
    }
    Ok(all)
}
