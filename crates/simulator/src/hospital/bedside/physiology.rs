//! What is true of a patient: values that wander around the patient's own middle, and what sepsis does to them.
//!
//! Each value is a mean-reverting random walk (Ornstein–Uhlenbeck): it strays for minutes and comes back. The
//! middles are ordinary adult ones, good enough for a demonstration and for nothing else.

use fastrand::Rng;

use crate::hospital::chance::{between, normal, percent};
use crate::hospital::time::VirtualTime;

/// Everything at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Vitals {
    pub(crate) respiratory_rate: f64,
    pub(crate) saturation: f64,
    /// Litres per minute; 0 on room air.
    pub(crate) oxygen_flow: f64,
    pub(crate) systolic: f64,
    pub(crate) diastolic: f64,
    pub(crate) pulse: f64,
    pub(crate) temperature: f64,
    pub(crate) consciousness: Consciousness,
}

/// As far as this hospital's patients get: awake, or roused by a voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consciousness {
    Alert,
    Voice,
}

/// One patient's body.
#[derive(Clone, Debug)]
pub(crate) struct Physiology {
    middle: Vitals,
    now: Vitals,
    lived_to: VirtualTime,
    illness: f64,
    next_round: VirtualTime,
}

/// How far a value strays from its middle, and how fast it comes back.
struct Walk {
    spread: f64,
    relaxation_seconds: f64,
}

impl Physiology {
    /// Somebody who lies in a bed; `well` is somebody with nothing wrong so far.
    pub(crate) fn of_somebody(now: VirtualTime, well: bool, rng: &mut Rng) -> Self {
        let ill = !well && percent(rng, 8);
        let oxygen = !well && percent(rng, 15);
        let around = |rng: &mut Rng, middle: f64, spread: f64, low: f64, high: f64| {
            (middle + spread * normal(rng)).clamp(low, high)
        };
        let systolic = around(rng, 128.0, 12.0, 114.0, 165.0);
        let middle = Vitals {
            respiratory_rate: around(rng, 15.5, 1.3, 13.0, 18.5) + if ill { 4.0 } else { 0.0 },
            saturation: around(rng, 97.2, 0.6, 96.5, 98.6) - if ill { 2.0 } else { 0.0 },
            oxygen_flow: if oxygen {
                between(rng, 1.0, 4.0).round()
            } else {
                0.0
            },
            systolic,
            diastolic: systolic * 0.6,
            pulse: around(rng, 74.0, 8.0, 57.0, 86.0) + if ill { 22.0 } else { 0.0 },
            temperature: around(rng, 36.8, 0.25, 36.4, 37.4) + if ill { 0.9 } else { 0.0 },
            consciousness: Consciousness::Alert,
        };
        Self {
            middle,
            now: middle,
            lived_to: now,
            illness: 0.0,
            next_round: now.plus_hours(between(rng, 0.0, FIRST_ROUND_WITHIN_HOURS)),
        }
    }

    /// Lets the time pass; `illness` is 0 for nothing and 1 for all that sepsis does.
    pub(crate) fn live(&mut self, now: VirtualTime, illness: f64, rng: &mut Rng) {
        let seconds = now.since(self.lived_to).as_secs_f64();
        self.lived_to = now;
        self.illness = illness;
        let middle = self.aim();
        let value = &mut self.now;
        let mut step = |value: &mut f64, middle: f64, walk: Walk| {
            let stays = (-seconds / walk.relaxation_seconds).exp();
            let strays = walk.spread * (1.0 - stays * stays).sqrt();
            *value = middle + (*value - middle) * stays + strays * normal(rng);
        };
        step(
            &mut value.respiratory_rate,
            middle.respiratory_rate,
            Walk {
                spread: 0.7,
                relaxation_seconds: 60.0,
            },
        );
        step(
            &mut value.saturation,
            middle.saturation,
            Walk {
                spread: 0.4,
                relaxation_seconds: 60.0,
            },
        );
        step(
            &mut value.systolic,
            middle.systolic,
            Walk {
                spread: 2.5,
                relaxation_seconds: 120.0,
            },
        );
        step(
            &mut value.diastolic,
            middle.diastolic,
            Walk {
                spread: 1.5,
                relaxation_seconds: 120.0,
            },
        );
        step(
            &mut value.pulse,
            middle.pulse,
            Walk {
                spread: 1.8,
                relaxation_seconds: 60.0,
            },
        );
        step(
            &mut value.temperature,
            middle.temperature,
            Walk {
                spread: 0.08,
                relaxation_seconds: 600.0,
            },
        );
        value.saturation = value.saturation.clamp(60.0, 100.0);
        value.oxygen_flow = middle.oxygen_flow;
        value.consciousness = middle.consciousness;
    }

    /// What is true now.
    pub(crate) fn vitals(&self) -> Vitals {
        self.now
    }

    /// Whether the nurse is here; the next round is planned then. Whoever is ill is seen more often.
    pub(crate) fn nurse_comes(&mut self, now: VirtualTime, rng: &mut Rng) -> bool {
        if now < self.next_round {
            // Whoever falls ill does not wait for the next round.
            let soon = now.plus_hours(ILL_ROUND_HOURS);
            if self.illness > 0.0 && self.next_round > soon {
                self.next_round = soon;
            }
            return false;
        }
        let hours = if self.illness > 0.0 {
            ILL_ROUND_HOURS
        } else {
            between(rng, 3.5, 4.0)
        };
        self.next_round = now.plus_hours(hours);
        true
    }

    /// How often the cuff inflates: more often for whoever is ill.
    pub(crate) fn cuff_minutes(&self) -> f64 {
        if self.illness > 0.0 { 2.0 } else { 15.0 }
    }

    /// Where the values tend to.
    fn aim(&self) -> Vitals {
        let (middle, ill) = (self.middle, self.illness);
        let towards = |from: f64, to: f64| from + (to - from) * ill;
        let worse = ill > 0.7;
        Vitals {
            respiratory_rate: towards(middle.respiratory_rate, 29.0),
            saturation: towards(middle.saturation, 89.0),
            oxygen_flow: if ill > 0.5 { 4.0 } else { middle.oxygen_flow },
            systolic: towards(middle.systolic, 82.0),
            diastolic: towards(middle.diastolic, 44.0),
            pulse: towards(middle.pulse, 122.0),
            temperature: towards(middle.temperature, 38.7),
            consciousness: if worse {
                Consciousness::Voice
            } else {
                Consciousness::Alert
            },
        }
    }
}

impl Consciousness {
    /// The answer of LOINC 67775-7, and its text.
    pub(crate) const fn answer(self) -> (&'static str, &'static str) {
        match self {
            Self::Alert => ("LA9340-6", "Alert"),
            Self::Voice => ("LA17108-4", "Verbal"),
        }
    }
}

/// Everybody is seen within three minutes of coming under watch.
const FIRST_ROUND_WITHIN_HOURS: f64 = 0.05;
/// Whoever is ill is seen every three minutes.
const ILL_ROUND_HOURS: f64 = 0.05;
