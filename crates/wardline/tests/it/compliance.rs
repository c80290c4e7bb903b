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

/// Standards and implementation specifications of Subpart C as its Appendix A lists them, and 164.314 and 164.316 as their
/// text does, each with whether it is required (R) or addressable (A). Of standards with specifications the latter count.
const RULE: [(&str, &[(&str, &str)]); 4] = [
    (
        "## Administrative safeguards, 164.308",
        &[
            ("(a)(1)(ii)(A)", "R"),
            ("(a)(1)(ii)(B)", "R"),
            ("(a)(1)(ii)(C)", "R"),
            ("(a)(1)(ii)(D)", "R"),
            ("(a)(2)", "R"),
            ("(a)(3)(ii)(A)", "A"),
            ("(a)(3)(ii)(B)", "A"),
            ("(a)(3)(ii)(C)", "A"),
            ("(a)(4)(ii)(A)", "R"),
            ("(a)(4)(ii)(B)", "A"),
            ("(a)(4)(ii)(C)", "A"),
            ("(a)(5)(ii)(A)", "A"),
            ("(a)(5)(ii)(B)", "A"),
            ("(a)(5)(ii)(C)", "A"),
            ("(a)(5)(ii)(D)", "A"),
            ("(a)(6)(ii)", "R"),
            ("(a)(7)(ii)(A)", "R"),
            ("(a)(7)(ii)(B)", "R"),
            ("(a)(7)(ii)(C)", "R"),
            ("(a)(7)(ii)(D)", "A"),
            ("(a)(7)(ii)(E)", "A"),
            ("(a)(8)", "R"),
            ("(b)(1), (b)(3)", "R"),
        ],
    ),
    (
        "## Physical safeguards, 164.310",
        &[
            ("(a)(2)(i) to (iv)", "A"),
            ("(b)", "R"),
            ("(c)", "R"),
            ("(d)(2)(i)", "R"),
            ("(d)(2)(ii)", "R"),
            ("(d)(2)(iii)", "A"),
            ("(d)(2)(iv)", "A"),
        ],
    ),
    (
        "## Technical safeguards, 164.312",
        &[
            ("(a)(1)", "R"),
            ("(a)(2)(i)", "R"),
            ("(a)(2)(ii)", "R"),
            ("(a)(2)(iii)", "A"),
            ("(a)(2)(iv)", "A"),
            ("(b)", "R"),
            ("(c)(1), (c)(2)", "R, A"),
            ("(d)", "R"),
            ("(e)(2)(i)", "A"),
            ("(e)(2)(ii)", "A"),
        ],
    ),
    (
        "## Organisation and documents, 164.314 and 164.316",
        &[
            ("164.314(a)(2)(i)(A)", "R"),
            ("164.314(a)(2)(i)(B)", "R"),
            ("164.314(a)(2)(i)(C)", "R"),
            ("164.314(a)(2)(ii)", "R"),
            ("164.314(a)(2)(iii)", "R"),
            ("164.314(b)(1), (b)(2)(i) to (iv)", "R"),
            ("164.316(a)", "R"),
            ("164.316(b)(1)", "R"),
            ("164.316(b)(2)(i)", "R"),
            ("164.316(b)(2)(ii)", "R"),
            ("164.316(b)(2)(iii)", "R"),
        ],
    ),
];

#[test]
fn every_specification_of_the_rule_has_one_row_which_says_whether_it_is_required() {
    let map = fs::read_to_string(root().join(MAP)).unwrap();

    for (heading, specifications) in RULE {
        let section = map.split(heading).nth(1).unwrap();
        let section = section.split("\n## ").next().unwrap();
        let rows: Vec<(&str, &str)> = section
            .lines()
            .filter(|line| line.starts_with("| ") && !line.starts_with("| specification"))
            .filter(|line| !line.starts_with("| ---"))
            .filter_map(|line| {
                let mut cells = line.trim_matches('|').split('|').map(str::trim);
                Some((cells.next()?, cells.next()?))
            })
            .collect();

        assert_eq!(rows.len(), specifications.len(), "{heading}: {rows:?}");
        for ((row, required), (specification, as_the_rule)) in rows.iter().zip(specifications) {
            let names = row.strip_prefix(specification);
            let is_it = names.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
            assert!(is_it, "{heading}: {row} is not {specification}");
            assert_eq!(required, as_the_rule, "{heading}: {row}");
        }
    }
}

/// Specifications that a row's name stands for: `(b)(1), (b)(3)` for two, `(a)(2)(i) to (iv)` for the first of them.
fn specifications() -> Vec<String> {
    let sections = RULE.iter().flat_map(|(heading, rows)| {
        let section = heading.rsplit(' ').next().unwrap_or_default();
        rows.iter().map(move |(name, _)| (section, *name))
    });
    let each = sections.flat_map(|(section, name)| {
        let first = name.split(" to ").next().unwrap_or_default();
        first
            .split(", ")
            .map(move |name| match name.strip_prefix("164.") {
                Some(_) => name.to_owned(),
                None => format!("{section}{name}"),
            })
    });
    each.collect()
}

#[test]
fn every_control_serves_a_specification_and_the_map_lists_each_with_what_it_serves() {
    let map = fs::read_to_string(root().join(MAP)).unwrap();
    let section = map.split("## Live evidence").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let listed: Vec<(String, String)> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|row| {
            let (id, rest) = row.split_once("` | ")?;
            Some((id.to_owned(), rest.split(" | ").next()?.to_owned()))
        })
        .collect();

    let controls = wardline_server::compliance::controls();

    let expected: Vec<(String, String)> = controls
        .iter()
        .map(|(id, citations)| ((*id).to_owned(), citations.join(", ")))
        .collect();
    assert_eq!(listed, expected);
    let known = specifications();
    for (id, citations) in controls {
        for citation in citations {
            let is_known = known.iter().any(|it| it == citation);
            assert!(is_known, "{id}: {citation}");
        }
    }
}
