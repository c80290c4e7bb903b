//! What a record shows. Whom it is about, and what people wrote, only to those who may see it.

use serde::Serialize;
use utoipa::ToSchema;
use wardline_audit::model::{PatientId, Repeats};
use wardline_audit::operations::Record;

use super::super::time;

/// A record of the trail.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditRecord)]
pub(super) struct RecordView {
    /// Its place, counted from 0.
    record: u64,
    /// When it was recorded.
    #[schema(format = DateTime)]
    at: String,
    /// What happened.
    #[schema(example = "read")]
    kind: &'static str,
    /// `success`, `denied` or `failed`.
    outcome: &'static str,
    /// Which part of its event this is, from 1: an event with many patients has several.
    part: u16,
    /// Parts of the event.
    parts: u16,
    /// `false` when the key of its month was destroyed: nothing below can be read any more.
    readable: bool,
    /// How many patients it is about.
    patient_count: usize,
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// As what.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    /// In which session, or by which key.
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<String>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "TREAT")]
    purpose: Option<String>,
    /// From which address.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Through which application.
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<String>,
    /// As part of which request.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// About whom; with the scope `phi` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    patients: Option<Vec<String>>,
    /// Which parts of their records.
    data_types: Vec<String>,
    /// Why; with the scope `phi` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Which policies decided.
    policies: Vec<String>,
    /// The emergency access that it was done on.
    #[serde(skip_serializing_if = "Option::is_none")]
    emergency_id: Option<String>,
    /// To whom records were disclosed; with the scope `phi` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<String>,
    /// How many records left in bulk.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_records: Option<u64>,
    /// How many bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_bytes: Option<u64>,
    /// Of a refusal: `true` when the same is counted from here on, so that a record with the number follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    counted_from_here: Option<bool>,
    /// Of refusals that were counted: how often the same came.
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u64>,
    /// When the first of these came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    times_from: Option<String>,
    /// When the last of these came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    times_until: Option<String>,
}

impl RecordView {
    pub(super) fn of(record: &Record, sees_phi: bool) -> Self {
        let mut view = Self {
            record: record.seq.0,
            at: time::text(record.at),
            kind: record.kind.as_str(),
            outcome: record.outcome.as_str(),
            part: record.part.0.saturating_add(1),
            parts: record.part.1,
            readable: record.content.is_some(),
            patient_count: record.patients.len(),
            user: None,
            role: None,
            session_id: None,
            purpose: None,
            address: None,
            application: None,
            request_id: None,
            patients: None,
            data_types: Vec::new(),
            reason: None,
            policies: Vec::new(),
            emergency_id: None,
            recipient: None,
            amount_records: None,
            amount_bytes: None,
            counted_from_here: None,
            times: None,
            times_from: None,
            times_until: None,
        };
        let Some(content) = &record.content else {
            return view;
        };
        let by = &content.by;
        view.user = Some(by.user.expose().to_owned());
        view.role = by.role.as_ref().map(ToString::to_string);
        view.session_id = by.session.as_ref().map(ToString::to_string);
        view.purpose = by.purpose.as_ref().map(ToString::to_string);
        view.address = by.address.map(|address| address.to_string());
        view.application = by.application.as_ref().map(ToString::to_string);
        view.request_id = by.request.as_ref().map(ToString::to_string);
        view.data_types = content.data_types.iter().map(ToString::to_string).collect();
        view.policies = content.policies.iter().map(ToString::to_string).collect();
        view.emergency_id = content.grant.as_ref().map(ToString::to_string);
        view.amount_records = content.amount.map(|amount| amount.records);
        view.amount_bytes = content.amount.map(|amount| amount.bytes);
        view.count(content.repeats);
        if sees_phi {
            let patients = content.patients.iter().map(PatientId::expose);
            view.patients = Some(patients.map(str::to_owned).collect());
            view.reason = content.reason.as_ref().map(|note| note.expose().to_owned());
            view.recipient = content
                .recipient
                .as_ref()
                .map(|note| note.expose().to_owned());
        }
        view
    }
    fn count(&mut self, repeats: Option<Repeats>) {
        match repeats {
            None => {}
            Some(Repeats::CountedFromHere) => self.counted_from_here = Some(true),
            Some(Repeats::Counted {
                times,
                first_at,
                last_at,
            }) => {
                self.times = Some(times);
                self.times_from = Some(time::text(first_at));
                self.times_until = Some(time::text(last_at));
            }
        }
    }
}
