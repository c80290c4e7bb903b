//! Acknowledgements in both modes (HL7 v2.5.1 §2.9): which one is due, how it is written, how one is read.
//!
//! A [`Reply`] needs the header of a message alone, so that a broken body is answered too; [`Reply::unreadable`]
//! answers what has no header at all. [`Ack`] reads what a partner answered.

mod fault;
mod mode;
mod read;
mod reply;

use std::fmt;

pub use fault::{ErrorCode, Fault, Severity};
pub use mode::{AckMode, Condition};
pub use read::{Ack, AckError, ReportedError};
pub use reply::Reply;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is in safe storage, or was processed.
    Accepted,
    /// Not now: the sender should try again (storage, overload).
    Error,
    /// Never: the same message would be refused again (form, type, version, access).
    Rejected,
}

/// MSA-1 (HL7 table 0008).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AckCode {
    /// AA: application accept, in original mode also the word for "stored".
    Aa,
    /// AE: application error, may be retried.
    Ae,
    /// AR: application reject, may not be retried.
    Ar,
    /// CA: the message is in safe storage.
    Ca,
    /// CE: it is not, and may be sent again.
    Ce,
    /// CR: it will never be accepted as it is.
    Cr,
}

impl AckCode {
    /// Reads MSA-1 without regard to case and blanks.
    pub fn parse(code: &[u8]) -> Option<Self> {
        let code = code.trim_ascii();
        let all = [Self::Aa, Self::Ae, Self::Ar, Self::Ca, Self::Ce, Self::Cr];
        all.into_iter()
            .find(|known| code.eq_ignore_ascii_case(known.as_str().as_bytes()))
    }

    /// As it is written in MSA-1.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aa => "AA",
            Self::Ae => "AE",
            Self::Ar => "AR",
            Self::Ca => "CA",
            Self::Ce => "CE",
            Self::Cr => "CR",
        }
    }

    /// What the code says about the message.
    pub fn outcome(self) -> Outcome {
        match self {
            Self::Aa | Self::Ca => Outcome::Accepted,
            Self::Ae | Self::Ce => Outcome::Error,
            Self::Ar | Self::Cr => Outcome::Rejected,
        }
    }

    /// Whether it speaks of safe storage only (CA, CE, CR), not of the receiving application.
    pub fn is_commit(self) -> bool {
        matches!(self, Self::Ca | Self::Ce | Self::Cr)
    }

    /// The code of the receiving application: AA, AE or AR.
    pub fn application(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Accepted => Self::Aa,
            Outcome::Error => Self::Ae,
            Outcome::Rejected => Self::Ar,
        }
    }

    /// The code about safe storage: CA, CE or CR.
    pub fn commit(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Accepted => Self::Ca,
            Outcome::Error => Self::Ce,
            Outcome::Rejected => Self::Cr,
        }
    }
}

impl fmt::Display for AckCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests;
