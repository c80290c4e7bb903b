//! The arrows between our crates are those of the table in `docs/architecture.md`: no more and no fewer.
//!
//! The table is the one below the heading `## Arrows`. Its first column names a crate, its second the crates that
//! it depends on, its third those that only its tests use. The two crates at the bottom stay free of async runtimes
//! besides, so that anybody can use them anywhere.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Finding, Tree};
use crate::process::{self, cargo};

const PAGE: &str = "docs/architecture.md";
const HEADING: &str = "## Arrows";

/// Crates that do their work when they are called, and know no runtime.
const PURE: &[&str] = &["wardline-hl7", "wardline-phi"];
const RUNTIMES: &[&str] = &[
    "async-trait",
    "futures",
    "futures-util",
    "mio",
    "tokio",
    "tokio-util",
];

/// What one crate depends on among our own.
#[derive(Default, Debug, PartialEq, Eq)]
struct Arrows {
    always: BTreeSet<String>,
    in_tests: BTreeSet<String>,
}

/// What cargo knows about the workspace.
pub(super) fn metadata() -> Result<Value> {
    let arguments = [
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version",
        "1",
    ];
    Ok(serde_json::from_str(&process::output(&mut cargo(
        &arguments,
    ))?)?)
}

/// Compares the table with the manifests.
pub(super) fn check(tree: &Tree, metadata: &Value) -> Result<Vec<Finding>> {
    let drawn = drawn(tree.text(PAGE).unwrap_or_default());
    let built = built(metadata).context("cannot read the metadata of cargo")?;
    let none = Arrows::default();
    let mut findings = Vec::new();
    let names: BTreeSet<&String> = drawn.keys().chain(built.keys()).collect();
    for name in names {
        let (table, manifest) = match (drawn.get(name), built.get(name)) {
            (None, _) => {
                findings.push(format!(
                    "{PAGE}: the table below `{HEADING}` has no row for {name}"
                ));
                continue;
            }
            (Some(table), manifest) => (table, manifest.unwrap_or(&none)),
        };
        if !built.contains_key(name) {
            findings.push(format!("{PAGE}: there is no crate {name} in the workspace"));
        }
        compare(&mut findings, name, "", &table.always, &manifest.always);
        compare(
            &mut findings,
            name,
            " in tests",
            &table.in_tests,
            &manifest.in_tests,
        );
    }
    findings.extend(impure(metadata));
    Ok(findings)
}

fn impure(metadata: &Value) -> Vec<Finding> {
    let packages = metadata.get("packages").and_then(Value::as_array);
    let text = |value: &Value, key: &str| value.get(key)?.as_str().map(str::to_owned);
    let mut findings = Vec::new();
    for package in packages.into_iter().flatten() {
        let Some(name) = text(package, "name").filter(|name| PURE.contains(&name.as_str())) else {
            continue;
        };
        let dependencies = package.get("dependencies").and_then(Value::as_array);
        for dependency in dependencies.into_iter().flatten() {
            let is_for_tests = text(dependency, "kind").as_deref() == Some("dev");
            let Some(target) = text(dependency, "name") else {
                continue;
            };
            if !is_for_tests && RUNTIMES.contains(&target.as_str()) {
                findings.push(format!(
                    "{name}: does without {target}: it stays free of runtimes"
                ));
            }
        }
    }
    findings
}

fn compare(
    findings: &mut Vec<Finding>,
    name: &str,
    when: &str,
    table: &BTreeSet<String>,
    manifest: &BTreeSet<String>,
) {
    for target in manifest.difference(table) {
        findings.push(format!(
            "{name}: depends on {target}{when}, which {PAGE} does not allow"
        ));
    }
    for target in table.difference(manifest) {
        findings.push(format!(
            "{PAGE}: {name} no longer depends on {target}{when}; take it out"
        ));
    }
}

/// The table of the page.
fn drawn(page: &str) -> BTreeMap<String, Arrows> {
    page.lines()
        .skip_while(|line| *line != HEADING)
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| {
            let mut cells = line.trim_matches('|').split('|').map(code_spans);
            let name = cells.next()?.pop_first()?;
            let always = cells.next()?;
            Some((
                name,
                Arrows {
                    always,
                    in_tests: cells.next().unwrap_or_default(),
                },
            ))
        })
        .collect()
}

/// The words between backticks.
fn code_spans(cell: &str) -> BTreeSet<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// What the manifests say.
fn built(metadata: &Value) -> Option<BTreeMap<String, Arrows>> {
    let packages = metadata.get("packages")?.as_array()?;
    let name = |package: &Value| Some(package.get("name")?.as_str()?.to_owned());
    let ours: BTreeSet<String> = packages.iter().filter_map(name).collect();
    packages
        .iter()
        .map(|package| {
            let mut arrows = Arrows::default();
            for dependency in package.get("dependencies")?.as_array()? {
                let target = name(dependency)?;
                if !ours.contains(&target) {
                    continue;
                }
                let is_for_tests = dependency.get("kind")?.as_str() == Some("dev");
                let set = if is_for_tests {
                    &mut arrows.in_tests
                } else {
                    &mut arrows.always
                };
                set.insert(target);
            }
            Some((name(package)?, arrows))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TABLE: &str = "## Arrows\n\n| crate | depends on | in tests |\n| --- | --- | --- |\n\
        | `hl7` | | |\n| `messaging` | `hl7` | `testkit` |\n| `testkit` | `messaging` | |\n\n## Next\n";

    fn workspace(hl7: &Value, messaging: &Value) -> Value {
        json!({ "packages": [
            { "name": "hl7", "dependencies": hl7 },
            { "name": "messaging", "dependencies": messaging },
            { "name": "testkit", "dependencies": [{ "name": "messaging", "kind": null }] },
        ]})
    }

    fn findings(hl7: &Value, messaging: &Value) -> Vec<Finding> {
        check(&Tree::of(&[(PAGE, TABLE)]), &workspace(hl7, messaging)).unwrap()
    }

    fn as_drawn() -> Value {
        json!([{ "name": "hl7", "kind": null }, { "name": "testkit", "kind": "dev" },
               { "name": "bytes", "kind": null }])
    }

    #[test]
    fn a_workspace_that_is_as_drawn_has_no_finding() {
        assert_eq!(findings(&json!([]), &as_drawn()), Vec::<Finding>::new());
    }

    #[test]
    fn an_arrow_that_points_up_is_a_finding() {
        let upwards = json!([{ "name": "messaging", "kind": null }]);

        let found = findings(&upwards, &as_drawn());

        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with("hl7: depends on messaging"),
            "{found:?}"
        );
    }

    #[test]
    fn a_dependency_of_the_tests_is_no_dependency_of_the_crate() {
        let moved = json!([{ "name": "hl7", "kind": null }, { "name": "testkit", "kind": null }]);

        let found = findings(&json!([]), &moved);

        assert!(
            found[0].starts_with("messaging: depends on testkit,"),
            "{found:?}"
        );
        assert!(
            found[1].contains("no longer depends on testkit in tests"),
            "{found:?}"
        );
    }

    #[test]
    fn a_runtime_in_a_pure_crate_is_a_finding() {
        let package = |kind: Value| {
            json!({ "packages": [{
                "name": "wardline-hl7",
                "dependencies": [{ "name": "tokio", "kind": kind }],
            }]})
        };

        assert_eq!(impure(&package(Value::Null)).len(), 1);
        assert_eq!(impure(&package(json!("dev"))).len(), 0);
    }

    #[test]
    fn a_crate_without_a_row_is_a_finding() {
        let tree = Tree::of(&[(PAGE, "## Arrows\n")]);

        let found = check(&tree, &workspace(&json!([]), &as_drawn())).unwrap();

        assert_eq!(found.len(), 3);
    }
}
