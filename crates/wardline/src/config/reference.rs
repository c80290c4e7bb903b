//! The configuration in words: the reference page and the commented file that `wardline init` writes. Both
//! follow from the declarations, so they cannot fall behind them.

use std::fmt::Write as _;

use super::{SECTIONS, SettingSpec};

/// What stands before the settings on the reference page.
const GUIDE: &str = include_str!("guide.md");

/// The reference page in Markdown; `docs/guides/configuration.md` is a copy of it.
pub fn reference() -> String {
    let mut page = GUIDE.to_owned();
    for (name, doc, settings) in SECTIONS {
        write_line(
            &mut page,
            &format!("\n### `[{name}]`\n\n{}\n", paragraph(doc)),
        );
        write_line(&mut page, "| Key | Default | Expected | Meaning |");
        write_line(&mut page, "| --- | --- | --- | --- |");
        for spec in *settings {
            write_line(
                &mut page,
                &format!(
                    "| `{}` | {} | {} | {} |",
                    spec.key,
                    default_for_people(spec),
                    spec.expected(),
                    paragraph(spec.doc)
                ),
            );
        }
    }
    page
}

/// A whole `wardline.toml`: every setting explained, with its default, commented out.
pub fn template() -> String {
    let mut file = String::from(
        "# Configuration of Wardline. Every line that is commented out shows a default.\n\
         # `wardline config check` checks this file, `wardline config show --sources` shows what holds.\n",
    );
    for (name, doc, settings) in SECTIONS {
        file.push('\n');
        comment(&mut file, doc);
        write_line(&mut file, &format!("[{name}]"));
        for spec in *settings {
            comment(&mut file, spec.doc);
            write_line(
                &mut file,
                &format!("#{} = {}", spec.key, default_in_toml(spec)),
            );
        }
    }
    file
}

fn default_for_people(spec: &SettingSpec) -> String {
    match spec.default {
        "" => "not set".to_owned(),
        _ => format!("`{}`", default_in_toml(spec)),
    }
}

fn default_in_toml(spec: &SettingSpec) -> String {
    spec.kind.value(spec.default).to_string()
}

fn comment(file: &mut String, doc: &str) {
    for line in doc.lines() {
        write_line(file, &format!("# {}", line.trim()));
    }
}

fn paragraph(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn write_line(text: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let written = writeln!(text, "{line}");
    debug_assert!(written.is_ok(), "a string takes every line");
}
