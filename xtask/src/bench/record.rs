//! Keeps the figures of a run in `docs/measurements.md`, one section for each bench.

use anyhow::{Context as _, Result};

use crate::workspace;

const PAGE: &str = "docs/measurements.md";
const OPENING: &str = "\
# Measurements

Written by `cargo xtask bench NAME --record`; do not edit by hand. Ratios within a run say more than the figures,
which belong to one machine and one moment.
";

/// Puts a section in the place of the one that had its title, or at the end.
pub(super) fn write(title: &str, body: &str) -> Result<()> {
    let file = workspace::root().join(PAGE);
    let page = std::fs::read_to_string(&file).unwrap_or_else(|_| OPENING.to_owned());
    std::fs::write(&file, with_section(&page, title, body))
        .with_context(|| format!("cannot write {PAGE}"))
}

fn with_section(page: &str, title: &str, body: &str) -> String {
    let mut parts: Vec<String> = page
        .split("\n## ")
        .map(|part| part.trim_end().to_owned())
        .collect();
    let section = format!("{title}\n\n{}", body.trim_end());
    match parts
        .iter_mut()
        .skip(1)
        .find(|part| part.lines().next() == Some(title))
    {
        Some(part) => *part = section,
        None => parts.push(section),
    }
    format!("{}\n", parts.join("\n\n## "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_replaced_and_others_stay() {
        let page = with_section(&with_section("# Measurements\n", "A", "one"), "B", "two");

        let page = with_section(&page, "A", "three\n");

        assert_eq!(page, "# Measurements\n\n## A\n\nthree\n\n## B\n\ntwo\n");
    }
}
