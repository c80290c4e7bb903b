//! Message bodies, answers and reasons as they are stored: sealed, each bound to its place.

mod keys;

use std::sync::Arc;

use bytes::Bytes;
use wardline_phi::{Aad, DataKeyId, KeyRing, KeyRingError, OpenError, ProviderError, SealError};

use self::keys::{Keys, NotHeld};
use crate::error::OperationError;
use crate::model::{ChannelName, MessageId, Queue, UnixMillis};

pub(crate) use self::keys::HeldKey;

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
    keys: Keys,
}

impl Sealer {
    pub(crate) fn new(ring: Arc<KeyRing>) -> Self {
        let keys = Keys::new(Arc::clone(&ring));
        Self { ring, keys }
    }

    /// The key of what `channel` takes at `at`. It is held but for the first time in a month, when it may have to be made.
    ///
    /// # Errors
    /// `Key` when it cannot be had, `Stopping`.
    pub(crate) async fn key(
        &self,
        channel: &ChannelName,
        at: UnixMillis,
    ) -> Result<HeldKey, OperationError> {
        self.keys.of(channel, at).await
    }

    /// Seals a message with the answers that its sender gets. Asks nobody for keys.
    pub(crate) fn seal_body(
        &self,
        key: HeldKey,
        id: MessageId,
        answers: &[Bytes],
        raw: &[u8],
    ) -> Result<Bytes, OperationError> {
        let head = body_head(answers)?;
        let mut parts: Vec<&[u8]> = vec![&head];
        parts.extend(answers.iter().map(Bytes::as_ref));
        parts.push(raw);
        self.seal(key.id(), &Aad::new(KIND, id.0, "body", SCHEMA), &parts)
    }

    /// Opens a message's body.
    ///
    /// # Errors
    /// `Sealed` when it never opens as it is; `Key` when its key cannot be had now; `Stopping`.
    pub(crate) async fn open_body(
        &self,
        id: MessageId,
        sealed: &[u8],
    ) -> Result<OpenedBody, OperationError> {
        self.hold_for(id, sealed).await?;
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

    /// Seals a partner's answer to one attempt. Asks nobody for keys.
    pub(crate) fn seal_note_under(
        &self,
        key: HeldKey,
        (queue, id): (&Queue, MessageId),
        note: &[u8],
    ) -> Result<Vec<u8>, OperationError> {
        let field = format!("note:{queue}");
        let aad = Aad::new(KIND, id.0, field.as_str(), SCHEMA);
        Ok(self.seal(key.id(), &aad, &[note])?.into())
    }

    /// Seals what a person said, under the channel's key of the month.
    ///
    /// # Errors
    /// As [`Sealer::key`].
    pub(crate) async fn seal_note(
        &self,
        (queue, id): (&Queue, MessageId),
        now: UnixMillis,
        note: &[u8],
    ) -> Result<Vec<u8>, OperationError> {
        let key = self.key(&queue.channel, now).await?;
        self.seal_note_under(key, (queue, id), note)
    }

    /// Opens what [`Sealer::seal_note`] or [`Sealer::seal_note_under`] sealed.
    ///
    /// # Errors
    /// As [`Sealer::open_body`].
    pub(crate) async fn open_note(
        &self,
        (queue, id): (&Queue, MessageId),
        sealed: &[u8],
    ) -> Result<Bytes, OperationError> {
        self.hold_for(id, sealed).await?;
        let field = format!("note:{queue}");
        self.open(id, &Aad::new(KIND, id.0, field.as_str(), SCHEMA), sealed)
    }

    /// Has the key that `sealed` was sealed under unwrapped, so that opening it does not block.
    async fn hold_for(&self, id: MessageId, sealed: &[u8]) -> Result<(), OperationError> {
        let held = self.keys.hold_for(sealed).await;
        held.map_err(|error| match error {
            NotHeld::Open(error) => unopened(id, error),
            NotHeld::Stopping => OperationError::Stopping,
        })
    }

    fn seal(
        &self,
        key: DataKeyId,
        aad: &Aad<'_>,
        parts: &[&[u8]],
    ) -> Result<Bytes, OperationError> {
        let mut sealed = Vec::new();
        let done = self.ring.seal_into(key, aad, parts, &mut sealed);
        done.map_err(|error| match error {
            SealError::Key(error) => error.into(),
            SealError::Random(error) => KeyRingError::from(error).into(),
            SealError::TooLong => OperationError::Invalid(error.to_string()),
        })?;
        Ok(Bytes::from(sealed))
    }

    fn open(&self, id: MessageId, aad: &Aad<'_>, sealed: &[u8]) -> Result<Bytes, OperationError> {
        let opened = self.ring.open(aad, sealed).map(Bytes::from);
        opened.map_err(|error| unopened(id, error))
    }
}

/// Tells what never opens from what does when the key service, its settings or the key store are right again.
fn unopened(id: MessageId, error: OpenError) -> OperationError {
    match error {
        OpenError::Envelope(_)
        | OpenError::Key(
            KeyRingError::UnknownKey(_) | KeyRingError::Provider(ProviderError::Refused { .. }),
        ) => OperationError::Sealed(id),
        OpenError::Key(error) => error.into(),
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
