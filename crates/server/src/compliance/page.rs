//! A report as a page to print.

use super::report::{ControlResult, Outside, Report};
use crate::printed::{self, escaped};

/// The page.
pub fn page(report: &Report) -> String {
    let totals = &report.totals;
    let rows: String = report.controls.iter().map(row).collect();
    let outside: String = report.outside.iter().map(row_outside).collect();
    let content = format!(
        "<p>Trail {}<br>Wardline {}<br>Looked at {}</p>\n<p>{}</p>\n\
         <p>{} pass, {} fail, {} unknown, {} not applicable.</p>\n\
         <h2>Controls</h2>\n<table><thead><tr><th>Status</th><th>Control</th><th>45 CFR</th><th>Evidence</th></tr></thead><tbody>\n\
         {rows}</tbody></table>\n\
         <h2>What no software can show</h2>\n<table><thead><tr><th>45 CFR</th><th>What is asked for</th></tr></thead><tbody>\n\
         {outside}</tbody></table>\n",
        escaped(&report.trail),
        escaped(&report.version),
        escaped(&report.checked_at),
        escaped(&report.notice),
        totals.pass,
        totals.fail,
        totals.unknown,
        totals.not_applicable,
    );
    printed::page("Technical controls", &content)
}

fn row(control: &ControlResult) -> String {
    let evidence: Vec<String> = control.evidence.iter().map(|it| escaped(it)).collect();
    let to_do = control.to_do.as_deref().map_or(String::new(), |to_do| {
        format!("<br><strong>To do:</strong> {}", escaped(to_do))
    });
    format!(
        "<tr><td>{}</td><td>{}<br><small>{}</small></td><td>{}</td><td>{}{to_do}</td></tr>\n",
        control.status.as_str(),
        escaped(&control.title),
        escaped(&control.id),
        escaped(&control.citations.join(", ")),
        evidence.join("<br>")
    )
}

fn row_outside(outside: &Outside) -> String {
    format!(
        "<tr><td>{}</td><td>{}</td></tr>\n",
        escaped(&outside.citation),
        escaped(&outside.what)
    )
}
