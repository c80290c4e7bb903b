//! Records of patients in a running node.

use std::sync::Arc;

use anyhow::Context as _;
use wardline_messaging::port::Clock;
use wardline_patients::{Patients, PatientsParts, Settings};

use super::room::Room;
use crate::config::Config;

/// Whoever stands in the ledger of erasures is forgotten again before anything is served.
pub(super) async fn open(
    config: &Config,
    room: &Room,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<Patients> {
    let parts = PatientsParts {
        store: Arc::clone(&room.stores.patients),
        ledger: Arc::clone(&room.stores.erasures),
        provider: Arc::clone(&room.provider),
        blind_index: Arc::clone(&room.blind_index),
        clock,
    };
    let settings = Settings {
        max_keys_held: config.keys.patients_held,
        ..Settings::default()
    };
    Patients::open(parts, settings)
        .await
        .context("records of patients cannot be opened")
}
