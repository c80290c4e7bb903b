//! Sources are plain text: no control characters, which editors hide and git takes for a binary file. In a string
//! they are written as escapes.

use super::{Finding, Tree};

const ENDINGS: &[&str] = &[".rs", ".toml", ".md", ".py", ".mjs", ".yml", ".json"];

/// Finds files with control characters other than line feed.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let is_hidden = |character: char| character.is_control() && character != '\n';
    let files = ENDINGS.iter().flat_map(|ending| tree.ending(ending));
    files
        .flat_map(|(path, text)| text.lines().enumerate().map(move |line| (path, line)))
        .filter(|(_, (_, line))| line.contains(is_hidden))
        .map(|(path, (index, _))| {
            format!(
                "{path}:{}: write its control character as an escape",
                index + 1
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_character_is_found_with_its_line() {
        let tree = Tree::of(&[
            ("a.rs", "fn a() {\n    b\"\0\"\n}\n"),
            ("b.rs", "fn b() {}\n"),
        ]);

        assert_eq!(
            check(&tree),
            ["a.rs:2: write its control character as an escape"]
        );
    }
}
