//! Which code means what: OBX-3 to a parameter and the way it was observed.
//!
//! ISO/IEEE 11073-10101 (MDC): the numbers are those that monitors send in IHE PCD-01, partition 2 (SCADA: 2 ×
//! 65,536 + the term); those of HL7 Denmark's core guide ("DK Core IEEE Basic Observation") were compared with it
//! number by number. Terms without a number here are known by name. Skin temperature is left out on purpose: it is
//! not the temperature of a body. LOINC: the codes of FHIR's vital signs profile and their kin by method; blood
//! pressures of one posture are left out. SNOMED CT 371825009 is "patient on oxygen".

use crate::observation::Method::{
    Capnography, Electrocardiogram, Invasive, NonInvasive, PulseOximetry, Unspecified,
};
use crate::observation::Parameter::{
    Consciousness, DiastolicPressure, MeanPressure, OxygenFlow, OxygenFraction, OxygenSaturation,
    Pulse, RespiratoryRate, SupplementalOxygen, SystolicPressure, Temperature,
};
use crate::observation::{Method, Parameter};

/// A code as OBX-3 writes it: identifier, text, coding system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code<'a> {
    pub(super) identifier: &'a str,
    pub(super) text: &'a str,
    pub(super) system: &'a str,
}

/// What the code means, if it is known.
pub(super) fn meaning(code: Code<'_>) -> Option<(Parameter, Method)> {
    let system = code.system.trim();
    let is_mdc = system.eq_ignore_ascii_case("MDC") || code.text.starts_with("MDC_");
    let is_loinc = ["LN", "LOINC", "http://loinc.org", ""]
        .iter()
        .any(|name| system.eq_ignore_ascii_case(name));
    let is_snomed = ["SCT", "SNM", "http://snomed.info/sct"]
        .iter()
        .any(|name| system.eq_ignore_ascii_case(name));
    let number = code.identifier.trim();
    if is_mdc || system.is_empty() {
        let by_number = number.parse::<u32>().ok().filter(|number| *number > 0);
        let by_number = by_number.and_then(|number| find_mdc(|known, _| known == number));
        let by_name = [code.text, number]
            .into_iter()
            .find_map(|name| find_mdc(|_, known| known.eq_ignore_ascii_case(name.trim())));
        match (by_number, by_name) {
            (Some(one), Some(other)) if one.0 != other.0 => return None,
            (Some(found), _) | (None, Some(found)) => return Some(found),
            (None, None) => {}
        }
    }
    if is_loinc && let Some(found) = LOINC.iter().find(|(known, ..)| *known == number) {
        return Some((found.1, found.2));
    }
    if is_snomed && number == ON_OXYGEN {
        return Some((SupplementalOxygen, Unspecified));
    }
    let mut named = NAMED.iter();
    let by_text = named.find(|(name, _)| name.eq_ignore_ascii_case(code.text.trim()));
    by_text.map(|(_, parameter)| (*parameter, Unspecified))
}

fn find_mdc(is: impl Fn(u32, &str) -> bool) -> Option<(Parameter, Method)> {
    let found = MDC.iter().find(|(number, name, ..)| is(*number, name));
    found.map(|(_, _, parameter, method)| (*parameter, *method))
}

/// The pressure that a code names without its site: what monitors send of an invasive channel (`P1`, `IBP 2`) that nobody
/// labelled. It may lie in an artery, in the pulmonary artery or in a vein, so it is nobody's systolic pressure.
pub(super) fn pressure_without_site(code: Code<'_>) -> Option<Parameter> {
    let number = code.identifier.trim();
    let is_mdc = code.system.trim().eq_ignore_ascii_case("MDC") || code.text.starts_with("MDC_");
    let mut known = WITHOUT_SITE.iter();
    let found = known.find(|(known, name, _)| {
        let is_named = |text: &str| text.trim().eq_ignore_ascii_case(name);
        (is_mdc && number.parse() == Ok(*known)) || is_named(code.text) || is_named(number)
    });
    found.map(|(_, _, parameter)| *parameter)
}

/// Terms of the group MDC_PRESS_BLD (150016), which says "blood" and no vessel.
const WITHOUT_SITE: [(u32, &str, Parameter); 3] = [
    (150_017, "MDC_PRESS_BLD_SYS", SystolicPressure),
    (150_018, "MDC_PRESS_BLD_DIA", DiastolicPressure),
    (150_019, "MDC_PRESS_BLD_MEAN", MeanPressure),
];

/// SNOMED CT: patient on oxygen.
const ON_OXYGEN: &str = "371825009";

/// Texts of bedside devices that have no code (Welch Allyn's, as Simulated Hospital sends them).
const NAMED: [(&str, Parameter); 4] = [
    ("AVPU", Consciousness),
    ("ACVPU", Consciousness),
    ("InsOxy", OxygenFraction),
    ("OxyL", OxygenFlow),
];

const MDC: [(u32, &str, Parameter, Method); 46] = [
    (147_842, "MDC_ECG_HEART_RATE", Pulse, Electrocardiogram),
    (0, "MDC_ECG_CARD_BEAT_RATE", Pulse, Electrocardiogram),
    (149_514, "MDC_PULS_RATE", Pulse, Unspecified),
    (149_522, "MDC_BLD_PULS_RATE_INV", Pulse, Invasive),
    (149_530, "MDC_PULS_OXIM_PULS_RATE", Pulse, PulseOximetry),
    (149_546, "MDC_PULS_RATE_NON_INV", Pulse, NonInvasive),
    (149_554, "MDC_TTHOR_HEART_RATE", Pulse, Unspecified),
    (149_562, "MDC_PALPATION_HEART_RATE", Pulse, Unspecified),
    (150_324, "MDC_SAT_O2_ART", OxygenSaturation, Unspecified),
    (
        150_456,
        "MDC_PULS_OXIM_SAT_O2",
        OxygenSaturation,
        PulseOximetry,
    ),
    (151_562, "MDC_RESP_RATE", RespiratoryRate, Unspecified),
    (151_570, "MDC_AWAY_RESP_RATE", RespiratoryRate, Capnography),
    (
        151_578,
        "MDC_TTHOR_RESP_RATE",
        RespiratoryRate,
        Electrocardiogram,
    ),
    (151_586, "MDC_VENT_RESP_RATE", RespiratoryRate, Unspecified),
    (151_594, "MDC_CO2_RESP_RATE", RespiratoryRate, Capnography),
    (151_602, "MDC_PRESS_RESP_RATE", RespiratoryRate, Unspecified),
    (
        151_650,
        "MDC_ACOUSTIC_RESP_RATE",
        RespiratoryRate,
        Unspecified,
    ),
    (
        151_658,
        "MDC_PULS_OXIM_PLETH_RESP_RATE",
        RespiratoryRate,
        PulseOximetry,
    ),
    (
        150_021,
        "MDC_PRESS_BLD_NONINV_SYS",
        SystolicPressure,
        NonInvasive,
    ),
    (
        150_022,
        "MDC_PRESS_BLD_NONINV_DIA",
        DiastolicPressure,
        NonInvasive,
    ),
    (
        150_023,
        "MDC_PRESS_BLD_NONINV_MEAN",
        MeanPressure,
        NonInvasive,
    ),
    (150_301, "MDC_PRESS_CUFF_SYS", SystolicPressure, NonInvasive),
    (
        150_302,
        "MDC_PRESS_CUFF_DIA",
        DiastolicPressure,
        NonInvasive,
    ),
    (150_303, "MDC_PRESS_CUFF_MEAN", MeanPressure, NonInvasive),
    (150_033, "MDC_PRESS_BLD_ART_SYS", SystolicPressure, Invasive),
    (
        150_034,
        "MDC_PRESS_BLD_ART_DIA",
        DiastolicPressure,
        Invasive,
    ),
    (150_035, "MDC_PRESS_BLD_ART_MEAN", MeanPressure, Invasive),
    (
        150_037,
        "MDC_PRESS_BLD_ART_ABP_SYS",
        SystolicPressure,
        Invasive,
    ),
    (
        150_038,
        "MDC_PRESS_BLD_ART_ABP_DIA",
        DiastolicPressure,
        Invasive,
    ),
    (
        150_039,
        "MDC_PRESS_BLD_ART_ABP_MEAN",
        MeanPressure,
        Invasive,
    ),
    (150_344, "MDC_TEMP", Temperature, Unspecified),
    (150_364, "MDC_TEMP_BODY", Temperature, Unspecified),
    (150_392, "MDC_TEMP_TYMP", Temperature, Unspecified),
    (188_420, "MDC_TEMP_RECT", Temperature, Unspecified),
    (188_424, "MDC_TEMP_ORAL", Temperature, Unspecified),
    (188_428, "MDC_TEMP_EAR", Temperature, Unspecified),
    (188_452, "MDC_TEMP_AXILLA", Temperature, Unspecified),
    (188_496, "MDC_TEMP_AXIL", Temperature, Unspecified),
    (150_368, "MDC_TEMP_CORE", Temperature, Unspecified),
    (150_372, "MDC_TEMP_ESOPH", Temperature, Unspecified),
    (150_380, "MDC_TEMP_NASOPH", Temperature, Unspecified),
    (188_436, "MDC_TEMP_BLD", Temperature, Invasive),
    (150_352, "MDC_TEMP_ART", Temperature, Invasive),
    (150_348, "MDC_TEMP_FOLEY", Temperature, Invasive),
    (
        152_196,
        "MDC_CONC_AWAY_O2_INSP",
        OxygenFraction,
        Unspecified,
    ),
    (
        153_144,
        "MDC_CONC_GASDLV_O2_INSP",
        OxygenFraction,
        Unspecified,
    ),
];

const LOINC: [(&str, Parameter, Method); 29] = [
    ("9279-1", RespiratoryRate, Unspecified),
    ("76174-2", RespiratoryRate, Unspecified),
    ("59408-5", OxygenSaturation, PulseOximetry),
    ("2708-6", OxygenSaturation, Unspecified),
    ("2710-2", OxygenSaturation, PulseOximetry),
    ("8480-6", SystolicPressure, Unspecified),
    ("8462-4", DiastolicPressure, Unspecified),
    ("8478-0", MeanPressure, Unspecified),
    ("76534-7", SystolicPressure, NonInvasive),
    ("76535-4", DiastolicPressure, NonInvasive),
    ("76536-2", MeanPressure, NonInvasive),
    ("76215-3", SystolicPressure, Invasive),
    ("76213-8", DiastolicPressure, Invasive),
    ("76214-6", MeanPressure, Invasive),
    ("8867-4", Pulse, Unspecified),
    ("76282-3", Pulse, Electrocardiogram),
    ("8889-8", Pulse, PulseOximetry),
    ("8893-0", Pulse, Unspecified),
    ("8310-5", Temperature, Unspecified),
    ("8331-1", Temperature, Unspecified),
    ("8332-9", Temperature, Unspecified),
    ("8333-7", Temperature, Unspecified),
    ("8328-7", Temperature, Unspecified),
    ("8329-5", Temperature, Unspecified),
    ("80288-4", Consciousness, Unspecified),
    ("67775-7", Consciousness, Unspecified),
    ("3151-8", OxygenFlow, Unspecified),
    ("3150-0", OxygenFraction, Unspecified),
    ("19994-3", OxygenFraction, Unspecified),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn code<'a>(identifier: &'a str, text: &'a str, system: &'a str) -> Code<'a> {
        Code {
            identifier,
            text,
            system,
        }
    }

    #[test]
    fn a_code_is_known_by_number_by_name_and_by_loinc() {
        for known in [
            code("147842", "MDC_ECG_HEART_RATE", "MDC"),
            code("147842", "", "MDC"),
            code("MDC_ECG_HEART_RATE", "", "MDC"),
            code("tt-0005", "MDC_ECG_HEART_RATE", "MDC"),
            code("8867-4", "Heart rate", "LN"),
            code("8867-4", "", "LOINC"),
        ] {
            assert_eq!(
                meaning(known).map(|(parameter, _)| parameter),
                Some(Pulse),
                "{known:?}"
            );
        }
        let on_oxygen = meaning(code(ON_OXYGEN, "", "SCT"));
        assert_eq!(on_oxygen.map(|found| found.0), Some(SupplementalOxygen));
    }

    /// Numbers and names as HL7 Denmark's core guide lists them (value set "DK Core IEEE Basic Observation").
    #[test]
    fn numbers_of_breathing_mean_what_the_nomenclature_says() {
        for (number, name, method) in [
            ("151562", "MDC_RESP_RATE", Unspecified),
            ("151570", "MDC_AWAY_RESP_RATE", Capnography),
            ("151578", "MDC_TTHOR_RESP_RATE", Electrocardiogram),
            ("151594", "MDC_CO2_RESP_RATE", Capnography),
            ("151602", "MDC_PRESS_RESP_RATE", Unspecified),
            ("151650", "MDC_ACOUSTIC_RESP_RATE", Unspecified),
            ("151658", "MDC_PULS_OXIM_PLETH_RESP_RATE", PulseOximetry),
        ] {
            let meant = Some((RespiratoryRate, method));
            assert_eq!(meaning(code(number, "", "MDC")), meant, "{number}");
            assert_eq!(meaning(code(name, "", "MDC")), meant, "{name}");
        }
    }

    #[test]
    fn temperatures_of_every_probe_in_a_body_are_known_by_number() {
        for number in [
            "150344", "150348", "150352", "150364", "150368", "150372", "150380", "150392",
            "188420", "188424", "188428", "188436", "188452", "188496",
        ] {
            let meant = meaning(code(number, "", "MDC")).map(|found| found.0);
            assert_eq!(meant, Some(Temperature), "{number}");
        }
        // Skin, the room, the airway, a difference of two.
        for number in ["150388", "188508", "150356", "188440"] {
            assert_eq!(meaning(code(number, "", "MDC")), None, "{number}");
        }
    }

    #[test]
    fn a_pressure_of_no_vessel_is_known_as_one_and_means_no_parameter() {
        for code in [
            code("150017", "MDC_PRESS_BLD_SYS", "MDC"),
            code("150017", "", "MDC"),
            code("MDC_PRESS_BLD_SYS", "", ""),
            code("tt-1", "MDC_PRESS_BLD_SYS", "MDC"),
        ] {
            assert_eq!(meaning(code), None, "{code:?}");
            assert_eq!(
                pressure_without_site(code),
                Some(SystolicPressure),
                "{code:?}"
            );
        }
        for code in [
            code("150017", "", "99LAB"),
            code("150033", "MDC_PRESS_BLD_ART_SYS", "MDC"),
            code("150065", "MDC_PRESS_BLD_ART_PULM_SYS", "MDC"),
        ] {
            assert_eq!(pressure_without_site(code), None, "{code:?}");
        }
    }

    #[test]
    fn a_number_of_another_system_means_nothing() {
        assert_eq!(meaning(code("147842", "Something", "99LAB")), None);
        assert_eq!(meaning(code("8867-4", "", "99LAB")), None);
        assert_eq!(meaning(code("0", "", "MDC")), None);
        assert_eq!(meaning(code("150388", "MDC_TEMP_SKIN", "MDC")), None);
    }

    #[test]
    fn a_number_and_a_name_that_disagree_mean_nothing() {
        assert_eq!(meaning(code("147842", "MDC_TEMP", "MDC")), None);
    }

    #[test]
    fn no_code_stands_twice() {
        let mut numbers: Vec<_> = MDC
            .iter()
            .map(|row| row.0)
            .filter(|number| *number > 0)
            .collect();
        let mut loinc: Vec<_> = LOINC.iter().map(|row| row.0).collect();
        let (before, loinc_before) = (numbers.len(), loinc.len());
        numbers.sort_unstable();
        numbers.dedup();
        loinc.sort_unstable();
        loinc.dedup();

        assert_eq!((numbers.len(), loinc.len()), (before, loinc_before));
    }
}
