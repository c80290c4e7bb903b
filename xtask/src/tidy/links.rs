//! Relative links in Markdown lead to a file that is there, and their `#part` to a heading of it.

use super::{Finding, Tree};

/// Finds links that lead nowhere.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.ending(".md") {
        for target in targets(text).filter(|target| is_relative(target)) {
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() {
                path.to_owned()
            } else {
                resolved(path, file)
            };
            if !tree.has(&file) {
                findings.push(format!("{path}: {target} is not there"));
            } else if !heading.is_empty() && !has_heading(tree, &file, heading) {
                findings.push(format!("{path}: {target} names no heading of {file}"));
            }
        }
    }
    findings
}

/// What stands between `](` and `)` outside of code.
fn targets(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines()
        .filter(move |line| {
            let is_fence = line.trim_start().starts_with("```");
            is_code ^= is_fence;
            !is_code && !is_fence
        })
        .flat_map(|line| {
            line.split("](")
                .skip(1)
                .filter_map(|rest| rest.split(')').next())
        })
}

fn is_relative(target: &str) -> bool {
    !target.contains("://") && !target.starts_with("mailto:")
}

/// A link's file seen from the root.
fn resolved(page: &str, file: &str) -> String {
    let mut folders: Vec<&str> = page.split('/').collect();
    folders.pop();
    for part in file.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                folders.pop();
            }
            folder => folders.push(folder),
        }
    }
    folders.join("/")
}

fn has_heading(tree: &Tree, file: &str, wanted: &str) -> bool {
    let text = tree.text(file).unwrap_or_default();
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .any(|found| found == wanted)
}

/// The anchor that forges make of a heading.
fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|character| character.is_alphanumeric() || " -_".contains(*character))
        .map(|character| if character == ' ' { '-' } else { character })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(page: &str) -> Vec<Finding> {
        check(&Tree::of(&[
            ("docs/a.md", page),
            ("README.md", "# Wardline\n## What is sealed?\n"),
        ]))
    }

    #[test]
    fn links_to_files_folders_headings_and_the_web_are_accepted() {
        let page = "[a](../README.md#what-is-sealed) [b](../docs) [c](https://hl7.org/x) [d](a.md)";

        assert!(findings(page).is_empty());
    }

    #[test]
    fn links_in_code_are_not_links() {
        assert!(findings("```\n[a](b.md)\n```\n").is_empty());
    }

    #[test]
    fn a_missing_file_and_a_missing_heading_are_findings() {
        assert_eq!(findings("[a](b.md)"), ["docs/a.md: b.md is not there"]);
        assert_eq!(findings("[a](../README.md#gone)").len(), 1);
        assert_eq!(findings("[a](#gone)").len(), 1);
    }
}
