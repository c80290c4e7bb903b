//! The move of every data key to the current KEK. It may be cut short at any point: what is moved is moved, and the next
//! run does the rest. Values are not touched.

use std::sync::Arc;

use wardline_audit::model::Origin;
use wardline_kernel::UnixMillis;
use wardline_patients::model::PatientId;
use wardline_phi::KeyRingError;

use super::{KeyKeeper, KeysError, blocking};

/// Patients whose keys are moved in one go.
const PAGE: usize = 200;

/// Where a move of the data keys is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RewrapState {
    /// None has begun since the process started.
    #[default]
    Idle,
    /// It is under way.
    Running,
    /// All keys are under the current KEK.
    Done,
    /// It stopped before the end, and is begun again within the hour.
    Failed,
}

/// How far a move of the data keys is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RewrapStatus {
    /// Where it is.
    pub state: RewrapState,
    /// When it began.
    pub began_at: Option<UnixMillis>,
    /// When it ended.
    pub ended_at: Option<UnixMillis>,
    /// Keys of months that were looked at.
    pub data_keys_seen: usize,
    /// Of how many.
    pub data_keys: usize,
    /// Keys of patients that were looked at.
    pub patients_seen: usize,
    /// Keys that were moved.
    pub moved: usize,
    /// Why it stopped.
    pub failure: Option<String>,
}

impl KeyKeeper {
    /// Begins a move unless one is under way. Nobody's name: the node does it by itself.
    pub(super) fn rewrap_behind(&self, by: Option<Origin>) {
        {
            let mut status = self.status();
            if status.state == RewrapState::Running {
                return;
            }
            *status = RewrapStatus {
                state: RewrapState::Running,
                began_at: Some(self.0.parts.clock.now()),
                ..RewrapStatus::default()
            };
        }
        let keeper = self.clone();
        tokio::spawn(async move { keeper.run(by).await });
    }

    async fn run(self, by: Option<Origin>) {
        let ended = self.rewrap_all().await;
        let moved = self.status().moved;
        let recorded = self.tell(by, moved, ended.is_ok()).await;
        let mut status = self.status();
        status.ended_at = Some(self.0.parts.clock.now());
        match ended.and(recorded) {
            Ok(()) => status.state = RewrapState::Done,
            Err(error) => {
                status.state = RewrapState::Failed;
                status.failure = Some(error.to_string());
                tracing::error!(
                    %error,
                    "not all data keys were moved to the current key-encryption key: keep the older one"
                );
            }
        }
    }

    /// What was moved is in the trail, also when it was not all.
    async fn tell(&self, by: Option<Origin>, moved: usize, all: bool) -> Result<(), KeysError> {
        if moved == 0 {
            return Ok(());
        }
        tracing::info!(
            moved,
            all,
            "moved data keys to the current key-encryption key"
        );
        let by = by.map_or_else(Self::node, Ok)?;
        let rest = if all { "" } else { "; not all yet" };
        let what = format!("{moved} data keys were moved to the current key-encryption key{rest}");
        self.record(by, &what).await
    }

    async fn rewrap_all(&self) -> Result<(), KeysError> {
        self.rewrap_ring().await?;
        self.rewrap_patients().await?;
        let keeper = self.clone();
        let resealed = blocking(move || keeper.0.parts.reseal_index.as_ref().map(|again| again()));
        if let Some(resealed) = resealed.await? {
            let resealed = resealed?;
            self.status().moved += resealed;
        }
        Ok(())
    }

    async fn rewrap_ring(&self) -> Result<(), KeysError> {
        let keeper = self.clone();
        let ring = Arc::clone(&self.0.parts.ring);
        let done = blocking(move || {
            ring.rewrap_telling(&mut |seen, of| {
                let mut status = keeper.status();
                (status.data_keys_seen, status.data_keys) = (seen, of);
                !keeper.0.parts.stop.is_cancelled()
            })
        });
        let report = done.await?.map_err(|error| match error {
            KeyRingError::Provider(error) => KeysError::Provider(error),
            other => KeysError::Patients(wardline_patients::OperationError::Key(other)),
        })?;
        self.status().moved += report.rewrapped;
        Ok(())
    }

    async fn rewrap_patients(&self) -> Result<(), KeysError> {
        let mut after: Option<PatientId> = None;
        loop {
            if self.0.parts.stop.is_cancelled() {
                return Err(KeysError::Stopping);
            }
            let page = self.0.parts.patients.rewrap(after, PAGE).await?;
            let mut status = self.status();
            status.patients_seen += page.rewrapped + page.already_current;
            status.moved += page.rewrapped;
            drop(status);
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}
