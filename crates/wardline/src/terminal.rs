//! Standard output: the one place that writes to it, as text, tables or JSON.

use std::fmt;
use std::io::{self, BufWriter, StdoutLock, Write};

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

/// Standard output, buffered. Call `flush` before a command ends, so that a full disk is an error.
pub(crate) fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(64 * 1024, io::stdout().lock())
}

/// Writes a text that ends with a line break.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = stdout();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Lines of the terminal that standard output is, if it is one.
pub(crate) fn lines() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(usize::from(size.ws_row)).filter(|lines| *lines > 0)
}

/// Writes a value as JSON over several lines, for programs that read all of it.
pub(crate) fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut out = stdout();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}

/// Writes a line to standard error, for people: what went wrong while the command goes on.
pub(crate) fn complain(line: &str) {
    // When standard error is closed there is nobody left to tell.
    drop(writeln!(io::stderr(), "wardline: {line}"));
}

/// A table without frames: columns that people read and that `awk` can split.
pub(crate) struct Rows(Table);

/// A table with these headings.
pub(crate) fn table(header: &[&str]) -> Rows {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(header);
    Rows(table)
}

impl Rows {
    /// Adds a row.
    pub(crate) fn add<const COLUMNS: usize>(&mut self, cells: [String; COLUMNS]) {
        self.0.add_row(cells);
    }
}

/// Lines without the blanks that a frame would stand in.
impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.0.lines() {
            writeln!(f, "{}", line.strip_prefix(' ').unwrap_or(&line).trim_end())?;
        }
        Ok(())
    }
}

/// A time as the API writes it (RFC 3339, UTC), without fractions of a second.
pub(crate) fn seconds(time: &str) -> String {
    match time.split_once('.') {
        Some((whole, rest)) if rest.ends_with('Z') => format!("{whole}Z"),
        _ => harmless(time),
    }
}

/// Text from elsewhere with everything removed that a terminal would obey.
pub(crate) fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
