//! What was wrong with a message, as an acknowledgement tells it (ERR segment, table 0357).

use crate::error::ParseError;
use crate::path::Path;

/// One fault: where, what kind, how bad, and in words. Words are for people and hold no patient data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault<'t> {
    /// ERR-2, where known.
    pub location: Option<Path>,
    /// ERR-3.
    pub code: ErrorCode,
    /// ERR-4.
    pub severity: Severity,
    /// ERR-8.
    pub text: &'t str,
}

/// Message error condition codes (HL7 table 0357).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// 0, for warnings.
    Accepted,
    /// 100
    SegmentSequence,
    /// 101
    RequiredFieldMissing,
    /// 102
    DataType,
    /// 103
    TableValueNotFound,
    /// 200
    UnsupportedMessageType,
    /// 201
    UnsupportedEventCode,
    /// 202
    UnsupportedProcessingId,
    /// 203
    UnsupportedVersion,
    /// 204
    UnknownKeyIdentifier,
    /// 205
    DuplicateKeyIdentifier,
    /// 206
    RecordLocked,
    /// 207
    ApplicationInternal,
}

/// ERR-4 (HL7 table 0516).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// E
    Error,
    /// W
    Warning,
    /// I
    Information,
}

impl<'t> Fault<'t> {
    /// An error somewhere in the message.
    pub fn new(code: ErrorCode, text: &'t str) -> Self {
        Self {
            location: None,
            code,
            severity: Severity::Error,
            text,
        }
    }

    /// The same fault at a place.
    pub fn at(mut self, location: Path) -> Self {
        self.location = Some(location);
        self
    }

    /// MSH-10 is empty: the answer cannot be matched to the message.
    pub fn missing_control_id() -> Fault<'static> {
        let text = "MSH-10 (message control id) is empty; every message needs one";
        Fault {
            location: Path::field("MSH", 10),
            ..Fault::new(ErrorCode::RequiredFieldMissing, text)
        }
    }

    /// Why a message could not be read, told in `text`, usually `error.to_string()`.
    pub fn unreadable(error: &ParseError, text: &'t str) -> Self {
        let (code, field) = match error {
            ParseError::FieldSeparator => (ErrorCode::RequiredFieldMissing, Some(1)),
            ParseError::EncodingCharacters => (ErrorCode::DataType, Some(2)),
            ParseError::WideCharacters => (ErrorCode::TableValueNotFound, Some(18)),
            ParseError::TooLong { .. } | ParseError::TooManySegments { .. } => {
                (ErrorCode::ApplicationInternal, None)
            }
            _ => (ErrorCode::SegmentSequence, None),
        };
        let location = field.and_then(|field| Path::field("MSH", field));
        Self {
            location,
            ..Self::new(code, text)
        }
    }
}

impl ErrorCode {
    /// As in ERR-3.1.
    pub fn as_str(self) -> &'static str {
        self.entry().0
    }

    /// Its meaning as table 0357 words it, ERR-3.2.
    pub fn meaning(self) -> &'static str {
        self.entry().1
    }

    fn entry(self) -> (&'static str, &'static str) {
        match self {
            Self::Accepted => ("0", "Message accepted"),
            Self::SegmentSequence => ("100", "Segment sequence error"),
            Self::RequiredFieldMissing => ("101", "Required field missing"),
            Self::DataType => ("102", "Data type error"),
            Self::TableValueNotFound => ("103", "Table value not found"),
            Self::UnsupportedMessageType => ("200", "Unsupported message type"),
            Self::UnsupportedEventCode => ("201", "Unsupported event code"),
            Self::UnsupportedProcessingId => ("202", "Unsupported processing id"),
            Self::UnsupportedVersion => ("203", "Unsupported version id"),
            Self::UnknownKeyIdentifier => ("204", "Unknown key identifier"),
            Self::DuplicateKeyIdentifier => ("205", "Duplicate key identifier"),
            Self::RecordLocked => ("206", "Application record locked"),
            Self::ApplicationInternal => ("207", "Application internal error"),
        }
    }
}

impl Severity {
    /// As in ERR-4.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "E",
            Self::Warning => "W",
            Self::Information => "I",
        }
    }
}
