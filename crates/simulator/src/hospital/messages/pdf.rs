//! A document inside a message: OBX-5 of type ED with a PDF in base64 (HL7 v2.5.1 §2.A.24).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hospital::draft::Draft;

/// Adds an OBX that holds a PDF of 2 to 200 KiB; the number decides which.
pub(super) fn attach(draft: &mut Draft, set_id: u32, code: &str, name: &str, number: u64) {
    // One in ten of those that are attached is a scan, the others are a page of text.
    let length_bytes = if number.is_multiple_of(100) {
        150 * 1_024
    } else {
        2 * 1_024
    };
    let encoded = STANDARD.encode(page(number, length_bytes));
    draft
        .segment("OBX")
        .text(1, &set_id.to_string())
        .text(2, "ED")
        .parts(3, &[code, name, "LN"])
        .parts(5, &["SYNTHDOC", "application", "pdf", "Base64", &encoded])
        .text(11, "F");
}

/// What the file is filled up with.
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// A one-page PDF 1.4 file of about this many bytes, filled up with a comment.
fn page(number: u64, length_bytes: usize) -> Vec<u8> {
    let text = format!("BT /F1 12 Tf 72 720 Td (Synthetic document {number}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];

    let mut file = b"%PDF-1.4\n%".to_vec();
    // A comment of letters makes it as long as it is to be.
    file.extend(LETTERS.repeat(length_bytes / LETTERS.len()));
    file.push(b'\n');
    let mut table = b"xref\n0 6\n0000000000 65535 f \n".to_vec();
    for (number, object) in (1..).zip(&objects) {
        table.extend_from_slice(format!("{:010} 00000 n \n", file.len()).as_bytes());
        file.extend_from_slice(format!("{number} 0 obj\n{object}\nendobj\n").as_bytes());
    }
    let table_at = file.len();
    file.extend_from_slice(&table);
    file.extend_from_slice(
        format!("trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{table_at}\n%%EOF\n").as_bytes(),
    );
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cross_reference_table_stands_where_the_trailer_says() {
        let file = page(1, 2_048);

        let text = String::from_utf8(file).unwrap();
        let said: usize = text.lines().rev().nth(1).unwrap().parse().unwrap();
        assert_eq!(text.find("xref\n0 6"), Some(said));
        let entry = text.split("xref\n").nth(1).unwrap().lines().nth(5).unwrap();
        let object_4: usize = entry.split(' ').next().unwrap().parse().unwrap();
        assert_eq!(text.find("4 0 obj"), Some(object_4));
    }
}
