//! The store of beds: rows and entries, each in a table of its own.
//!
//! Nothing is held in memory: the service reads everything once, when it begins, and only writes from then on.
//! `rows` says what stands on disk. Docs: `docs/decisions/0007-live-beds.md`.

mod port;
mod rows;
