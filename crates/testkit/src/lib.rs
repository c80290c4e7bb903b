//! What the tests of several crates share; never part of the product.
//!
//! - [`MemoryStore`] is the plain model of messaging's store: right before fast.
//! - [`MemorySessions`] is that of sessions' store; its contract is [`conformance::sessions`], run with
//!   [`sessions_conformance!`](crate::sessions_conformance!), its random plays [`sessions_model`].
//! - [`MemoryBeds`] is that of the store of beds; its contract is [`conformance::beds`], run with
//!   [`beds_conformance!`](crate::beds_conformance!).
//! - [`MemoryAudit`] is that of the audit trail's store; its contract is [`conformance::audit`], run with
//!   [`audit_conformance!`](crate::audit_conformance!).
//! - [`MemoryAccess`] is that of the store of identities and emergency accesses; its contract is
//!   [`conformance::access`], run with [`access_conformance!`](crate::access_conformance!).
//! - [`MemoryPatients`] is that of the store of records, with [`MemoryLedger`]; their contract is
//!   [`conformance::patients`], run with [`patients_conformance!`](crate::patients_conformance!).
//! - [`mod@conformance`] is the store's contract, a test per sentence. An adapter runs all of them with
//!   [`conformance!`](crate::conformance!).
//! - [`model_based`] plays random writes on an adapter and on the model and compares every answer.
//! - [`Faults`] makes a store fail or dawdle by plan.
//! - [`Authenticator`] shows the codes of a person's second factor.
//! - [`canary`] looks for planted markers in whatever was written to disk, however it was encoded.
//! - [`services`] starts OpenBao and SeaweedFS, and a stand-in for AWS KMS.
//! - [`KeyService`] wraps keys, dawdles or is away.
//! - [`key_ring`] seals without a key file; [`sample`] makes records to store.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod authenticator;
pub mod canary;
pub mod conformance;
mod faults;
pub mod key_ring;
mod key_service;
mod memory;
mod memory_access;
mod memory_audit;
mod memory_beds;
mod memory_patients;
mod memory_sessions;
pub mod model_based;
pub mod sample;
pub mod services;
pub mod sessions_model;

pub use authenticator::Authenticator;
pub use faults::{Fault, Faults};
pub use key_service::{Dawdling, KeyService};
pub use memory::MemoryStore;
pub use memory_access::MemoryAccess;
pub use memory_audit::{Kept as KeptAudit, MemoryAudit};
pub use memory_beds::MemoryBeds;
pub use memory_patients::{MemoryLedger, MemoryPatients, PatientTables};
pub use memory_sessions::MemorySessions;

/// Runs a test's future to its end on a runtime of its own.
pub fn block_on<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime can be built")
        .block_on(test)
}
