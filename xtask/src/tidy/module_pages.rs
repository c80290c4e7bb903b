//! Every Rust file opens with `//!`: what it is for, before anything else. Only a module of tests needs no page: its
//! names are sentences.

use super::{Finding, Tree};

/// Finds files whose first line says nothing about them.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.ending(".rs")
        .filter(|(path, text)| !is_module_of_tests(path) && !opens_with_a_page(text))
        .map(|(path, _)| format!("{path}: open with `//!` and say what the file is for"))
        .collect()
}

/// `x/tests.rs`, or what the `main.rs` of a test binary is made of.
fn is_module_of_tests(path: &str) -> bool {
    let is_part_of_a_binary = path
        .split_once("/tests/")
        .is_some_and(|(_, file)| file.contains('/') && !file.ends_with("/main.rs"));
    path.ends_with("/tests.rs") || is_part_of_a_binary
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
    fn modules_of_tests_need_no_page() {
        let tree = Tree::of(&[
            ("src/a/tests.rs", "use a;\n"),
            ("a/tests/it/b.rs", "use a;\n"),
        ]);

        assert!(check(&tree).is_empty());
    }

    #[test]
    fn the_root_of_a_test_binary_needs_one() {
        assert_eq!(
            check(&Tree::of(&[("a/tests/it/main.rs", "mod b;\n")])).len(),
            1
        );
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
