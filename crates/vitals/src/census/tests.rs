//! The census as a specification: what real and made messages do to it.

mod cancelled;
mod contradictions;
mod housekeeping;
mod messages;
mod movements;
mod numbers;
mod order;
mod other_visit;
mod regroup;
mod rooms;
mod subjects;

use wardline_hl7::Message;

use super::*;
use crate::model::{BedState, BedTold, Place};

/// 2026-11-21T00:00:00Z
const MIDNIGHT: u64 = 1_795_219_200_000;
const MINUTE: u64 = 60_000;

/// A census and the messages that it takes. Minutes count from midnight.
struct House {
    census: Census,
    reading: Reading,
}

impl House {
    fn new() -> Self {
        Self::with(CensusLimits::default())
    }

    fn with(limits: CensusLimits) -> Self {
        Self {
            census: Census::new(limits),
            reading: Reading::default(),
        }
    }

    fn hear_text(&mut self, text: &str) -> Applied {
        let raw = text.replace('\n', "\r");
        let message = Message::parse(raw.as_bytes()).unwrap();
        let now = MIDNIGHT + 24 * 60 * MINUTE;
        let event = AdtEvent::read(&message, &self.reading, now).unwrap();
        self.census.apply(&event, now).unwrap()
    }

    fn refused(&self, text: &str) -> AdtError {
        let raw = text.replace('\n', "\r");
        let message = Message::parse(raw.as_bytes()).unwrap();
        AdtEvent::read(&message, &self.reading, MIDNIGHT).unwrap_err()
    }

    /// A message at so many minutes past midnight.
    fn hear(&mut self, at: u64, told: &Adt) -> Vec<Change> {
        self.hear_text(&told.text(at)).changes
    }

    fn state(&self, bed: &str) -> BedState {
        self.census.facts(&bed.parse().unwrap()).unwrap().state
    }

    /// Visit numbers of those in a bed.
    fn in_bed(&self, bed: &str) -> Vec<String> {
        let Some(facts) = self.census.facts(&bed.parse().unwrap()) else {
            return Vec::new();
        };
        let visit = |id: &StayId| {
            let stay = self.census.stay(*id).unwrap();
            stay.visit().unwrap().number.expose().to_owned()
        };
        facts.occupants.iter().map(visit).collect()
    }

    fn stay(&self, visit: &str) -> &Stay {
        let has = |stay: &&Stay| stay.visit().is_some_and(|v| v.number.expose() == visit);
        self.census.stays().find(has).unwrap()
    }

    /// What somebody who looks at a bed is told not to fit together.
    fn shown_at(&self, bed: &str) -> Vec<&'static str> {
        let all = self.census.contradictions(&bed.parse().unwrap());
        all.iter().map(Contradiction::as_str).collect()
    }

    /// What stands and does not fit together, as words.
    fn contradictions(&self) -> Vec<&'static str> {
        let beds = self
            .census
            .beds()
            .flat_map(|bed| self.census.contradictions_of_bed(bed));
        let stays = self
            .census
            .stays()
            .flat_map(|s| self.census.contradictions_of_stay(s.id()));
        let mut all: Vec<_> = beds.chain(stays).map(|c| c.as_str()).collect();
        all.sort_unstable();
        all
    }
}

/// A message, short to write: patient and visit `n` are `M<n>` and `V<n>`.
#[derive(Clone, Debug)]
struct Adt {
    trigger: &'static str,
    patient: u32,
    bed: Option<&'static str>,
    prior: Option<&'static str>,
    pending: Option<&'static str>,
    occurred: Option<u64>,
}

fn adt(trigger: &'static str, patient: u32) -> Adt {
    Adt {
        trigger,
        patient,
        bed: None,
        prior: None,
        pending: None,
        occurred: None,
    }
}

impl Adt {
    fn to(mut self, bed: &'static str) -> Self {
        self.bed = Some(bed);
        self
    }

    fn from(mut self, bed: &'static str) -> Self {
        self.prior = Some(bed);
        self
    }

    fn pending(mut self, bed: &'static str) -> Self {
        self.pending = Some(bed);
        self
    }

    fn occurred(mut self, at: u64) -> Self {
        self.occurred = Some(at);
        self
    }

    fn text(&self, at: u64) -> String {
        let (n, trigger) = (self.patient, self.trigger);
        let place = |bed: Option<&str>| bed.unwrap_or_default().replace('~', "^");
        let occurred = self.occurred.map(clock).unwrap_or_default();
        let after = |count: usize| "|".repeat(count);
        format!(
            "MSH|^~\\&|ADT|H|W|H|{at}||ADT^{trigger}|{trigger}{n}{at}|P|2.5.1\n\
             EVN|{trigger}|{at}||||{occurred}\n\
             PID|1||M{n}^^^H^MR||Doe^P{n}||19600101|F\n\
             PV1|1|I|{bed}|||{prior}{}V{n}^^^H^VN{}{pending}\n",
            after(13),
            after(23),
            at = clock(at),
            bed = place(self.bed),
            prior = place(self.prior),
            pending = place(self.pending),
        )
    }
}

/// A time as HL7 writes it, so many minutes past midnight.
fn clock(minutes: u64) -> String {
    format!("20261121{:02}{:02}00+0000", minutes / 60, minutes % 60)
}

fn place(text: &str) -> Place {
    text.parse::<BedId>().unwrap().place().unwrap()
}

fn contradicted(changes: &[Change]) -> Vec<&'static str> {
    let word = |change: &Change| match change {
        Change::Contradicted(what) => Some(what.as_str()),
        _ => None,
    };
    changes.iter().filter_map(word).collect()
}
