//! The report for a period: totals, per user, per patient, exports, emergencies, alerts. Reads the period once, and
//! remembers people, not records.

use std::collections::{BTreeMap, BTreeSet};

use wardline_kernel::UnixMillis;
use wardline_phi::Token;

use super::MAX_ALERTS;
use super::show::Record;
use crate::error::OperationError;
use crate::model::{Event, EventKind, Origin, Outcome, PatientId, UserName};
use crate::rules::Rule;
use crate::service::Audit;

/// People of each kind in one report at most.
pub const MAX_ROWS: usize = 20_000;
/// Pairs of a user and a patient that are remembered at most.
const MAX_PAIRS: usize = 500_000;
/// Records read at a time.
const STEP: usize = 512;

/// What one user did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserRow {
    /// Who; `None` when the key of every record was destroyed.
    pub user: Option<UserName>,
    /// Events.
    pub events: u64,
    /// Of them refused.
    pub denied: u64,
    /// Different patients.
    pub patients: u64,
}

/// What was done to one patient's records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatientRow {
    /// Who; `None` when the key of every record was destroyed.
    pub patient: Option<PatientId>,
    /// Events.
    pub events: u64,
    /// Different users.
    pub users: u64,
}

/// The report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Events in the period.
    pub events: u64,
    /// By kind.
    pub kinds: BTreeMap<EventKind, u64>,
    /// By outcome.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// Per user, those with the most events first.
    pub users: Vec<UserRow>,
    /// Per patient, those with the most events first.
    pub patients: Vec<PatientRow>,
    /// Records that left in exports.
    pub exported_records: u64,
    /// Alerts raised in the period, by rule.
    pub alerts: BTreeMap<Rule, u64>,
    /// There were more people than [`MAX_ROWS`], or more pairs than are remembered: the totals are right, the rows
    /// are of those that came first, and numbers of different people are lower bounds.
    pub is_cut: bool,
}

impl Audit {
    /// The report for records from `from` on and before `until`, after it is recorded that it was made.
    ///
    /// # Errors
    /// A record does not read, the store failed, or it could not be recorded.
    pub async fn report(
        &self,
        from: UnixMillis,
        until: UnixMillis,
        by: Origin,
    ) -> Result<Report, OperationError> {
        let event = Event::new(EventKind::AuditRead, Outcome::Success, by);
        self.record_one(event).await?;
        let range = self.between(Some(from), Some(until)).await?;
        let (mut counted, mut next) = (Counted::default(), range.start);
        while next < range.end {
            let leaves = self.0.store.leaves(next, STEP).await?;
            let leaves = leaves.into_iter().filter(|(seq, _)| *seq < range.end);
            let before = next;
            for (seq, leaf) in leaves {
                counted.add(&self.opened(seq, &leaf)?);
                next = crate::model::Seq(seq.0 + 1);
            }
            if next == before {
                break;
            }
        }
        let mut report = counted.into_report();
        self.count_alerts(&mut report, from, until).await?;
        Ok(report)
    }

    async fn count_alerts(
        &self,
        report: &mut Report,
        from: UnixMillis,
        until: UnixMillis,
    ) -> Result<(), OperationError> {
        let mut after = None;
        loop {
            let alerts = self.alerts(after, MAX_ALERTS).await?;
            let Some(last) = alerts.last() else {
                return Ok(());
            };
            after = Some(last.id);
            for alert in alerts {
                if (from..until).contains(&alert.at) {
                    *report.alerts.entry(alert.rule).or_default() += 1;
                }
            }
        }
    }
}

/// What was counted so far.
#[derive(Default)]
struct Counted {
    report: Report,
    users: BTreeMap<Token, UserRow>,
    patients: BTreeMap<Token, PatientRow>,
    pairs: BTreeSet<(Token, Token)>,
}

impl Counted {
    fn add(&mut self, record: &Record) {
        // The parts of an event are one event; a record of refusals that were counted is so many.
        let one = record.times() * u64::from(record.part.0 == 0);
        self.report.events += one;
        *self.report.kinds.entry(record.kind).or_default() += one;
        *self.report.outcomes.entry(record.outcome).or_default() += one;
        let content = record.content.as_ref();
        let amount = content.and_then(|content| content.amount);
        let is_taken = matches!(record.kind, EventKind::Export | EventKind::Disclosure);
        let is_of_trail = content.is_some_and(|content| {
            let mut types = content.data_types.iter();
            types.any(|of| of.as_str() == "audit")
        });
        if is_taken && !is_of_trail && record.outcome == Outcome::Success {
            let records = amount.map_or(0, |amount| amount.records);
            self.report.exported_records += records * one;
        }
        if let Some(row) = row_of(&mut self.users, record.user, &mut self.report.is_cut) {
            row.events += one;
            row.denied += u64::from(record.outcome == Outcome::Denied) * one;
            if row.user.is_none() {
                row.user = content.map(|content| content.by.user.clone());
            }
        }
        let names = content.map_or(&[][..], |content| &content.patients);
        for (number, token) in record.patients.iter().enumerate() {
            self.add_patient((record.user, *token), names.get(number), record.times());
        }
    }

    fn add_patient(
        &mut self,
        (user, patient): (Token, Token),
        name: Option<&PatientId>,
        times: u64,
    ) {
        let Some(row) = row_of(&mut self.patients, patient, &mut self.report.is_cut) else {
            return;
        };
        row.events += times;
        if row.patient.is_none() {
            row.patient = name.cloned();
        }
        if self.pairs.contains(&(user, patient)) {
            return;
        }
        if self.pairs.len() >= MAX_PAIRS {
            self.report.is_cut = true;
            return;
        }
        self.pairs.insert((user, patient));
        row.users += 1;
        if let Some(row) = self.users.get_mut(&user) {
            row.patients += 1;
        }
    }

    fn into_report(self) -> Report {
        let mut users: Vec<UserRow> = self.users.into_values().collect();
        let mut patients: Vec<PatientRow> = self.patients.into_values().collect();
        users.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.user.cmp(&b.user)));
        patients.sort_by(|a, b| {
            let by_name = || a.patient.cmp(&b.patient);
            b.events.cmp(&a.events).then_with(by_name)
        });
        Report {
            users,
            patients,
            ..self.report
        }
    }
}

fn row_of<'a, T: Default>(
    rows: &'a mut BTreeMap<Token, T>,
    token: Token,
    is_cut: &mut bool,
) -> Option<&'a mut T> {
    if rows.len() >= MAX_ROWS && !rows.contains_key(&token) {
        *is_cut = true;
        return None;
    }
    Some(rows.entry(token).or_default())
}
