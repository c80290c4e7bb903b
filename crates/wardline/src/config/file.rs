//! `wardline.toml`: from text to settings with their lines, and whatever in it is not one.

use std::ops::Range;
use std::path::Path;

use toml::Value;
use toml::de::{DeTable, DeValue};

use super::problem::{Problem, Source};
use super::section::SettingSpec;
use super::{section_names, settings, suggest};

/// A configuration file larger than this is a mistake.
pub(super) const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// A setting that the file gives.
pub(super) struct Entry {
    /// Which one.
    pub spec: &'static SettingSpec,
    /// Its value, not yet checked.
    pub value: Value,
    /// Where the value stands.
    pub source: Source,
}

/// Every setting that the text gives, and everything in it that is none.
pub(super) fn read(path: &Path, text: &str) -> (Vec<Entry>, Vec<Problem>) {
    let page = Page { path, text };
    let (spans, values) = match (DeTable::parse(text), text.parse::<toml::Table>()) {
        (Ok(spans), Ok(values)) => (spans, values),
        (Err(error), _) | (_, Err(error)) => return (Vec::new(), vec![page.syntax_error(&error)]),
    };
    let mut entries = Vec::new();
    let mut problems = Vec::new();
    for (section, content) in spans.get_ref() {
        let name = section.get_ref();
        let DeValue::Table(keys) = content.get_ref() else {
            problems.push(page.outside_a_section(name, &section.span()));
            continue;
        };
        if !section_names().any(|known| known == *name) {
            problems.push(page.unknown_section(name, &section.span()));
            continue;
        }
        for (key, value) in keys {
            let known = settings().find(|spec| spec.section == *name && spec.key == *key.get_ref());
            let plain = values
                .get(name.as_ref())
                .and_then(|section| section.get(key.get_ref().as_ref()));
            match (known, plain) {
                (Some(spec), Some(plain)) => entries.push(Entry {
                    spec,
                    value: plain.clone(),
                    source: page.source(value.span().start),
                }),
                _ => problems.push(page.unknown_key(name, key.get_ref(), &key.span())),
            }
        }
    }
    // The parser's table is sorted by name; people read from the top.
    problems.sort_by_key(|problem| match problem.source {
        Source::File { line, column, .. } => (line, column),
        _ => (0, 0),
    });
    (entries, problems)
}

/// The file, for saying where something stands in it.
struct Page<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Page<'_> {
    fn source(&self, offset: usize) -> Source {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Source::File {
            path: self.path.to_path_buf(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }

    fn problem(
        &self,
        span: &Range<usize>,
        key: Option<String>,
        message: String,
        suggestion: Option<String>,
    ) -> Problem {
        Problem {
            source: self.source(span.start),
            key,
            message,
            suggestion,
        }
    }

    fn syntax_error(&self, error: &toml::de::Error) -> Problem {
        let span = error.span().unwrap_or(0..0);
        self.problem(
            &span,
            None,
            format!("not valid TOML: {}", error.message()),
            None,
        )
    }

    fn outside_a_section(&self, name: &str, span: &Range<usize>) -> Problem {
        let section = section_names().find(|known| *known == name);
        let (message, suggestion) = match section {
            Some(section) => (
                format!("`{name}` is a section, not a value"),
                Some(format!("`[{section}]` on a line of its own")),
            ),
            None => (
                format!("`{name}` stands outside of every section"),
                suggest::setting("", name, settings()).map(|spec| format!("`{}`", spec.name())),
            ),
        };
        self.problem(span, Some(name.to_owned()), message, suggestion)
    }

    fn unknown_section(&self, name: &str, span: &Range<usize>) -> Problem {
        let suggestion =
            suggest::most_alike(name, section_names()).map(|section| format!("`[{section}]`"));
        let message = format!("unknown section `[{name}]`");
        self.problem(span, Some(name.to_owned()), message, suggestion)
    }

    fn unknown_key(&self, section: &str, key: &str, span: &Range<usize>) -> Problem {
        let suggestion = suggest::setting(section, key, settings()).map(|spec| {
            if spec.section == section {
                format!("`{}`", spec.key)
            } else {
                format!("`{}`", spec.name())
            }
        });
        let message = format!("unknown key `{key}` in `[{section}]`");
        self.problem(span, Some(format!("{section}.{key}")), message, suggestion)
    }
}
