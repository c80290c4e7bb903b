//! Every crate of the workspace takes its lints, its version and its licence from the workspace.

use super::{Finding, Tree};

const WANTED: &[&str] = &[
    "[lints]\nworkspace = true\n",
    "version.workspace = true\n",
    "edition.workspace = true\n",
    "rust-version.workspace = true\n",
    "license.workspace = true\n",
    "publish.workspace = true\n",
];

/// Finds manifests that go their own way.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.ending("Cargo.toml")
        .filter(|(path, _)| path.starts_with("crates/") || path.starts_with("xtask/"))
        .flat_map(|(path, text)| {
            let missing = WANTED.iter().filter(|wanted| !text.contains(**wanted));
            missing
                .map(move |wanted| format!("{path}: say {}", wanted.trim_end().replace('\n', " ")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_without_the_lints_of_the_workspace_is_a_finding() {
        let rest = WANTED[1..].concat();
        let whole = format!("[package]\n{rest}\n{}", WANTED[0]);
        let tree = Tree::of(&[
            ("crates/a/Cargo.toml", &rest),
            ("crates/b/Cargo.toml", &whole),
        ]);

        let found = check(&tree);

        assert_eq!(found, ["crates/a/Cargo.toml: say [lints] workspace = true"]);
    }
}
