//! What live beds need from outside.

mod store;

pub use store::{BedStore, Durability, EntryKey, Page, Row, StoredEntry, StoredRow, Write};
