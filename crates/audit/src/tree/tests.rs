//! The tree against the vectors of the reference implementation, and against the definition written down naively.

use proptest::prelude::*;

use super::*;

/// The leaves that the reference implementation of RFC 6962 is tested with
/// (github.com/transparency-dev/merkle, `testonly/constants.go`), and the roots of the trees over the first ones.
const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

#[test]
fn the_roots_are_those_of_the_reference_implementation() {
    let mut tree = CompactRange::default();

    for (size, root) in ROOTS.iter().enumerate() {
        assert_eq!(hex(&tree.root()), *root, "{size} leaves");
        if let Some(leaf) = LEAVES.get(size) {
            tree.push(leaf_hash(&unhex(leaf)), |_, _| ());
        }
    }
}

/// Leaf 5 of 8, leaf 1 of 5, and trees of 6 and 8, as the reference implementation proves them.
#[test]
fn the_proofs_are_made_of_the_subtrees_that_the_standard_names() {
    assert_eq!(inclusion_path(5, 8), Some(vec![4..5, 6..8, 0..4]));
    assert_eq!(inclusion_path(1, 5), Some(vec![0..1, 2..4, 4..5]));
    assert_eq!(inclusion_path(8, 8), None);
    // RFC 9162 §2.1.5: PROOF(3, D[7]) = [c, d, g, l], PROOF(4, D[7]) = [l], PROOF(6, D[7]) = [i, j, k].
    assert_eq!(consistency_path(3, 7), Some(vec![2..3, 3..4, 0..2, 4..7]));
    assert_eq!(
        consistency_path(4, 7),
        Some(std::iter::once(4..7).collect())
    );
    assert_eq!(consistency_path(6, 7), Some(vec![4..6, 6..7, 0..4]));
    assert_eq!(consistency_path(0, 7), None);
    assert_eq!(consistency_path(8, 7), None);
}

/// MTH of RFC 9162 §2.1.1, as it is written there.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(&[]),
        [one] => *one,
        more => {
            let mut k = 1;
            while k * 2 < more.len() {
                k *= 2;
            }
            node_hash(&mth(&more[..k]), &mth(&more[k..]))
        }
    }
}

fn hashes(leaves: &[Hash], path: &[std::ops::Range<u64>]) -> Vec<Hash> {
    let at = |n: u64| usize::try_from(n).unwrap();
    path.iter()
        .map(|range| mth(&leaves[at(range.start)..at(range.end)]))
        .collect()
}

fn some_leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

proptest! {
    #[test]
    fn a_compact_tree_has_the_root_that_the_definition_gives(count in 0_u64..200) {
        let leaves = some_leaves(count);
        let mut tree = CompactRange::default();
        let mut nodes = Vec::new();

        for leaf in &leaves {
            tree.push(*leaf, |node, hash| nodes.push((node, hash)));
        }

        prop_assert_eq!(tree.root(), mth(&leaves));
        for (node, hash) in nodes {
            let first = usize::try_from(node.index << node.level).unwrap();
            prop_assert_eq!(hash, mth(&leaves[first..first + (1 << node.level)]));
        }
    }

    #[test]
    fn inclusion_is_proven_for_each_leaf_and_for_no_other(
        size in 1_u64..130, index in 0_u64..130, spoiled in 0_usize..40,
    ) {
        let (leaves, index) = (some_leaves(size), index % size);
        let leaf = leaves[usize::try_from(index).unwrap()];
        let mut proof = hashes(&leaves, &inclusion_path(index, size).unwrap());
        let root = mth(&leaves);

        prop_assert!(verify_inclusion(&leaf, index, size, &proof, &root));
        prop_assert!(!verify_inclusion(&leaf_hash(b"other"), index, size, &proof, &root));
        prop_assert!(!verify_inclusion(&leaf, size, size, &proof, &root));
        if size > 1 {
            prop_assert!(!verify_inclusion(&leaf, (index + 1) % size, size, &proof, &root));
            let at = spoiled % proof.len();
            proof[at][spoiled % 32] ^= 1;
            prop_assert!(!verify_inclusion(&leaf, index, size, &proof, &root));
            proof[at][spoiled % 32] ^= 1;
        }
        proof.push(root);
        prop_assert!(!verify_inclusion(&leaf, index, size, &proof, &root));
    }

    #[test]
    fn consistency_is_proven_for_each_beginning_and_for_no_other(
        new in 1_u64..130, old in 0_u64..130, spoiled in 0_usize..40,
    ) {
        let (leaves, old) = (some_leaves(new), old % new + 1);
        let mut proof = hashes(&leaves, &consistency_path(old, new).unwrap());
        let old_root = mth(&leaves[..usize::try_from(old).unwrap()]);
        let new_root = mth(&leaves);
        let other = leaf_hash(b"other");

        prop_assert!(verify_consistency((old, &old_root), (new, &new_root), &proof));
        prop_assert!(!verify_consistency((old, &other), (new, &new_root), &proof));
        prop_assert!(!verify_consistency((old, &old_root), (new, &other), &proof));
        if !proof.is_empty() {
            let at = spoiled % proof.len();
            proof[at][spoiled % 32] ^= 1;
            prop_assert!(!verify_consistency((old, &old_root), (new, &new_root), &proof));
        }
    }
}

#[test]
fn a_perfect_subtree_is_added_only_where_one_begins() {
    let leaves = some_leaves(6);
    let mut tree = CompactRange::default();

    assert!(tree.push_subtree(2, mth(&leaves[..4]), |_, _| ()));
    tree.push(leaves[4], |_, _| ());
    assert!(!tree.push_subtree(1, mth(&leaves[4..]), |_, _| ()));
    tree.push(leaves[5], |_, _| ());

    assert_eq!(tree.root(), mth(&leaves));
    assert_eq!(CompactRange::of(6, tree.peaks().to_vec()), Some(tree));
    assert_eq!(CompactRange::of(6, Vec::new()), None);
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
