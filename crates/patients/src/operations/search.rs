//! Finds patients by what identifies them.

use std::collections::BTreeSet;
use std::fmt;

use wardline_access::model::{DataType, TypeSet};
use wardline_phi::IndexField;

use crate::error::OperationError;
use crate::index::{name_token, number_token, ssn_token};
use crate::model::{Field, Identity, PatientId};
use crate::port::IndexToken;
use crate::service::Patients;

/// Finds of one search at most.
pub const MAX_FINDS: usize = 100;
/// Records that one search opens at most: those that share a token, and not all are meant.
const MAX_CANDIDATES: usize = 1_024;
const PAGE: usize = 128;
/// Merges that are followed from a record to the one that it ended in.
const MAX_MERGES: usize = 64;

/// What is looked for. Silent in `{:?}`.
#[derive(Clone, PartialEq, Eq)]
pub enum Query {
    /// By social security number.
    Ssn(String),
    /// By medical record number, of one authority or of any.
    RecordNumber {
        /// The number.
        value: String,
        /// Who gave it.
        authority: Option<String>,
    },
    /// By name and date of birth. Accents, case and punctuation do not count; of given names the first does.
    NameAndBirth {
        /// Family name.
        family: String,
        /// First given name.
        given: String,
        /// `YYYY-MM-DD`.
        birth_date: String,
    },
}

/// A patient who was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Find {
    /// The record to look at.
    pub patient: PatientId,
    /// The record that has what was looked for, when it was merged into that one.
    pub found_as: Option<PatientId>,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Patients, each once.
    pub finds: Vec<Find>,
    /// Whether that is all: otherwise there are more than may be given, or records that do not open.
    pub is_complete: bool,
}

impl Query {
    /// What must be seen of a patient to search by any of these.
    pub const TYPES: TypeSet = TypeSet::one(DataType::Demographics);
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ssn(_) => "Ssn(redacted)",
            Self::RecordNumber { .. } => "RecordNumber(redacted)",
            Self::NameAndBirth { .. } => "NameAndBirth(redacted)",
        })
    }
}

impl Patients {
    /// Patients who match exactly, by the rule of the field. Records that were merged are followed to where they ended.
    ///
    /// # Errors
    /// [`OperationError::Value`] when nothing is left of what was looked for, or the store failed.
    pub async fn search(&self, query: &Query, limit: usize) -> Result<Found, OperationError> {
        let token = self.token_of(query)?;
        let limit = limit.clamp(1, MAX_FINDS);
        let (mut finds, mut seen) = (Vec::new(), BTreeSet::new());
        let (mut is_complete, mut looked_at, mut after) = (true, 0, None);
        loop {
            let page = self.0.store.find(token, after, PAGE).await?;
            for candidate in &page {
                match self.matching(*candidate, query).await {
                    Ok(Some(find)) if seen.insert(find.patient) => finds.push(find),
                    Ok(_) | Err(OperationError::NotFound) => {}
                    Err(OperationError::Damaged) => {
                        tracing::error!(patient = %candidate, "a record does not open: it was altered or moved");
                        is_complete = false;
                    }
                    Err(error) => return Err(error),
                }
                if finds.len() > limit {
                    finds.truncate(limit);
                    return Ok(Found {
                        finds,
                        is_complete: false,
                    });
                }
            }
            looked_at += page.len();
            after = page.last().copied();
            if page.len() < PAGE {
                return Ok(Found { finds, is_complete });
            }
            if looked_at >= MAX_CANDIDATES {
                return Ok(Found {
                    finds,
                    is_complete: false,
                });
            }
        }
    }

    fn token_of(&self, query: &Query) -> Result<IndexToken, OperationError> {
        let index = &self.0.index;
        let (token, expected) = match query {
            Query::Ssn(ssn) => {
                let is_whole = ssn.bytes().filter(u8::is_ascii_digit).count() == 9;
                let token = ssn_token(index, ssn).filter(|_| is_whole);
                (token, "a social security number of nine digits")
            }
            Query::RecordNumber { value, authority } => (
                number_token(index, value, authority.as_deref()),
                "a medical record number",
            ),
            Query::NameAndBirth {
                family,
                given,
                birth_date,
            } => {
                let is_date =
                    birth_date.len() == 10 && birth_date.parse::<jiff::civil::Date>().is_ok();
                let token = name_token(index, family, first_of(given), birth_date);
                let token = token.filter(|_| is_date);
                (token, "a family name and a date of birth as YYYY-MM-DD")
            }
        };
        token.ok_or(OperationError::Value {
            field: "query",
            expected,
        })
    }

    /// The record itself or the one that it ended in, if it has what is looked for.
    async fn matching(
        &self,
        candidate: PatientId,
        query: &Query,
    ) -> Result<Option<Find>, OperationError> {
        let loaded = self.0.load(candidate).await?;
        let mut identity = Identity::default();
        for field in fields_of(query) {
            self.identify(&loaded, *field, &mut identity).await?;
        }
        if !self.is_meant(query, &identity) {
            return Ok(None);
        }
        let patient = self.where_it_ended(candidate).await?;
        let found_as = (patient != candidate).then_some(candidate);
        Ok(Some(Find { patient, found_as }))
    }

    /// The record itself, or the last one that is there of those that it was merged into.
    pub(super) async fn where_it_ended(
        &self,
        patient: PatientId,
    ) -> Result<PatientId, OperationError> {
        let mut loaded = self.0.load(patient).await?;
        for _ in 0..MAX_MERGES {
            let Some(into) = loaded.manifest.merged_into else {
                return Ok(loaded.patient);
            };
            match self.there(into).await? {
                Some(survivor) => loaded = survivor,
                None => return Ok(loaded.patient),
            }
        }
        Err(OperationError::Damaged)
    }

    fn is_meant(&self, query: &Query, identity: &Identity) -> bool {
        let index = &self.0.index;
        match query {
            Query::Ssn(ssn) => identity.ssn.as_ref().is_some_and(|its| {
                index.is_same(IndexField::RecordSsn, &[its.as_bytes()], &[ssn.as_bytes()])
            }),
            Query::RecordNumber { value, authority } => identity.numbers.iter().any(|number| {
                let token = |authority| number_token(index, &number.value, authority);
                let asked = number_token(index, value, authority.as_deref());
                let its = token(authority.as_ref().map(|_| number.authority.as_str()));
                asked.is_some() && asked == its
            }),
            Query::NameAndBirth {
                family,
                given,
                birth_date,
            } => {
                let given = first_of(given).as_bytes();
                let asked = [family.as_bytes(), given, birth_date.as_bytes()];
                identity.names.iter().any(|name| {
                    let born = identity.birth_date.as_deref().unwrap_or_default();
                    let its = [
                        name.family.as_bytes(),
                        name.given.as_bytes(),
                        born.as_bytes(),
                    ];
                    !born.is_empty() && index.is_same(IndexField::RecordNameBirth, &asked, &its)
                })
            }
        }
    }
}

fn fields_of(query: &Query) -> &'static [Field] {
    match query {
        Query::Ssn(_) => &[Field::Ssn],
        Query::RecordNumber { .. } => &[Field::RecordNumbers],
        Query::NameAndBirth { .. } => &[Field::Name, Field::OtherNames, Field::BirthDate],
    }
}

fn first_of(given: &str) -> &str {
    given.split_whitespace().next().unwrap_or_default()
}
