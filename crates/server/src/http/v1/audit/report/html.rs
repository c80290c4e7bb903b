//! A report as a page to print: one file, no script, nothing loaded from elsewhere.

use std::collections::BTreeMap;

use super::view::ReportView;

const STYLE: &str = "body{font:11pt/1.4 sans-serif;margin:2em;color:#000;background:#fff}\
    h1{font-size:16pt}h2{font-size:13pt;margin-top:1.5em}\
    table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #999;padding:.2em .5em;text-align:left}\
    td.n,th+th{text-align:right}thead{display:table-header-group}tr{break-inside:avoid}\
    .sign{margin-top:3em}@page{margin:2cm}";

/// The page.
pub(super) fn page(report: &ReportView, origin: &str, made_at: &str) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Audit report</title>\
         <style>{STYLE}</style></head><body>\n<h1>Audit report</h1>\n<p>Trail {}<br>Period {} to {}<br>Made {}</p>\n",
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
    page.push_str(
        "<p class=\"sign\">Reviewed by ____________________ on ____________</p>\n</body></html>\n",
    );
    page
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
    let head: String = columns.iter().copied().map(head).collect();
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

fn head(column: &str) -> String {
    format!("<th>{column}</th>")
}

fn row(name: Option<&str>, figures: &[u64]) -> String {
    let name = name.map_or_else(|| "(not shown)".to_owned(), escaped);
    let figures: Vec<String> = figures.iter().map(u64::to_string).collect();
    let figures = figures.join("</td><td class=\"n\">");
    format!("<tr><td>{name}</td><td class=\"n\">{figures}</td></tr>\n")
}

/// Text that is no markup, whatever stands in it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_markup() {
        assert_eq!(escaped("<script>\"'&"), "&lt;script&gt;&quot;&#39;&amp;");
    }
}
