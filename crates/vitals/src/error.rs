//! Why something asked of live beds was not done.

use wardline_hl7::ParseError;
use wardline_kernel::StoreError;
use wardline_phi::KeyRingError;

use crate::census::{AdtError, CensusError};
use crate::reading::ReadError;

/// Why an operation was not done.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// No such bed.
    #[error("there is no such bed")]
    NoSuchBed,
    /// No such stay, or it has ended.
    #[error("there is no such stay")]
    NoSuchStay,
    /// It cannot be done as things are.
    #[error("{0}")]
    Conflict(&'static str),
    /// Somebody else assigned nurses meanwhile.
    #[error("other nurses were assigned meanwhile: read them again, then repeat the change")]
    NursesChanged,
    /// What was given cannot be right.
    #[error("{0}")]
    Invalid(&'static str),
    /// A limit is reached.
    #[error(transparent)]
    Full(CensusError),
    /// The store did not do as asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It could not be sealed.
    #[error("it could not be sealed: {0}")]
    Seal(String),
    /// It can neither be sealed nor opened now, as the key service is away.
    #[error("its key cannot be had: {0}; repeat it when the key service is back")]
    KeyServiceUnavailable(KeyRingError),
}

impl From<CensusError> for OperationError {
    fn from(error: CensusError) -> Self {
        match error {
            CensusError::NoSuchBed => Self::NoSuchBed,
            CensusError::NoSuchStay => Self::NoSuchStay,
            CensusError::BedInUse => {
                Self::Conflict("somebody lies in this bed; its state follows from that")
            }
            CensusError::TooManyNurses => Self::Invalid("a bed has at most 8 nurses"),
            full => Self::Full(full),
        }
    }
}

/// Why a message was not taken. No error tells of its content.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// It is no HL7 message.
    #[error(transparent)]
    Unreadable(#[from] ParseError),
    /// It is longer than what is read here.
    #[error("the message is longer than {0} bytes; live beds read admissions and vital signs only")]
    TooLong(usize),
    /// It is neither ADT nor ORU.
    #[error("live beds take ADT and ORU messages only; filter by type in the channel")]
    NotForBeds,
    /// A segment that is read here is not named in upper case, so it is another segment: what it says is nobody's, and what
    /// follows it may be somebody else's.
    #[error(
        "segment {number} begins with `{name}` in other than capital letters, so it is not known what it is; have the \
         sender write segment names in capitals"
    )]
    SegmentName {
        /// The name that may be meant.
        name: &'static str,
        /// Which segment, from 1: that is MSH.
        number: usize,
    },
    /// An ADT message, or the PID or PV1 of another one, that makes no sense.
    #[error(transparent)]
    Senseless(#[from] AdtError),
    /// A result message that makes no sense.
    #[error(transparent)]
    NoResult(#[from] ReadError),
    /// It makes sense and could not be done.
    #[error(transparent)]
    Operation(#[from] OperationError),
}

impl ReceiveError {
    /// Whether sending the same message again cannot help.
    pub fn is_permanent(&self) -> bool {
        !matches!(
            self,
            Self::Operation(
                OperationError::Store(_)
                    | OperationError::Seal(_)
                    | OperationError::KeyServiceUnavailable(_)
                    | OperationError::Full(_)
            )
        )
    }
}
