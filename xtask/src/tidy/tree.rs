//! The text files of the repository, read once.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::workspace;

/// Paths relative to the root, with `/` between folders, and their text. Files that are not UTF-8 have no text.
#[derive(Default)]
pub(super) struct Tree {
    files: BTreeMap<String, Option<String>>,
}

impl Tree {
    /// Reads what git knows or would take with the next `git add`.
    pub(super) fn of_the_repository() -> Result<Self> {
        let mut files = BTreeMap::new();
        for path in workspace::files()? {
            let text = String::from_utf8(std::fs::read(workspace::root().join(&path))?).ok();
            files.insert(path.to_string_lossy().into_owned(), text);
        }
        Ok(Self { files })
    }

    /// The text of one file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// Whether a file or a folder is there.
    pub(super) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        path.is_empty()
            || self.files.contains_key(path)
            || self.files.keys().any(|file| {
                file.strip_prefix(path)
                    .is_some_and(|rest| rest.starts_with('/'))
            })
    }

    /// Files with this ending, as path and text.
    pub(super) fn ending<'a>(
        &'a self,
        ending: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files
            .iter()
            .filter(move |(path, _)| path.ends_with(ending))
            .filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// Every path below a folder, relative to the folder.
    pub(super) fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        self.files
            .keys()
            .filter_map(move |path| path.strip_prefix(folder)?.strip_prefix('/'))
    }
}

#[cfg(test)]
impl Tree {
    /// A small tree for the test of a rule.
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| ((*path).to_owned(), Some((*text).to_owned()));
        Self {
            files: files.iter().map(file).collect(),
        }
    }
}
