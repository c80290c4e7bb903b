//! Whether a patient breathes air or oxygen, of several statements that may contradict each other.
//!
//! It is said outright, or follows from a flow or a fraction of oxygen, charted or sent by a device: five slots of a chart,
//! each with the newest of each device. NEWS2 gives 2 points for oxygen (RCP 2017, chart 1). What lowers a score must be
//! certain, so oxygen stands until what says air is newer and of the same kind, or says so outright, and nothing from a
//! device overrules what a person charted, nor, while that is fresh, what another device says: a gas sensor that hangs
//! beside the patient measures 21 %, too.

use wardline_kernel::UnixMillis;

use crate::freshness::{Freshness, State};
use crate::observation::{Method, Observation, Oxygen, Source, Value};

/// What a patient breathes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Breathed<'a> {
    /// The statement that counts.
    pub(super) by: &'a Observation,
    /// Whether it counts.
    pub(super) state: State,
    /// It says oxygen, and one that is as new or newer and fresh says air.
    pub(super) is_contradicted: bool,
}

/// What follows from the newest statements of each kind.
pub(super) fn breathed<'a>(
    statements: impl Iterator<Item = &'a Observation>,
    freshness: &Freshness,
    now: UnixMillis,
) -> Option<Breathed<'a>> {
    let dated = |by| {
        let (_, state) = freshness.of(by, None, now);
        Breathed {
            by,
            state,
            is_contradicted: false,
        }
    };
    let is_air = |said: &Breathed<'_>| said.by.value == Value::Oxygen(Oxygen::Air);
    let (air, oxygen): (Vec<_>, Vec<_>) = statements.map(dated).partition(is_air);
    let stands = |said: &&Breathed<'_>| !air.iter().any(|air| takes_back(air, said));
    let newest = |said: &&Breathed<'a>| (said.by.effective_at(), said.by.source);
    let Some(oxygen) = oxygen.iter().filter(stands).max_by_key(newest) else {
        return air.iter().max_by_key(newest).copied();
    };
    let since = oxygen.by.effective_at();
    let contradicts =
        |air: &Breathed<'_>| air.state == State::Fresh && air.by.effective_at() >= since;
    Some(Breathed {
        is_contradicted: air.iter().any(contradicts),
        ..*oxygen
    })
}

/// Whether a statement of air ends one of oxygen.
fn takes_back(air: &Breathed<'_>, oxygen: &Breathed<'_>) -> bool {
    let by_lesser = air.by.source == Source::Device && oxygen.by.source == Source::Charted;
    if by_lesser || air.by.effective_at() <= oxygen.by.effective_at() {
        return false;
    }
    let by_another = air.by.source == Source::Device
        && oxygen.by.source == Source::Device
        && air.by.device != oxygen.by.device;
    if by_another {
        return oxygen.state == State::Stale;
    }
    match (Kind::of(air.by), Kind::of(oxygen.by)) {
        (Kind::Said, _)
        | (Kind::Flow, Kind::Said | Kind::Flow)
        | (Kind::Fraction, Kind::Fraction) => true,
        // A mask with a fraction and no flow, a flow beside a sensor of room air: both happen. What is too old to count
        // does not keep a score from being made.
        _ => oxygen.state == State::Stale,
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Said,
    Flow,
    Fraction,
}

impl Kind {
    fn of(statement: &Observation) -> Self {
        match statement.method {
            Method::ChartedFlow | Method::DeviceFlow => Self::Flow,
            Method::ChartedFraction | Method::DeviceFraction => Self::Fraction,
            _ => Self::Said,
        }
    }
}
