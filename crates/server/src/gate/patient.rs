//! How a patient is named at the gate and in the trail: by number and authority, as `mrn:HOSP:4711`.
//!
//! The numbers are those of messages (PID-3). What cannot stand in a reference is percent-encoded; what is too long
//! for one is replaced by its hash, so that it names the same patient each time and nobody else.

use aws_lc_rs::digest;
use wardline_access::model::{MAX_REF_BYTES, PatientRef};
use wardline_hl7::Message;
use wardline_hl7::routing::Identifier;
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

/// Patients of one message that are named in the trail at most.
const MOST: usize = 64;

/// The number of every patient of a message: the medical record numbers of PID-3, else its first number that is the patient's own, and
/// MRG-1. In the order of the references to them, so those too long for one are first.
pub(crate) fn numbers_of(message: &Message<'_>) -> Vec<RecordNumber> {
    let routing = message.routing();
    let is_record_number = |id: &Identifier<'_>| matches!(id.type_code, b"MR" | b"MRN");
    let mut known: Vec<Identifier<'_>> = routing
        .patients()
        .filter(is_record_number)
        .take(MOST)
        .collect();
    if known.is_empty() {
        // As beds and records do, which know nobody by a number that several people have.
        let is_own = |id: &Identifier<'_>| !matches!(id.type_code, b"SS" | b"EN");
        let own = routing.patients().find(is_own);
        known.extend(own.or_else(|| routing.patients().next()));
    }
    let subcomponent = message.header().delimiters().subcomponent;
    let all = known
        .into_iter()
        .chain(routing.merged_patients().take(MOST));
    let mut numbers: Vec<(PatientRef, RecordNumber)> = all
        .filter_map(|id| {
            let is_end = |byte: &u8| Some(*byte) == subcomponent;
            let parts = id.authority.split(is_end).take(2);
            // The namespace, else the universal id: as records and the census name it.
            let mut names = parts.map(|part| told(&message.decode(part)));
            let authority = names.find(|name| !name.is_empty()).unwrap_or_default();
            let value = told(&message.decode(id.id));
            let reference = of_number(&value, &authority)?;
            Some((reference, RecordNumber { value, authority }))
        })
        .collect();
    numbers.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    numbers.dedup_by(|(one, _), (other, _)| one == other);
    numbers.into_iter().map(|(_, number)| number).collect()
}

/// What a message tells: nothing where it says that there is none.
fn told(text: &str) -> String {
    let text = text.trim();
    if text == "\"\"" { "" } else { text }.to_owned()
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

    fn named_by(message: &Message<'_>) -> Vec<PatientRef> {
        let numbers = numbers_of(message).into_iter();
        numbers
            .filter_map(|number| of_number(&number.value, &number.authority))
            .collect()
    }

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

    #[test]
    fn a_message_whose_authority_has_a_universal_id_alone_names_the_patient_as_its_record_does() {
        for (authority, name) in [
            ("&1.2.276&ISO", "1.2.276"),
            ("HOSP&1.2.276&ISO", "HOSP"),
            ("\"\"&1.2.276&ISO", "1.2.276"),
            ("&&ISO", ""),
            ("", ""),
        ] {
            let text = format!(
                "MSH|^~\\&|A|B|C|D|20261121||ADT^A01|1|P|2.5.1\rPID|1||4711^^^{authority}^MR||X\r"
            );

            let patients = named_by(&Message::parse(text.as_bytes()).unwrap());

            assert_eq!(patients, [of_number("4711", name).unwrap()], "{authority}");
        }
    }

    #[test]
    fn a_message_names_its_patient_by_no_number_that_several_people_have() {
        for (numbers, named) in [
            ("999^^^USSSA^SS~4711^^^HOSP^PI", "mrn:HOSP:4711"),
            ("999^^^USSSA^SS", "mrn:USSSA:999"),
        ] {
            let text =
                format!("MSH|^~\\&|A|B|C|D|20261121||ADT^A01|1|P|2.5.1\rPID|1||{numbers}||X\r");

            let patients = named_by(&Message::parse(text.as_bytes()).unwrap());

            assert_eq!(patients[0].expose(), named);
        }
    }

    #[test]
    fn a_message_names_its_patient_once_and_whom_it_merges() {
        let merge = b"MSH|^~\\&|A|B|C|D|20261121||ADT^A40|1|P|2.5.1\r\
            PID|1||99^^^HOSP^PI~4711^^^HOSP^MR||X\rMRG|4712^^^HOSP^MR\r";

        let patients = named_by(&Message::parse(merge).unwrap());

        let named: Vec<&str> = patients.iter().map(PatientRef::expose).collect();
        assert_eq!(named, ["mrn:HOSP:4711", "mrn:HOSP:4712"]);
    }
}
