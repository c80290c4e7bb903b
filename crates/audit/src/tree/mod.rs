//! The Merkle tree of the trail: RFC 6962 §2.1, in the words of RFC 9162 §2.1. Pure: no store, no time.
//!
//! `compact` holds the right edge of a growing tree, `proof` checks what others prove and says which subtrees a proof
//! is made of.

mod compact;
mod proof;
#[cfg(test)]
mod tests;

use aws_lc_rs::digest::{Context, SHA256};

pub use compact::{CompactRange, NodeId};
pub use proof::{consistency_path, inclusion_path, verify_consistency, verify_inclusion};

/// SHA-256.
pub type Hash = [u8; 32];

/// The hash of a leaf: SHA-256 over `0x00` and its bytes (RFC 9162 §2.1.1).
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    sha256(&[&[0], bytes])
}

/// The hash over two subtrees: SHA-256 over `0x01` and theirs.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

pub(crate) fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut hash = Hash::default();
    hash.iter_mut()
        .zip(context.finish().as_ref())
        .for_each(|(to, from)| *to = *from);
    hash
}
