//! Dashboards and alerts ask only for metrics that the code emits.

use std::collections::BTreeSet;

use super::{Finding, Tree};

const CODE: &str = "crates/server/src/metrics";
const PREFIX: &str = "wardline_";

/// What the exposition format adds to a metric's own name.
const ENDINGS: &[&str] = &["", "_total", "_bucket", "_count", "_sum", "_info"];

/// Finds names in `deploy/` that are no string in the code.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let emitted: BTreeSet<&str> = tree
        .ending(".rs")
        .filter(|(path, _)| path.starts_with(CODE))
        .flat_map(|(_, text)| text.split('"').skip(1).step_by(2))
        .collect();
    let asking = [".json", ".yml"]
        .into_iter()
        .flat_map(|ending| tree.ending(ending));
    asking
        .filter(|(path, _)| path.starts_with("deploy/"))
        .flat_map(|(path, text)| names(text).into_iter().map(move |name| (path, name)))
        .filter(|(_, name)| !is_emitted(&emitted, name))
        .map(|(path, name)| format!("{path}: no metric {name} in {CODE}"))
        .collect()
}

fn names(text: &str) -> BTreeSet<&str> {
    text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .filter(|word| word.starts_with(PREFIX))
        .collect()
}

fn is_emitted(emitted: &BTreeSet<&str>, name: &str) -> bool {
    let bare = name.strip_prefix(PREFIX).unwrap_or(name);
    ENDINGS.iter().any(|ending| {
        [name, bare].iter().any(|name| {
            name.strip_suffix(ending)
                .is_some_and(|base| emitted.contains(base))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_the_code_does_not_have_is_a_finding() {
        let tree = Tree::of(&[
            (
                "crates/server/src/metrics/mod.rs",
                r#"register("wardline_acks", "seconds")"#,
            ),
            (
                "deploy/grafana/a.json",
                r#"{"expr": "rate(wardline_acks_total[5m])"}"#,
            ),
            ("deploy/prometheus/alerts.yml", "expr: wardline_gone > 1\n"),
        ]);

        let found = check(&tree);

        assert_eq!(found.len(), 1);
        assert!(found[0].contains("wardline_gone"), "{found:?}");
    }
}
