//! A trail on the store in memory, with a clock moved by hand.

use std::sync::Arc;

use wardline_audit::model::{Event, EventKind, Origin, Outcome, PatientId, UserName};
use wardline_audit::signing::SigningKeys;
use wardline_audit::{Audit, AuditParts, OperationError, Settings};
use wardline_kernel::ManualClock;
use wardline_phi::{BlindIndex, KeyRing};
use wardline_testkit::{MemoryAudit, key_ring};

/// 2026-11-21T10:00:00Z.
pub(crate) const NOW: u64 = 1_795_255_200_000;

pub(crate) struct Scene {
    pub(crate) store: MemoryAudit,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) keys: Arc<SigningKeys>,
    pub(crate) audit: Audit,
    ring: Arc<KeyRing>,
    index: Arc<BlindIndex>,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let keys = key_ring::new();
        let (ring, index) = (Arc::new(keys.ring), Arc::new(keys.blind_index));
        let (store, clock) = (MemoryAudit::default(), Arc::new(ManualClock::at(NOW)));
        let keys = Arc::new(SigningKeys::generate("hospital.example/audit/1").unwrap());
        let parts = AuditParts {
            store: Arc::new(store.clone()),
            ring: Arc::clone(&ring),
            blind_index: Arc::clone(&index),
            clock: clock.clone(),
            keys: Arc::clone(&keys),
        };
        let audit = Audit::open(parts, settings).await.unwrap();
        Self {
            store,
            clock,
            keys,
            audit,
            ring,
            index,
        }
    }

    /// The same store opened by another process.
    pub(crate) async fn opened_again(&self) -> Result<Audit, OperationError> {
        let parts = AuditParts {
            store: Arc::new(self.store.clone()),
            ring: Arc::clone(&self.ring),
            blind_index: Arc::clone(&self.index),
            clock: self.clock.clone(),
            keys: Arc::clone(&self.keys),
        };
        Audit::open(parts, Settings::default()).await
    }

    /// Records so many readings, one after the other, each in a commit of its own.
    pub(crate) async fn read(&self, times: usize) {
        for number in 0..times {
            let event = read("nurse.seven", &format!("patient-{number}"));
            self.audit.record_one(event).await.unwrap();
        }
    }
}

pub(crate) fn by(user: &str) -> Origin {
    Origin::of(UserName::new(user).unwrap())
}

pub(crate) fn patient(id: &str) -> PatientId {
    PatientId::new(id).unwrap()
}

pub(crate) fn read(user: &str, id: &str) -> Event {
    let mut event = Event::new(EventKind::Read, Outcome::Success, by(user));
    event.patients.push(patient(id));
    event
}
