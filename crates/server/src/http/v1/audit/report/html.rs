//! A report as a page to print.

use std::collections::BTreeMap;

use super::view::ReportView;
use crate::printed::{self, escaped};

/// The page.
pub(super) fn page(report: &ReportView, origin: &str, made_at: &str) -> String {
    let mut page = format!(
        "<p>Trail {}<br>Period {} to {}<br>Made {}</p>\n",
        escaped(origin),
        escaped(&report.from),
        escaped(&report.until),
        escaped(made_at)
    );
    if report.cut {
        page.push_str(
            "<p><strong>There were more people than are listed: the totals are right, and numbers of different people \
             are lower bounds.</strong></p>\n",
        );
    }
    let totals = BTreeMap::from([
        ("events", report.events),
        ("exported records", report.exported_records),
    ]);
    counts(&mut page, "Totals", &totals);
    counts(&mut page, "Events by kind", &report.kinds);
    counts(&mut page, "Events by outcome", &report.outcomes);
    counts(&mut page, "Alerts by rule", &report.alerts);
    let users = report.users.iter().map(|row| {
        let figures = vec![row.events, row.denied, row.patients];
        (row.user.as_deref(), figures)
    });
    table(
        &mut page,
        "Users",
        &["User", "Events", "Refused", "Different patients"],
        users,
    );
    let patients = report.patients.iter().map(|row| {
        let figures = vec![row.events, row.users];
        (row.patient.as_deref(), figures)
    });
    table(
        &mut page,
        "Patients",
        &["Patient", "Events", "Different users"],
        patients,
    );
    printed::page("Audit report", &page)
}

fn counts(page: &mut String, title: &str, counts: &BTreeMap<&'static str, u64>) {
    let rows = counts
        .iter()
        .map(|(name, count)| (Some(*name), vec![*count]));
    table(page, title, &["What", "How many"], rows);
}

fn table<'a>(
    page: &mut String,
    title: &str,
    columns: &[&str],
    rows: impl Iterator<Item = (Option<&'a str>, Vec<u64>)>,
) {
    let names = columns.iter().enumerate();
    let head: String = names.map(|(at, column)| head(column, at > 0)).collect();
    let rows: String = rows.map(|(name, figures)| row(name, &figures)).collect();
    for part in [
        "<h2>",
        title,
        "</h2>\n<table><thead><tr>",
        &head,
        "</tr></thead><tbody>\n",
        &rows,
        "</tbody></table>\n",
    ] {
        page.push_str(part);
    }
}

fn head(column: &str, is_figure: bool) -> String {
    let class = if is_figure { " class=\"n\"" } else { "" };
    format!("<th{class}>{column}</th>")
}

fn row(name: Option<&str>, figures: &[u64]) -> String {
    let name = name.map_or_else(|| "(not shown)".to_owned(), escaped);
    let figures: Vec<String> = figures.iter().map(u64::to_string).collect();
    let figures = figures.join("</td><td class=\"n\">");
    format!("<tr><td>{name}</td><td class=\"n\">{figures}</td></tr>\n")
}
