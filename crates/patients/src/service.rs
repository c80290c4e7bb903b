//! The service: one value that the faces hold.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use wardline_kernel::{Clock, UnixMillis};
use wardline_phi::{BlindIndex, IndexField, KeyProvider, SubjectKey, SubjectKeys, Token};

use crate::error::OperationError;
use crate::keys::Keys;
use crate::manifest::{Change, MAX_TEXT_BYTES, Manifest, digest_of};
use crate::model::{ChangeKind, FieldPath, FieldValue, PatientId};
use crate::port::{Committed, Erasure, ErasureLedger, Head, PatientStore, StoredKey, Write};
use crate::sealing::Sealer;

/// What the service is made of.
pub struct PatientsParts {
    /// Where records are kept.
    pub store: Arc<dyn PatientStore>,
    /// Where it is written down whom the store must not know any more.
    pub ledger: Arc<dyn ErasureLedger>,
    /// Wraps the patients' keys.
    pub provider: Arc<dyn KeyProvider>,
    /// Makes the tokens that patients are found by.
    pub blind_index: Arc<BlindIndex>,
    /// Wall-clock time.
    pub clock: Arc<dyn Clock>,
}

/// How the service works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The site, or tenant, whose records these are: bound into every envelope, so it must never change.
    pub site: String,
    /// Unwrapped keys of patients that are held at once.
    pub max_keys_held: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            site: "wardline".to_owned(),
            max_keys_held: 4_096,
        }
    }
}

/// The service. Copies are cheap and stand for the same.
#[derive(Clone)]
pub struct Patients(pub(crate) Arc<Inner>);

/// What all copies share.
pub(crate) struct Inner {
    pub(crate) store: Arc<dyn PatientStore>,
    pub(crate) ledger: Arc<dyn ErasureLedger>,
    pub(crate) keys: Keys,
    pub(crate) index: Arc<BlindIndex>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) site: String,
    /// Whom the ledger names. Asked before the store, so that nobody comes back whom the store still has.
    pub(crate) erased: RwLock<BTreeSet<PatientId>>,
    /// Held by whatever decides on erasure, so that no hold comes between its look and its deed. Holds the end of the
    /// ledger's chain; nothing when an entry may or may not have been written.
    pub(crate) stewardship: tokio::sync::Mutex<Option<Token>>,
}

/// A record's newest version, with its key and without its values.
pub(crate) struct Loaded {
    pub(crate) patient: PatientId,
    pub(crate) stored_key: StoredKey,
    pub(crate) key: Arc<SubjectKey>,
    pub(crate) manifest: Manifest,
}

impl Patients {
    /// The service on what the store holds. Whoever stands in the ledger of erasures is erased again first, should the
    /// store have come back from an older backup.
    ///
    /// # Errors
    /// [`OperationError`]: the ledger was altered, or the store or the ledger failed.
    pub async fn open(parts: PatientsParts, settings: Settings) -> Result<Self, OperationError> {
        let entries = parts.ledger.entries().await?;
        let end = end_of_chain(&parts.blind_index, &entries)?;
        let erased: BTreeSet<PatientId> = entries.iter().map(|entry| entry.patient).collect();
        erase_what_is_left(parts.store.as_ref(), &erased).await?;
        Ok(Self(Arc::new(Inner {
            store: parts.store,
            ledger: parts.ledger,
            keys: Keys::new(SubjectKeys::new(parts.provider), settings.max_keys_held),
            index: parts.blind_index,
            clock: parts.clock,
            site: settings.site,
            erased: RwLock::new(erased),
            stewardship: tokio::sync::Mutex::new(Some(end)),
        })))
    }

    /// Milliseconds since 1970, by the service's clock.
    pub fn now(&self) -> UnixMillis {
        self.0.clock.now()
    }
}

impl fmt::Debug for Patients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patients").finish_non_exhaustive()
    }
}

impl Inner {
    /// The newest version of a record.
    pub(crate) async fn load(&self, patient: PatientId) -> Result<Loaded, OperationError> {
        let (head, stored_key) = self.head(patient).await?;
        let key = self.keys.of(patient, &stored_key).await?;
        let manifest = self.manifest(patient, &key, head.version).await?;
        Ok(Loaded {
            patient,
            stored_key,
            key,
            manifest,
        })
    }

    /// The newest version of a record that may be changed, if it is the one that is expected.
    pub(crate) async fn load_for_change(
        &self,
        patient: PatientId,
        expected: u64,
    ) -> Result<Loaded, OperationError> {
        let loaded = self.load(patient).await?;
        let version = loaded.manifest.version;
        if version != expected {
            return Err(OperationError::Conflict { version });
        }
        Ok(loaded)
    }

    /// A version's manifest.
    pub(crate) async fn manifest(
        &self,
        patient: PatientId,
        key: &SubjectKey,
        version: u64,
    ) -> Result<Manifest, OperationError> {
        match self.store.manifest(patient, version).await? {
            Some(sealed) => self.sealer(patient, key).open_manifest(version, &sealed),
            None => Err(self.gone_or_damaged(patient).await),
        }
    }

    /// Values of a record, opened, and no others.
    pub(crate) async fn values(
        &self,
        loaded: &Loaded,
        paths: &[&FieldPath],
    ) -> Result<Vec<FieldValue>, OperationError> {
        let entries = paths.iter().map(|path| {
            let entry = loaded.manifest.entries.get(*path);
            entry.ok_or(OperationError::NoSuchValue)
        });
        let entries: Vec<_> = entries.collect::<Result<_, _>>()?;
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<_> = entries.iter().map(|e| (e.version, e.ordinal)).collect();
        let sealed = self.store.values(loaded.patient, &places).await?;
        let sealer = self.sealer(loaded.patient, &loaded.key);
        let mut values = Vec::with_capacity(paths.len());
        for ((path, entry), sealed) in paths.iter().zip(&entries).zip(sealed) {
            let Some(sealed) = sealed else {
                return Err(self.gone_or_damaged(loaded.patient).await);
            };
            if digest_of(&sealed) != entry.digest {
                return Err(OperationError::Damaged);
            }
            values.push(sealer.open_value(path, entry.version, &sealed)?);
        }
        Ok(values)
    }

    /// Stores the next versions of one or two records.
    pub(crate) async fn commit(&self, writes: Vec<Write>) -> Result<(), OperationError> {
        match self.store.commit(writes).await? {
            Committed::Done => Ok(()),
            Committed::Conflict { patient, version } => {
                // Of a record that was erased meanwhile nothing is told.
                self.head(patient).await?;
                Err(OperationError::Conflict { version })
            }
            Committed::Taken { by } => Err(OperationError::NumberTaken { by }),
        }
    }

    /// The write of a version that sets these values.
    pub(crate) fn write(
        &self,
        patient: PatientId,
        (stored_key, key): (&StoredKey, &SubjectKey),
        manifest: &Manifest,
        values: Vec<(u16, Bytes)>,
    ) -> Result<Write, OperationError> {
        let sealed = self.sealer(patient, key).seal_manifest(manifest)?;
        Ok(Write {
            patient,
            expected: manifest.version.saturating_sub(1),
            key: stored_key.clone(),
            manifest: Bytes::from(sealed),
            values,
            tokens: manifest.tokens.clone(),
        })
    }

    /// The write of a version that changes only what stands in the manifest.
    pub(crate) fn rewrite(
        &self,
        loaded: &Loaded,
        manifest: &Manifest,
    ) -> Result<Write, OperationError> {
        let keys = (&loaded.stored_key, &*loaded.key);
        self.write(loaded.patient, keys, manifest, Vec::new())
    }

    pub(crate) fn sealer<'a>(&'a self, patient: PatientId, key: &'a SubjectKey) -> Sealer<'a> {
        Sealer {
            key,
            site: &self.site,
            patient,
        }
    }

    /// What a version says of who made it.
    pub(crate) fn change(&self, kind: ChangeKind, by: &str) -> Result<Change, OperationError> {
        Ok(Change {
            kind,
            at: self.clock.now(),
            by: text("by", by)?,
            paths: Vec::new(),
        })
    }

    /// The end of the ledger's chain after an entry for this patient.
    pub(crate) fn erasure(&self, before: Token, patient: PatientId) -> Erasure {
        let at = self.clock.now();
        Erasure {
            patient,
            at,
            mac: mac_of(&self.index, before, patient, at),
        }
    }

    async fn head(&self, patient: PatientId) -> Result<(Head, StoredKey), OperationError> {
        let is_erased = {
            let erased = self.erased.read().unwrap_or_else(PoisonError::into_inner);
            erased.contains(&patient)
        };
        if is_erased {
            return Err(OperationError::NotFound);
        }
        let head = self.store.head(patient).await?;
        let head = head.ok_or(OperationError::NotFound)?;
        let key = head.key.clone().ok_or(OperationError::NotFound)?;
        Ok((head, key))
    }

    /// Why something that a head or a manifest names is not there.
    async fn gone_or_damaged(&self, patient: PatientId) -> OperationError {
        match self.head(patient).await {
            Ok(_) => OperationError::Damaged,
            Err(error) => error,
        }
    }
}

/// Erases those of whom the store still has a key, and says who they were.
pub(crate) async fn erase_what_is_left(
    store: &dyn PatientStore,
    erased: &BTreeSet<PatientId>,
) -> Result<Vec<PatientId>, OperationError> {
    let mut left = Vec::new();
    for patient in erased {
        let head = store.head(*patient).await?;
        if head.is_some_and(|head| head.key.is_some()) {
            store.erase(&[*patient]).await?;
            left.push(*patient);
        }
    }
    Ok(left)
}

/// A text that is kept with a version, such as who made it.
pub(crate) fn text(field: &'static str, text: &str) -> Result<String, OperationError> {
    let fits = (1..=MAX_TEXT_BYTES).contains(&text.len()) && !text.chars().any(char::is_control);
    if fits {
        return Ok(text.to_owned());
    }
    Err(OperationError::Value {
        field,
        expected: "1 to 512 bytes of text on one line",
    })
}

const CHAIN_BEGINS: Token = [0; 16];

pub(crate) fn end_of_chain(
    index: &BlindIndex,
    entries: &[Erasure],
) -> Result<Token, OperationError> {
    entries.iter().try_fold(CHAIN_BEGINS, |before, entry| {
        let mac = mac_of(index, before, entry.patient, entry.at);
        if mac == entry.mac {
            Ok(mac)
        } else {
            Err(OperationError::LedgerDamaged)
        }
    })
}

fn mac_of(index: &BlindIndex, before: Token, patient: PatientId, at: UnixMillis) -> Token {
    let at = at.to_be_bytes();
    let token = index.token_of(IndexField::Erasure, &[&before, &patient.0, &at]);
    // Parts that are not empty always have a token.
    token.unwrap_or_default()
}
