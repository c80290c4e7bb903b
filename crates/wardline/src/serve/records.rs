//! Records of patients in a running node.

use std::sync::Arc;

use anyhow::Context as _;
use wardline_messaging::port::Clock;
use wardline_patients::{OperationError, Patients, PatientsParts, Settings};

use super::room::Room;

/// Keys that are looked at in one go.
const PAGE: usize = 200;

/// Whoever stands in the ledger of erasures is forgotten again before anything is served. Keys that an older
/// key-encryption key wraps are moved behind that.
pub(super) async fn open(room: &Room, clock: Arc<dyn Clock>) -> anyhow::Result<Patients> {
    let parts = PatientsParts {
        store: Arc::clone(&room.stores.patients),
        ledger: Arc::clone(&room.stores.erasures),
        provider: Arc::clone(&room.provider),
        blind_index: Arc::clone(&room.blind_index),
        clock,
    };
    let patients = Patients::open(parts, Settings::default())
        .await
        .context("records of patients cannot be opened")?;
    tokio::spawn(rewrap_behind(patients.clone()));
    Ok(patients)
}

/// Moves patients' keys to the newest key-encryption key, while records are read and changed. What is left when the node
/// stops is done after the next start.
async fn rewrap_behind(patients: Patients) {
    match rewrap(&patients).await {
        Ok(0) => {}
        Ok(moved) => {
            tracing::info!(
                patients = moved,
                "moved patients' keys to the newest key-encryption key"
            );
        }
        Err(error) => tracing::error!(
            %error,
            "patients' keys were not all moved to the newest key-encryption key: keep the older one"
        ),
    }
}

async fn rewrap(patients: &Patients) -> Result<usize, OperationError> {
    let (mut moved, mut after) = (0, None);
    loop {
        let page = patients.rewrap(after, PAGE).await?;
        moved += page.rewrapped;
        after = page.next;
        if after.is_none() {
            return Ok(moved);
        }
    }
}
