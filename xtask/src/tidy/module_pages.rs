//! Every Rust file opens with `//!`: what it is for, before anything else. Only a `tests.rs` needs no page: its name
//! and its folder say it.

use super::{Finding, Tree};

/// Finds files whose first line says nothing about them.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.ending(".rs")
        .filter(|(path, text)| !path.ends_with("/tests.rs") && !opens_with_a_page(text))
        .map(|(path, _)| format!("{path}: open with `//!` and say what the file is for"))
        .collect()
}

fn opens_with_a_page(text: &str) -> bool {
    text.lines()
        .find(|line| !line.is_empty() && !line.starts_with("#!["))
        .is_some_and(|line| {
            line.strip_prefix("//!")
                .is_some_and(|page| !page.trim().is_empty())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_follow_inner_attributes() {
        let tree = Tree::of(&[("a.rs", "//! A.\n"), ("b.rs", "#![no_main]\n//! B.\n")]);

        assert!(check(&tree).is_empty());
    }

    #[test]
    fn the_tests_of_a_file_need_no_page() {
        assert!(check(&Tree::of(&[("src/a/tests.rs", "use super::*;\n")])).is_empty());
    }

    #[test]
    fn code_before_the_page_and_an_empty_page_are_findings() {
        let tree = Tree::of(&[
            ("a.rs", "use b;\n//! A.\n"),
            ("b.rs", "//!\n"),
            ("c.rs", ""),
        ]);

        assert_eq!(check(&tree).len(), 3);
    }
}
