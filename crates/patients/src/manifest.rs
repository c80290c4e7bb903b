//! What a version of a record consists of, sealed as one value: which values there are, where their envelopes stand,
//! what each envelope's digest is, and who made this version.
//!
//! It is sealed under the patient's key, bound to patient and version. An envelope that was removed, taken from
//! another place or put back from an older version is not the one that the manifest names. Field names, authors and
//! times stand here and nowhere in clear.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};
use wardline_access::model::{DataType, Purpose, UserId};
use wardline_kernel::UnixMillis;

use crate::error::OperationError;
use crate::model::{ChangeKind, FieldPath, Labels, PatientId};
use crate::port::IndexToken;

/// Values of one record at most.
pub(crate) const MAX_ENTRIES: usize = 1_024;
/// Bytes of the name of who changes something, and of a reason.
pub(crate) const MAX_TEXT_BYTES: usize = 512;

/// A version of a record, without its values.
#[derive(Clone)]
pub(crate) struct Manifest {
    pub(crate) version: u64,
    pub(crate) change: Change,
    pub(crate) entries: BTreeMap<FieldPath, Entry>,
    pub(crate) tokens: BTreeSet<IndexToken>,
    pub(crate) merged_into: Option<PatientId>,
    pub(crate) merged_from: Vec<PatientId>,
    pub(crate) links: Vec<PatientId>,
    pub(crate) hold: Option<String>,
    /// When the newest message of a feed that changed it was entered there.
    pub(crate) fed_at: Option<UnixMillis>,
}

/// Who made a version, when and how.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) kind: ChangeKind,
    pub(crate) at: UnixMillis,
    pub(crate) by: String,
    /// What it set, removed or labelled.
    pub(crate) paths: Vec<FieldPath>,
}

/// Where a value's envelope stands, and which it is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The version that set it: its envelope stands among that version's.
    pub(crate) version: u64,
    pub(crate) ordinal: u16,
    pub(crate) digest: [u8; 32],
    pub(crate) labels: Option<Labels>,
}

impl Manifest {
    /// The version after this one, with nothing changed yet.
    pub(crate) fn next(&self, change: Change) -> Self {
        Self {
            version: self.version.saturating_add(1),
            change,
            ..self.clone()
        }
    }

    /// The first version of a record.
    pub(crate) fn first(change: Change) -> Self {
        Self {
            version: 1,
            change,
            entries: BTreeMap::new(),
            tokens: BTreeSet::new(),
            merged_into: None,
            merged_from: Vec::new(),
            links: Vec::new(),
            hold: None,
            fed_at: None,
        }
    }

    pub(crate) fn encode(&self) -> Result<Vec<u8>, OperationError> {
        let damaged = |_| OperationError::Damaged;
        let mut bytes = postcard::to_stdvec(&Stored::of(self)).map_err(damaged)?;
        if let Some(fed_at) = self.fed_at {
            bytes.extend(postcard::to_stdvec(&fed_at).map_err(damaged)?);
        }
        Ok(bytes)
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, OperationError> {
        let damaged = |_| OperationError::Damaged;
        let (stored, rest) = postcard::take_from_bytes::<Stored>(bytes).map_err(damaged)?;
        let mut manifest = stored.read().ok_or(OperationError::Damaged)?;
        // What no feed changed ends here, as everything did before there were feeds.
        if !rest.is_empty() {
            manifest.fed_at = Some(postcard::from_bytes(rest).map_err(damaged)?);
        }
        Ok(manifest)
    }
}

pub(crate) fn digest_of(envelope: &[u8]) -> [u8; 32] {
    let digest = digest::digest(&digest::SHA256, envelope);
    digest.as_ref().first_chunk().copied().unwrap_or_default()
}

/// As it is stored. Words stand as text, so that a list that grows changes nothing that is stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    version: u64,
    kind: String,
    at: u64,
    by: String,
    paths: Vec<(String, String)>,
    entries: Vec<StoredEntry>,
    tokens: Vec<IndexToken>,
    merged_into: Option<PatientId>,
    merged_from: Vec<PatientId>,
    links: Vec<PatientId>,
    hold: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct StoredEntry {
    path: String,
    data_type: String,
    version: u64,
    ordinal: u16,
    digest: [u8; 32],
    labels: Option<StoredLabels>,
}

#[derive(Serialize, Deserialize)]
struct StoredLabels {
    is_psychotherapy_note: bool,
    is_part2: bool,
    author: Option<[u8; 16]>,
    consented: Vec<String>,
}

impl Stored {
    fn of(manifest: &Manifest) -> Self {
        let words = |path: &FieldPath| (path.to_string(), path.data_type().as_str().to_owned());
        let entry = |(path, entry): (&FieldPath, &Entry)| {
            let (path, data_type) = words(path);
            StoredEntry {
                path,
                data_type,
                version: entry.version,
                ordinal: entry.ordinal,
                digest: entry.digest,
                labels: entry.labels.as_ref().map(StoredLabels::of),
            }
        };
        Self {
            version: manifest.version,
            kind: manifest.change.kind.as_str().to_owned(),
            at: manifest.change.at,
            by: manifest.change.by.clone(),
            paths: manifest.change.paths.iter().map(words).collect(),
            entries: manifest.entries.iter().map(entry).collect(),
            tokens: manifest.tokens.iter().copied().collect(),
            merged_into: manifest.merged_into,
            merged_from: manifest.merged_from.clone(),
            links: manifest.links.clone(),
            hold: manifest.hold.clone(),
        }
    }

    fn read(self) -> Option<Manifest> {
        let path = |(path, data_type): (String, String)| {
            let data_type = DataType::parse(&data_type).ok()?;
            FieldPath::parse(&path, Some(data_type)).ok()
        };
        let entry = |stored: StoredEntry| {
            let entry = Entry {
                version: stored.version,
                ordinal: stored.ordinal,
                digest: stored.digest,
                labels: match stored.labels {
                    None => None,
                    Some(labels) => Some(labels.read()?),
                },
            };
            Some((path((stored.path, stored.data_type))?, entry))
        };
        let change = Change {
            kind: kind_of(&self.kind)?,
            at: self.at,
            by: self.by,
            paths: self.paths.into_iter().map(path).collect::<Option<_>>()?,
        };
        Some(Manifest {
            version: self.version,
            change,
            entries: self.entries.into_iter().map(entry).collect::<Option<_>>()?,
            tokens: self.tokens.into_iter().collect(),
            merged_into: self.merged_into,
            merged_from: self.merged_from,
            links: self.links,
            hold: self.hold,
            fed_at: None,
        })
    }
}

impl StoredLabels {
    fn of(labels: &Labels) -> Self {
        let purpose = |purpose: &Purpose| purpose.as_str().to_owned();
        Self {
            is_psychotherapy_note: labels.is_psychotherapy_note,
            is_part2: labels.is_part2,
            author: labels.author.map(|author| author.0),
            consented: labels.consented.iter().map(purpose).collect(),
        }
    }

    fn read(self) -> Option<Labels> {
        let purposes = self.consented.iter().map(|word| Purpose::parse(word).ok());
        Some(Labels {
            is_psychotherapy_note: self.is_psychotherapy_note,
            is_part2: self.is_part2,
            author: self.author.map(UserId),
            consented: purposes.collect::<Option<_>>()?,
        })
    }
}

fn kind_of(word: &str) -> Option<ChangeKind> {
    const KINDS: [ChangeKind; 8] = [
        ChangeKind::Created,
        ChangeKind::Updated,
        ChangeKind::TookIn,
        ChangeKind::Merged,
        ChangeKind::Unmerged,
        ChangeKind::Linked,
        ChangeKind::Held,
        ChangeKind::Released,
    ];
    KINDS.into_iter().find(|kind| kind.as_str() == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ExtensionName, Field, NoteId};

    #[test]
    fn a_manifest_is_read_back_whole() {
        let note = FieldPath::Note(NoteId([7; 8]));
        let extension = ExtensionName::parse("x-a").unwrap();
        let extension = FieldPath::Extension(extension, DataType::Billing);
        let labels = Labels {
            is_psychotherapy_note: true,
            is_part2: true,
            author: Some(UserId([9; 16])),
            consented: [Purpose::Treatment].into(),
        };
        let entry = |labels| Entry {
            version: 3,
            ordinal: 2,
            digest: [5; 32],
            labels,
        };
        let mut manifest = Manifest::first(Change {
            kind: ChangeKind::Merged,
            at: 7,
            by: "nurse".to_owned(),
            paths: vec![note.clone(), FieldPath::Field(Field::Name)],
        });
        manifest.entries.insert(note, entry(Some(labels)));
        manifest.entries.insert(extension, entry(None));
        manifest.merged_into = Some(PatientId([1; 16]));
        manifest.merged_from = vec![PatientId([2; 16])];
        manifest.links = vec![PatientId([3; 16])];
        manifest.hold = Some("court".to_owned());

        let read = Manifest::decode(&manifest.encode().unwrap()).unwrap();

        assert!(read.entries == manifest.entries);
        assert!(read.change == manifest.change);
        assert_eq!(read.merged_into, manifest.merged_into);
        assert_eq!(read.merged_from, manifest.merged_from);
        assert_eq!(read.links, manifest.links);
        assert_eq!(read.hold, manifest.hold);
        assert_eq!(read.fed_at, None);
        manifest.fed_at = Some(9);
        let fed = Manifest::decode(&manifest.encode().unwrap()).unwrap();
        assert_eq!(fed.fed_at, Some(9));
    }
}
