//! A house with live beds, and the messages that it gets.

use std::sync::Arc;

use wardline_kernel::{Clock, ManualClock};
use wardline_phi::{BlindIndex, KeyRing};
use wardline_testkit::{MemoryBeds, key_ring};
use wardline_vitals::model::{BedId, PhiText, StayId};
use wardline_vitals::operations::Received;
use wardline_vitals::watch::{BedView, Event, EventKind, OccupantView};
use wardline_vitals::{LiveBeds, LiveBedsParts, Settings};

/// 2026-11-21T08:00:00Z
pub(crate) const MORNING: u64 = 1_795_248_000_000;

pub(crate) struct House {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: MemoryBeds,
    pub(crate) beds: LiveBeds,
    ring: Arc<KeyRing>,
    index: Arc<BlindIndex>,
}

impl House {
    pub(crate) async fn new() -> Self {
        let keys = key_ring::new();
        let (ring, index) = (Arc::new(keys.ring), Arc::new(keys.blind_index));
        let clock = Arc::new(ManualClock::at(MORNING));
        let store = MemoryBeds::default();
        let beds = open(&store, (&ring, &index), &clock, Settings::default()).await;
        Self {
            clock,
            store,
            beds,
            ring,
            index,
        }
    }

    /// The service as it is after the process was started again.
    pub(crate) async fn restarted(self) -> Self {
        let keys = (&self.ring, &self.index);
        let beds = open(&self.store, keys, &self.clock, Settings::default()).await;
        Self { beds, ..self }
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Lets time pass as the service does.
    pub(crate) async fn pass(&self, seconds: u64) {
        self.clock.advance(seconds * 1000);
        self.beds.tick().await;
    }

    pub(crate) async fn receive(&self, text: &str) -> Received {
        let raw = text.replace('\n', "\r");
        self.beds.receive(raw.as_bytes()).await.unwrap()
    }

    /// An ADT message about patient and visit `n`, now.
    pub(crate) async fn adt(&self, trigger: &str, n: u32, bed: &str) -> Received {
        self.receive(&adt(trigger, n, bed, self.now())).await
    }

    /// Values of patient `n`, taken now.
    pub(crate) async fn vitals(&self, n: u32, bed: &str, values: &[(&str, &str)]) -> Received {
        let subject = format!("PID|1||M{n}^^^H^MR\n");
        self.receive(&oru(&subject, bed, values, self.now())).await
    }

    /// Values of a bed, whoever lies there, taken at a time.
    pub(crate) async fn bed_vitals(&self, bed: &str, values: &[(&str, &str)], at: u64) -> Received {
        self.receive(&oru("", bed, values, at)).await
    }

    pub(crate) fn view(&self, bed: &str) -> Arc<BedView> {
        self.beds.bed(&id(bed)).unwrap()
    }

    pub(crate) fn occupant(&self, bed: &str) -> Arc<OccupantView> {
        Arc::clone(&self.view(bed).occupants[0])
    }

    pub(crate) fn stay(&self, bed: &str) -> StayId {
        self.occupant(bed).stay
    }

    /// The pulse that is shown at a bed.
    pub(crate) fn pulse(&self, bed: &str) -> Option<f64> {
        pulse_of(&self.view(bed))
    }

    /// What happened until now.
    pub(crate) async fn told(&self) -> Vec<EventKind> {
        let mut events = self.beds.events(None, Some(0));
        self.beds.stop().await;
        let mut told: Vec<EventKind> = Vec::new();
        while let Some(Event { kind, .. }) = events.next().await {
            told.push(kind);
        }
        told
    }
}

async fn open(
    store: &MemoryBeds,
    (ring, index): (&Arc<KeyRing>, &Arc<BlindIndex>),
    clock: &Arc<ManualClock>,
    settings: Settings,
) -> LiveBeds {
    let parts = LiveBedsParts {
        store: Arc::new(store.clone()),
        ring: Arc::clone(ring),
        blind_index: Arc::clone(index),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
    };
    LiveBeds::open(parts, settings).await.unwrap()
}

pub(crate) fn pulse_of(view: &BedView) -> Option<f64> {
    let values = &view.occupants.first()?.chart.values;
    values
        .iter()
        .find(|v| v.parameter.code() == "pulse")?
        .number
}

pub(crate) fn id(bed: &str) -> BedId {
    bed.parse().unwrap()
}

pub(crate) fn person(name: &str) -> PhiText {
    PhiText::new(name.to_owned(), 64)
}

pub(crate) fn adt(trigger: &str, n: u32, bed: &str, at: u64) -> String {
    let (at, place) = (time(at), bed.replace('~', "^"));
    format!(
        "MSH|^~\\&|ADT|H|W|H|{at}||ADT^{trigger}|{trigger}{n}|P|2.5.1\nEVN|{trigger}|{at}\n\
         PID|1||M{n}^^^H^MR||Zebrowski^Ada{n}||19610309|F\n\
         PV1|1|I|{place}||||||||||||||||V{n}^^^H^VN\n"
    )
}

fn oru(subject: &str, bed: &str, values: &[(&str, &str)], at: u64) -> String {
    let (at, place) = (time(at), bed.replace('~', "^"));
    let mut text = format!(
        "MSH|^~\\&|MON|H|W|H|{at}||ORU^R01|{at}|P|2.5.1\n{subject}PV1|1|I|{place}\n\
         OBR|1|||VS^Vital signs|||{at}\n"
    );
    let rows = (1..).zip(values).map(|(row, (name, value))| {
        let (kind, code, unit) = coded(name);
        format!("OBX|{row}|{kind}|{code}^x^LN||{value}|{unit}|||||F|||{at}||||0009FBFFFF001122\n")
    });
    text.extend(rows);
    text
}

fn coded(name: &str) -> (&'static str, &'static str, &'static str) {
    match name {
        "rr" => ("NM", "9279-1", "/min"),
        "spo2" => ("NM", "59408-5", "%"),
        "sbp" => ("NM", "8480-6", "mm[Hg]"),
        "pulse" => ("NM", "8867-4", "/min"),
        "temp" => ("NM", "8310-5", "Cel"),
        "o2" => ("NM", "3151-8", "L/min"),
        "acvpu" => ("ST", "67775-7", ""),
        other => panic!("no code for {other}"),
    }
}

/// Everything that the score needs: 0 in all.
pub(crate) const WELL: [(&str, &str); 7] = [
    ("rr", "16"),
    ("spo2", "97"),
    ("o2", "0"),
    ("sbp", "120"),
    ("pulse", "70"),
    ("acvpu", "Alert"),
    ("temp", "37.0"),
];

/// A patient with sepsis: 7 and more.
pub(crate) const ILL: [(&str, &str); 7] = [
    ("rr", "26"),
    ("spo2", "91"),
    ("o2", "2"),
    ("sbp", "92"),
    ("pulse", "125"),
    ("acvpu", "Alert"),
    ("temp", "39.2"),
];

/// As HL7 writes it, to the second.
pub(crate) fn time(at: u64) -> String {
    let of_day = (at - (MORNING - 8 * 3_600_000)) / 1000;
    let (day, of_day) = (21 + of_day / 86_400, of_day % 86_400);
    let (hours, minutes, seconds) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("202611{day:02}{hours:02}{minutes:02}{seconds:02}+0000")
}
