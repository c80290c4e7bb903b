//! Proofs: which subtrees one is made of, and the two checks that a third party makes (RFC 9162 §2.1.3, §2.1.4).

use std::ops::Range;

use super::{Hash, node_hash};

/// The subtrees, by the leaves under them, whose hashes prove that leaf `index` is in the tree of `size` leaves
/// (RFC 9162 §2.1.3.1), from the bottom up. `None` when there is no such leaf.
pub fn inclusion_path(index: u64, size: u64) -> Option<Vec<Range<u64>>> {
    if index >= size {
        return None;
    }
    let (mut low, mut high) = (0, size);
    let mut path = Vec::new();
    while high - low > 1 {
        let middle = low + left_leaves(high - low);
        if index < middle {
            path.push(middle..high);
            high = middle;
        } else {
            path.push(low..middle);
            low = middle;
        }
    }
    path.reverse();
    Some(path)
}

/// The subtrees whose hashes prove that the tree of `old` leaves is the beginning of that of `new` leaves
/// (RFC 9162 §2.1.4.1). `None` when `old` is 0 or beyond `new`.
pub fn consistency_path(old: u64, new: u64) -> Option<Vec<Range<u64>>> {
    if old == 0 || old > new {
        return None;
    }
    let (mut low, mut high, mut is_known) = (0, new, true);
    let mut path = Vec::new();
    while old != high {
        let middle = low + left_leaves(high - low);
        if old <= middle {
            path.push(middle..high);
            high = middle;
        } else {
            path.push(low..middle);
            low = middle;
            is_known = false;
        }
    }
    if !is_known {
        path.push(low..high);
    }
    path.reverse();
    Some(path)
}

/// Whether `proof` proves that a leaf of this hash is leaf `index` of the tree of `size` leaves with this root
/// (RFC 9162 §2.1.3.2).
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut number, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for other in proof {
        if last == 0 {
            return false;
        }
        if number % 2 == 1 || number == last {
            hash = node_hash(other, &hash);
            while number.is_multiple_of(2) && number != 0 {
                number /= 2;
                last /= 2;
            }
        } else {
            hash = node_hash(&hash, other);
        }
        number /= 2;
        last /= 2;
    }
    last == 0 && hash == *root
}

/// Whether `proof` proves that the tree of `old` leaves with root `old_root` is the beginning of the tree of `new`
/// leaves with root `new_root` (RFC 9162 §2.1.4.2).
pub fn verify_consistency(
    (old, old_root): (u64, &Hash),
    (new, new_root): (u64, &Hash),
    proof: &[Hash],
) -> bool {
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 || old > new {
        return false;
    }
    let mut path = proof.iter();
    let first = if old.is_power_of_two() {
        Some(old_root)
    } else {
        path.next()
    };
    let Some(first) = first else { return false };
    let (mut number, mut last) = (old - 1, new - 1);
    while number % 2 == 1 {
        number /= 2;
        last /= 2;
    }
    let (mut of_old, mut of_new) = (*first, *first);
    for other in path {
        if last == 0 {
            return false;
        }
        if number % 2 == 1 || number == last {
            of_old = node_hash(other, &of_old);
            of_new = node_hash(other, &of_new);
            while number.is_multiple_of(2) && number != 0 {
                number /= 2;
                last /= 2;
            }
        } else {
            of_new = node_hash(&of_new, other);
        }
        number /= 2;
        last /= 2;
    }
    last == 0 && of_old == *old_root && of_new == *new_root
}

/// How many leaves the left subtree has: the greatest power of two below `leaves`, which is at least 2.
fn left_leaves(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}
