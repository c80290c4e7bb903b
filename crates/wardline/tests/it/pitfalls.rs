//! Every test that the page of pitfalls names is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_test_that_the_page_of_pitfalls_names_is_there() {
    let page = fs::read_to_string(root().join("docs/guides/pitfalls.md")).unwrap();
    let rows = page.lines().filter(|line| line.matches('|').count() >= 5);
    let last_cells = rows.filter_map(|row| row.trim_end_matches([' ', '|']).rsplit('|').next());
    let named: BTreeSet<&str> = last_cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    let mut there = BTreeSet::new();
    tests_in(&root().join("crates"), &mut there);

    let missing: Vec<&&str> = named
        .iter()
        .filter(|name| !there.contains(**name))
        .collect();

    assert!(named.len() > 50, "only {} are named", named.len());
    assert!(missing.is_empty(), "{missing:?}");
}

/// Names of functions in the sources below a folder.
fn tests_in(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_in(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let names = text.lines().filter_map(|line| {
                let (before, after) = line.split_once("fn ")?;
                let is_one = before.trim().is_empty() || before.trim_end().ends_with("async");
                is_one.then(|| {
                    after
                        .split(['(', '<'])
                        .next()
                        .unwrap_or_default()
                        .to_owned()
                })
            });
            found.extend(names);
        }
    }
}
