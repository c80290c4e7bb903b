//! Patients' records of this process as a partner: a message is taken when what it says of who a patient is stands in
//! the record, durably, and each change of it in the trail before, as done by the channel.
//!
//! What is not certain (numbers of two records, a merge into a record that is gone elsewhere) becomes a dead letter with
//! its reason, for a person to decide. When store or trail fail, the destination waits as for a partner that is down.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use wardline_access::guard::{Ask, Refused, Subject};
use wardline_access::identity;
use wardline_access::model::{Action, DataType, PatientRef, Principal, Purpose, TypeSet};
use wardline_kernel::LocalZone;
use wardline_messaging::model::ChannelName;
use wardline_messaging::port::{Parcel, Partner, SendOutcome};
use wardline_patients::adt::Adt;
use wardline_patients::{FeedError, OperationError, Patients, Step};

use crate::gate::{self, Closed, Gate};

/// Steps that one message takes at most: for each of its patients one, and one for each number that ends.
const MAX_STEPS: usize = 64 * 17;
/// Times that a message is looked at again because somebody was faster, one after the other.
const MAX_OVERTAKEN: usize = 8;

/// What destinations of records are made of.
#[derive(Clone)]
pub(super) struct OfRecords {
    pub(super) patients: Patients,
    pub(super) gate: Arc<Gate>,
    /// The zone of times that name none.
    pub(super) zone: LocalZone,
}

impl OfRecords {
    /// The records as a partner of this channel.
    ///
    /// # Errors
    /// When the channel's name cannot stand in the trail.
    pub(super) fn of(&self, channel: &ChannelName) -> Result<RecordsPartner, String> {
        let principal = identity::channel(channel.as_str());
        Ok(RecordsPartner {
            records: self.clone(),
            principal: principal.map_err(|error| error.to_string())?,
        })
    }
}

/// Hands messages to patients' records. Messages of one patient come one after the other; a repeat changes nothing.
pub(super) struct RecordsPartner {
    records: OfRecords,
    principal: Principal,
}

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
enum NotTaken {
    #[error(transparent)]
    Feed(#[from] FeedError),
    #[error(transparent)]
    Closed(#[from] Closed),
    #[error("records of these patients are changed by somebody else all the time")]
    Overtaken,
    #[error("a message needs more than {MAX_STEPS} steps")]
    TooMany,
}

impl RecordsPartner {
    async fn take(&self, parcel: &Parcel) -> Result<(), NotTaken> {
        let OfRecords {
            patients,
            gate,
            zone,
        } = &self.records;
        let written = (&parcel.bytes[..], parcel.character_set);
        let adt = Adt::read_in(written, patients.now(), zone).map_err(FeedError::from)?;
        let message = parcel.id;
        if !adt.left_out().is_empty() {
            let left_out = adt.left_out().join(", ");
            tracing::warn!(%message, left_out, "values of a message have not the form of their field: they were left out");
        }
        let mut overtaken = 0;
        for _ in 0..MAX_STEPS {
            let Some(step) = patients.next_step(&adt).await? else {
                return Ok(());
            };
            let (word, bumps) = (step.as_str(), step.changes_who_it_is());
            self.authorise(&step, parcel).await?;
            match patients.take_step(step, self.principal.name()).await {
                Ok(()) => {
                    overtaken = 0;
                    tracing::info!(%message, by = self.principal.name(), "{word} a record");
                    if bumps {
                        // What was decided before is decided again.
                        gate.engine().bump();
                    }
                }
                Err(OperationError::Conflict { .. } | OperationError::NumberTaken { .. })
                    if overtaken < MAX_OVERTAKEN =>
                {
                    overtaken += 1;
                }
                Err(OperationError::Conflict { .. } | OperationError::NumberTaken { .. }) => {
                    return Err(NotTaken::Overtaken);
                }
                Err(error) => return Err(FeedError::from(error).into()),
            }
        }
        Err(NotTaken::TooMany)
    }

    /// Has it decided and recorded that a step is about to be taken, of each record that it changes.
    async fn authorise(&self, step: &Step, parcel: &Parcel) -> Result<(), NotTaken> {
        let mut of: Vec<(String, Vec<PatientRef>)> = Vec::new();
        for patient in step.patients() {
            let numbers = self.records.patients.numbers(patient).await;
            let numbers = numbers.map_err(FeedError::from)?;
            of.push((
                format!("record {patient}"),
                gate::of_record(patient, &numbers),
            ));
        }
        if of.is_empty() {
            let numbers = step.numbers().iter();
            let named =
                numbers.filter_map(|number| gate::of_number(&number.value, &number.authority));
            of.push(("a new record".to_owned(), named.collect()));
        }
        for (record, references) in of {
            let ask = Ask {
                action: Action::Write,
                purpose: Purpose::Treatment,
                types: TypeSet::one(DataType::Demographics),
                subject: references
                    .into_iter()
                    .next()
                    .map_or(Subject::NoPatient, Subject::Patient),
                emergency: None,
                about: Some(Arc::from(format!(
                    "{record} {} by message {} of {}",
                    step.as_str(),
                    parcel.id,
                    parcel.queue.channel
                ))),
            };
            let gate = &self.records.gate;
            let permit = gate.permit(&self.principal, ask, None).await?;
            gate.authorise(permit).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Partner for RecordsPartner {
    async fn send(&self, parcel: Parcel) -> SendOutcome {
        match self.take(&parcel).await {
            Ok(()) => SendOutcome::Accepted {
                answer: Bytes::new(),
            },
            Err(error) => outcome(&error),
        }
    }
}

fn outcome(error: &NotTaken) -> SendOutcome {
    let waits = |what: &str| SendOutcome::NotSent {
        detail: what.to_owned(),
    };
    let declined = |is_final| SendOutcome::Declined {
        reason: format!("records: {error}"),
        is_final,
    };
    match error {
        NotTaken::Feed(FeedError::Operation(
            OperationError::Store(_) | OperationError::Key(_) | OperationError::CutShort,
        )) => waits("patients' records cannot be stored now"),
        NotTaken::Closed(Closed::Refused(Refused::Unrecorded(_))) => {
            waits("the audit trail takes no records, so patients' records are not changed")
        }
        NotTaken::Closed(Closed::Refused(Refused::Facts(_)) | Closed::Access(_)) => {
            waits("it cannot be decided now whether patients' records may be changed")
        }
        NotTaken::Overtaken => declined(false),
        NotTaken::Feed(_) | NotTaken::Closed(_) | NotTaken::TooMany => declined(true),
    }
}

/// Records where there are none, as while configuration is only checked.
pub(super) struct NoRecords;

#[async_trait]
impl Partner for NoRecords {
    async fn send(&self, _: Parcel) -> SendOutcome {
        SendOutcome::NotSent {
            detail: "there are no patients' records in this process".to_owned(),
        }
    }
}
