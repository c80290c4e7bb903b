//! Which acknowledgements a sender asks for (HL7 v2.5.1 §2.9.2, §2.9.3; table 0155).

use super::{AckCode, Outcome};
use crate::header::Header;

/// MSH-15 and MSH-16 of a message, taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckMode {
    /// Both empty: one answer of the application, AA, AE or AR.
    Original,
    /// At least one is valued: an accept answer (CA, CE, CR), then perhaps one of the application.
    Enhanced {
        /// MSH-15.
        accept: Condition,
        /// MSH-16.
        application: Condition,
    },
}

/// When an acknowledgement is wanted (HL7 table 0155).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// AL, and any value that is not in the table: an answer too many does less harm than one too few.
    Always,
    /// NE, and an empty field in enhanced mode.
    Never,
    /// ER: when the message is not accepted.
    OnError,
    /// SU: when it is accepted.
    OnSuccess,
}

impl AckMode {
    /// The mode that the sender asks for.
    pub fn of(header: &Header<'_>) -> Self {
        let accept = header.accept_acknowledgment_type();
        let application = header.application_acknowledgment_type();
        if says_nothing(accept) && says_nothing(application) {
            return Self::Original;
        }
        Self::Enhanced {
            accept: Condition::parse(accept),
            application: Condition::parse(application),
        }
    }

    /// The answer about safe storage, due as soon as the message is stored or refused. In enhanced mode only.
    pub fn accept_answer(self, outcome: Outcome) -> Option<AckCode> {
        match self {
            Self::Enhanced { accept, .. } if accept.wants(outcome) => {
                Some(AckCode::commit(outcome))
            }
            _ => None,
        }
    }

    /// The answer of the application. In enhanced mode it follows the accept answer, unless that one already
    /// said that the message was not taken.
    pub fn application_answer(self, outcome: Outcome) -> Option<AckCode> {
        match self {
            Self::Original => Some(AckCode::application(outcome)),
            Self::Enhanced {
                accept,
                application,
            } => {
                let is_told = outcome != Outcome::Accepted && accept.wants(outcome);
                (application.wants(outcome) && !is_told).then(|| AckCode::application(outcome))
            }
        }
    }

    /// Both answers in the order they are due.
    pub fn answers(self, outcome: Outcome) -> impl Iterator<Item = AckCode> {
        self.accept_answer(outcome)
            .into_iter()
            .chain(self.application_answer(outcome))
    }
}

impl Condition {
    /// Reads MSH-15 or MSH-16.
    pub fn parse(field: &[u8]) -> Self {
        let code = field.trim_ascii().to_ascii_uppercase();
        match code.as_slice() {
            _ if says_nothing(field) => Self::Never,
            b"NE" => Self::Never,
            b"ER" => Self::OnError,
            b"SU" => Self::OnSuccess,
            _ => Self::Always,
        }
    }

    /// Whether an acknowledgement of this outcome is wanted.
    pub fn wants(self, outcome: Outcome) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::OnError => outcome != Outcome::Accepted,
            Self::OnSuccess => outcome == Outcome::Accepted,
        }
    }
}

fn says_nothing(field: &[u8]) -> bool {
    let field = field.trim_ascii();
    field.is_empty() || field == b"\"\""
}
