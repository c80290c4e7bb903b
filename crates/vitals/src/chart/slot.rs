//! One parameter by one method: the newest value and the trend.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use crate::observation::{
    Acvpu, Method, Observation, Oxygen, Parameter, Quantity, Status, Value, Withdrawal,
};
use crate::trend::Trend;

/// One parameter by one method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SlotKey {
    /// What.
    pub parameter: Parameter,
    /// How.
    pub method: Method,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Slot {
    /// None when the sender has taken it back.
    pub(super) newest: Option<Observation>,
    pub(super) trend: Trend,
}

/// The time, and how far back from it a trend goes.
pub(super) type Kept = (UnixMillis, u64);

/// What became of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placed {
    Newest,
    Late,
    Repeat,
    Refused,
}

impl Slot {
    pub(super) fn new(observation: &Observation, kept: Kept) -> Self {
        let mut slot = Self {
            newest: Some(observation.clone()),
            trend: Trend::default(),
        };
        slot.trend
            .record(observation.effective_at(), shown(observation.value), kept);
        slot
    }

    pub(super) fn place(&mut self, observation: &Observation, kept: Kept) -> Placed {
        let placed = self.order(observation);
        match placed {
            Placed::Newest => self.newest = Some(observation.clone()),
            Placed::Late => {}
            Placed::Repeat | Placed::Refused => return placed,
        }
        self.trend
            .record(observation.effective_at(), shown(observation.value), kept);
        placed
    }

    /// Takes what another chart of the same stay has.
    pub(super) fn join(&mut self, other: &Self, kept: Kept) {
        if let Some(newest) = &other.newest
            && self.order(newest) == Placed::Newest
        {
            self.newest = Some(newest.clone());
        }
        self.trend.join(&other.trend, kept);
    }

    /// Takes a value back, and says whether it was the one shown.
    pub(super) fn withdraw(&mut self, withdrawal: &Withdrawal) -> bool {
        let shown = self.newest.as_ref().is_some_and(|newest| {
            newest.taken_at.at == withdrawal.taken_at && newest.device == withdrawal.device
        });
        let at = match &self.newest {
            Some(newest) if shown => newest.effective_at(),
            _ => withdrawal.taken_at,
        };
        self.trend.withdraw(at);
        if shown {
            self.newest = None;
        }
        shown
    }

    /// Values of one device are ordered by that device's clock, so that a repeat that arrives later is no new
    /// value even when the clock is ahead. When a clock that was ahead has been put right, and between devices,
    /// the time that the age is counted from decides.
    fn order(&self, observation: &Observation) -> Placed {
        let new = observation;
        let Some(old) = &self.newest else {
            return Placed::Newest;
        };
        if new.device == old.device && new.taken_at.at == old.taken_at.at {
            return same_moment(new, old);
        }
        let same_clock = new.device == old.device && (new.skew_ms() > 0) == (old.skew_ms() > 0);
        let newer = if same_clock {
            new.taken_at.at > old.taken_at.at
        } else {
            new.effective_at() >= old.effective_at()
        };
        if newer { Placed::Newest } else { Placed::Late }
    }
}

/// Two statements about one moment: the later one counts, as senders correct themselves. Only oxygen is not taken
/// away by a second source that says nothing of correcting the first.
fn same_moment(new: &Observation, old: &Observation) -> Placed {
    let less_oxygen = new.value == Value::Oxygen(Oxygen::Air) && new.status != Status::Corrected;
    if new.value == old.value || less_oxygen || new.received_at < old.received_at {
        return Placed::Repeat;
    }
    Placed::Newest
}

/// What the trend shows: numbers, and the steps of what is no number.
fn shown(value: Value) -> Quantity {
    match value {
        Value::Number(number) => number,
        Value::Oxygen(Oxygen::Air) | Value::Consciousness(Acvpu::Alert) => Quantity::ZERO,
        Value::Oxygen(Oxygen::Supplemental) | Value::Consciousness(Acvpu::Confusion) => {
            Quantity::whole(1)
        }
        Value::Consciousness(Acvpu::Voice) => Quantity::whole(2),
        Value::Consciousness(Acvpu::Pain) => Quantity::whole(3),
        Value::Consciousness(Acvpu::Unresponsive) => Quantity::whole(4),
    }
}
