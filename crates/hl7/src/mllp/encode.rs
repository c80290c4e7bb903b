//! Putting messages into frames.

use bytes::Bytes;
use thiserror::Error;

use super::{CARRIAGE_RETURN, END_BLOCK, START_BLOCK};

/// A message that a frame cannot hold, since the receiver would see it begin or end elsewhere.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("byte {at} of the message would be read as an MLLP frame mark; remove VT and FS bytes")]
pub struct Unframeable {
    /// Offset of the VT, or of the FS before a CR.
    pub at: usize,
}

/// Acknowledgement of the transport itself, in MLLP release 2 (§4.1): the frame holds this one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commit {
    /// ACK, 0x06: the message is in safe storage.
    Affirmative,
    /// NAK, 0x15: it is not.
    Negative,
}

/// A message as one frame, to be written at once.
///
/// # Errors
/// When the message holds bytes that would end the frame early or begin another.
pub fn encode(message: &[u8]) -> Result<Bytes, Unframeable> {
    let mut frame = Vec::with_capacity(message.len() + 3);
    encode_into(message, &mut frame)?;
    Ok(frame.into())
}

/// Appends a message as one frame.
///
/// # Errors
/// As [`encode`]; then nothing was appended.
pub fn encode_into(message: &[u8], frames: &mut Vec<u8>) -> Result<(), Unframeable> {
    for at in memchr::memchr2_iter(START_BLOCK, END_BLOCK, message) {
        let marks = message.get(at) == Some(&START_BLOCK)
            || matches!(message.get(at + 1), Some(&CARRIAGE_RETURN));
        if marks {
            return Err(Unframeable { at });
        }
    }
    frames.reserve(message.len() + 3);
    frames.push(START_BLOCK);
    frames.extend_from_slice(message);
    frames.extend([END_BLOCK, CARRIAGE_RETURN]);
    Ok(())
}

impl Commit {
    /// Reads the content of a frame; none when it is a message.
    pub fn from_frame(content: &[u8]) -> Option<Self> {
        match content {
            [0x06] => Some(Self::Affirmative),
            [0x15] => Some(Self::Negative),
            _ => None,
        }
    }

    /// The whole frame.
    pub fn frame(self) -> [u8; 4] {
        let code = match self {
            Self::Affirmative => 0x06,
            Self::Negative => 0x15,
        };
        [START_BLOCK, code, END_BLOCK, CARRIAGE_RETURN]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_framed_as_it_is() {
        assert_eq!(encode(b"MSH|\r").unwrap().as_ref(), b"\x0bMSH|\r\x1c\x0d");
    }

    #[test]
    fn a_message_that_would_break_its_frame_is_refused() {
        assert_eq!(encode(b"MSH\x1c\rPID"), Err(Unframeable { at: 3 }));
        assert_eq!(encode(b"MSH\x0bPID"), Err(Unframeable { at: 3 }));
        assert!(encode(b"MSH\x1cPID").is_ok());
    }

    #[test]
    fn a_refused_message_leaves_nothing_behind() {
        let mut frames = Vec::new();

        encode_into(b"\x0b", &mut frames).unwrap_err();

        assert!(frames.is_empty());
    }

    #[test]
    fn f11_a_transport_commit_is_one_byte_in_a_frame() {
        assert_eq!(Commit::Affirmative.frame(), *b"\x0b\x06\x1c\x0d");
        assert_eq!(Commit::from_frame(b"\x06"), Some(Commit::Affirmative));
        assert_eq!(Commit::from_frame(b"\x15"), Some(Commit::Negative));
        assert_eq!(Commit::from_frame(b"MSH|"), None);
    }
}
