//! The port to the audit trail.

use std::sync::Arc;

use async_trait::async_trait;

use crate::model::PatientRef;
use crate::policy::Decision;

/// The trail did not take a record. What it was about is refused (HTTP 503).
#[derive(Debug, Clone, thiserror::Error)]
#[error("the audit trail takes no records now: {0}")]
pub struct RecordError(pub String);

/// What a decision was used for, known once it was used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Every patient of whom something is given out; for a search each one in its answer.
    pub patients: Vec<PatientRef>,
    /// To whom outside it is given, when somebody said so.
    pub recipient: Option<Arc<str>>,
}

impl From<Vec<PatientRef>> for Touched {
    fn from(patients: Vec<PatientRef>) -> Self {
        Self {
            patients,
            recipient: None,
        }
    }
}

/// The trail, as the guard needs it.
///
/// 1. When `record` returns `Ok`, the record survives the loss of the process and of power. Of a denial that came just
///    so before it may be an earlier record that does, if that says that more of them are counted.
/// 2. When it returns an error, or is dropped before it returned, the record may or may not be there; nothing was
///    given out.
#[async_trait]
pub trait Recorder: Send + Sync + 'static {
    /// Takes a decision, allowed or denied, before anything is given out or changed because of it.
    async fn record(&self, decision: &Decision, touched: &Touched) -> Result<(), RecordError>;
}
