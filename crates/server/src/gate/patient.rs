//! How a patient is named at the gate and in the trail: by number and authority, as `mrn:HOSP:4711`.
//!
//! The numbers are those of messages (PID-3), see `named`. What cannot stand in a reference is percent-encoded; what is too long
//! for one is replaced by its hash, so that it names the same patient each time and nobody else.

use aws_lc_rs::digest;
use wardline_access::model::{MAX_REF_BYTES, PatientRef};
use wardline_patients::model::{PatientId, RecordNumber};
use wardline_vitals::model::Patient;

const PREFIX: &str = "mrn:";
const HASHED: &str = "mrn#";
const RECORD: &str = "rec:";

/// The reference to a patient with this number.
pub(crate) fn of_number(number: &str, authority: &str) -> Option<PatientRef> {
    let mut text = PREFIX.to_owned();
    encode(&mut text, authority);
    text.push(':');
    encode(&mut text, number);
    if number.is_empty() {
        return None;
    }
    if text.len() > MAX_REF_BYTES {
        let hash = digest::digest(&digest::SHA256, text.as_bytes());
        HASHED.clone_into(&mut text);
        hash.as_ref()
            .iter()
            .for_each(|byte| push_hex(&mut text, *byte));
    }
    PatientRef::new(&text).ok()
}

/// The reference to a patient of the census: by the medical record number, else by the first number. `None` when
/// nothing names it.
pub(crate) fn reference(patient: &Patient) -> Option<PatientRef> {
    let id = patient.main_identifier()?;
    of_number(id.number.expose(), id.authority.name())
}

/// The number that a reference names; `None` when it names none, or only its hash is known.
pub(super) fn number(reference: &PatientRef) -> Option<RecordNumber> {
    let (authority, number) = reference.expose().strip_prefix(PREFIX)?.split_once(':')?;
    Some(RecordNumber {
        value: decode(number)?,
        authority: decode(authority)?,
    })
}

/// Whether a reference holds a number that is too long to be read back: nobody knows whose record it is.
pub(crate) fn is_hashed(reference: &PatientRef) -> bool {
    reference.expose().starts_with(HASHED)
}

/// The references to a patient with a record: by each of its numbers, so that the trail finds it as messages and beds
/// name it; by the record itself when it has none. The first is what decisions are about, so it is one that leads back to
/// the record.
pub(crate) fn of_record(record: PatientId, numbers: &[RecordNumber]) -> Vec<PatientRef> {
    let by_number = |number: &RecordNumber| of_number(&number.value, &number.authority);
    let mut all: Vec<PatientRef> = numbers.iter().filter_map(by_number).collect();
    all.sort_by_key(is_hashed);
    if all.first().is_none_or(is_hashed) {
        let itself = PatientRef::new(&format!("{RECORD}{record}"));
        all.splice(0..0, itself.ok());
    }
    all
}

/// The record that a reference names by its id.
pub(super) fn record(reference: &PatientRef) -> Option<PatientId> {
    PatientId::parse(reference.expose().strip_prefix(RECORD)?).ok()
}

fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && byte != b':' && byte != b'%' {
            out.push(char::from(byte));
        } else {
            out.push('%');
            push_hex(out, byte);
        }
    }
}

fn push_hex(out: &mut String, byte: u8) {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    out.push(digit(byte >> 4));
    out.push(digit(byte & 15));
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let value = digit(rest.next())? << 4 | digit(rest.next())?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_leads_back_to_number_and_authority_whatever_they_are() {
        for (number, authority) in [
            ("4711", "HOSP"),
            ("47:11 %", "ÄÖ"),
            ("MRN-1", ""),
            ("\u{7f}", "a:b"),
        ] {
            let reference = of_number(number, authority).unwrap();

            let back = super::number(&reference).unwrap();

            assert_eq!(back.value, number);
            assert_eq!(back.authority, authority);
        }
    }

    #[test]
    fn a_number_too_long_for_a_reference_is_named_by_its_hash() {
        let long = "7".repeat(200);

        let reference = of_number(&long, "HOSP").unwrap();

        assert_eq!(reference, of_number(&long, "HOSP").unwrap());
        assert_ne!(reference, of_number(&long, "OTHER").unwrap());
        assert!(!reference.expose().contains("777"));
        assert_eq!(number(&reference), None);
        assert!(is_hashed(&reference));
    }

    /// A hash leads to no record, and so to none of its protections.
    #[test]
    fn decisions_about_a_record_are_by_what_leads_back_to_it() {
        let record = PatientId::parse("00000000000000000000000000000007").unwrap();
        let number = |value: &str| RecordNumber {
            value: value.to_owned(),
            authority: "HOSP".to_owned(),
        };
        let long = number(&"7".repeat(200));

        let all = of_record(record, std::slice::from_ref(&long));
        let with_another = of_record(record, &[long.clone(), number("4711")]);

        assert_eq!(super::record(&all[0]), Some(record));
        assert_eq!(all[1..], [of_number(&long.value, "HOSP").unwrap()]);
        assert_eq!(with_another[0].expose(), "mrn:HOSP:4711");
        assert_eq!(with_another[1], all[1]);
    }
}
