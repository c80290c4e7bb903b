//! Decision records are numbered without gaps, each once, and the list of them names them all.

use super::{Finding, Tree};

const FOLDER: &str = "docs/decisions";
const LIST: &str = "docs/README.md";

/// Finds records that are out of order or not listed.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let list = tree.text(LIST).unwrap_or_default();
    let mut findings = Vec::new();
    let mut expected = 1;
    for name in tree.below(FOLDER) {
        match number(name) {
            None => {
                findings.push(format!("{FOLDER}/{name}: name it NNNN-what-was-decided.md"));
                continue;
            }
            Some(number) if number != expected => {
                findings.push(format!("{FOLDER}/{name}: the next number is {expected:04}"));
            }
            Some(_) => {}
        }
        expected += 1;
        if !list.contains(&format!("](decisions/{name})")) {
            findings.push(format!("{FOLDER}/{name}: add it to {LIST}"));
        }
    }
    findings
}

fn number(name: &str) -> Option<u32> {
    let (number, title) = name.split_once('-')?;
    (number.len() == 4 && !title.starts_with('.'))
        .then(|| number.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_in_order_and_listed_have_no_finding() {
        let tree = Tree::of(&[
            ("docs/decisions/0001-a.md", ""),
            ("docs/decisions/0002-b.md", ""),
            (
                "docs/README.md",
                "[a](decisions/0001-a.md) [b](decisions/0002-b.md)",
            ),
        ]);

        assert!(check(&tree).is_empty());
    }

    #[test]
    fn a_gap_a_double_and_an_unlisted_record_are_findings() {
        let tree = Tree::of(&[
            ("docs/decisions/0002-a.md", ""),
            ("docs/decisions/0002-b.md", ""),
            ("docs/decisions/other.md", ""),
            ("docs/README.md", "[a](decisions/0002-a.md)"),
        ]);

        let found = check(&tree);

        assert_eq!(found.len(), 3, "{found:?}");
    }
}
