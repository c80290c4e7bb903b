//! Who looks after the keys of a running node: whether the key service answers, what is had ahead of time, and the move of
//! every data key to the current key-encryption key (KEK) while messages and records are sealed and opened.

mod rewrap;
mod watch;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;
use wardline_audit::model::{Event, EventKind, Note, Origin, Outcome, TextError, UserName};
use wardline_audit::{Audit, NotRecorded};
use wardline_kernel::{Clock, UnixMillis};
use wardline_messaging::Messaging;
use wardline_patients::Patients;
use wardline_phi::{
    Kek, KekHolder, KekVersion, KeyProvider, KeyRing, ProviderError, ProviderState, WatchedProvider,
};

pub use rewrap::{RewrapState, RewrapStatus};

/// The node's own name among users.
const NODE: &str = "wardline/node";

/// Wraps the root of the blind indexes anew where it is kept; says how many roots changed.
pub type ResealIndex = Box<dyn Fn() -> Result<usize, ProviderError> + Send + Sync>;

/// What the keeper of the keys is made of.
pub struct KeyKeeperParts {
    /// The data keys of messages, sessions, beds, access and the trail.
    pub ring: Arc<KeyRing>,
    /// Who wraps.
    pub provider: Arc<dyn KeyProvider>,
    /// The key service, if there is one.
    pub watched: Option<Arc<WatchedProvider>>,
    /// Records of patients, each with a key of its own.
    pub patients: Patients,
    /// Where changes are recorded.
    pub audit: Audit,
    /// Who tells of events.
    pub messaging: Messaging,
    /// Wall-clock time.
    pub clock: Arc<dyn Clock>,
    /// For a root of the blind indexes that is wrapped.
    pub reseal_index: Option<ResealIndex>,
    /// Ends what is done behind.
    pub stop: CancellationToken,
}

/// Looks after the keys. Copies are cheap and stand for the same.
#[derive(Clone)]
pub struct KeyKeeper(Arc<Inner>);

struct Inner {
    parts: KeyKeeperParts,
    rewrap: Mutex<RewrapStatus>,
}

/// A KEK and what it wraps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KekShown {
    /// The KEK.
    pub kek: Kek,
    /// Keys of months.
    pub data_keys: usize,
    /// Keys of patients.
    pub patients: u64,
    /// When the oldest key of a month under it was made.
    pub oldest: Option<UnixMillis>,
}

/// How the keys are.
#[derive(Clone, Debug)]
pub struct KeysShown {
    /// Who holds the KEK that wraps now.
    pub holder: KekHolder,
    /// Its version; `None` while it cannot be asked.
    pub version: Option<KekVersion>,
    /// What the key service said when it was away.
    pub away: Option<String>,
    /// Every KEK that wraps something.
    pub keks: Vec<KekShown>,
    /// When the oldest key of a patient was made.
    pub oldest_patient: Option<UnixMillis>,
    /// Records that are erased: they have no key.
    pub erased: u64,
    /// Records that stand in the ledger of erasures and still have a key.
    pub not_yet_erased: u64,
    /// Records without a key that do not stand in the ledger of erasures.
    pub not_in_ledger: u64,
}

/// Why keys were not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The provider did not do it.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// Records could not be read.
    #[error(transparent)]
    Patients(#[from] wardline_patients::OperationError),
    /// The trail did not take it.
    #[error(transparent)]
    Audit(#[from] NotRecorded),
    /// The trail has no such name.
    #[error(transparent)]
    Name(#[from] TextError),
    /// The process is stopping.
    #[error("the service is stopping")]
    Stopping,
}

impl KeyKeeper {
    /// Nothing is done before [`KeyKeeper::start`].
    pub fn new(parts: KeyKeeperParts) -> Self {
        Self(Arc::new(Inner {
            parts,
            rewrap: Mutex::default(),
        }))
    }

    /// Begins to watch the key service, to have keys ahead of time, and to move what an older KEK wraps.
    pub fn start(&self) {
        self.rewrap_behind(None);
        tokio::spawn(watch::run(self.clone()));
    }

    /// What is known of the key service; `None` when there is none.
    pub fn service(&self) -> Option<(KekHolder, ProviderState)> {
        let watched = self.0.parts.watched.as_ref()?;
        Some((watched.holder(), watched.state()))
    }

    /// How many keys of months each KEK wraps.
    pub(crate) fn data_keys(&self) -> BTreeMap<Kek, usize> {
        let usage = self.0.parts.ring.kek_usage().into_iter();
        usage.map(|(kek, usage)| (kek, usage.keys)).collect()
    }

    /// How the keys are. Reads the head of every record.
    ///
    /// # Errors
    /// Records could not be read.
    pub async fn show(&self) -> Result<KeysShown, KeysError> {
        let parts = &self.0.parts;
        let provider = Arc::clone(&parts.provider);
        let version = blocking(move || provider.current_version()).await?;
        let patients = parts.patients.key_usage().await?;
        let of_months = parts.ring.kek_usage();
        let mut keks: BTreeMap<Kek, KekShown> = BTreeMap::new();
        let shown = |kek| KekShown {
            kek,
            data_keys: 0,
            patients: 0,
            oldest: None,
        };
        for (kek, usage) in of_months {
            let entry = keks.entry(kek).or_insert_with(|| shown(kek));
            entry.data_keys = usage.keys;
            entry.oldest = Some(usage.oldest_unix_ms);
        }
        for (kek, count) in patients.by_kek {
            keks.entry(kek).or_insert_with(|| shown(kek)).patients = count;
        }
        Ok(KeysShown {
            holder: parts.provider.holder(),
            version: version.ok(),
            away: self.service().and_then(|(_, state)| state.away),
            keks: keks.into_values().collect(),
            oldest_patient: patients.oldest,
            erased: patients.erased,
            not_yet_erased: patients.not_yet_erased,
            not_in_ledger: patients.not_in_ledger,
        })
    }

    /// Makes a new version of the KEK, records it, and begins to move the data keys to it.
    ///
    /// # Errors
    /// [`KeysError`]
    pub async fn rotate(&self, by: Origin) -> Result<Kek, KeysError> {
        let provider = Arc::clone(&self.0.parts.provider);
        let version = blocking(move || provider.rotate()).await??;
        let kek = Kek {
            holder: self.0.parts.provider.holder(),
            version,
        };
        tracing::info!(%kek, "there is a new key-encryption key");
        self.record(by.clone(), &format!("new key-encryption key {kek}"))
            .await?;
        self.rewrap_behind(Some(by));
        Ok(kek)
    }

    /// Begins to move the data keys to the current KEK, unless that is being done.
    pub fn rewrap(&self, by: Origin) -> RewrapStatus {
        self.rewrap_behind(Some(by));
        self.rewrap_status()
    }

    /// How far the move of the data keys is.
    pub fn rewrap_status(&self) -> RewrapStatus {
        self.status().clone()
    }

    async fn record(&self, by: Origin, what: &str) -> Result<(), KeysError> {
        let event = Event {
            reason: Note::new(what).ok(),
            ..Event::new(EventKind::KeyChanged, Outcome::Success, by)
        };
        self.0.parts.audit.record_one(event).await?;
        Ok(())
    }

    fn node() -> Result<Origin, KeysError> {
        Ok(Origin::of(UserName::new(NODE)?))
    }

    /// Each change is whole, so a thread that died within one leaves nothing half done.
    fn status(&self) -> MutexGuard<'_, RewrapStatus> {
        self.0.rewrap.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does what may wait for a key service on a thread that may block.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, KeysError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| KeysError::Stopping)
}
