//! Lists that people, places and rooms are made from. Every family name says that it is made up;
//! telephone numbers are 555-01xx, kept for fiction by the North American Numbering Plan; social
//! security numbers begin with 000 or 666, areas that the SSA has never issued.

/// A name as its owner writes it, and as a system without those letters has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spelling {
    pub(crate) native: &'static str,
    pub(crate) plain: &'static str,
}

const fn plain(name: &'static str) -> Spelling {
    Spelling {
        native: name,
        plain: name,
    }
}

const fn spelled(native: &'static str, plain: &'static str) -> Spelling {
    Spelling { native, plain }
}

pub(crate) const FAMILY_NAMES: [Spelling; 28] = [
    plain("Testpatient"),
    plain("Samplewell"),
    plain("Mockford"),
    plain("Fictiveson"),
    plain("Synthwood"),
    plain("Placeholder"),
    plain("Demoville"),
    plain("O'Sample"),
    plain("Van der Test"),
    plain("Madeupham"),
    plain("Imaginary-Jones"),
    plain("Notreal"),
    plain("Dummyworth"),
    plain("Test&Sample"),
    plain("Fakenham-Demo"),
    plain("Exampleton"),
    spelled("Müstermann", "Muestermann"),
    spelled("Ñandú-Prueba", "Nandu-Prueba"),
    spelled("Façade-Exemple", "Facade-Exemple"),
    spelled("Øvelsesen", "Oevelsesen"),
    spelled("Testgård", "Testgaard"),
    spelled("Žluťoučký-Vzorek", "Zlutoucky-Vzorek"),
    spelled("Przykładowski", "Przykladowski"),
    spelled("Δοκιμόπουλος", "Dokimopoulos"),
    spelled("Пробников", "Probnikov"),
    spelled("測試", "Ceshi"),
    spelled("テスト", "Tesuto"),
    spelled("Örneköğlu", "Ornekoglu"),
];

pub(crate) const FEMALE_NAMES: [Spelling; 14] = [
    plain("Ada"),
    plain("Beth"),
    plain("Clara"),
    plain("Dora"),
    plain("Edith"),
    plain("Fiona"),
    plain("Greta"),
    plain("Hana"),
    plain("Ines"),
    spelled("Zoë", "Zoe"),
    spelled("Renée", "Renee"),
    spelled("Åsa", "Aasa"),
    spelled("Šárka", "Sarka"),
    spelled("Αθηνά", "Athina"),
];

pub(crate) const MALE_NAMES: [Spelling; 14] = [
    plain("Adam"),
    plain("Boris"),
    plain("Carl"),
    plain("Dan"),
    plain("Emil"),
    plain("Frank"),
    plain("Gus"),
    plain("Henry"),
    plain("Ivan"),
    spelled("José", "Jose"),
    spelled("Jürgen", "Juergen"),
    spelled("Søren", "Soeren"),
    spelled("Łukasz", "Lukasz"),
    spelled("Юрий", "Yuriy"),
];

/// Family and given names of staff, all of them as made up as the patients.
pub(crate) const STAFF_NAMES: [(&str, &str); 10] = [
    ("Mockdoctor", "Alice"),
    ("Testphysician", "Bob"),
    ("Samplesurgeon", "Carol"),
    ("Demohealer", "David"),
    ("Fictivemd", "Erin"),
    ("Synthdoc", "Frida"),
    ("Exampleton", "Grace"),
    ("Placeholder", "Heidi"),
    ("Dummyward", "Ian"),
    ("Madeupham", "Judy"),
];

pub(crate) const STREETS: [&str; 6] = [
    "Example Street",
    "Sample Avenue",
    "Test Road",
    "Mock Lane",
    "Fiction Way",
    "Demo Square",
];

pub(crate) const TOWNS: [&str; 4] = ["Sampleton", "Testville", "Mockham", "Demo City"];

/// Units of the hospital: code, name of the service (PV1-10), share of beds in hundredths.
pub(crate) const UNITS: [(&str, &str, u32); 8] = [
    ("MED1", "MED", 22),
    ("MED2", "MED", 18),
    ("SURG", "SUR", 18),
    ("CARD", "CAR", 12),
    ("ICU", "MED", 8),
    ("PEDS", "PED", 8),
    ("OBS", "OBS", 8),
    ("NEUR", "NEU", 6),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_spelling_is_ascii() {
        let names = FAMILY_NAMES.iter().chain(&FEMALE_NAMES).chain(&MALE_NAMES);

        assert!(names.clone().all(|name| name.plain.is_ascii()));
        assert!(names.clone().any(|name| !name.native.is_ascii()));
    }

    #[test]
    fn the_units_share_all_beds() {
        assert_eq!(UNITS.iter().map(|unit| unit.2).sum::<u32>(), 100);
    }
}
