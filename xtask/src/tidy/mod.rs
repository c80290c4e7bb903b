//! `cargo xtask tidy`: what no compiler checks. One file per rule; each rule gets the [`Tree`] and gives findings.
//!
//! A rule is a function of the tree alone, so that its tests hand it a small tree and see it fail.

mod arrows;
mod decisions;
mod file_length;
mod links;
mod manifests;
mod metric_names;
mod module_pages;
mod plain_text;
mod tree;
mod unfinished;

use anyhow::{Result, bail};
use tree::Tree;

use crate::say;

/// One thing that is wrong, as `path: what to do`.
type Finding = String;

/// Runs every rule over the repository.
///
/// # Errors
/// A rule has findings; all of them are printed first.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if !arguments.is_empty() {
        bail!("usage: cargo xtask tidy");
    }
    let tree = Tree::of_the_repository()?;
    let rules: [(&str, Vec<Finding>); 9] = [
        (
            "arrows between crates",
            arrows::check(&tree, &arrows::metadata()?)?,
        ),
        ("file length", file_length::check(&tree)),
        ("module pages", module_pages::check(&tree)),
        ("manifests", manifests::check(&tree)),
        ("plain text", plain_text::check(&tree)),
        ("unfinished work", unfinished::check(&tree)),
        ("links", links::check(&tree)),
        ("decision records", decisions::check(&tree)),
        ("metric names", metric_names::check(&tree)),
    ];
    let mut count = 0;
    for (rule, findings) in &rules {
        say::line(&format!(
            "{rule}: {}",
            if findings.is_empty() { "ok" } else { "not ok" }
        ));
        for finding in findings {
            say::line(&format!("  {finding}"));
        }
        count += findings.len();
    }
    if count > 0 {
        bail!("{count} findings");
    }
    Ok(())
}
