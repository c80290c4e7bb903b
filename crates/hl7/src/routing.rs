//! What order, deduplication and search need: whom a message is about, and under which numbers.
//!
//! Everything is borrowed and found in one look over the segments; nothing is allocated.

use std::fmt;

use crate::message::Message;
use crate::path::Letters;
use crate::segment::{Field, Segment};

/// Identifiers of a message, found on demand.
#[derive(Clone, Copy)]
pub struct Routing<'m, 'a> {
    message: &'m Message<'a>,
}

/// An identifier (data type CX or EI) as it is written, escapes untouched.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Identifier<'a> {
    /// CX.1, never empty.
    pub id: &'a [u8],
    /// CX.4, the assigning authority, whole.
    pub authority: &'a [u8],
    /// CX.5, as in `MR`.
    pub type_code: &'a [u8],
}

/// A number under which an order or its result is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderNumber<'a> {
    /// Which of the numbers it is.
    pub kind: OrderNumberKind,
    /// The number, and EI.2 as authority.
    pub identifier: Identifier<'a>,
}

/// Who gave an order its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderNumberKind {
    /// ORC-2 or OBR-2.
    Placer,
    /// ORC-3 or OBR-3: a laboratory's accession number.
    Filler,
    /// OBR-18: in radiology the accession number (IHE RAD TF-2 §4.4).
    Accession,
}

/// What an event does to the identity of patients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatientEffect {
    /// One patient, or none.
    Single,
    /// A merge, move or change of identifiers: everything known under the MRG numbers changes hands.
    Merge,
    /// Two patients, neither of which ends: swap, link, unlink.
    Pair,
}

impl<'a> Message<'a> {
    /// Identifiers for routing, order and search.
    pub fn routing(&self) -> Routing<'_, 'a> {
        Routing { message: self }
    }
}

impl<'m, 'a> Routing<'m, 'a> {
    /// PID-3 in all its repetitions, of every PID segment in order; PID-2, where senders of early versions write the number,
    /// where PID-3 holds none of the patient's own. A hostile message holds any number of them: take as many as are useful.
    pub fn patients(self) -> impl Iterator<Item = Identifier<'a>> + use<'m, 'a> {
        self.in_every_or(*b"PID\0", 3, 2)
    }

    /// PID-18, the account number.
    pub fn account(self) -> Option<Identifier<'a>> {
        self.in_every(*b"PID\0", 18).next()
    }

    /// PV1-19, the visit number.
    pub fn visit(self) -> Option<Identifier<'a>> {
        self.in_every(*b"PV1\0", 19).next()
    }

    /// Placer, filler and accession numbers of every ORC and OBR, in order; the same number may come twice.
    pub fn order_numbers(self) -> impl Iterator<Item = OrderNumber<'a>> + use<'m, 'a> {
        let orders = self.message.placed_segments();
        orders.flat_map(|(_, name, segment)| {
            let last = match &name {
                b"OBR\0" => 3,
                b"ORC\0" => 2,
                _ => 0,
            };
            ORDER_FIELDS
                .iter()
                .take(last)
                .filter_map(move |(number, kind)| {
                    let identifier = segment.field(*number).and_then(|field| entity(&field))?;
                    Some(OrderNumber {
                        kind: *kind,
                        identifier,
                    })
                })
        })
    }

    /// MRG-1 in all its repetitions, of every MRG segment: the patient numbers that end. MRG-4, its form
    /// before v2.3.1, where MRG-1 holds none of the patient's own.
    pub fn merged_patients(self) -> impl Iterator<Item = Identifier<'a>> + use<'m, 'a> {
        self.in_every_or(*b"MRG\0", 1, 4)
    }

    /// MRG-3, the account number that ends.
    pub fn merged_account(self) -> Option<Identifier<'a>> {
        self.in_every(*b"MRG\0", 3).next()
    }

    /// MRG-5, the visit number that ends.
    pub fn merged_visit(self) -> Option<Identifier<'a>> {
        self.in_every(*b"MRG\0", 5).next()
    }

    /// MSH-9.2, or EVN-1 where MSH-9 names no event, as versions before 2.3 allow.
    pub fn event(self) -> &'a [u8] {
        let event = self.message.header().trigger_event();
        if !event.is_empty() {
            return event;
        }
        let evn = self.message.named(*b"EVN\0").next();
        evn.and_then(|evn| evn.component(1, 1).bytes())
            .unwrap_or_default()
    }

    /// What the event does to the identity of patients (HL7 v2.8.2 chapter 3). A message that carries an MRG
    /// segment is taken as a merge whatever its event.
    pub fn patient_effect(self) -> PatientEffect {
        match self.event() {
            b"A18" | b"A30" | b"A34" | b"A35" | b"A36" => PatientEffect::Merge,
            [b'A', b'3', b'9'] | [b'A', b'4', b'0'..=b'9'] | [b'A', b'5', b'0' | b'1'] => {
                PatientEffect::Merge
            }
            _ if self.message.named(*b"MRG\0").next().is_some() => PatientEffect::Merge,
            b"A17" | b"A24" | b"A37" => PatientEffect::Pair,
            _ => PatientEffect::Single,
        }
    }

    /// Identifiers in a field of every segment of that name, with those in `older` where it names nobody.
    fn in_every_or(
        self,
        name: Letters,
        field: usize,
        older: usize,
    ) -> impl Iterator<Item = Identifier<'a>> + use<'m, 'a> {
        self.message
            .named(name)
            .flat_map(move |segment| segment.identifiers_or(field, older))
    }

    /// Identifiers in a field of every segment of that name.
    fn in_every(
        self,
        name: Letters,
        field: usize,
    ) -> impl Iterator<Item = Identifier<'a>> + use<'m, 'a> {
        self.message
            .named(name)
            .filter_map(move |segment| segment.field(field))
            .flat_map(|field| extended(&field))
    }
}

impl<'a> Segment<'a> {
    /// Identifiers (data type CX) in the repetitions of a field, those without a number left out.
    pub fn identifiers(&self, field: usize) -> impl Iterator<Item = Identifier<'a>> + use<'a> {
        self.field(field)
            .into_iter()
            .flat_map(|field| extended(&field))
    }

    /// Identifiers in a field, and those in the field of early versions as well where it holds none of the patient's own.
    pub fn identifiers_or(
        &self,
        field: usize,
        older: usize,
    ) -> impl Iterator<Item = Identifier<'a>> + use<'a> {
        let is_own = |id: Identifier<'_>| !id.is_of_several_people();
        let names_nobody = !self.identifiers(field).any(is_own);
        let older = names_nobody.then(|| self.identifiers(older));
        self.identifiers(field).chain(older.into_iter().flatten())
    }
}

impl Identifier<'_> {
    /// Whether it is a social security number or an employee's (HL7 table 0203: `SS`, `EN`), which may stand for a guarantor or
    /// a parent: several people have one, and so it names no patient.
    pub fn is_of_several_people(&self) -> bool {
        matches!(self.type_code, b"SS" | b"EN")
    }
}

/// Field number and kind; ORC has the first two only.
const ORDER_FIELDS: [(usize, OrderNumberKind); 3] = [
    (2, OrderNumberKind::Placer),
    (3, OrderNumberKind::Filler),
    (18, OrderNumberKind::Accession),
];

/// Repetitions of type CX: number, check digit, check scheme, authority, type.
fn extended<'a>(field: &Field<'a>) -> impl Iterator<Item = Identifier<'a>> + use<'a> {
    field.repetitions().filter_map(|repetition| {
        let mut components = repetition
            .components()
            .map(|component| component.value().bytes());
        let id = components.next().flatten()?;
        let authority = components.nth(2).flatten().unwrap_or_default();
        let type_code = components.next().flatten().unwrap_or_default();
        Some(Identifier {
            id,
            authority,
            type_code,
        })
    })
}

/// First repetition as type EI: number, namespace.
fn entity<'a>(field: &Field<'a>) -> Option<Identifier<'a>> {
    let repetition = field.repetition(1)?;
    let id = repetition.component(1)?.value().bytes()?;
    let authority = repetition
        .component(2)
        .and_then(|component| component.value().bytes());
    Some(Identifier {
        id,
        authority: authority.unwrap_or_default(),
        type_code: b"",
    })
}

/// Shows the type only: numbers are patient data.
impl fmt::Debug for Identifier<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let type_code = String::from_utf8_lossy(self.type_code);
        write!(
            formatter,
            "Identifier([redacted], {} bytes, type {type_code:?})",
            self.id.len()
        )
    }
}

/// Shows no content.
impl fmt::Debug for Routing<'_, '_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Routing({:?})", self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MERGE: &[u8] = b"MSH|^~\\&|||||||ADT^A40^ADT_A39|1|P|2.5.1\r\
        PID|1||100^^^HOSP&1.2&ISO^MR~200^^^STATE^PI~^^^X^Y||DOE|||||||||||||ACC1^^^HOSP^AN\r\
        PV1|1|I|||||||||||||||||V7^^^HOSP^VN\r\
        MRG|900^^^HOSP^MR~901^^^STATE^PI||ACC9||V9\r";

    fn ids<'a>(identifiers: impl Iterator<Item = Identifier<'a>>) -> Vec<&'a str> {
        identifiers
            .map(|identifier| std::str::from_utf8(identifier.id).unwrap())
            .collect()
    }

    fn effect_of(event: &str) -> PatientEffect {
        let raw = format!("MSH|^~\\&|||||||ADT^{event}|1\rPID|1||100\r");
        Message::parse(raw.as_bytes())
            .unwrap()
            .routing()
            .patient_effect()
    }

    #[test]
    fn every_repetition_of_pid_3_with_a_number_identifies_the_patient() {
        let message = Message::parse(MERGE).unwrap();

        let patients: Vec<_> = message.routing().patients().collect();

        assert_eq!(patients.len(), 2);
        assert_eq!(patients[0].id, b"100");
        assert_eq!(patients[0].authority, b"HOSP&1.2&ISO");
        assert_eq!(patients[0].type_code, b"MR");
        assert_eq!(patients[1].id, b"200");
    }

    #[test]
    fn a_patient_of_an_early_version_is_named_in_pid_2() {
        let raw = |pid: &str| format!("MSH|^~\\&|||||||ADT^A08|1|P|2.1\rPID|1|{pid}\r");
        let patients = |pid: &str| {
            let raw = raw(pid);
            let message = Message::parse(raw.as_bytes()).unwrap();
            ids(message.routing().patients()).join(" ")
        };

        assert_eq!(patients("200"), "200");
        assert_eq!(patients("200|\"\""), "200");
        assert_eq!(patients("200|100"), "100");
    }

    #[test]
    fn account_and_visit_are_found() {
        let message = Message::parse(MERGE).unwrap();

        assert_eq!(message.routing().account().unwrap().id, b"ACC1");
        assert_eq!(message.routing().visit().unwrap().id, b"V7");
    }

    #[test]
    fn a_merge_names_the_numbers_that_end() {
        let message = Message::parse(MERGE).unwrap();
        let routing = message.routing();

        assert_eq!(routing.patient_effect(), PatientEffect::Merge);
        assert_eq!(ids(routing.merged_patients()), ["900", "901"]);
        assert_eq!(routing.merged_account().unwrap().id, b"ACC9");
        assert_eq!(routing.merged_visit().unwrap().id, b"V9");
    }

    #[test]
    fn a_merge_of_version_2_2_names_its_patient_in_mrg_4() {
        let raw = b"MSH|^~\\&|||||||ADT^A18|1|P|2.2\rPID|1||100\rMRG||||900\r";
        let message = Message::parse(raw).unwrap();

        assert_eq!(ids(message.routing().merged_patients()), ["900"]);
    }

    #[test]
    fn a_number_that_several_people_have_hides_none_of_the_patients_own_in_the_field_of_early_versions()
     {
        let raw = b"MSH|^~\\&|||||||ADT^A40|1|P|2.5\rPID|1|100|555443333^^^USA^SS\r\
                    MRG|999999999^^^USA^SS|||M1^^^H^MR\rMRG|M2^^^H^MR|||M3\r";
        let message = Message::parse(raw).unwrap();
        let routing = message.routing();

        assert_eq!(ids(routing.patients()), ["555443333", "100"]);
        assert_eq!(ids(routing.merged_patients()), ["999999999", "M1", "M2"]);
    }

    #[test]
    fn merging_events_are_told_from_others() {
        for event in [
            "A18", "A30", "A34", "A35", "A36", "A39", "A40", "A41", "A47", "A49", "A50", "A51",
        ] {
            assert_eq!(effect_of(event), PatientEffect::Merge, "{event}");
        }
        for event in ["A17", "A24", "A37"] {
            assert_eq!(effect_of(event), PatientEffect::Pair, "{event}");
        }
        for event in ["A01", "A08", "A31", "A38", "A52", "A60", ""] {
            assert_eq!(effect_of(event), PatientEffect::Single, "{event}");
        }
    }

    #[test]
    fn an_event_that_only_evn_names_counts() {
        let raw = b"MSH|^~\\&|||||||ADT|1|P|2.1\rEVN|A18|2026\r";
        let message = Message::parse(raw).unwrap();

        assert_eq!(message.routing().event(), b"A18");
        assert_eq!(message.routing().patient_effect(), PatientEffect::Merge);
    }

    #[test]
    fn an_mrg_segment_makes_any_event_a_merge() {
        let message = Message::parse(b"MSH|^~\\&|||||||ZDT^Z40|1\rMRG|900\r").unwrap();

        assert_eq!(message.routing().patient_effect(), PatientEffect::Merge);
    }

    #[test]
    fn orders_are_known_by_placer_filler_and_accession() {
        let raw = b"MSH|^~\\&|||||||ORU^R01|1\rORC|RE|P1^EHR|F1^LAB\rOBR|1|P1^EHR|F2^LAB|||||||||||||||A3\r";
        let message = Message::parse(raw).unwrap();

        let numbers: Vec<_> = message.routing().order_numbers().collect();

        assert_eq!(
            ids(numbers.iter().map(|number| number.identifier)),
            ["P1", "F1", "P1", "F2", "A3"]
        );
        assert_eq!(numbers[3].kind, OrderNumberKind::Filler);
        assert_eq!(numbers[3].identifier.authority, b"LAB");
        assert_eq!(numbers[4].kind, OrderNumberKind::Accession);
    }

    #[test]
    fn p5_a_null_number_is_no_number() {
        let message = Message::parse(b"MSH|^~\\&|||||||ADT^A08|1\rPID|1||\"\"^^^HOSP\r").unwrap();

        assert_eq!(message.routing().patients().count(), 0);
    }

    #[test]
    fn a_message_without_patient_has_no_identifiers() {
        let message = Message::parse(b"MSH|^~\\&|||||||MFN^M02|1\r").unwrap();

        assert_eq!(message.routing().patients().count(), 0);
        assert_eq!(message.routing().visit(), None);
    }
}
