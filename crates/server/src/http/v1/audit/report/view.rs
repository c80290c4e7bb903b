//! What a report shows.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use wardline_audit::operations::{PatientRow, Report, UserRow};
use wardline_kernel::UnixMillis;

use super::super::super::time;

/// The report for a period.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditReport)]
pub(super) struct ReportView {
    #[schema(format = DateTime)]
    pub(super) from: String,
    #[schema(format = DateTime)]
    pub(super) until: String,
    /// Events in the period.
    pub(super) events: u64,
    /// By kind.
    pub(super) kinds: BTreeMap<&'static str, u64>,
    /// By outcome.
    pub(super) outcomes: BTreeMap<&'static str, u64>,
    /// Alerts raised in the period, by rule.
    pub(super) alerts: BTreeMap<&'static str, u64>,
    /// Records that left in exports.
    pub(super) exported_records: u64,
    /// Per user, those with the most events first.
    pub(super) users: Vec<UserView>,
    /// Per patient, those with the most events first.
    pub(super) patients: Vec<PatientView>,
    /// There were more people than are listed: the totals are right, and numbers of different people are lower bounds.
    pub(super) cut: bool,
}

/// What one user did.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditReportUser)]
pub(super) struct UserView {
    /// Who; not there when the key of every record was destroyed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<String>,
    pub(super) events: u64,
    /// Of them refused.
    pub(super) denied: u64,
    /// Different patients.
    pub(super) patients: u64,
}

/// What was done to one patient's records.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditReportPatient)]
pub(super) struct PatientView {
    /// Who; with the scope `phi` only, and not there when the key of every record was destroyed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) patient: Option<String>,
    pub(super) events: u64,
    /// Different users.
    pub(super) users: u64,
}

impl ReportView {
    pub(super) fn of(report: &Report, period: (UnixMillis, UnixMillis), sees_phi: bool) -> Self {
        let (kinds, outcomes) = (report.kinds.iter(), report.outcomes.iter());
        let alerts = report.alerts.iter();
        Self {
            from: time::text(period.0),
            until: time::text(period.1),
            events: report.events,
            kinds: kinds.map(|(kind, count)| (kind.as_str(), *count)).collect(),
            outcomes: outcomes
                .map(|(outcome, count)| (outcome.as_str(), *count))
                .collect(),
            alerts: alerts
                .map(|(rule, count)| (rule.as_str(), *count))
                .collect(),
            exported_records: report.exported_records,
            users: report.users.iter().map(UserView::of).collect(),
            patients: report
                .patients
                .iter()
                .map(|row| PatientView::of(row, sees_phi))
                .collect(),
            cut: report.is_cut,
        }
    }
}

impl UserView {
    fn of(row: &UserRow) -> Self {
        Self {
            user: row.user.as_ref().map(|user| user.expose().to_owned()),
            events: row.events,
            denied: row.denied,
            patients: row.patients,
        }
    }
}

impl PatientView {
    fn of(row: &PatientRow, sees_phi: bool) -> Self {
        let patient = row.patient.as_ref().filter(|_| sees_phi);
        Self {
            patient: patient.map(|patient| patient.expose().to_owned()),
            events: row.events,
            users: row.users,
        }
    }
}
