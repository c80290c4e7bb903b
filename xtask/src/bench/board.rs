//! The page of the board in a browser, with many beds that all change every second: does it hold up whoever uses it, and does
//! its memory grow?

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::options::Options;
use super::{machine, record};
use crate::{console, say};

/// Beds of a large house.
const BEDS: u64 = 500;
/// As long as a shift's handover lasts.
const SECONDS: u64 = 3_600;

/// Measures it, and keeps the figures when asked to.
pub(super) fn run(options: &Options) -> Result<()> {
    let machine = machine::sentence()?;
    let (beds, seconds) = (
        options.number("beds", BEDS),
        options.number("seconds", SECONDS),
    );
    let body = format!(
        "{machine}\n\n{}",
        told(&console::measure_board(beds, seconds)?)?
    );
    say::line(&body);
    if options.has("record") {
        record::write("The board in a browser", &body)?;
    }
    Ok(())
}

/// The figures in words.
fn told(line: &str) -> Result<String> {
    let figures: Value = serde_json::from_str(line.trim()).context("expected one line of JSON")?;
    let number = |of: &Value, name: &str| {
        let found = of.get(name).and_then(Value::as_f64);
        found.with_context(|| format!("no {name} was measured"))
    };
    let of_page = |name| number(&figures, name);
    let heap = figures.get("heap_kib").context("no heap was measured")?;
    let mib = |name| Ok::<_, anyhow::Error>(format!("{:.1}", number(heap, name)? / 1_024.0));
    Ok(format!(
        "{} beds that all change every second, for {} s, in Chromium. Memory of the page after its garbage was collected, \
         looked at {} times: {} MiB at first, {} MiB at last, {} to {} MiB in between; the mean of the first quarter of the \
         looks is {} MiB, of the last quarter {} MiB. Tasks of the page longer than 50 ms: {}, the longest {} ms.",
        of_page("beds")?,
        of_page("seconds")?,
        number(heap, "looks")?,
        mib("first")?,
        mib("last")?,
        mib("least")?,
        mib("most")?,
        mib("mean_of_first_quarter")?,
        mib("mean_of_last_quarter")?,
        of_page("tasks_over_50_ms")?,
        of_page("longest_ms")?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_in_words_and_a_missing_one_is_an_error() {
        let line = r#"{"beds":2,"seconds":60,"tasks_over_50_ms":1,"longest_ms":51,"median_of_those_ms":51,"heap_kib":{"first":1024,
            "last":2048,"least":512,"most":3072,"mean_of_first_quarter":1024,"mean_of_last_quarter":1536,"looks":3}}"#;

        let told = told(line).unwrap();

        assert!(told.starts_with("2 beds"), "{told}");
        assert!(
            told.contains("1.0 MiB at first, 2.0 MiB at last, 0.5 to 3.0 MiB"),
            "{told}"
        );
        assert!(super::told("{}").is_err());
    }
}
