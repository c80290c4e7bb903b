//! Answers that are no number: consciousness, and whether the patient breathes air.
//!
//! LOINC answers are those of 67775-7 with `LA6560-2` (confused) added, as UK systems send them; SNOMED CT findings
//! are those of the UK Core ACVPU value set.

use crate::observation::{Acvpu, Oxygen, Parameter, Value};

/// The answer that `text` is, whichever of its codes or words it is written in.
pub(crate) fn read(parameter: Parameter, text: &str) -> Option<Value> {
    let text = text.trim();
    let is = |known: &&str| -> bool { known.eq_ignore_ascii_case(text) };
    match parameter {
        Parameter::Consciousness => {
            let found = LEVELS.iter().find(|(_, words)| words.iter().any(is));
            found.map(|(level, _)| Value::Consciousness(*level))
        }
        Parameter::SupplementalOxygen => {
            let found = OXYGEN.iter().find(|(_, words)| words.iter().any(is));
            found.map(|(oxygen, _)| Value::Oxygen(*oxygen))
        }
        _ => None,
    }
}

const LEVELS: [(Acvpu, &[&str]); 5] = [
    (
        Acvpu::Alert,
        &["A", "Alert", "Awake", "LA9340-6", "248234008"],
    ),
    (
        Acvpu::Confusion,
        &[
            "C",
            "Confusion",
            "Confused",
            "New confusion",
            "Acute confusion",
            "LA6560-2",
            "130987000",
        ],
    ),
    (
        Acvpu::Voice,
        &[
            "V",
            "Voice",
            "Verbal",
            "Responds to voice",
            "LA17108-4",
            "300202002",
        ],
    ),
    (
        Acvpu::Pain,
        &[
            "P",
            "Pain",
            "Painful",
            "Responds to pain",
            "LA17107-6",
            "450847001",
        ],
    ),
    (
        Acvpu::Unresponsive,
        &["U", "Unresponsive", "LA9343-0", "422768004"],
    ),
];

const OXYGEN: [(Oxygen, &[&str]); 2] = [
    (
        Oxygen::Air,
        &[
            "air",
            "room air",
            "no",
            "N",
            "false",
            "373067005",
            "722742002",
        ],
    ),
    (
        Oxygen::Supplemental,
        &[
            "supplemental",
            "oxygen",
            "O2",
            "yes",
            "Y",
            "true",
            "373066001",
            "371825009",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_acvpu_is_read_in_every_way_it_is_written() {
        for (level, words) in LEVELS {
            for word in words {
                let read = read(Parameter::Consciousness, &word.to_ascii_lowercase());
                assert_eq!(read, Some(Value::Consciousness(level)), "{word}");
            }
        }
    }

    #[test]
    fn an_answer_that_is_not_listed_is_not_guessed() {
        for text in ["", "drowsy", "AV", "asleep", "0", "15"] {
            assert_eq!(read(Parameter::Consciousness, text), None, "{text}");
        }
        assert_eq!(read(Parameter::SupplementalOxygen, "maybe"), None);
        assert_eq!(read(Parameter::Pulse, "A"), None);
    }
}
