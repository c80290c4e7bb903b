//! What records need from outside: a store, and a ledger of erasures that is kept apart from it.

mod ledger;
mod store;

pub use ledger::{Erasure, ErasureLedger};
pub use store::{
    Committed, Head, IndexToken, Indexed, MAX_PAGE, MAX_WRITES, PatientStore, StoredKey, Write,
};
