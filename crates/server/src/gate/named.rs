//! Whom a message names: the patient of each PID, and of each MRG the one whose numbers end.
//!
//! A merge (ADT^A40) or a swap (ADT^A17) is about several people, and whoever reads it is shown all of them. What one
//! segment holds is of one patient; that two segments are about one patient the records know, not the message.

use std::collections::{BTreeMap, BTreeSet};

use wardline_access::model::PatientRef;
use wardline_hl7::routing::Identifier;
use wardline_hl7::{Message, Segment};
use wardline_patients::model::RecordNumber;

use super::patient::of_number;

/// Different numbers of patients in one message that are decided on at most, and so patients. A message that names more is
/// shown masked only: what is not decided on must not be read, and what is read must stand in the trail.
const MOST_NUMBERS: usize = 64;

/// Whom a message names.
#[derive(Default)]
pub(crate) struct Named {
    /// The numbers of each patient, in the order of the references to them, so those too long for one are first.
    pub(crate) patients: Vec<Vec<RecordNumber>>,
    /// Whether there is a PID without a number: somebody is in it whom nothing names.
    pub(crate) has_nameless: bool,
}

/// More different numbers than [`MOST_NUMBERS`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// The patients of a message, each once: by the medical record numbers of a PID-3, else its first number that is the
/// patient's own, and by every MRG-1. Where senders of early versions write them, by PID-2 and MRG-4.
///
/// # Errors
/// [`TooMany`]
pub(crate) fn named_in(message: &Message<'_>) -> Result<Named, TooMany> {
    let mut named = Named::default();
    let mut known = BTreeSet::new();
    let mut patients: Vec<Vec<PatientRef>> = Vec::new();
    let of_name = |name: &'static str| message.segments().filter(move |one| one.name() == name);
    let registered = of_name("PID").map(|pid| (pid, true));
    let merged = of_name("MRG").map(|mrg| (mrg, false));
    for (segment, is_registered) in registered.chain(merged) {
        let mut numbers = BTreeMap::new();
        let mut add = |id: &Identifier<'_>| {
            if let Some((reference, number)) = number_of(message, id) {
                known.insert(reference.clone());
                numbers.insert(reference, number);
            }
            (known.len() <= MOST_NUMBERS).then_some(()).ok_or(TooMany)
        };
        if is_registered {
            registered_numbers(&segment, &mut add)?;
        } else {
            segment.identifiers_or(1, 4).try_for_each(|id| add(&id))?;
        }
        let references: Vec<PatientRef> = numbers.keys().cloned().collect();
        if references.is_empty() {
            named.has_nameless |= is_registered;
        } else if !patients.contains(&references) {
            patients.push(references);
            named.patients.push(numbers.into_values().collect());
        }
    }
    Ok(named)
}

/// The numbers by which a PID names its patient: as beds and records do, which know nobody by a number that several people
/// have.
fn registered_numbers(
    pid: &Segment<'_>,
    add: &mut impl FnMut(&Identifier<'_>) -> Result<(), TooMany>,
) -> Result<(), TooMany> {
    let all = || pid.identifiers_or(3, 2);
    let is_record_number = |id: &Identifier<'_>| matches!(id.type_code, b"MR" | b"MRN");
    let mut record_numbers = all().filter(is_record_number).peekable();
    if record_numbers.peek().is_some() {
        return record_numbers.try_for_each(|id| add(&id));
    }
    let own = all()
        .find(|id| !id.is_of_several_people())
        .or_else(|| all().next());
    own.map_or(Ok(()), |id| add(&id))
}

fn number_of(message: &Message<'_>, id: &Identifier<'_>) -> Option<(PatientRef, RecordNumber)> {
    let subcomponent = message.header().delimiters().subcomponent;
    let is_end = |byte: &u8| Some(*byte) == subcomponent;
    let parts = id.authority.split(is_end).take(2);
    // The namespace, else the universal id: as records and the census name it.
    let mut names = parts.map(|part| told(&message.decode(part)));
    let authority = names.find(|name| !name.is_empty()).unwrap_or_default();
    let value = told(&message.decode(id.id));
    let reference = of_number(&value, &authority)?;
    Some((reference, RecordNumber { value, authority }))
}

/// What a message tells: nothing where it says that there is none.
fn told(text: &str) -> String {
    let text = text.trim();
    if text == "\"\"" { "" } else { text }.to_owned()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn named(text: &str) -> Result<Named, TooMany> {
        named_in(&Message::parse(text.as_bytes()).unwrap())
    }

    fn references(text: &str) -> Vec<Vec<String>> {
        let patients = named(text).unwrap().patients.into_iter();
        let reference = |number: RecordNumber| {
            let reference = of_number(&number.value, &number.authority).unwrap();
            reference.expose().to_owned()
        };
        patients
            .map(|numbers| numbers.into_iter().map(reference).collect())
            .collect()
    }

    /// A message with so many PIDs, each about another patient.
    fn list_of(patients: usize) -> String {
        let mut text = "MSH|^~\\&|A|B|C|D|20261121||RSP^K22|1|P|2.5.1\r".to_owned();
        for number in 0..patients {
            write!(text, "PID|{number}||{number}^^^HOSP^MR||X\r").unwrap();
        }
        text
    }

    #[test]
    fn a_merge_names_who_stays_and_whose_numbers_end() {
        let merge = "MSH|^~\\&|A|B|C|D|20261121||ADT^A40|1|P|2.5.1\r\
            PID|1||99^^^HOSP^PI~4711^^^HOSP^MR||X\rMRG|4712^^^HOSP^MR~7^^^STATE^PI\r";

        let patients = references(merge);

        let merged = vec!["mrn:HOSP:4712", "mrn:STATE:7"];
        assert_eq!(patients, [vec!["mrn:HOSP:4711"], merged]);
    }

    #[test]
    fn a_swap_names_both_whatever_type_their_numbers_are_of() {
        let swap = "MSH|^~\\&|A|B|C|D|20261121||ADT^A17|1|P|2.5.1\r\
            PID|1||4711^^^HOSP^MR||X\rPV1|1|I\rPID|2||4712^^^HOSP^PI||Y\rPV1|2|I\r";

        let patients = references(swap);

        assert_eq!(patients, [["mrn:HOSP:4711"], ["mrn:HOSP:4712"]]);
    }

    #[test]
    fn an_early_sender_names_each_patient_where_it_writes_numbers() {
        let swap = "MSH|^~\\&|A|B|C|D|20261121||ADT^A17|1|P|2.2\r\
            PID|1|4711^^^HOSP|||X\rPID|2||4712^^^HOSP||Y\rMRG||||4713^^^HOSP\r";

        let patients = references(swap);

        let each = [["mrn:HOSP:4711"], ["mrn:HOSP:4712"], ["mrn:HOSP:4713"]];
        assert_eq!(patients, each);
    }

    #[test]
    fn whoever_is_in_a_pid_without_a_number_is_not_forgotten() {
        let swap = "MSH|^~\\&|A|B|C|D|20261121||ADT^A17|1|P|2.5.1\r\
            PID|1||4711^^^HOSP^MR||X\rPID|2||\"\"||Y\r";

        let named = named(swap).unwrap();

        assert_eq!(named.patients.len(), 1);
        assert!(named.has_nameless);
    }

    #[test]
    fn a_patient_in_ten_thousand_segments_is_one_and_one_number_beyond_the_limit_is_too_many() {
        let same = "PID|1||4711^^^HOSP^MR||X\r".repeat(10_000);
        let same = format!("MSH|^~\\&|A|B|C|D|20261121||ADT^A08|1|P|2.5.1\r{same}");

        let most = named(&list_of(MOST_NUMBERS)).map(|named| named.patients.len());
        let beyond = named(&list_of(MOST_NUMBERS + 1)).map(|named| named.patients.len());

        assert_eq!(references(&same), [["mrn:HOSP:4711"]]);
        assert_eq!(most, Ok(MOST_NUMBERS));
        assert_eq!(beyond, Err(TooMany));
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

            let patients = references(&text).concat();

            assert_eq!(
                patients,
                [of_number("4711", name).unwrap().expose()],
                "{authority}"
            );
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

            let patients = references(&text).concat();

            assert_eq!(patients, [named]);
        }
    }
}
