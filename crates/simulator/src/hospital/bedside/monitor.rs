//! What a monitor makes of the truth. Most messages are right. Some hold an artefact, some rows are marked invalid,
//! a lead falls off for a minute or two, and one clock in forty is wrong.

use std::time::Duration;

use fastrand::Rng;

use super::physiology::{Physiology, Vitals};
use crate::hospital::chance::{between, percent, pick};
use crate::hospital::time::VirtualTime;

/// What a monitor measures, in the order of its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metric {
    HeartRate,
    RespiratoryRate,
    Saturation,
    PulseRate,
    CuffSystolic,
    CuffDiastolic,
    CuffMean,
    ArterialSystolic,
    ArterialDiastolic,
    ArterialMean,
    Temperature,
}

/// One message of a monitor.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    /// EUI-64 of the monitor.
    pub(crate) device: String,
    /// By the monitor's own clock.
    pub(crate) at: VirtualTime,
    /// The value as it is shown; none for what cannot be measured just now.
    pub(crate) values: Vec<(Metric, Option<f64>)>,
}

/// A device at a bed.
pub(crate) struct Monitor {
    device: String,
    clock: WrongBy,
    reliable: bool,
    silent_until: Option<VirtualTime>,
    /// Of whom, and when it inflates next.
    next_cuff: Option<VirtualTime>,
}

/// How wrong a clock is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WrongBy {
    Nothing,
    Ahead(Duration),
    Behind(Duration),
}

impl Monitor {
    pub(crate) fn at_bed(number: usize, rng: &mut Rng) -> Self {
        let clock = match rng.u32(..80) {
            0 => WrongBy::Ahead(Duration::from_mins(7)),
            1 => WrongBy::Behind(Duration::from_mins(4)),
            _ => WrongBy::Nothing,
        };
        Self {
            // 02-00-00 is locally administered: no manufacturer's.
            device: format!("020000FFFE{number:06X}"),
            clock,
            reliable: false,
            silent_until: None,
            next_cuff: None,
        }
    }

    /// Nothing ever goes wrong with it from now on.
    pub(crate) fn make_reliable(&mut self) {
        self.reliable = true;
        self.clock = WrongBy::Nothing;
    }

    /// What it sends `now`, when a clock that is right shows `shown`; nothing while it is off.
    pub(crate) fn read(
        &mut self,
        patient: &Physiology,
        intensive: bool,
        (now, shown): (VirtualTime, VirtualTime),
        rng: &mut Rng,
    ) -> Option<Reading> {
        if self.silent_until.is_some_and(|until| now < until) {
            return None;
        }
        if !self.reliable && one_in(rng, 1_500) {
            let seconds = between(rng, 30.0, 180.0);
            self.silent_until = Some(now.plus_hours(seconds / 3_600.0));
            return None;
        }
        let cuff = self.next_cuff.is_none_or(|next| now >= next);
        if cuff {
            let minutes = patient.cuff_minutes();
            self.next_cuff = Some(now.plus_hours(minutes / 60.0));
        } else {
            // A cuff that was set for a healthy patient does not wait for an ill one.
            let soon = now.plus_hours(patient.cuff_minutes() / 60.0);
            self.next_cuff = self.next_cuff.map(|next| next.min(soon));
        }
        let mut values = measured(&patient.vitals(), cuff, intensive);
        if !self.reliable {
            spoil(&mut values, rng);
        }
        let at = match self.clock {
            WrongBy::Nothing => shown,
            WrongBy::Ahead(by) => shown.plus(by),
            WrongBy::Behind(by) => shown.minus(by),
        };
        Some(Reading {
            device: self.device.clone(),
            at,
            values,
        })
    }
}

impl Metric {
    /// Decimals that it is shown with.
    pub(crate) const fn decimals(self) -> usize {
        match self {
            Self::Temperature => 1,
            _ => 0,
        }
    }
}

fn measured(vitals: &Vitals, cuff: bool, intensive: bool) -> Vec<(Metric, Option<f64>)> {
    let mean = vitals.diastolic + (vitals.systolic - vitals.diastolic) / 3.0;
    let mut values = vec![
        (Metric::HeartRate, vitals.pulse),
        (Metric::RespiratoryRate, vitals.respiratory_rate),
        (Metric::Saturation, vitals.saturation),
        (Metric::PulseRate, vitals.pulse),
    ];
    if intensive {
        values.extend([
            (Metric::ArterialSystolic, vitals.systolic),
            (Metric::ArterialDiastolic, vitals.diastolic),
            (Metric::ArterialMean, mean),
            (Metric::Temperature, vitals.temperature),
        ]);
    } else if cuff {
        values.extend([
            (Metric::CuffSystolic, vitals.systolic),
            (Metric::CuffDiastolic, vitals.diastolic),
            (Metric::CuffMean, mean),
        ]);
    }
    let rounded = values.into_iter().map(|(metric, value)| {
        let steps = if metric.decimals() == 1 { 10.0 } else { 1.0 };
        (metric, Some((value * steps).round() / steps))
    });
    rounded.collect()
}

/// An artefact in one message of 300, and an invalid row in one of 100.
fn spoil(values: &mut [(Metric, Option<f64>)], rng: &mut Rng) {
    let last = values.len().saturating_sub(1);
    if one_in(rng, 300)
        && let Some((metric, value)) = values.get_mut(rng.usize(..=last.min(2)))
    {
        *value = Some(artefact(*metric, rng));
    }
    if percent(rng, 1)
        && let Some((_, value)) = values.get_mut(rng.usize(..=last))
    {
        *value = None;
    }
}

/// What movement looks like to a sensor.
fn artefact(metric: Metric, rng: &mut Rng) -> f64 {
    match metric {
        Metric::Saturation => pick(rng, &[71.0, 78.0, 84.0]),
        Metric::RespiratoryRate => pick(rng, &[4.0, 38.0, 55.0]),
        _ => pick(rng, &[28.0, 168.0, 204.0]),
    }
}

fn one_in(rng: &mut Rng, number: u32) -> bool {
    rng.u32(..number) == 0
}
