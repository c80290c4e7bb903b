//! Production code keeps to [`MAX_LINES`] lines a file. Tests at the bottom of a file, test files and examples do not
//! count.
//!
//! `long_files.txt` beside this file lists what is longer, with its length, and may only shrink.

use super::{Finding, Tree};

const MAX_LINES: usize = 400;
const EXCEPTIONS: &str = include_str!("long_files.txt");

/// Finds files that are too long, and exceptions that are too wide.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    check_with(tree, EXCEPTIONS)
}

fn check_with(tree: &Tree, exceptions: &str) -> Vec<Finding> {
    let exceptions: Vec<(&str, usize)> = exceptions.lines().filter_map(exception).collect();
    let mut findings = Vec::new();
    for (path, text) in tree
        .ending(".rs")
        .filter(|(path, _)| !is_test_or_example(path))
    {
        let lines = production_lines(text);
        let limit = exceptions.iter().find(|(excepted, _)| *excepted == path);
        match limit {
            None if lines > MAX_LINES => {
                findings.push(format!(
                    "{path}: {lines} lines; split it (limit {MAX_LINES})"
                ));
            }
            Some((_, limit)) if lines > *limit => {
                findings.push(format!(
                    "{path}: grew to {lines} lines; split it (it had {limit})"
                ));
            }
            Some(_) if lines <= MAX_LINES => {
                findings.push(format!(
                    "{path}: {lines} lines now; take it off the exceptions"
                ));
            }
            Some((_, limit)) if lines < *limit => {
                findings.push(format!(
                    "{path}: {lines} lines now; write that in the exceptions"
                ));
            }
            _ => {}
        }
    }
    for (path, _) in exceptions.iter().filter(|(path, _)| !tree.has(path)) {
        findings.push(format!("{path}: is not there; take it off the exceptions"));
    }
    findings
}

/// `LINES PATH`; anything else is a comment.
fn exception(line: &str) -> Option<(&str, usize)> {
    let (lines, path) = line.split_once(' ')?;
    Some((path.trim(), lines.parse().ok()?))
}

fn is_test_or_example(path: &str) -> bool {
    let is_apart = |folder: &str| ["tests", "examples"].contains(&folder);
    path.ends_with("/tests.rs") || path.split('/').any(is_apart)
}

fn production_lines(text: &str) -> usize {
    text.lines()
        .take_while(|line| *line != "#[cfg(test)]")
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(path: &str, lines: usize) -> Tree {
        let text = "// line\n".repeat(lines) + "#[cfg(test)]\nmod tests {}\n";
        Tree::of(&[(path, &text)])
    }

    #[test]
    fn a_file_at_the_limit_is_accepted() {
        assert!(check_with(&tree("src/a.rs", MAX_LINES), "").is_empty());
    }

    #[test]
    fn a_file_one_line_beyond_the_limit_is_a_finding() {
        assert_eq!(check_with(&tree("src/a.rs", MAX_LINES + 1), "").len(), 1);
    }

    #[test]
    fn tests_and_examples_have_no_limit() {
        assert!(check_with(&tree("src/a/tests.rs", 2 * MAX_LINES), "").is_empty());
        assert!(check_with(&tree("tests/it/a.rs", 2 * MAX_LINES), "").is_empty());
        assert!(check_with(&tree("examples/a.rs", 2 * MAX_LINES), "").is_empty());
    }

    #[test]
    fn an_exception_is_kept_only_at_its_length() {
        assert!(check_with(&tree("src/a.rs", 450), "450 src/a.rs").is_empty());
        assert_eq!(check_with(&tree("src/a.rs", 451), "450 src/a.rs").len(), 1);
        assert_eq!(check_with(&tree("src/a.rs", 449), "450 src/a.rs").len(), 1);
        assert_eq!(check_with(&tree("src/a.rs", 400), "450 src/a.rs").len(), 1);
        assert_eq!(check_with(&tree("src/b.rs", 400), "450 src/a.rs").len(), 1);
    }
}
