//! The page: everything in one file, without scripts and without anything from elsewhere.

use std::fmt::Write as _;

use super::picture::picture;
use super::{Report, failures};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1a2430;--paper:#fff;--line:#c9d2da;--quiet:#5b6a78;--bad:#b3261e;--good:#1b6e3c}
@media (prefers-color-scheme:dark){:root{--ink:#e4eaf0;--paper:#12181e;--line:#35424e;--quiet:#93a3b2;--bad:#ff8a80;--good:#7bd89a}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:68rem;margin:2rem auto;padding:0 1rem}
h1{margin:0 0 .5rem}table{border-collapse:collapse;margin:1rem 0;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.3rem .9rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td.n,th.n{text-align:right}.quiet{color:var(--quiet)}.bad{color:var(--bad)}.good{color:var(--good)}
svg{width:100%;height:auto;margin:1rem 0}svg text{fill:var(--quiet);font:11px system-ui,sans-serif}
";

/// The page of a report.
pub(super) fn page(report: &Report) -> String {
    let mut html =
        String::from("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    let title = format!("Drill: {}", report.drill.name());
    let class = if report.findings.is_empty() {
        "good"
    } else {
        "bad"
    };
    // Writing to a string cannot fail; the same below.
    let _ok = write!(
        html,
        "<meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><h1>{title}</h1><p class=\"{class}\">{}</p>",
        escaped(&report.conclusion())
    );
    html.push_str(&picture(report));
    html.push_str("<table>");
    for (name, value) in report.circumstances() {
        let _ok = write!(
            html,
            "<tr><td class=\"quiet\">{name}</td><td>{}</td></tr>",
            escaped(&value)
        );
    }
    html.push_str("</table><h2>What clients saw</h2>");
    html.push_str(&patterns(report));
    html.push_str("<h2>Timeline</h2><table><tr><th class=\"n\">at</th><th>what</th></tr>");
    for event in &report.timeline {
        let _ok = write!(
            html,
            "<tr><td class=\"n\">{} ms</td><td>{}</td></tr>",
            event.at_ms,
            escaped(&event.what)
        );
    }
    html.push_str("</table></body></html>\n");
    html
}

fn patterns(report: &Report) -> String {
    let mut html = String::from("<table><tr><th>pattern</th>");
    for heading in [
        "writers",
        "acknowledged",
        "lost",
        "twice",
        "out of order",
        "longest outage",
        "median",
        "p99",
    ] {
        let _ok = write!(html, "<th class=\"n\">{heading}</th>");
    }
    html.push_str("<th>attempts that were not acknowledged</th></tr>");
    for pattern in &report.patterns {
        let _ok = write!(
            html,
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
             <td class=\"n\">{}</td><td class=\"n\">{} ms</td><td class=\"n\">{} ms</td><td class=\"n\">{} ms</td>\
             <td>{}</td></tr>",
            pattern.pattern.name(),
            pattern.writers,
            pattern.acknowledged,
            pattern.lost,
            pattern.duplicates,
            pattern.order_violations,
            pattern.outage_ms,
            pattern.median_ms,
            pattern.p99_ms,
            escaped(&failures(pattern)),
        );
    }
    html.push_str("</table>");
    html
}

/// Text as HTML shows it.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
