//! Nothing in the tree is announced and not done: what is to do belongs in the tracker.

use super::{Finding, Tree};

/// Cut in two, so that this file does not find itself.
const MARKS: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

const ENDINGS: &[&str] = &[
    ".rs", ".toml", ".md", ".py", ".mjs", ".js", ".sh", ".yml", "run",
];

/// Finds marks of unfinished work.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ending in ENDINGS {
        for (path, text) in tree.ending(ending) {
            for (index, line) in text.lines().enumerate() {
                if MARKS.iter().any(|mark| has_word(line, mark)) {
                    findings.push(format!("{path}:{}: do it, or take it out", index + 1));
                }
            }
        }
    }
    findings
}

fn has_word(line: &str, word: &str) -> bool {
    line.split(|character: char| !character.is_alphanumeric() && character != '_')
        .any(|found| found == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_in_a_comment_is_found_with_its_line() {
        let text = format!("fn a() {{}}\n// {}: b\n", MARKS[0]);

        assert_eq!(
            check(&Tree::of(&[("a.rs", &text)])),
            ["a.rs:2: do it, or take it out"]
        );
    }

    #[test]
    fn a_mark_inside_a_longer_word_is_none() {
        let text = format!("let PHOTO_{}S = 1;\n", MARKS[0]);

        assert!(check(&Tree::of(&[("a.rs", &text)])).is_empty());
    }
}
