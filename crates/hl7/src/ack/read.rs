//! Reading what a partner answered.

use std::borrow::Cow;
use std::fmt;

use thiserror::Error;

use super::AckCode;
use crate::error::ParseError;
use crate::message::Message;
use crate::segment::Segment;

/// Most ERR segments that are read of one answer.
const MAX_ERRORS: usize = 16;
/// Longest text that is taken over, in characters.
const MAX_TEXT_CHARACTERS: usize = 1000;

/// An acknowledgement that was received.
#[derive(Clone)]
pub struct Ack<'a> {
    /// MSA-1.
    pub code: AckCode,
    /// MSA-2: the MSH-10 of the message that is answered, to the byte.
    pub control_id: &'a [u8],
    /// MSA-3, or where it is empty the text of the first error.
    pub text: Option<String>,
    /// What ERR segments say, or MSA-6.
    pub errors: Vec<ReportedError>,
}

/// One fault that a partner reports. Its text comes from elsewhere and may hold patient data.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ReportedError {
    /// ERR-2 (ERR-1.1 to ERR-1.3 before v2.5), as it is written: `PID^1^3`.
    pub location: String,
    /// ERR-3.1 (ERR-1.4.1 before v2.5): table 0357.
    pub code: String,
    /// ERR-4: E, W, I or F; empty before v2.5.
    pub severity: String,
    /// ERR-8, else ERR-7, ERR-3.2 or ERR-1.4.2.
    pub text: String,
}

/// Why bytes are no acknowledgement.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum AckError {
    /// No HL7 message.
    #[error("the answer is no HL7 message: {0}")]
    Unreadable(#[from] ParseError),
    /// A message without MSA.
    #[error("the answer has no MSA segment")]
    NoMsa,
    /// MSA-1 is not in table 0008.
    #[error("MSA-1 of the answer is none of AA, AE, AR, CA, CE and CR")]
    UnknownCode,
}

impl<'a> Ack<'a> {
    /// Reads an acknowledgement of either mode. Query responses, which carry an MSA too, are read alike.
    ///
    /// # Errors
    /// When there is no message, no MSA, or no known code in it.
    pub fn parse(raw: &'a [u8]) -> Result<Self, AckError> {
        let message = Message::parse(raw)?;
        let msa = message.segment("MSA", 1).ok_or(AckError::NoMsa)?;
        let code = msa.component(1, 1).bytes().and_then(AckCode::parse);
        let code = code.ok_or(AckError::UnknownCode)?;
        let control_id = msa
            .field(2)
            .map(|field| field.value().written())
            .unwrap_or_default();
        let read = Texts { message: &message };
        let mut errors = read.errors();
        let condition = read.component(&msa, 6, 1);
        if errors.is_empty() && !condition.is_empty() {
            let text = read.component(&msa, 6, 2);
            errors.push(ReportedError {
                code: condition,
                text,
                ..ReportedError::default()
            });
        }
        let text = Some(read.whole(&msa, 3))
            .filter(|text| !text.is_empty())
            .or_else(|| errors.first().map(|error| error.text.clone()))
            .filter(|text| !text.is_empty());
        Ok(Self {
            code,
            control_id,
            text,
            errors,
        })
    }

    /// Whether this answers the message with that MSH-10; blanks around either do not count.
    pub fn answers(&self, control_id: &[u8]) -> bool {
        self.control_id.trim_ascii() == control_id.trim_ascii()
    }
}

/// Takes text out of a message.
struct Texts<'m, 'a> {
    message: &'m Message<'a>,
}

impl<'a> Texts<'_, 'a> {
    fn errors(&self) -> Vec<ReportedError> {
        let segments = self
            .message
            .segments()
            .filter(|segment| segment.is_named(b"ERR"));
        let errors = segments.flat_map(|err| {
            let is_new = err
                .field(3)
                .is_some_and(|field| field.value().bytes().is_some());
            if is_new {
                vec![self.new_error(&err)]
            } else {
                self.old_errors(&err)
            }
        });
        errors.take(MAX_ERRORS).collect()
    }

    fn new_error(&self, err: &Segment<'a>) -> ReportedError {
        let texts = [
            self.whole(err, 8),
            self.whole(err, 7),
            self.component(err, 3, 2),
        ];
        ReportedError {
            location: self.whole(err, 2),
            code: self.component(err, 3, 1),
            severity: self.component(err, 4, 1),
            text: texts
                .into_iter()
                .find(|text| !text.is_empty())
                .unwrap_or_default(),
        }
    }

    fn old_errors(&self, err: &Segment<'a>) -> Vec<ReportedError> {
        let repetitions = err
            .field(1)
            .into_iter()
            .flat_map(|field| field.repetitions());
        let errors = repetitions.take(MAX_ERRORS).filter_map(|repetition| {
            let code = repetition.component(4)?;
            let place = repetition.components().take(3);
            let place: Vec<_> = place
                .map(|component| self.text(component.value().written()))
                .collect();
            Some(ReportedError {
                location: place.join("^").trim_end_matches('^').to_owned(),
                code: self.text(code.subcomponent(1).written()).into_owned(),
                severity: String::new(),
                text: self.text(code.subcomponent(2).written()).into_owned(),
            })
        });
        errors.collect()
    }

    fn whole(&self, segment: &Segment<'a>, field: usize) -> String {
        let value = segment.field(field).and_then(|field| field.value().bytes());
        self.text(value.unwrap_or_default()).into_owned()
    }

    fn component(&self, segment: &Segment<'a>, field: usize, component: usize) -> String {
        let value = segment.component(field, component).bytes();
        self.text(value.unwrap_or_default()).into_owned()
    }

    fn text(&self, written: &'a [u8]) -> Cow<'a, str> {
        let text = self.message.decode(written);
        match text.char_indices().nth(MAX_TEXT_CHARACTERS) {
            Some((end, _)) => Cow::Owned(text.get(..end).unwrap_or_default().to_owned()),
            None => text,
        }
    }
}

/// Shows the code only: text comes from elsewhere.
impl fmt::Debug for Ack<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Ack({}, [redacted], {} errors)",
            self.code,
            self.errors.len()
        )
    }
}

/// Shows code and place only: text comes from elsewhere.
impl fmt::Debug for ReportedError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "ReportedError({} at {}, [redacted])",
            self.code, self.location
        )
    }
}
