//! A table that reads well on a terminal and in Markdown.

/// Rows below a heading; the first column is aligned left, the others right.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
    columns: usize,
}

impl Table {
    pub(super) fn new(heading: &[&str]) -> Self {
        let heading: Vec<String> = heading.iter().map(|it| (*it).to_owned()).collect();
        Self {
            columns: heading.len(),
            rows: vec![heading],
        }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The table in Markdown, with a line end after each row.
    pub(super) fn markdown(&self) -> String {
        let widths: Vec<usize> = (0..self.columns)
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells
                    .map(|cell| cell.chars().count())
                    .max()
                    .unwrap_or(0)
                    .max(4)
            })
            .collect();
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut lines = self.rows.iter().map(|row| {
            let cells = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(column, (cell, width))| {
                    if column == 0 {
                        format!("{cell:<width$}")
                    } else {
                        format!("{cell:>width$}")
                    }
                });
            line(cells.collect())
        });
        let rule = widths.iter().enumerate().map(|(column, width)| {
            if column == 0 {
                "-".repeat(*width)
            } else {
                format!("{}:", "-".repeat(width - 1))
            }
        });
        let heading = lines.next().unwrap_or_default();
        std::iter::once(heading)
            .chain(std::iter::once(line(rule.collect())))
            .chain(lines)
            .collect()
    }
}

/// A whole number with a space between thousands.
pub(super) fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// A count as a number that can be divided.
#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^53")]
pub(super) fn real(count: u64) -> f64 {
    count as f64
}

/// Bytes in MB (10^6).
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", real(bytes) / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(&["server", "messages/s"]);
        table.row(vec!["wardline".to_owned(), whole(12_345.6)]);

        assert_eq!(
            table.markdown(),
            "| server   | messages/s |\n| -------- | ---------: |\n| wardline |     12 346 |\n"
        );
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            [whole(7.0), whole(1_000.0), whole(5_000_000.0)],
            ["7", "1 000", "5 000 000"]
        );
    }
}
