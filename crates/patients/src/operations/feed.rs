//! Takes what a registration system says of a patient, in steps: who it is begins or changes a record, numbers that are
//! one become one record.
//!
//! [`Patients::next_step`] looks what is still to be done of a message, [`Patients::take_step`] does it; whoever calls
//! asks the guard in between. A message that was taken whole has no step left, so a repeat changes nothing, and one that
//! was cut short goes on where it was. What is not certain is refused and said, never guessed.

mod differences;

use std::collections::BTreeSet;

use wardline_kernel::UnixMillis;

use self::differences::{Current, set_numbers, tell_fields};
use crate::adt::{Act, Adt, AdtError, Person};
use crate::error::OperationError;
use crate::model::{Change, ChangeKind, Field, FieldPath, PatientId, RecordNumber};
use crate::service::{Loaded, Patients};

/// Something that is to be done because of a message. Silent in `{:?}`.
pub struct Step {
    what: What,
    /// When the message was entered.
    told_at: Option<UnixMillis>,
}

enum What {
    Begin(Change, Vec<RecordNumber>),
    Change((PatientId, u64), Change),
    Merge((PatientId, u64), (PatientId, u64)),
    Link((PatientId, u64), (PatientId, u64)),
    Unlink((PatientId, u64), (PatientId, u64)),
}

/// Why a message is not taken. Names places and records, never content.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// It cannot be read.
    #[error(transparent)]
    Adt(#[from] AdtError),
    /// Its numbers are of several records.
    #[error(
        "the numbers of one patient ({place}) are of {count} records: merge them, or correct the numbers, then try again"
    )]
    SeveralRecords {
        /// Where they stand.
        place: &'static str,
        /// How many records.
        count: usize,
    },
    /// The record that ends was merged into a third one.
    #[error(
        "the record of the number that ends (MRG-1) was merged into a third one: look at both, then try again"
    )]
    MergedElsewhere,
    /// The records could not be read or changed.
    #[error(transparent)]
    Operation(#[from] OperationError),
}

impl Step {
    /// The word for it.
    pub fn as_str(&self) -> &'static str {
        match self.what {
            What::Begin(..) => "began",
            What::Change(..) => "changed",
            What::Merge(..) => "merged",
            What::Link(..) => "linked",
            What::Unlink(..) => "unlinked",
        }
    }

    /// The records that it changes: none when it begins one.
    pub fn patients(&self) -> Vec<PatientId> {
        match &self.what {
            What::Begin(..) => Vec::new(),
            What::Change((one, _), _) => vec![*one],
            What::Merge((one, _), (other, _))
            | What::Link((one, _), (other, _))
            | What::Unlink((one, _), (other, _)) => vec![*one, *other],
        }
    }

    /// The numbers of a record that it begins.
    pub fn numbers(&self) -> &[RecordNumber] {
        match &self.what {
            What::Begin(_, numbers) => numbers,
            _ => &[],
        }
    }

    /// Whether decisions on access rest on what it changes: whoever decided must decide again.
    pub fn changes_who_it_is(&self) -> bool {
        match &self.what {
            What::Begin(..) => false,
            What::Change(_, change) => {
                let numbers = FieldPath::Field(Field::RecordNumbers);
                change.paths().any(|path| *path == numbers)
            }
            What::Merge(..) | What::Link(..) | What::Unlink(..) => true,
        }
    }
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Step").field(&self.as_str()).finish()
    }
}

impl Patients {
    /// What is to be done next of a message; `None` when all of it is done.
    ///
    /// # Errors
    /// [`FeedError`]
    pub async fn next_step(&self, adt: &Adt) -> Result<Option<Step>, FeedError> {
        let step = |what| Step {
            what,
            told_at: adt.told_at,
        };
        if adt.act == Act::Nothing {
            return Ok(None);
        }
        for person in &adt.persons {
            let what = match self.tell(adt, person).await? {
                Some(what) => Some(what),
                None if adt.act == Act::Merge => self.merge_next(person).await?,
                None => None,
            };
            if what.is_some() {
                return Ok(what.map(step));
            }
        }
        Ok(self.link_next(adt).await?.map(step))
    }

    /// Does it. `by` is kept as who did it.
    ///
    /// # Errors
    /// [`OperationError::Conflict`] and [`OperationError::NumberTaken`] when somebody was faster: look for the next step
    /// again. Else as the operation of the step.
    pub async fn take_step(&self, step: Step, by: &str) -> Result<(), OperationError> {
        match step.what {
            What::Begin(change, _) => {
                self.begin(change, by, step.told_at).await?;
            }
            What::Change((patient, version), change) => {
                let loaded = self.0.load_for_change(patient, version).await?;
                let mut next = loaded
                    .manifest
                    .next(self.0.change(ChangeKind::Updated, by)?);
                next.fed_at = next.fed_at.max(step.told_at);
                self.apply(&loaded, next, change).await?;
            }
            What::Merge(survivor, merged) => {
                self.merge(survivor, merged, by).await?;
            }
            What::Link(one, other) => {
                self.link(one, other, by).await?;
            }
            What::Unlink(one, other) => {
                self.unlink(one, other, by).await?;
            }
        }
        Ok(())
    }

    /// Who a patient is.
    async fn tell(&self, adt: &Adt, person: &Person) -> Result<Option<What>, FeedError> {
        let (ended, corrected) = match adt.act {
            Act::Merge => (self.unheld(&person.ended).await?, None),
            Act::Correct => (Vec::new(), self.root_of(&person.ended, "MRG-1").await?),
            _ => (Vec::new(), None),
        };
        let root = self.root_of(&person.numbers, "PID-3").await?;
        let record = match (root, corrected) {
            (Some(one), Some(other)) if one != other => {
                return Err(FeedError::SeveralRecords {
                    place: "PID-3 and MRG-1",
                    count: 2,
                });
            }
            (root, corrected) => root.or(corrected),
        };
        let numbers: Vec<RecordNumber> = person.numbers.iter().chain(&ended).cloned().collect();
        let Some(record) = record else {
            let mut change = Change::new();
            let nothing = Current::default();
            set_numbers(&mut change, &nothing, &numbers, &[])?;
            tell_fields(&mut change, &nothing, person)?;
            return Ok(Some(What::Begin(change, numbers)));
        };
        let loaded = self.0.load(record).await?;
        let current = self.current(&loaded, person).await?;
        let mut change = Change::new();
        let wrong: &[RecordNumber] = match adt.act {
            Act::Correct => &person.ended,
            _ => &[],
        };
        // A number of a record that was merged stays with that one.
        let own = self.own_numbers(&numbers, record).await?;
        set_numbers(&mut change, &current, &own, wrong)?;
        let is_overtaken = match (adt.told_at, loaded.manifest.fed_at) {
            (Some(told), Some(newest)) => told < newest,
            _ => false,
        };
        if !is_overtaken {
            tell_fields(&mut change, &current, person)?;
        }
        if change.is_empty() {
            return Ok(None);
        }
        let version = loaded.manifest.version;
        Ok(Some(What::Change((record, version), change)))
    }

    /// The next record that is to be merged into that of the PID.
    async fn merge_next(&self, person: &Person) -> Result<Option<What>, FeedError> {
        let Some(survivor) = self.root_of(&person.numbers, "PID-3").await? else {
            return Ok(None);
        };
        for number in &person.ended {
            let Some(holder) = self.holder_of(&number.value, &number.authority).await? else {
                continue;
            };
            let root = self.where_it_ended(holder).await?;
            if root == survivor {
                continue;
            }
            if root != holder {
                return Err(FeedError::MergedElsewhere);
            }
            let survivor = self.versioned(survivor).await?;
            return Ok(Some(What::Merge(survivor, self.versioned(root).await?)));
        }
        Ok(None)
    }

    /// The link that is to be made, or taken away.
    async fn link_next(&self, adt: &Adt) -> Result<Option<What>, FeedError> {
        let [one, other] = adt.persons.as_slice() else {
            return Ok(None);
        };
        if !matches!(adt.act, Act::Link | Act::Unlink) {
            return Ok(None);
        }
        let one = self.root_of(&one.numbers, "PID-3").await?;
        let other = self.root_of(&other.numbers, "PID-3").await?;
        let (Some(one), Some(other)) = (one, other) else {
            return Ok(None);
        };
        let is_linked = self.0.load(one).await?.manifest.links.contains(&other);
        if one == other || is_linked == (adt.act == Act::Link) {
            return Ok(None);
        }
        let (one, other) = (self.versioned(one).await?, self.versioned(other).await?);
        Ok(Some(match adt.act {
            Act::Link => What::Link(one, other),
            _ => What::Unlink(one, other),
        }))
    }

    /// The one record that numbers lead to, merged ones followed to where they ended.
    async fn root_of(
        &self,
        numbers: &[RecordNumber],
        place: &'static str,
    ) -> Result<Option<PatientId>, FeedError> {
        let mut roots = BTreeSet::new();
        for number in numbers {
            if let Some(holder) = self.holder_of(&number.value, &number.authority).await? {
                roots.insert(self.where_it_ended(holder).await?);
            }
        }
        let count = roots.len();
        if count > 1 {
            return Err(FeedError::SeveralRecords { place, count });
        }
        Ok(roots.into_iter().next())
    }

    /// Those that no record has.
    async fn unheld(&self, numbers: &[RecordNumber]) -> Result<Vec<RecordNumber>, OperationError> {
        let mut unheld = Vec::new();
        for number in numbers {
            let holder = self.holder_of(&number.value, &number.authority).await?;
            if holder.is_none() {
                unheld.push(number.clone());
            }
        }
        Ok(unheld)
    }

    /// Those that no other record has.
    async fn own_numbers(
        &self,
        numbers: &[RecordNumber],
        record: PatientId,
    ) -> Result<Vec<RecordNumber>, OperationError> {
        let mut own = Vec::new();
        for number in numbers {
            let holder = self.holder_of(&number.value, &number.authority).await?;
            if holder.is_none_or(|holder| holder == record) {
                own.push(number.clone());
            }
        }
        Ok(own)
    }

    async fn versioned(&self, patient: PatientId) -> Result<(PatientId, u64), OperationError> {
        Ok((patient, self.0.load(patient).await?.manifest.version))
    }

    /// What the record holds of the fields that the message speaks of.
    async fn current(&self, loaded: &Loaded, person: &Person) -> Result<Current, OperationError> {
        let told = person.told.iter().map(|(field, _)| *field);
        let fields: BTreeSet<Field> = told.chain([Field::RecordNumbers]).collect();
        let paths: Vec<FieldPath> = fields.into_iter().map(FieldPath::Field).collect();
        let there = |path: &&FieldPath| loaded.manifest.entries.contains_key(*path);
        let paths: Vec<&FieldPath> = paths.iter().filter(there).collect();
        let values = self.0.values(loaded, &paths).await?;
        let mut current = Current::default();
        for (path, value) in paths.into_iter().zip(values) {
            let value = value.to_json().map_err(|_| OperationError::Damaged)?;
            current.0.push((path.clone(), value));
        }
        Ok(current)
    }
}
