//! Alert rules: what a privacy officer should look at. Pure: events in, alerts out, in bounded memory.
//!
//! Each alert is raised once for a rule, user, patient and day. Rules alone find too much (Hedda et al., AMIA 2017): what
//! is counted, and when people are on duty, is a site's to say.

mod alert;
mod shifts;
#[cfg(test)]
mod tests;
mod totals;
mod window;

use jiff::tz::TimeZone;
use wardline_kernel::UnixMillis;
use wardline_phi::Token;

use crate::model::{Amount, Event, EventKind, Outcome, RoleName, Seq};
use crate::sealing::Tokens;
pub use alert::{Alert, AlertChange, AlertId, AlertState, Rule};
pub use shifts::{Shift, ShiftCalendar, ShiftError};
use totals::Totals;
use window::Windows;

const HOUR_MS: u64 = 60 * 60 * 1_000;

/// When alerts are raised.
#[derive(Clone, Debug)]
pub struct RuleSettings {
    /// The zone whose days count.
    pub zone: TimeZone,
    /// So many refusals of one user within any 60 minutes.
    pub denials_per_hour: usize,
    /// So many different patients read by one user within any 60 minutes.
    pub patients_per_hour: usize,
    /// Exports of more records than this by one user within an hour.
    pub export_records: u64,
    /// Exports of more bytes than this by one user within an hour.
    pub export_bytes: u64,
    /// Who is on duty when. Without it nothing is after hours.
    pub shifts: Option<ShiftCalendar>,
}

impl Default for RuleSettings {
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            denials_per_hour: 10,
            patients_per_hour: 100,
            export_records: 500,
            export_bytes: 10 * 1024 * 1024,
            shifts: None,
        }
    }
}

/// What rules see of an event: pseudonyms only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Who.
    pub user: Token,
    /// As what.
    pub role: Option<RoleName>,
    /// Which patients.
    pub patients: Vec<Token>,
    /// What.
    pub kind: EventKind,
    /// How it ended.
    pub outcome: Outcome,
    /// When.
    pub at: UnixMillis,
    /// The event's first record.
    pub seq: Seq,
    /// How much left in bulk.
    pub amount: Option<Amount>,
    /// How often it happened.
    pub times: u64,
    /// User and patient share a surname, an address or a telephone.
    pub is_kin: bool,
}

impl Observed {
    pub(crate) fn of(event: &Event, tokens: Tokens, at: UnixMillis, seq: Seq) -> Self {
        let shared = |mark| event.patient_marks.contains(mark);
        Self {
            user: tokens.user,
            role: event.by.role.clone(),
            patients: tokens.patients,
            kind: event.kind,
            outcome: event.outcome,
            at,
            seq,
            amount: event.amount,
            times: event.times(),
            is_kin: event.user_marks.iter().any(shared),
        }
    }

    fn touches_records(&self) -> bool {
        let touches = matches!(
            self.kind,
            EventKind::Read
                | EventKind::Write
                | EventKind::Delete
                | EventKind::Search
                | EventKind::Export
        );
        touches && self.outcome == Outcome::Success && !self.patients.is_empty()
    }
}

/// The rules, and what they remember.
#[derive(Debug)]
pub struct Rules {
    settings: RuleSettings,
    denials: Windows,
    readings: Windows,
    exports: Totals,
}

impl Rules {
    /// Rules that have seen nothing yet.
    pub fn new(settings: RuleSettings) -> Self {
        Self {
            denials: Windows::new(HOUR_MS, settings.denials_per_hour),
            readings: Windows::new(HOUR_MS, settings.patients_per_hour),
            exports: Totals::default(),
            settings,
        }
    }

    /// What an event gives rise to. The same alert may come again; its id says so.
    pub fn observe(&mut self, event: &Observed) -> Vec<Alert> {
        let one_patient = match event.patients.as_slice() {
            [one] => Some(*one),
            _ => None,
        };
        let mut raised = Vec::new();
        if self.is_denied_too_often(event) {
            raised.push((Rule::ManyDenials, None));
        }
        if self.reads_too_many(event) {
            raised.push((Rule::MassReading, None));
        }
        if self.is_after_hours(event) {
            raised.push((Rule::AfterHours, one_patient));
        }
        if event.is_kin && event.touches_records() {
            raised.push((Rule::Kinship, one_patient));
        }
        if self.takes_much(event) {
            raised.push((Rule::LargeExport, None));
        }
        let is_emergency = matches!(
            event.kind,
            EventKind::EmergencyRequested | EventKind::EmergencyUsed
        );
        if is_emergency && event.outcome == Outcome::Success {
            raised.push((Rule::BreakGlass, one_patient));
        }
        let zone = &self.settings.zone;
        let alerts = raised.into_iter();
        alerts
            .map(|(rule, patient)| Alert::new(rule, event, patient, zone))
            .collect()
    }

    fn is_denied_too_often(&mut self, event: &Observed) -> bool {
        let is_denied = event.kind == EventKind::AccessDenied || event.outcome == Outcome::Denied;
        // Each refusal counts by itself; of one that was counted no more than raise the alert.
        let limit = u64::try_from(self.settings.denials_per_hour.max(1)).unwrap_or(u64::MAX);
        let numbers = (0..event.times.min(limit)).map(|time| {
            let mut number = Token::default();
            let bytes = event.seq.0.to_be_bytes().into_iter();
            let bytes = bytes.chain(time.to_be_bytes());
            number
                .iter_mut()
                .zip(bytes)
                .for_each(|(to, from)| *to = from);
            number
        });
        is_denied && self.denials.add(event.user, numbers, event.at)
    }

    fn reads_too_many(&mut self, event: &Observed) -> bool {
        let is_reading = event.kind == EventKind::Read && event.outcome == Outcome::Success;
        let patients = event.patients.iter().copied();
        is_reading && self.readings.add(event.user, patients, event.at)
    }

    fn is_after_hours(&self, event: &Observed) -> bool {
        let Some(shifts) = self.settings.shifts.as_ref() else {
            return false;
        };
        let on_duty = shifts.is_on_duty(event.user, event.role.as_ref(), event.at);
        event.touches_records() && on_duty == Some(false)
    }

    fn takes_much(&mut self, event: &Observed) -> bool {
        let is_taken = matches!(event.kind, EventKind::Export | EventKind::Disclosure);
        if !is_taken || event.outcome != Outcome::Success {
            return false;
        }
        let patients = u64::try_from(event.patients.len()).unwrap_or(u64::MAX);
        let named = Amount {
            records: patients,
            bytes: 0,
        };
        let amount = event.amount.unwrap_or(named);
        let taken = self.exports.add(event.user, amount, event.at);
        taken.records > self.settings.export_records || taken.bytes > self.settings.export_bytes
    }
}
