//! The shapes of keys in the API.

use serde::Serialize;
use utoipa::ToSchema;
use wardline_kernel::UnixMillis;
use wardline_phi::Kek;

use super::super::time;
use crate::keys::{KeysShown, RewrapState, RewrapStatus};

/// How the keys are.
#[derive(Serialize, ToSchema)]
#[schema(as = Keys)]
pub(super) struct KeysView {
    /// Who holds the key-encryption key that wraps now.
    #[schema(value_type = String, example = "vault")]
    holder: &'static str,
    /// Its version; null while it cannot be asked.
    version: Option<u32>,
    /// What the key service said when it was last found away; absent when it answers, or is a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    away: Option<String>,
    /// Every key-encryption key that wraps something. One that is not here and wraps nothing in a backup may go.
    key_encryption_keys: Vec<KekView>,
    /// When the oldest key of a patient was made.
    #[schema(format = DateTime)]
    oldest_patient_key_at: Option<String>,
    /// Records that are erased: they have no key.
    erased_patients: u64,
    rewrap: RewrapView,
}

/// A key-encryption key and what it wraps.
#[derive(Serialize, ToSchema)]
#[schema(as = KeyEncryptionKey)]
pub(super) struct KekView {
    #[schema(value_type = String, example = "vault")]
    holder: &'static str,
    version: u32,
    /// Whether it is the one that wraps now.
    current: bool,
    /// Keys of months: of messages, sessions, beds, access and the trail.
    data_keys: usize,
    /// Keys of patients.
    patients: u64,
    /// When the oldest key of a month under it was made.
    #[schema(format = DateTime)]
    oldest_at: Option<String>,
}

/// A new version.
#[derive(Serialize, ToSchema)]
#[schema(as = KeyRotated)]
pub(super) struct RotatedView {
    #[schema(value_type = String, example = "vault")]
    holder: &'static str,
    version: u32,
}

/// How far the move of the data keys is.
#[derive(Serialize, ToSchema)]
#[schema(as = KeyRewrap)]
pub(super) struct RewrapView {
    state: RewrapStateView,
    #[schema(format = DateTime)]
    began_at: Option<String>,
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// Keys of months that were looked at.
    data_keys_seen: usize,
    /// Of how many.
    data_keys: usize,
    /// Keys of patients that were looked at.
    patients_seen: usize,
    /// Keys that were moved.
    moved: usize,
    /// Why it stopped before its end; it is begun again within the hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

/// Where it is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = KeyRewrapState)]
pub(super) enum RewrapStateView {
    Idle,
    Running,
    Done,
    Failed,
}

impl KeysView {
    pub(super) fn of(shown: KeysShown, rewrap: &RewrapStatus) -> Self {
        let (holder, version) = (shown.holder, shown.version);
        let keks = shown.keks.into_iter().map(|of| KekView {
            holder: of.kek.holder.as_str(),
            version: of.kek.version.0,
            current: of.kek.holder == holder && Some(of.kek.version) == version,
            data_keys: of.data_keys,
            patients: of.patients,
            oldest_at: text(of.oldest),
        });
        Self {
            holder: holder.as_str(),
            version: version.map(|version| version.0),
            away: shown.away,
            key_encryption_keys: keks.collect(),
            oldest_patient_key_at: text(shown.oldest_patient),
            erased_patients: shown.erased,
            rewrap: RewrapView::of(rewrap),
        }
    }
}

impl RotatedView {
    pub(super) fn of(kek: Kek) -> Self {
        Self {
            holder: kek.holder.as_str(),
            version: kek.version.0,
        }
    }
}

impl RewrapView {
    pub(super) fn of(status: &RewrapStatus) -> Self {
        Self {
            state: match status.state {
                RewrapState::Idle => RewrapStateView::Idle,
                RewrapState::Running => RewrapStateView::Running,
                RewrapState::Done => RewrapStateView::Done,
                RewrapState::Failed => RewrapStateView::Failed,
            },
            began_at: text(status.began_at),
            ended_at: text(status.ended_at),
            data_keys_seen: status.data_keys_seen,
            data_keys: status.data_keys,
            patients_seen: status.patients_seen,
            moved: status.moved,
            failure: status.failure.clone(),
        }
    }
}

fn text(at: Option<UnixMillis>) -> Option<String> {
    at.map(time::text)
}
