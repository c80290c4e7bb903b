//! A report as lines of comma-separated values (RFC 4180): section, name, and its figures.

use super::view::ReportView;

const HEADER: [&str; 5] = ["section", "name", "events", "denied", "different people"];

/// The whole report.
pub(super) fn lines(report: &ReportView) -> String {
    let mut out = String::new();
    let number = |number: u64| number.to_string();
    line(&mut out, &HEADER.map(str::to_owned));
    for (name, text) in [("from", &report.from), ("until", &report.until)] {
        line(&mut out, &row("period", name, [text, "", ""]));
    }
    let events = number(report.events);
    line(&mut out, &row("total", "events", [&events, "", ""]));
    let exported = number(report.exported_records);
    line(
        &mut out,
        &row("total", "exported records", [&exported, "", ""]),
    );
    let cut = if report.cut { "yes" } else { "no" };
    line(&mut out, &row("total", "rows cut", [cut, "", ""]));
    let counts = [
        ("kind", &report.kinds),
        ("outcome", &report.outcomes),
        ("alert", &report.alerts),
    ];
    for (section, counts) in counts {
        for (name, count) in counts {
            line(&mut out, &row(section, name, [&number(*count), "", ""]));
        }
    }
    for user in &report.users {
        let name = user.user.as_deref().unwrap_or_default();
        let (events, denied) = (number(user.events), number(user.denied));
        let figures = [&*events, &*denied, &number(user.patients)];
        line(&mut out, &row("user", name, figures));
    }
    for patient in &report.patients {
        let name = patient.patient.as_deref().unwrap_or_default();
        let figures = [&*number(patient.events), "", &number(patient.users)];
        line(&mut out, &row("patient", name, figures));
    }
    out
}

fn row(section: &str, name: &str, [events, denied, people]: [&str; 3]) -> [String; 5] {
    [section, name, events, denied, people].map(str::to_owned)
}

fn line(out: &mut String, cells: &[String; 5]) {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection): a name may begin with anything.
fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if is_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_when_it_must_be_and_is_never_a_formula() {
        for (cell, expected) in [
            ("anna", "anna"),
            ("a,b", "\"a,b\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("=1+1", "'=1+1"),
            ("@x,y", "\"'@x,y\""),
            ("-", "'-"),
        ] {
            assert_eq!(quoted(cell), expected);
        }
    }
}
