//! The accounting of disclosures of one patient (45 CFR 164.528): what was disclosed to whom, when and what for, in the
//! six years before; several to one recipient for one purpose as one row (§164.528(b)(3)).

use std::collections::{BTreeMap, BTreeSet};

use wardline_kernel::UnixMillis;

use super::show::Record;
use crate::error::OperationError;
use crate::model::{DataType, Event, EventKind, Note, Origin, Outcome, PatientId, Purpose, Seq};
use crate::port::Posting;
use crate::sealing::Content;
use crate::service::Audit;

/// Six years, two of them leap years: as far back as an accounting goes (§164.528(a)(1)).
const SIX_YEARS_MS: u64 = 2_192 * 24 * 60 * 60 * 1_000;
/// Rows of one accounting at most.
const MAX_ROWS: usize = 10_000;
const STEP: usize = 512;
/// Treatment, payment, operations, and what the patient asked for: they need no accounting (§164.528(a)(1)(i), (ii)).
/// As HL7 v3 PurposeOfUse names them.
const EXEMPT: [&str; 5] = ["TREAT", "ETREAT", "HPAYMT", "HOPERAT", "PATRQT"];

/// Disclosures to one recipient for one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisclosureRow {
    /// To whom, with the address if it is known.
    pub recipient: Option<Note>,
    /// What for.
    pub purpose: Option<Purpose>,
    /// What was said of why, with the first of them.
    pub reason: Option<Note>,
    /// Which parts of the record.
    pub data_types: BTreeSet<DataType>,
    /// How many there were.
    pub count: u64,
    /// When the first of them was.
    pub first_at: UnixMillis,
    /// When the last of them was.
    pub last_at: UnixMillis,
    /// The record of the first one.
    pub first: Seq,
}

/// The accounting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounting {
    /// Oldest first.
    pub rows: Vec<DisclosureRow>,
    /// Disclosures that need no accounting.
    pub exempt: u64,
    /// Records that cannot be opened, as their key was destroyed: what they disclosed is not known any more.
    pub unreadable: u64,
    /// There are more rows than are given.
    pub is_cut: bool,
}

impl Audit {
    /// The disclosures of one patient's records in the six years before now, after it is recorded that they are read.
    ///
    /// # Errors
    /// A record does not read, the store failed, or it could not be recorded.
    pub async fn account_disclosures(
        &self,
        patient: PatientId,
        by: Origin,
    ) -> Result<Accounting, OperationError> {
        let posting = Posting::Patient(self.0.sealer.patient_token(&patient));
        let mut event = Event::new(EventKind::AuditRead, Outcome::Success, by);
        event.patients.push(patient);
        self.record_one(event).await?;
        let from = self.now().saturating_sub(SIX_YEARS_MS);
        let mut range = self.between(Some(from), None).await?;
        let mut found = Found::default();
        loop {
            let store = &self.0.store;
            let places = store.postings(posting, range.clone(), false, STEP).await?;
            let Some(last) = places.last() else {
                return Ok(found.into_accounting());
            };
            range.start = Seq(last.0 + 1);
            for seq in places {
                let record = self.opened(seq, &self.leaf(seq).await?)?;
                found.add(&record);
            }
        }
    }
}

type Same = (Option<Note>, Option<Purpose>);

#[derive(Default)]
struct Found {
    rows: BTreeMap<Same, DisclosureRow>,
    accounting: Accounting,
}

impl Found {
    fn add(&mut self, record: &Record) {
        let may_disclose = matches!(record.kind, EventKind::Disclosure | EventKind::Export);
        if !may_disclose || record.outcome != Outcome::Success {
            return;
        }
        let Some(content) = &record.content else {
            self.accounting.unreadable += 1;
            return;
        };
        if record.kind == EventKind::Export && content.recipient.is_none() {
            // It stayed in the house.
            return;
        }
        let purpose = content.by.purpose.as_ref().map_or("", Purpose::as_str);
        if EXEMPT.contains(&purpose) {
            self.accounting.exempt += 1;
            return;
        }
        self.add_row(record, content);
    }

    fn add_row(&mut self, record: &Record, content: &Content) {
        let same = (content.recipient.clone(), content.by.purpose.clone());
        if self.rows.len() >= MAX_ROWS && !self.rows.contains_key(&same) {
            self.accounting.is_cut = true;
            return;
        }
        let row = self.rows.entry(same).or_insert_with(|| DisclosureRow {
            recipient: content.recipient.clone(),
            purpose: content.by.purpose.clone(),
            reason: content.reason.clone(),
            data_types: BTreeSet::new(),
            count: 0,
            first_at: record.at,
            last_at: record.at,
            first: record.seq,
        });
        row.count += 1;
        row.last_at = record.at;
        row.data_types.extend(content.data_types.iter().cloned());
    }

    fn into_accounting(self) -> Accounting {
        let mut rows: Vec<DisclosureRow> = self.rows.into_values().collect();
        rows.sort_by_key(|row| row.first);
        Accounting {
            rows,
            ..self.accounting
        }
    }
}
