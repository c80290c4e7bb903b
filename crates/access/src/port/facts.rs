//! The port to what is known of patients: who treats them, and how they are protected.

use async_trait::async_trait;

use crate::model::{ItemFacts, PatientFacts, PatientRef};

/// Nothing is known now. Whoever asks is refused: a decision on missing facts would be a guess.
#[derive(Debug, Clone, thiserror::Error)]
#[error("what decisions rest on cannot be read now: {0}")]
pub struct FactsError(pub String);

/// What is true of patients now.
///
/// 1. An answer is not older than the last change that was answered to whoever made it.
/// 2. A patient that does not exist gets the facts of a patient in no relation to anybody: so a refusal does not
///    tell which patients there are.
#[async_trait]
pub trait CareFacts: Send + Sync + 'static {
    /// Of one patient.
    async fn of_patient(&self, patient: &PatientRef) -> Result<PatientFacts, FactsError>;

    /// Of one item of a patient's: its labels and what lifts them. Items without labels of their own have none.
    async fn of_item(&self, patient: &PatientRef, item: &str) -> Result<ItemFacts, FactsError> {
        let _ = (patient, item);
        Ok(ItemFacts::default())
    }
}
