//! Message bodies, answers and reasons as they are stored: sealed, each bound to its place.

use std::sync::Arc;

use bytes::Bytes;
use wardline_phi::{Aad, KeyRing, KeyScope};

use crate::error::OperationError;
use crate::model::{ChannelName, MessageId, Queue, UnixMillis};

/// Version of what is inside a sealed body.
const SCHEMA: u16 = 1;
const KIND: &str = "message";

/// Answers kept with one message at most: a commit and an application acknowledgement.
const MAX_ANSWERS: usize = 8;

/// A message's opened body.
#[derive(Clone)]
pub struct OpenedBody {
    /// The answers that the sender got, in order.
    pub answers: Vec<Bytes>,
    /// The message as it came.
    pub raw: Bytes,
}

/// Seals and opens what messaging stores.
pub(crate) struct Sealer {
    ring: Arc<KeyRing>,
}

impl Sealer {
    pub(crate) fn new(ring: Arc<KeyRing>) -> Self {
        Self { ring }
    }

    /// Seals a message with the answers that its sender gets.
    pub(crate) fn seal_body(
        &self,
        (channel, id): (&ChannelName, MessageId),
        now: UnixMillis,
        answers: &[Bytes],
        raw: &[u8],
    ) -> Result<Bytes, OperationError> {
        let head = body_head(answers)?;
        let mut parts: Vec<&[u8]> = vec![&head];
        parts.extend(answers.iter().map(Bytes::as_ref));
        parts.push(raw);
        self.seal(channel, now, &Aad::new(KIND, id.0, "body", SCHEMA), &parts)
    }

    /// Opens a message's body.
    pub(crate) fn open_body(
        &self,
        id: MessageId,
        sealed: &[u8],
    ) -> Result<OpenedBody, OperationError> {
        let mut rest = self.open(id, &Aad::new(KIND, id.0, "body", SCHEMA), sealed)?;
        let damaged = || OperationError::Sealed(id);
        let lengths = split_head(&mut rest).ok_or_else(damaged)?;
        let mut answers = Vec::with_capacity(lengths.len());
        for length in lengths {
            if length > rest.len() {
                return Err(damaged());
            }
            answers.push(rest.split_to(length));
        }
        Ok(OpenedBody { answers, raw: rest })
    }

    /// Seals a partner's answer to one attempt, or an operator's reason.
    pub(crate) fn seal_note(
        &self,
        (queue, id): (&Queue, MessageId),
        now: UnixMillis,
        note: &[u8],
    ) -> Result<Vec<u8>, OperationError> {
        let field = format!("note:{queue}");
        let aad = Aad::new(KIND, id.0, field.as_str(), SCHEMA);
        Ok(self.seal(&queue.channel, now, &aad, &[note])?.into())
    }

    /// Opens what [`Sealer::seal_note`] sealed.
    pub(crate) fn open_note(
        &self,
        queue: &Queue,
        id: MessageId,
        sealed: &[u8],
    ) -> Result<Bytes, OperationError> {
        let field = format!("note:{queue}");
        self.open(id, &Aad::new(KIND, id.0, field.as_str(), SCHEMA), sealed)
    }

    fn seal(
        &self,
        channel: &ChannelName,
        now: UnixMillis,
        aad: &Aad<'_>,
        parts: &[&[u8]],
    ) -> Result<Bytes, OperationError> {
        let key_error = |error: &dyn std::fmt::Display| OperationError::Key(error.to_string());
        let scope = KeyScope::channel_month(channel.as_str(), now).map_err(|e| key_error(&e))?;
        let key = self.ring.data_key(&scope, now).map_err(|e| key_error(&e))?;
        let mut sealed = Vec::new();
        self.ring
            .seal_into(key, aad, parts, &mut sealed)
            .map_err(|e| key_error(&e))?;
        Ok(Bytes::from(sealed))
    }

    fn open(&self, id: MessageId, aad: &Aad<'_>, sealed: &[u8]) -> Result<Bytes, OperationError> {
        self.ring
            .open(aad, sealed)
            .map(Bytes::from)
            .map_err(|_| OperationError::Sealed(id))
    }
}

/// How many answers, then the length of each.
fn body_head(answers: &[Bytes]) -> Result<Vec<u8>, OperationError> {
    let too_long = || OperationError::Invalid("the answer is too long to store".to_owned());
    let count = u8::try_from(answers.len()).map_err(|_| too_long())?;
    if answers.len() > MAX_ANSWERS {
        return Err(too_long());
    }
    let mut head = vec![count];
    for answer in answers {
        let length = u32::try_from(answer.len()).map_err(|_| too_long())?;
        head.extend_from_slice(&length.to_be_bytes());
    }
    Ok(head)
}

fn split_head(rest: &mut Bytes) -> Option<Vec<usize>> {
    let count = usize::from(*rest.first()?);
    let lengths = rest.get(1..1 + count * 4)?;
    let lengths = lengths
        .chunks_exact(4)
        .map(|length| {
            let length = length.try_into().ok()?;
            usize::try_from(u32::from_be_bytes(length)).ok()
        })
        .collect::<Option<Vec<_>>>()?;
    *rest = rest.slice(1 + count * 4..);
    Some(lengths)
}
