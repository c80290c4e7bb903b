//! Who lies in a bed: identifiers, name, date of birth, sex. All of it is PHI.

use serde::{Deserialize, Serialize};
use wardline_hl7::Timestamp;
use wardline_kernel::UnixMillis;

use super::PhiText;

/// Longest identifier in bytes. HL7 gives CX.1 15 to 20 characters.
pub const MAX_IDENTIFIER_BYTES: usize = 128;
/// Identifiers kept of one patient; more are passed over.
pub const MAX_IDENTIFIERS: usize = 16;
/// Longest name in bytes, as it is kept.
pub const MAX_NAME_BYTES: usize = 256;

/// Who gave an identifier (CX.4). A sender may name the namespace, the universal id, both or neither.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Authority {
    /// CX.4.1
    pub namespace: String,
    /// CX.4.2
    pub universal: String,
}

/// A number under which a patient is known (PID-3, PID-2, MRG-1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientIdentifier {
    /// CX.1
    pub number: PhiText,
    /// CX.4
    pub authority: Authority,
    /// CX.5, as in `MR`; empty when not told.
    pub type_code: String,
}

impl PatientIdentifier {
    /// Whether two patients with this number are one. Accounts, visits, insurances and driving licences are not
    /// the patient's own, or several people share them (HL7 table 0203). `NH`, a national health plan there, is how
    /// the NHS number is written.
    pub fn names_the_patient(&self) -> bool {
        matches!(
            self.type_code.as_str(),
            "" | "MR" | "MRN" | "PI" | "PT" | "PN" | "NI" | "NH" | "PE" | "MRT"
        ) || self.type_code.starts_with("NN")
    }

    /// Whether feeds give this number to several people: the social security number (`SS`), which is that of a
    /// relative or a filler such as 999-99-9999 where there is none, and the employer's (`EN`). Nobody is found by it,
    /// even where a message has no other.
    pub fn is_of_several_people(&self) -> bool {
        matches!(self.type_code.as_str(), "SS" | "EN")
    }

    /// Whether none of these is a number of the patient's own.
    pub fn name_nobody(identifiers: &[Self]) -> bool {
        identifiers.iter().all(Self::is_of_several_people)
    }

    /// The same number of the same authority, as far as both say. Types are not compared: senders differ in
    /// them.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.number == other.number && self.authority.agrees_with(&other.authority)
    }
}

impl Authority {
    /// Whether nothing is named.
    pub fn is_empty(&self) -> bool {
        self.namespace.is_empty() && self.universal.is_empty()
    }

    /// The one name of it, where there is room for one: the namespace, else the universal id; empty when nothing is named.
    pub fn name(&self) -> &str {
        if self.namespace.is_empty() {
            &self.universal
        } else {
            &self.namespace
        }
    }

    /// Whether it has this name, be it namespace or universal id. The empty name is that of an authority that is not told.
    pub fn is_called(&self, name: &str) -> bool {
        if name.is_empty() {
            return self.is_empty();
        }
        self.namespace == name || self.universal == name
    }

    /// Whether both can be one: what both name is the same. Two authorities of which one names its namespace
    /// only and the other its universal id only are not known to be one.
    pub fn agrees_with(&self, other: &Self) -> bool {
        if self.is_empty() || other.is_empty() {
            return true;
        }
        let both = |a: &str, b: &str| !a.is_empty() && !b.is_empty();
        if both(&self.universal, &other.universal) {
            return self.universal == other.universal;
        }
        both(&self.namespace, &other.namespace) && self.namespace == other.namespace
    }
}

/// A visit's or account's number (PV1-19, PID-18), with its authority.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VisitNumber {
    /// CX.1
    pub number: PhiText,
    /// CX.4.1, or CX.4.2 where there is none; empty when not told.
    pub authority: String,
}

/// Administrative sex (HL7 table 0001).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sex {
    /// F
    Female,
    /// M
    Male,
    /// Told, and something else: A, N, O, U.
    Other,
}

/// What is known of a patient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    /// Numbers, the first one as the sender put it first.
    pub identifiers: Vec<PatientIdentifier>,
    /// Family name (PID-5.1).
    pub family_name: Option<PhiText>,
    /// Given name (PID-5.2).
    pub given_name: Option<PhiText>,
    /// Date of birth as HL7 writes it, `YYYYMMDD` or less (PID-7).
    pub birth_date: Option<PhiText>,
    /// PID-8
    pub sex: Option<Sex>,
}

impl Patient {
    /// Full years of age on the day of `now`, when the date of birth says enough. With a year or a month alone
    /// the age is the least that it can be, so that a child is not taken for an adult.
    pub fn age_years(&self, now: UnixMillis) -> Option<u16> {
        age_years(self.birth_date.as_ref()?.expose(), now)
    }

    /// Whether the patient has this number.
    pub fn is_known_by(&self, number: &PatientIdentifier) -> bool {
        let mut numbers = self.identifiers.iter();
        numbers.any(|id| id.names_the_patient() && id.is_same_as(number))
    }

    /// Whether the patient has this number of this very authority: where decisions rest on it, a number without an
    /// authority is not that of every authority.
    pub fn is_named(&self, number: &PhiText, authority: &str) -> bool {
        let mut numbers = self.identifiers.iter();
        numbers.any(|id| {
            id.names_the_patient() && id.number == *number && id.authority.is_called(authority)
        })
    }

    /// The identifier to show: the first medical record number, else the first that names the patient, else the first that
    /// is not of several people (earlier versions kept those too), else the first one.
    pub fn main_identifier(&self) -> Option<&PatientIdentifier> {
        let rank = |id: &&PatientIdentifier| match &*id.type_code {
            "MR" | "MRN" => 0,
            _ if id.names_the_patient() => 1,
            _ if !id.is_of_several_people() => 2,
            _ => 3,
        };
        self.identifiers.iter().min_by_key(rank)
    }
}

/// See [`Patient::age_years`].
pub(crate) fn age_years(born: &str, now: UnixMillis) -> Option<u16> {
    let born = Timestamp::parse(born.as_bytes())
        .ok()
        .or_else(|| year_of(born))?;
    let year = i16::try_from(born.year()).ok()?;
    let (month, day) = (born.month().unwrap_or(12), born.day().unwrap_or(31));
    let (month, day) = (i16::from(month), i16::from(day));
    let today = jiff::Timestamp::from_millisecond(i64::try_from(now).ok()?)
        .ok()?
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    let had_birthday = (i16::from(today.month()), i16::from(today.day())) >= (month, day);
    u16::try_from(today.year() - year - i16::from(!had_birthday)).ok()
}

/// The year of a date that is not written as HL7 does and begins with it, such as `2010-12-30`. The rest is not read.
fn year_of(date: &str) -> Option<Timestamp> {
    let (year, rest) = date.trim().split_at_checked(4)?;
    let is_separated = rest
        .bytes()
        .next()
        .is_some_and(|byte| !byte.is_ascii_digit());
    Timestamp::parse(year.as_bytes())
        .ok()
        .filter(|_| is_separated)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21T12:00:00Z
    const NOON: u64 = 1_795_262_400_000;

    fn born(date: &str) -> Patient {
        Patient {
            birth_date: Some(PhiText::new(date.to_owned(), 32)),
            ..Patient::default()
        }
    }

    #[test]
    fn sixteen_is_reached_on_the_birthday() {
        assert_eq!(born("20101121").age_years(NOON), Some(16));
        assert_eq!(born("20101122").age_years(NOON), Some(15));
    }

    #[test]
    fn a_date_in_part_makes_the_least_age_that_can_be() {
        assert_eq!(born("2010").age_years(NOON), Some(15));
        assert_eq!(born("201010").age_years(NOON), Some(16));
        assert_eq!(born("201011").age_years(NOON), Some(15));
    }

    #[test]
    fn what_is_no_date_or_lies_ahead_makes_no_age() {
        assert_eq!(born("unknown").age_years(NOON), None);
        assert_eq!(born("20270101").age_years(NOON), None);
    }

    /// A child must not be taken for an adult because of a separator.
    #[test]
    fn of_a_date_that_is_not_written_as_hl7_does_the_year_alone_counts() {
        for (text, age) in [
            ("2010-12-30", Some(15)),
            ("2010-01-01", Some(15)),
            ("2020/05/05", Some(5)),
            ("30.12.2010", None),
            ("12302010", None),
            ("20101330", None),
        ] {
            assert_eq!(born(text).age_years(NOON), age, "{text}");
        }
        assert_eq!(born("201012300815+0100").age_years(NOON), Some(15));
    }

    /// Stays that earlier versions stored have the social security number first, as the sender had.
    #[test]
    fn the_number_to_show_is_the_patients_own_whatever_stands_first() {
        let shown = |types: &[&str]| {
            let identifiers = types.iter().map(|type_code| PatientIdentifier {
                number: PhiText::new(format!("number-{type_code}"), 32),
                authority: Authority::default(),
                type_code: (*type_code).to_owned(),
            });
            let patient = Patient {
                identifiers: identifiers.collect(),
                ..Patient::default()
            };
            let main = patient.main_identifier();
            main.map(|main| main.type_code.clone()).unwrap()
        };

        assert_eq!(shown(&["SS", "PI"]), "PI");
        assert_eq!(shown(&["SS", "DL", "PI", "MR"]), "MR");
        assert_eq!(shown(&["EN", "DL"]), "DL");
        assert_eq!(shown(&["SS", "EN"]), "SS");
        assert_eq!(shown(&["PI", "PT"]), "PI");
    }

    #[test]
    fn an_authority_is_called_by_either_name_and_none_by_no_name() {
        let of = |namespace: &str, universal: &str| Authority {
            namespace: namespace.to_owned(),
            universal: universal.to_owned(),
        };

        assert!(of("HOSP", "1.2.3").is_called("HOSP"));
        assert!(of("HOSP", "1.2.3").is_called("1.2.3"));
        assert!(of("", "1.2.3").is_called("1.2.3"));
        assert!(of("", "").is_called(""));
        assert!(!of("HOSP", "").is_called(""));
        assert!(!of("", "1.2.3").is_called(""));
        assert!(!of("", "").is_called("HOSP"));
    }

    #[test]
    fn authorities_agree_in_what_both_name() {
        let of = |namespace: &str, universal: &str| Authority {
            namespace: namespace.to_owned(),
            universal: universal.to_owned(),
        };
        assert!(of("HOSP", "").agrees_with(&of("HOSP", "1.2.3")));
        assert!(of("HOSP", "").agrees_with(&of("", "")));
        assert!(of("A", "1.2.3").agrees_with(&of("B", "1.2.3")));
        assert!(!of("HOSP", "").agrees_with(&of("LAB", "")));
        assert!(!of("HOSP", "").agrees_with(&of("", "1.2.3")));
    }
}
