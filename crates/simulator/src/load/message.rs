//! The numbered message: an ADT^A08 of a fixed length, in which digits are overwritten in place.

use std::ops::Range;
use std::ops::RangeInclusive;

use super::LoadOptions;

/// Lengths that a message of a load can have, in bytes.
pub const MESSAGE_BYTES: RangeInclusive<usize> = 1_024..=16 * 1_024 * 1_024;

/// Runs that can be told apart: four digits to the base 36.
pub(super) const RUNS: u64 = 36 * 36 * 36 * 36;

const START_BLOCK: u8 = 0x0B;
const END_BLOCK: [u8; 2] = [0x1C, 0x0D];

/// What a registration system sends besides: as many fields as real ones, since a parser works by the field.
const REST_OF_PID: &[u8] = b"^^^SYNTHHOSP^MR~000-12-3456^^^USSSA^SS||Testpatient^Load^A^^^^L||19800229|F||2106-3^White^HL70005\
    |1 Test Road^Apt 2^Testville^ZZ^00000^USA^H||(555)555-0100^PRN^PH|(555)555-0101^WPN^PH|eng|M|VAR|ACC0000001^^^SYNTHHOSP^AN\r";
const VISIT: &[u8] = b"NK1|1|Testpatient^Kin^^^^^L|SPO^^HL70063|1 Test Road^^Testville^ZZ^00000^USA|(555)555-0100^PRN^PH\r\
    PV1|1|I|MED1^101^A^SYNTHHOSP|R|||D1000^Mockdoctor^Alice^^^^^^SYNTHHOSP|D1001^Testphysician^Bob^^^^^^SYNTHHOSP||MED\
    ||||7|||D1000^Mockdoctor^Alice^^^^^^SYNTHHOSP|IP|V00000001^^^SYNTHHOSP^VN|||||||||||||||||||||||||20260105060000+0000\r\
    AL1|1|DA^^HL70127|7980^Penicillin^RXNORM|SV|Hives \\T\\ swelling\r\
    DG1|1||J18.9^Pneumonia, unspecified organism^I10||20260105060000+0000|A\r\
    IN1|1|SYNPPO^Synthetic PPO|SYN01|Synthetic Mutual\rNTE|1||";

/// How a run's connections and patients are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbering {
    run: u32,
    connections: u32,
    patients: u32,
}

/// Writes the messages of one connection.
pub(super) struct Template {
    /// One frame, MLLP bytes included.
    frame: Vec<u8>,
    numbering: Numbering,
    connection: u32,
    number: Range<usize>,
    mrn: Range<usize>,
    key: Range<usize>,
    sequence: Range<usize>,
}

impl Numbering {
    pub(super) fn of(options: &LoadOptions) -> Self {
        Self {
            run: options.run,
            connections: options.connections,
            patients: options.patients.max(options.connections),
        }
    }

    /// MSH-10 of a connection's message, 20 characters: `LXXXX` for the run, four digits for the
    /// connection, a dash and ten digits for the message.
    pub fn control_id(&self, connection: u32, number: u64) -> String {
        format!("{}{connection:04}-{number:010}", self.run_name())
    }

    /// The patient that a message is about, and its place in that patient's story, from 1.
    pub fn place(&self, connection: u32, number: u64) -> (u32, u64) {
        // Patients p with p % connections == connection; there is at least one.
        let own = (self.patients - 1 - connection.min(self.patients - 1)) / self.connections + 1;
        let (own, turn) = (u64::from(own), number);
        let patient = u32::try_from(turn % own).unwrap_or(0) * self.connections + connection;
        (patient, turn / own + 1)
    }

    /// The identifier in PID-3 of a patient.
    pub fn mrn(&self, patient: u32) -> String {
        format!("M{}{patient:06}", self.run_name())
    }

    fn run_name(&self) -> String {
        let mut rest = self.run;
        let mut digits = [b'0'; 4];
        for digit in digits.iter_mut().rev() {
            let value = u8::try_from(rest % 36).unwrap_or(0);
            *digit = if value < 10 {
                b'0' + value
            } else {
                b'A' + value - 10
            };
            rest /= 36;
        }
        format!("L{}", digits.map(char::from).iter().collect::<String>())
    }
}

impl Template {
    pub(super) fn new(numbering: Numbering, connection: u32, message_bytes: usize) -> Self {
        let mut frame = vec![START_BLOCK];
        frame.extend_from_slice(
            br"MSH|^~\&|SYNTH_LOAD|SYNTHHOSP|ENGINE|SYNTHHOSP|20260105060000+0000||ADT^A08^ADT_A01|",
        );
        let id = append(&mut frame, &numbering.control_id(connection, 0));
        frame.extend_from_slice(
            b"|T|2.5.1||||||UNICODE UTF-8\rEVN|A08|20260105060000+0000\rPID|1||",
        );
        let mrn = append(&mut frame, &numbering.mrn(0));
        frame.extend_from_slice(REST_OF_PID);
        frame.extend_from_slice(VISIT);
        let filler_at = frame.len();
        frame.extend_from_slice(b"\rZWL|");
        let key = append(&mut frame, &numbering.mrn(0));
        frame.push(b'|');
        let sequence = append(&mut frame, "0000000001");
        frame.push(b'\r');

        let filler = (message_bytes + 1).saturating_sub(frame.len());
        frame.splice(filler_at..filler_at, std::iter::repeat_n(b'x', filler));
        frame.extend_from_slice(&END_BLOCK);
        let later = |range: Range<usize>| range.start + filler..range.end + filler;
        Self {
            frame,
            numbering,
            connection,
            number: id.end - 10..id.end,
            mrn: mrn.end - 6..mrn.end,
            key: later(key.end - 6..key.end),
            sequence: later(sequence),
        }
    }

    /// Adds the frame of this message to what is to be sent.
    pub(super) fn append(&mut self, number: u64, to: &mut Vec<u8>) {
        let (patient, sequence) = self.numbering.place(self.connection, number);
        write_digits(&mut self.frame, &self.number, number);
        write_digits(&mut self.frame, &self.mrn, u64::from(patient));
        write_digits(&mut self.frame, &self.key, u64::from(patient));
        write_digits(&mut self.frame, &self.sequence, sequence);
        to.extend_from_slice(&self.frame);
    }
}

/// The message number at the end of a control id, if this connection gave it.
pub(super) fn number_of(control_id: &[u8]) -> Option<u64> {
    let digits = control_id.get(10..20).filter(|_| control_id.len() == 20)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn append(to: &mut Vec<u8>, text: &str) -> Range<usize> {
    let start = to.len();
    to.extend_from_slice(text.as_bytes());
    start..to.len()
}

fn write_digits(frame: &mut [u8], place: &Range<usize>, number: u64) {
    let mut rest = number;
    for digit in frame
        .get_mut(place.clone())
        .unwrap_or_default()
        .iter_mut()
        .rev()
    {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERING: Numbering = Numbering {
        run: 35,
        connections: 4,
        patients: 10,
    };

    fn message(bytes: usize, connection: u32, number: u64) -> Vec<u8> {
        let mut frame = Vec::new();
        Template::new(NUMBERING, connection, bytes).append(number, &mut frame);
        frame[1..frame.len() - 2].to_vec()
    }

    #[test]
    fn a_message_has_the_length_that_was_asked_for() {
        for bytes in [*MESSAGE_BYTES.start(), 1_024, 100_000] {
            assert_eq!(message(bytes, 3, 77).len(), bytes);
        }
    }

    #[test]
    fn a_message_carries_its_numbers() {
        let text = String::from_utf8(message(1_024, 1, 12)).unwrap();

        // Connection 1 of 4 has the patients 1, 5 and 9: message 12 is the fifth about patient 1.
        assert!(text.contains("|L000Z0001-0000000012|"));
        assert!(text.contains("PID|1||ML000Z000001^"));
        assert!(text.ends_with("\rZWL|ML000Z000001|0000000005\r"));
    }

    #[test]
    fn a_message_is_read_as_it_is_meant() {
        let bytes = message(1_024, 1, 12);

        let parsed = wardline_hl7::Message::parse(&bytes).unwrap();
        let text = |path: &str| {
            parsed
                .text(&path.parse().unwrap())
                .unwrap_or_default()
                .into_owned()
        };
        assert_eq!(text("MSH-10"), "L000Z0001-0000000012");
        assert_eq!(text("PID-3[1].1"), "ML000Z000001");
        assert_eq!(text("PV1-44"), "20260105060000+0000");
        assert_eq!(text("AL1-5"), "Hives & swelling");
        assert_eq!(text("ZWL-1"), "ML000Z000001");
    }

    #[test]
    fn every_patient_belongs_to_one_connection() {
        let mut owners = std::collections::BTreeMap::new();

        for connection in 0..4 {
            for number in 0..20 {
                let (patient, _) = NUMBERING.place(connection, number);
                assert_eq!(*owners.entry(patient).or_insert(connection), connection);
            }
        }
        assert_eq!(
            owners.into_keys().collect::<Vec<_>>(),
            (0..10).collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_control_id_gives_its_number_back() {
        assert_eq!(
            number_of(NUMBERING.control_id(9_999, 123).as_bytes()),
            Some(123)
        );
        assert_eq!(number_of(b""), None);
        assert_eq!(number_of(b"L000Z0001-000000001200"), None);
    }
}
