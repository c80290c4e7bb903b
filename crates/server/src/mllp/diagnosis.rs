//! Names for what senders do wrong, so that an integration engineer knows what to change.

use std::fmt;

use wardline_hl7::mllp::Stall;

/// A fault in a sender's framing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FramingFault {
    /// A message came without VT before it.
    StartBlockMissing,
    /// A frame did not end in time: no FS CR.
    EndBlockMissing,
    /// FS came and CR did not; the message was taken.
    CarriageReturnMissing,
    /// A frame began inside another one, which was dropped.
    FrameRestarted,
    /// A frame was beyond `max_message_bytes`; it was passed over.
    TooLong,
    /// A frame came too slowly.
    TooSlow,
    /// The connection closed in the middle of a frame.
    ClosedInFrame,
    /// Bytes between frames that are no blanks.
    Garbage,
    /// More of them than `max_junk_bytes`.
    TooMuchGarbage,
    /// The sender speaks TLS and the listener does not.
    TlsOnPlainPort,
    /// The sender speaks HTTP.
    HttpRequest,
    /// The sender does not read its answers.
    AnswersNotRead,
}

impl FramingFault {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::StartBlockMissing,
        Self::EndBlockMissing,
        Self::CarriageReturnMissing,
        Self::FrameRestarted,
        Self::TooLong,
        Self::TooSlow,
        Self::ClosedInFrame,
        Self::Garbage,
        Self::TooMuchGarbage,
        Self::TlsOnPlainPort,
        Self::HttpRequest,
        Self::AnswersNotRead,
    ];

    /// Its name in metrics and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::StartBlockMissing => "start_block_missing",
            Self::EndBlockMissing => "end_block_missing",
            Self::CarriageReturnMissing => "carriage_return_missing",
            Self::FrameRestarted => "frame_restarted",
            Self::TooLong => "too_long",
            Self::TooSlow => "too_slow",
            Self::ClosedInFrame => "closed_in_frame",
            Self::Garbage => "garbage",
            Self::TooMuchGarbage => "too_much_garbage",
            Self::TlsOnPlainPort => "tls_on_plain_port",
            Self::HttpRequest => "http_request",
            Self::AnswersNotRead => "answers_not_read",
        }
    }

    /// What the sender is to change.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::StartBlockMissing => "begin each message with VT (0x0B)",
            Self::EndBlockMissing => "end each message with FS CR (0x1C 0x0D)",
            Self::CarriageReturnMissing => "send CR (0x0D) after FS (0x1C)",
            Self::FrameRestarted => "end a message with FS CR before the next VT",
            Self::TooLong => "send shorter messages, or raise max_message_bytes",
            Self::TooSlow => "send faster, or raise frame_timeout_seconds",
            Self::ClosedInFrame => "keep the connection until the answer came",
            Self::Garbage | Self::TooMuchGarbage => "send nothing between messages",
            Self::TlsOnPlainPort => "turn TLS off at the sender, or set listener.tls",
            Self::HttpRequest => "this port speaks MLLP, not HTTP",
            Self::AnswersNotRead => "read the acknowledgements",
        }
    }

    /// What the first bytes of a connection give away, when they are no frame.
    pub(super) fn of_first_bytes(first: &[u8]) -> Option<Self> {
        let text = first.trim_ascii_start();
        let begins = |words: &[&[u8]]| words.iter().any(|word| text.starts_with(word));
        if first.starts_with(&[0x16, 0x03]) {
            Some(Self::TlsOnPlainPort)
        } else if begins(&[
            b"GET ",
            b"POST ",
            b"PUT ",
            b"HEAD ",
            b"OPTIONS ",
            b"DELETE ",
        ]) {
            Some(Self::HttpRequest)
        } else if begins(&[b"MSH", b"FHS", b"BHS"]) {
            Some(Self::StartBlockMissing)
        } else {
            None
        }
    }

    /// Whether nothing sensible can follow on the connection.
    pub(super) fn ends_connection(self) -> bool {
        matches!(self, Self::TlsOnPlainPort | Self::HttpRequest)
    }
}

impl From<Stall> for FramingFault {
    fn from(stall: Stall) -> Self {
        match stall {
            Stall::EndBlockMissing { .. } | Stall::TooLongWithoutEnd => Self::EndBlockMissing,
            Stall::CarriageReturnMissing { .. } => Self::CarriageReturnMissing,
        }
    }
}

impl fmt::Display for FramingFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> =
            FramingFault::ALL.iter().map(|fault| fault.name()).collect();

        assert_eq!(names.len(), FramingFault::ALL.len());
    }

    #[test]
    fn the_first_bytes_tell_what_the_sender_takes_us_for() {
        let tell = FramingFault::of_first_bytes;

        assert_eq!(
            tell(b"\x16\x03\x01\x02\x00"),
            Some(FramingFault::TlsOnPlainPort)
        );
        assert_eq!(tell(b"GET / HTTP/1.1\r\n"), Some(FramingFault::HttpRequest));
        assert_eq!(
            tell(b"\r\nMSH|^~\\&|"),
            Some(FramingFault::StartBlockMissing)
        );
        assert_eq!(tell(b"\x0bMSH|"), None);
        assert_eq!(tell(b""), None);
    }
}
