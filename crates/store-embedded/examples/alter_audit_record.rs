//! Alters one byte of one record of the audit trail, as somebody would who knows the store and writes a row with good
//! checksums: so that a test can see the verification find it. The service must not run.
//!
//! ```text
//! alter_audit_record STORE_FOLDER RECORD
//! ```
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot be set up is no test"
)]

use std::path::Path;

use wardline_audit::model::Seq;
use wardline_audit::port::{AuditStore, Commit, Committed, Leaf};
use wardline_store_embedded::{EmbeddedStore, Options};

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(record)) = (arguments.next(), arguments.next()) else {
        panic!("usage: alter_audit_record STORE_FOLDER RECORD");
    };
    let seq = Seq(record.parse().expect("the record's number"));
    let store = EmbeddedStore::open(Path::new(&folder), Options::default()).expect("the store");
    let head = store.head().await.expect("the head").expect("a trail");
    let leaves = store.leaves(seq, 1).await.expect("the record");
    let (found, bytes) = leaves.into_iter().next().expect("a record of this number");
    assert_eq!(found, seq, "the record is not there");
    let mut altered = bytes.to_vec();
    let last = altered.last_mut().expect("a record has bytes");
    *last ^= 1;
    let overwrite = Commit {
        expected_size: head.tree.size(),
        leaves: vec![Leaf {
            seq,
            bytes: altered.into(),
            postings: Vec::new(),
        }],
        head,
        ..Commit::default()
    };
    let done = AuditStore::commit(&store, overwrite).await;
    assert_eq!(done.expect("a write"), Committed::Done);
}
