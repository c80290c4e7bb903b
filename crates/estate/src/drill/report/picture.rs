//! The picture: acknowledged writes of each pattern over time, with what happened above them.

use std::fmt::Write as _;

use super::Report;
use super::page::escaped;

const WIDTH: u64 = 1000;
const LEFT: u64 = 70;
/// Height of one pattern's strip, and of the room between two.
const STRIP: u64 = 70;
const GAP: u64 = 26;
/// Height of one event's line above the strips.
const EVENT: u64 = 14;
const COLOURS: [&str; 3] = ["#2f6fb0", "#b06f2f", "#2f8f6a"];

/// The picture of a report, as inline SVG.
pub(super) fn picture(report: &Report) -> String {
    let tenths = report.patterns.iter().map(|p| p.per_tenth_second.len());
    let tenths = tenths.max().unwrap_or(0).max(1) as u64;
    let top = EVENT * report.timeline.len() as u64 + 16;
    let strips = report.patterns.len() as u64;
    let height = top + strips * (STRIP + GAP) + 20;
    let x = |at_ms: u64| LEFT + (WIDTH - LEFT - 10) * at_ms.min(tenths * 100) / (tenths * 100);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"Acknowledged writes per tenth of a second, by \
         pattern, with what happened\">"
    );
    for (line, event) in (1..).zip(&report.timeline) {
        let (x, y) = (x(event.at_ms), line * EVENT);
        // A label that would leave the picture stands left of its line.
        let (anchor, at) = if x > WIDTH / 2 {
            ("end", x - 4)
        } else {
            ("start", x + 4)
        };
        // Writing to a string cannot fail; the same below.
        let _ok = write!(
            svg,
            "<line x1=\"{x}\" y1=\"{}\" x2=\"{x}\" y2=\"{}\" stroke=\"currentColor\" stroke-opacity=\".25\"/>\
             <text x=\"{at}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>",
            y - 9,
            height - 20,
            escaped(&event.what)
        );
    }
    for ((index, pattern), colour) in (0..).zip(&report.patterns).zip(COLOURS) {
        let base = top + index * (STRIP + GAP) + STRIP + GAP / 2;
        let most = pattern
            .per_tenth_second
            .iter()
            .max()
            .copied()
            .unwrap_or(0)
            .max(1);
        let mut path = format!("M{LEFT} {base}");
        for (tenth, count) in (0..).zip(&pattern.per_tenth_second) {
            let y = base - STRIP * count / most;
            let _ok = write!(path, "L{} {y}L{} {y}", x(tenth * 100), x(tenth * 100 + 100));
        }
        let end = x(pattern.per_tenth_second.len() as u64 * 100);
        let from = x(pattern.outage_from_ms);
        let wide = x(pattern.outage_from_ms + pattern.outage_ms).saturating_sub(from);
        let _ok = write!(
            svg,
            "<rect x=\"{from}\" y=\"{}\" width=\"{wide}\" height=\"{STRIP}\" fill=\"#b3261e\" fill-opacity=\".13\"/>\
             <path d=\"{path}L{end} {base}Z\" fill=\"{colour}\" fill-opacity=\".75\"/>\
             <text x=\"0\" y=\"{}\">{}</text><text x=\"0\" y=\"{}\">{} /s</text>",
            base - STRIP,
            base - STRIP / 2,
            pattern.pattern.name(),
            base - STRIP / 2 + 13,
            most * 10,
        );
    }
    for second in 0..=tenths / 10 {
        let _ok = write!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{second} s</text>",
            x(second * 1000),
            height - 4
        );
    }
    svg.push_str("</svg>");
    svg
}
