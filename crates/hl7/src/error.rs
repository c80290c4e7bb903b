//! Why a message cannot be read at all. Everything less than that is a [`Warning`](crate::Warning).

use thiserror::Error;

/// A message that has no readable header, or is beyond a limit. Holds positions and counts, never content.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseError {
    /// Nothing but blank bytes.
    #[error("the message is empty; expected an MSH segment")]
    Empty,
    /// The first segment is another one.
    #[error("no MSH segment at byte {at}; a message begins with MSH")]
    NoHeader {
        /// Offset of the first byte that is not blank.
        at: usize,
    },
    /// The bytes are a batch or file envelope.
    #[error("the message is a batch (FHS or BHS); split it into its messages first")]
    BatchEnvelope,
    /// UTF-16 or UTF-32, whose bytes collide with MLLP's framing and with the separators.
    #[error("the message is UTF-16 or UTF-32; send UTF-8 or a single-byte character set")]
    WideCharacters,
    /// MSH-1 is missing or is a letter, digit, space or control.
    #[error("MSH-1 is not a separator; expected a punctuation character such as |")]
    FieldSeparator,
    /// MSH-2 has a wrong count, a duplicate, or a character that cannot separate.
    #[error("MSH-2 is not two to five distinct punctuation characters; expected for example ^~\\&")]
    EncodingCharacters,
    /// The first line is longer than [`MAX_HEADER_BYTES`](crate::header::MAX_HEADER_BYTES): most often because
    /// segments end with something else than CR.
    #[error("MSH is longer than {max_bytes} bytes; does every segment end with CR?")]
    HeaderTooLong {
        /// The limit.
        max_bytes: usize,
    },
    /// Longer than [`Limits::max_bytes`](crate::Limits::max_bytes).
    #[error("the message is longer than the limit of {max_bytes} bytes")]
    TooLong {
        /// The limit.
        max_bytes: usize,
    },
    /// More lines than [`Limits::max_segments`](crate::Limits::max_segments).
    #[error("the message has more than the limit of {max_segments} segments")]
    TooManySegments {
        /// The limit.
        max_segments: usize,
    },
    /// More messages in a batch than [`MAX_MESSAGES`](crate::batch::MAX_MESSAGES).
    #[error("the batch has more than the limit of {max_messages} messages")]
    TooManyMessages {
        /// The limit.
        max_messages: usize,
    },
}
