//! The embedded store: the stores of messaging, sessions and beds and the key ring's store of wrapped keys in one
//! folder on a local disk.
//!
//! Everything it is given is sealed or blind already; it knows rows, not patients. Start reading at
//! [`EmbeddedStore`]; `engine` is the only place that knows the library below, `keys` and `codec` say what
//! stands on disk, `draft` turns writes into rows, `recent` holds what the index tables do not have yet (`audit::behind` for the trail), `search`
//! finds messages without reading all of them, `sessions` keeps sessions in memory and on disk, `beds`
//! what live beds write, `audit` the audit trail, `access` users, API keys and emergency accesses, `patients` records of
//! patients and the ledger of erasures, a file apart.
//!
//! What it promises, and how:
//! - one commit is one batch in the engine's journal and one `fdatasync`;
//! - a failed commit leaves nothing: the store cuts it off the journal before it goes on;
//! - what was acknowledged and is missing is noticed at the next start ([`mod@mark`], [`mod@journal`]), never
//!   passed over.

mod access;
mod audit;
mod backup;
mod beds;
mod buckets;
mod codec;
mod directory;
mod draft;
mod engine;
mod error;
mod floors;
mod journal;
mod keys;
mod mark;
mod names;
mod open;
mod options;
mod patients;
mod read;
mod recent;
mod reclaim;
mod search;
mod sessions;
mod store;
mod usage;
mod wrapped_keys;
mod writer;

pub use backup::{BackupError, Restored, Whole, restore, verify};
pub use error::OpenError;
pub use options::Options;
pub use patients::ErasureFile;
pub use store::EmbeddedStore;
