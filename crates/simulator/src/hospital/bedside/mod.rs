//! The bedside: a monitor at every bed and a nurse who comes by. Both speak only when the hospital was asked for
//! them, and their chances come from a generator of their own, so that the rest of the story is the same with and
//! without them.
//!
//! A monitor belongs to its bed and sends for whoever lies there. `physiology` is what is true of the patient,
//! `monitor` what the device makes of it: rounding, artefacts, leads that fall off, a clock that is wrong.

mod monitor;
mod physiology;

use std::collections::BTreeMap;
use std::time::Duration;

use fastrand::Rng;

use super::agenda::Plan;
use super::encounter::{Encounter, EncounterId, PatientClass};
use super::messages::{adt, charting, monitoring, trigger};
use super::time::VirtualTime;
use super::wards::BedId;
use super::{Application, Hospital};
use monitor::Monitor;
use physiology::Physiology;

pub(crate) use monitor::{Metric, Reading};
pub(crate) use physiology::Vitals;

/// Shortest and longest time between two messages of a monitor.
pub const EVERY: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(1)..=Duration::from_hours(1);

/// What happens at the bedside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BedsideOptions {
    /// Time between two messages of a monitor, by the hospital's clock ([`EVERY`], clamped): 10 s.
    pub every: Duration,
    /// Whether registration tells of everybody who is in the house already (ADT^A01), as interfaces do when a new
    /// system is connected. Without, nobody knows of them until they are moved.
    pub opening_census: bool,
    /// When somebody begins to fall ill with sepsis, if anybody does.
    pub sepsis_after: Option<Duration>,
}

impl Default for BedsideOptions {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(10),
            opening_census: true,
            sepsis_after: None,
        }
    }
}

/// Monitors, and what they are connected to.
pub(super) struct Bedside {
    every: Duration,
    rng: Rng,
    monitors: Vec<Monitor>,
    patients: BTreeMap<EncounterId, Physiology>,
    /// The one who falls ill, when, and where they lie.
    sepsis: Option<Sepsis>,
}

#[derive(Clone, Copy)]
struct Sepsis {
    encounter: EncounterId,
    from: VirtualTime,
}

/// What the clocks of monitors and staff show, where that is not the hospital's own time.
#[derive(Clone, Copy)]
pub(super) struct ShownClock {
    hospital: VirtualTime,
    shown: VirtualTime,
    speed: f64,
}

impl Hospital {
    /// Puts monitors at the beds, before the first event. Where there are some already, nothing happens.
    pub fn watch_beds(&mut self, options: BedsideOptions) {
        if self.bedside.is_some() {
            return;
        }
        let every = options.every.clamp(*EVERY.start(), *EVERY.end());
        let mut rng = Rng::with_seed(self.seed ^ BEDSIDE_SEED);
        let monitors: Vec<_> = (0..self.wards.count())
            .map(|number| Monitor::at_bed(number, &mut rng))
            .collect();
        for bed in self.wards.beds() {
            let phase = every.mul_f64(rng.f64());
            self.agenda.add(self.now.plus(phase), Plan::Measure(bed));
        }
        self.bedside = Some(Bedside {
            every,
            rng,
            monitors,
            patients: BTreeMap::new(),
            sepsis: None,
        });
        if let Some(after) = options.sepsis_after {
            self.choose_for_sepsis(self.now.plus(after));
        }
        if options.opening_census {
            self.tell_opening_census();
        }
    }

    /// Unit, room and bed of the patient who falls ill with sepsis (PV1-3.1 to PV1-3.3).
    pub fn sepsis_bed(&self) -> Option<[String; 3]> {
        let encounter = self.encounters.get(&self.sepsis()?.encounter)?;
        let location = &encounter.location;
        Some([
            location.unit.to_owned(),
            location.room.clone(),
            location.bed.to_owned(),
        ])
    }

    /// Lets the clocks of monitors and staff show `shown` now and go on at the speed of the one who listens:
    /// `speed` is how fast the hospital is played. Without this call they show the hospital's time.
    pub fn show_time(&mut self, shown: VirtualTime, speed: f64) {
        let hospital = self.now;
        self.shown_clock = Some(ShownClock {
            hospital,
            shown,
            speed,
        });
    }

    /// What a clock on the wall shows to this system.
    pub(super) fn time_told(&self, application: Application) -> VirtualTime {
        match (application, self.shown_clock) {
            (Application::Monitors | Application::Charting, Some(clock)) => clock.at(self.now),
            _ => self.now,
        }
    }

    /// One monitor speaks, and the nurse if it is time.
    pub(super) fn measure(&mut self, bed: BedId) {
        let Some(mut bedside) = self.bedside.take() else {
            return;
        };
        let next = self.now.plus(bedside.every);
        self.agenda.add(next, Plan::Measure(bed));
        if let Some(encounter) = self.lies_in(bed) {
            self.measure_patient(&mut bedside, bed, &encounter);
        }
        self.bedside = Some(bedside);
    }

    /// Forgets what was true of a patient whose stay is over.
    pub(super) fn disconnect(&mut self, encounter: EncounterId) {
        if let Some(bedside) = &mut self.bedside {
            bedside.patients.remove(&encounter);
        }
    }

    /// Whether this patient stays where they are, because they are watched falling ill.
    pub(super) fn is_held(&self, encounter: EncounterId) -> bool {
        self.sepsis()
            .is_some_and(|sepsis| sepsis.encounter == encounter)
    }

    fn sepsis(&self) -> Option<Sepsis> {
        self.bedside.as_ref().and_then(|bedside| bedside.sepsis)
    }

    fn measure_patient(&mut self, bedside: &mut Bedside, bed: BedId, encounter: &Encounter) {
        let Bedside {
            rng,
            monitors,
            patients,
            sepsis,
            ..
        } = bedside;
        let sepsis = sepsis.filter(|sepsis| sepsis.encounter == encounter.id);
        let now = self.now;
        let patient = patients
            .entry(encounter.id)
            .or_insert_with(|| Physiology::of_somebody(now, sepsis.is_some(), rng));
        let illness = sepsis.map_or(0.0, |sepsis| illness(now.since(sepsis.from)));
        patient.live(now, illness, rng);

        let at = self.time_told(Application::Monitors);
        let intensive = encounter.location.unit == "ICU";
        let report = monitors
            .get_mut(bed.number())
            .and_then(|monitor| monitor.read(patient, intensive, (now, at), rng));
        let round = patient.nurse_comes(now, rng).then(|| patient.vitals());
        if let Some(report) = report {
            self.tell(
                Application::Monitors,
                trigger::DEVICE_RESULT,
                encounter,
                |to, about| {
                    monitoring::report(to, about, &report);
                },
            );
        }
        if let Some(vitals) = round {
            self.tell(
                Application::Charting,
                trigger::CHARTED,
                encounter,
                |to, about| {
                    charting::round(to, about, &vitals);
                },
            );
        }
    }

    fn lies_in(&self, bed: BedId) -> Option<Encounter> {
        self.active(self.wards.occupant(bed)?)
    }

    /// Somebody who is in the house and whose age is known to be fit for the score.
    fn choose_for_sepsis(&mut self, from: VirtualTime) {
        let adult_before = from.hl7_date_years_ago(18);
        let chosen = self.wards.beds().find_map(|bed| {
            let encounter = self.lies_in(bed)?;
            let identity = self.patients.get(&encounter.patient)?.identity.as_ref()?;
            let fits = identity.birth_date <= adult_before
                && encounter.location.unit != "ICU"
                && encounter.class == PatientClass::Inpatient;
            fits.then_some((encounter.id, bed))
        });
        let Some((encounter, bed)) = chosen else {
            return;
        };
        if let Some(bedside) = &mut self.bedside {
            bedside.sepsis = Some(Sepsis { encounter, from });
            if let Some(monitor) = bedside.monitors.get_mut(bed.number()) {
                monitor.make_reliable();
            }
        }
    }

    fn tell_opening_census(&mut self) {
        for bed in self.wards.beds() {
            if let Some(encounter) = self.lies_in(bed) {
                self.tell(Application::Adt, trigger::ADMIT, &encounter, adt::visit);
            }
        }
    }
}

impl ShownClock {
    fn at(self, now: VirtualTime) -> VirtualTime {
        let passed = now.since(self.hospital).as_secs_f64() / self.speed.max(1e-9);
        self.shown
            .plus(Duration::try_from_secs_f64(passed).unwrap_or_default())
    }
}

/// How ill the patient is after so long: from nothing to everything in ten minutes, and it stays.
fn illness(since: Duration) -> f64 {
    (since.as_secs_f64() / SEPSIS_TAKES.as_secs_f64()).min(1.0)
}

/// From the first sign to the worst.
const SEPSIS_TAKES: Duration = Duration::from_mins(10);
/// Sets the bedside's chances apart from the rest of the story.
const BEDSIDE_SEED: u64 = 0xBED5_1DE5;
