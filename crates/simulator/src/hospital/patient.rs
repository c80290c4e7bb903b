//! Synthetic patients and how a system spells them.

use fastrand::Rng;

use super::application::{Application, Charset};
use super::chance::{between, percent, pick};
use super::names::{FAMILY_NAMES, FEMALE_NAMES, MALE_NAMES, STREETS, Spelling, TOWNS};
use super::time::VirtualTime;

/// The hospital's own number for a patient; never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PatientId(pub(crate) u64);

/// One synthetic person. Nothing in it belongs to anybody.
#[derive(Clone, Debug)]
pub(crate) struct Patient {
    pub(crate) id: PatientId,
    /// Identifier of PID-3, type MR, assigned by `SYNTHHOSP`.
    pub(crate) mrn: String,
    /// Absent for a patient who could not say who they are.
    pub(crate) identity: Option<Identity>,
    pub(crate) sex: &'static str,
    /// Messages that each application has sent about this patient so far.
    sent: [u64; Application::ALL.len()],
}

/// 18 years.
const ADULT_DAYS: f64 = 18.0 * 365.25;

/// What registration asks for.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) family: Spelling,
    pub(crate) given: Spelling,
    pub(crate) middle: &'static str,
    pub(crate) birth_date: String,
    pub(crate) social_security: String,
    pub(crate) street: String,
    pub(crate) town: &'static str,
    pub(crate) phone: String,
    pub(crate) married: bool,
}

impl Patient {
    pub(crate) fn registered(id: PatientId, now: VirtualTime, rng: &mut Rng) -> Self {
        let female = rng.bool();
        let given = if female {
            pick(rng, &FEMALE_NAMES)
        } else {
            pick(rng, &MALE_NAMES)
        };
        Self {
            identity: Some(Identity::invented(given, now, rng)),
            sex: if female { "F" } else { "M" },
            ..Self::unidentified(id, rng)
        }
    }

    /// Registered as John or Jane Doe, to be merged into their own record later (ADT^A40).
    pub(crate) fn unidentified(id: PatientId, rng: &mut Rng) -> Self {
        Self {
            id,
            mrn: format!("S{:07}", 1_000_000 + id.0),
            identity: None,
            sex: if rng.bool() { "F" } else { "M" },
            sent: [0; Application::ALL.len()],
        }
    }

    /// Counts one more message of this application and gives its number, from 1.
    pub(crate) fn next_sequence(&mut self, application: Application) -> u64 {
        match self.sent.get_mut(application.index()) {
            Some(count) => {
                *count += 1;
                *count
            }
            None => 0,
        }
    }

    /// The name by which an observer follows this patient's messages from one application (ZWL-1).
    pub(crate) fn key(&self, application: Application) -> String {
        format!("{}.{:08}", application.tag(), self.id.0)
    }

    /// Family and given name as this system can write them.
    pub(crate) fn name(&self, charset: Charset) -> (&str, &str) {
        match &self.identity {
            Some(who) => (spell(who.family, charset), spell(who.given, charset)),
            None => (
                "Doe-Synthetic",
                if self.sex == "F" { "Jane" } else { "John" },
            ),
        }
    }

    /// A new address and telephone number.
    pub(crate) fn moves_house(&mut self, rng: &mut Rng) {
        if let Some(identity) = &mut self.identity {
            identity.street = street(rng);
            identity.town = pick(rng, &TOWNS);
            identity.phone = phone(rng);
        }
    }
}

impl Identity {
    fn invented(given: Spelling, now: VirtualTime, rng: &mut Rng) -> Self {
        let age_days = between(rng, 30.0, 95.0 * 365.0);
        let epoch_days =
            f64::from(u32::try_from(now.since_epoch().as_secs() / 86_400).unwrap_or(0));
        Self {
            family: pick(rng, &FAMILY_NAMES),
            given,
            middle: pick(rng, &["", "A", "M", "X"]),
            birth_date: birth_date(epoch_days - age_days),
            social_security: format!(
                "{}-{:02}-{:04}",
                pick(rng, &["000", "666"]),
                rng.u32(1..100),
                rng.u32(1..10_000)
            ),
            street: street(rng),
            town: pick(rng, &TOWNS),
            phone: phone(rng),
            married: age_days > ADULT_DAYS && percent(rng, 50),
        }
    }
}

fn spell(name: Spelling, charset: Charset) -> &'static str {
    let writable = match charset {
        Charset::Utf8 => true,
        Charset::Latin1 => name.native.chars().all(|letter| u32::from(letter) < 0x100),
        Charset::Ascii => name.native.is_ascii(),
    };
    if writable { name.native } else { name.plain }
}

/// `YYYYMMDD` of a day counted from 1970-01-01, which may lie before it.
fn birth_date(days: f64) -> String {
    let start = jiff::civil::date(1970, 1, 1);
    let span = jiff::SignedDuration::try_from_secs_f64(days * 86_400.0).unwrap_or_default();
    start.saturating_add(span).strftime("%Y%m%d").to_string()
}

fn street(rng: &mut Rng) -> String {
    format!("{} {}", rng.u32(1..400), pick(rng, &STREETS))
}

fn phone(rng: &mut Rng) -> String {
    format!("(555)555-01{:02}", rng.u32(..100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_beyond_the_character_set_is_written_plainly() {
        let czech = Spelling {
            native: "Šárka",
            plain: "Sarka",
        };

        assert_eq!(spell(czech, Charset::Utf8), "Šárka");
        assert_eq!(spell(czech, Charset::Latin1), "Sarka");
        assert_eq!(
            spell(
                Spelling {
                    native: "Zoë",
                    plain: "Zoe"
                },
                Charset::Latin1
            ),
            "Zoë"
        );
    }

    #[test]
    fn a_day_before_1970_is_a_birth_date() {
        assert_eq!(birth_date(-1.0), "19691231");
    }

    #[test]
    fn no_social_security_number_could_have_been_issued() {
        let mut rng = Rng::with_seed(1);

        for id in 0..200 {
            let patient = Patient::registered(PatientId(id), VirtualTime::DEFAULT_START, &mut rng);
            let number = patient.identity.map(|identity| identity.social_security);
            assert!(number.is_some_and(|it| it.starts_with("000-") || it.starts_with("666-")));
        }
    }

    #[test]
    fn each_application_counts_on_its_own() {
        let mut patient = Patient::unidentified(PatientId(7), &mut Rng::with_seed(1));

        assert_eq!(patient.next_sequence(Application::Adt), 1);
        assert_eq!(patient.next_sequence(Application::Adt), 2);
        assert_eq!(patient.next_sequence(Application::Laboratory), 1);
        assert_eq!(patient.key(Application::Adt), "ADT.00000007");
    }
}
