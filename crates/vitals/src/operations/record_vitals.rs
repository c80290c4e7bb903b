//! Record vital signs that a program gives: all of a batch, or none.

use std::collections::BTreeMap;

use wardline_kernel::UnixMillis;

use super::receive::Received;
use crate::census::{Census, Found, Subject};
use crate::error::OperationError;
use crate::model::{BedId, PatientIdentifier, StayId};
use crate::observation::{Device, Findings, Method, Observation, Parameter, Reason};
use crate::reading::{Given, read_given};
use crate::service::LiveBeds;

/// Values of one batch.
pub const MAX_ITEMS: usize = 1_000;

/// Whose a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Of this stay.
    Stay(StayId),
    /// Of whoever was in this bed when it was taken.
    Bed(BedId),
    /// Of the patient with this number, who must be in this bed if one is named.
    Patient(PatientIdentifier, Option<BedId>),
}

/// One value.
#[derive(Clone)]
pub struct VitalsItem {
    /// Whose.
    pub whose: Whose,
    /// What.
    pub parameter: Parameter,
    /// How.
    pub method: Method,
    /// A decimal, or an answer such as `alert` or `air`.
    pub value: String,
    /// Unit of the number; empty for an answer.
    pub unit: String,
    /// When it was observed.
    pub taken_at: UnixMillis,
    /// The device, if one measured it.
    pub device: Option<Device>,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordedVitals {
    /// Values that are charted now.
    pub charted: usize,
    /// Values that were there already.
    pub repeated: usize,
}

/// Why a batch was not recorded. Nothing of it is.
#[derive(Debug, thiserror::Error)]
pub enum VitalsError {
    /// There is nothing in it.
    #[error("the batch is empty")]
    Empty,
    /// There is too much in it.
    #[error("the batch has more than {MAX_ITEMS} values; send several")]
    TooMany,
    /// Some values cannot be recorded.
    #[error("{} of the values cannot be recorded, so none was", .0.len())]
    Items(Vec<ItemError>),
    /// It makes sense and could not be done.
    #[error(transparent)]
    Operation(#[from] OperationError),
}

/// Why a value cannot be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemError {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// Why.
    pub problem: ItemProblem,
}

/// Why a value cannot be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemProblem {
    /// The value itself.
    Value(Reason),
    /// It is nobody's, for this reason, in a word: one of those of [`Found::why`].
    Nobodys(&'static str),
}

impl LiveBeds {
    /// Records a batch whole, as durable as [`LiveBeds::receive`] does.
    ///
    /// # Errors
    /// [`VitalsError`]; nothing was recorded then.
    pub async fn record_vitals(
        &self,
        items: Vec<VitalsItem>,
    ) -> Result<RecordedVitals, VitalsError> {
        if items.is_empty() {
            return Err(VitalsError::Empty);
        }
        if items.len() > MAX_ITEMS {
            return Err(VitalsError::TooMany);
        }
        let beds = self.clone();
        let now = self.now();
        let done = self.finish(async move { beds.record_items(&items, now).await });
        done.await?.map_err(VitalsError::Items)
    }

    async fn record_items(
        &self,
        items: &[VitalsItem],
        now: UnixMillis,
    ) -> Result<Result<RecordedVitals, Vec<ItemError>>, OperationError> {
        let mut state = self.0.state.lock().await;
        let mut errors = Vec::new();
        let mut of_stays: BTreeMap<StayId, Findings> = BTreeMap::new();
        for (index, item) in items.iter().enumerate() {
            match item.resolve(&state.census, now) {
                Ok((stay, observation)) => {
                    let findings = of_stays.entry(stay).or_default();
                    findings.observations.push(observation);
                }
                Err(problem) => errors.push(ItemError { index, problem }),
            }
        }
        if !errors.is_empty() {
            return Ok(Err(errors));
        }
        let mut received = Received::default();
        self.record(&mut state, of_stays, now, &mut received)
            .await?;
        Ok(Ok(RecordedVitals {
            charted: received.charted,
            repeated: received.repeated,
        }))
    }
}

impl VitalsItem {
    fn resolve(
        &self,
        census: &Census,
        now: UnixMillis,
    ) -> Result<(StayId, Observation), ItemProblem> {
        let given = Given {
            parameter: self.parameter,
            method: self.method,
            value: &self.value,
            unit: &self.unit,
            taken_at: self.taken_at,
            device: self.device.clone(),
        };
        let observation =
            read_given(given, now).map_err(|apart| ItemProblem::Value(apart.reason))?;
        let found = self.whose.find(census, observation.effective_at());
        match found {
            Found::Stay(stay) => Ok((stay, observation)),
            nobody => Err(ItemProblem::Nobodys(nobody.why().unwrap_or("nobody"))),
        }
    }
}

impl Whose {
    fn find(&self, census: &Census, at: UnixMillis) -> Found {
        let subject = match self {
            Self::Stay(stay) => {
                return match census.stay(*stay) {
                    Some(found) if found.course().is_here() => Found::Stay(*stay),
                    Some(_) => Found::PatientGone(*stay),
                    None => Found::PatientUnknown,
                };
            }
            Self::Bed(bed) => Subject {
                place: bed.place(),
                ..Subject::default()
            },
            Self::Patient(identifier, bed) => Subject {
                identifiers: vec![identifier.clone()],
                place: bed.as_ref().and_then(BedId::place),
                ..Subject::default()
            },
        };
        census.find(&subject, at)
    }
}

/// Shows what it is, not the value.
impl std::fmt::Debug for VitalsItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VitalsItem")
            .field("parameter", &self.parameter)
            .finish_non_exhaustive()
    }
}
