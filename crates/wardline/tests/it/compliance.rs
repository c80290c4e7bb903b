//! Every test and every page that the control map names is there.

use std::fs;
use std::path::PathBuf;

const MAP: &str = "docs/compliance/hipaa.md";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Files and tests that rows of the map name, in pairs.
fn named(map: &str) -> Vec<(String, String)> {
    let rows = map.lines().filter(|line| line.starts_with('|'));
    let pairs = rows.flat_map(|row| row.split("<br>").flat_map(|part| part.split('|')));
    pairs
        .filter_map(|pair| pair.split_once("`crates/"))
        .map(|(_, pair)| {
            let mut words = pair.split('`');
            let file = words.next().unwrap_or_default();
            let test = words.nth(1).unwrap_or_default();
            (format!("crates/{file}"), test.to_owned())
        })
        .collect()
}

/// Whether a function of this name stands under a `#[test]` or one of its kin.
fn is_a_test(source: &str, name: &str) -> bool {
    let declares = |line: &str| {
        let line = line.trim();
        let rest = line.strip_prefix("async ").unwrap_or(line);
        let rest = rest
            .strip_prefix("fn ")
            .and_then(|it| it.strip_prefix(name));
        rest.is_some_and(|rest| rest.starts_with('('))
    };
    let lines: Vec<&str> = source.lines().collect();
    let Some(at) = lines.iter().position(|line| declares(line)) else {
        return false;
    };
    let attributes = lines[..at].iter().rev().map(|line| line.trim());
    attributes
        .take_while(|line| line.starts_with("#[") || line.starts_with("//"))
        .any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
}

#[test]
fn every_test_that_the_control_map_names_is_there_and_is_one() {
    let map = fs::read_to_string(root().join(MAP)).unwrap();
    let named = named(&map);

    let missing: Vec<_> = named
        .iter()
        .filter(|(file, test)| {
            let source = fs::read_to_string(root().join(file)).unwrap_or_default();
            !is_a_test(&source, test)
        })
        .collect();

    assert!(named.len() > 50, "only {} are named", named.len());
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_is_no_test_or_not_there_is_found() {
    let source = "fn helper() {}\n#[test]\nfn shown() {}\n#[tokio::test(flavor = \"x\")]\nasync fn also() {}\n";

    assert!(is_a_test(source, "shown") && is_a_test(source, "also"));
    assert!(!is_a_test(source, "helper") && !is_a_test(source, "show") && !is_a_test(source, "no"));
}

#[test]
fn every_specification_of_the_technical_safeguards_has_a_row() {
    let map = fs::read_to_string(root().join(MAP)).unwrap();
    let technical = map.split("## Technical safeguards").nth(1).unwrap();
    let technical = technical.split("\n## ").next().unwrap();

    for specification in [
        "(a)(1)",
        "(a)(2)(i)",
        "(a)(2)(ii)",
        "(a)(2)(iii)",
        "(a)(2)(iv)",
        "(b)",
        "(c)(1), (c)(2)",
        "(d)",
        "(e)(2)(i)",
        "(e)(2)(ii)",
    ] {
        let row = format!("\n| {specification} ");
        assert!(technical.contains(&row), "{specification}");
    }
}
