//! One parameter by one method: the newest value and the trend.
//!
//! Of what is breathed the newest of each who says it is kept: what one device measures must not hide what another gives.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use crate::freshness::is_ahead;
use crate::observation::{
    Acvpu, Device, Method, Observation, Oxygen, Parameter, Quantity, Source, Status, Value,
    Withdrawal,
};
use crate::trend::Trend;

/// Most who say what is breathed in one slot. Beyond them the oldest air goes, and oxygen only when there is no air; what a
/// person said goes after what devices did.
pub(super) const MAX_SAYING: usize = 8;

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
    /// None when the sender has taken it back; more than one only of what is breathed. It is stored like the `Option` that
    /// it was before: postcard writes both alike.
    newest: Vec<Observation>,
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
}

impl Slot {
    pub(super) fn new(observation: &Observation, kept: Kept) -> Self {
        let mut slot = Self {
            newest: vec![observation.clone()],
            trend: Trend::default(),
        };
        slot.trend
            .record(observation.effective_at(), shown(observation.value), kept);
        slot
    }

    pub(super) fn place(&mut self, observation: &Observation, kept: Kept) -> Placed {
        let placed = self.keep(observation, kept.0);
        if placed != Placed::Repeat {
            self.trend
                .record(observation.effective_at(), shown(observation.value), kept);
        }
        placed
    }

    /// The newest: of each who says it where it is what is breathed, else one.
    pub(super) fn newest(&self) -> impl Iterator<Item = &Observation> {
        self.newest.iter()
    }

    /// Takes what another chart of the same stay has.
    pub(super) fn join(&mut self, other: &Self, kept: Kept) {
        for newest in other.newest() {
            self.keep(newest, kept.0);
        }
        self.trend.join(&other.trend, kept);
    }

    /// Takes a value back, and says whether it was the one shown.
    pub(super) fn withdraw(&mut self, withdrawal: &Withdrawal) -> bool {
        let is_it = |newest: &Observation| {
            newest.taken_at.at == withdrawal.taken_at && newest.device == withdrawal.device
        };
        let shown = self.newest.iter().find(|newest| is_it(newest));
        let at = shown.map_or(withdrawal.taken_at, Observation::effective_at);
        let is_shown = shown.is_some();
        self.trend.withdraw(at);
        self.newest.retain(|newest| !is_it(newest));
        is_shown
    }

    /// Forgets what is of a time that is yet to come: what came since is newer, by whatever method. Oxygen stays, as it ends
    /// only by what takes it back: what lowers a score must be certain.
    pub(super) fn forget_ahead(&mut self, now: UnixMillis) {
        self.newest.retain(|said| {
            said.value == Value::Oxygen(Oxygen::Supplemental) || !is_ahead(said.effective_at(), now)
        });
    }

    fn keep(&mut self, new: &Observation, now: UnixMillis) -> Placed {
        let is_same = |old: &&mut Observation| {
            new.parameter != Parameter::SupplementalOxygen || who(old) == who(new)
        };
        if let Some(old) = self.newest.iter_mut().find(is_same) {
            let placed = order(new, old, now);
            if placed == Placed::Newest {
                old.clone_from(new);
            }
            return placed;
        }
        if self.newest.len() >= MAX_SAYING {
            self.forget_one();
        }
        self.newest.push(new.clone());
        Placed::Newest
    }

    fn forget_one(&mut self) {
        let is_oxygen = |said: &Observation| said.value == Value::Oxygen(Oxygen::Supplemental);
        let said = self.newest.iter().enumerate();
        let least =
            said.min_by_key(|(_, said)| (is_oxygen(said), said.source, said.effective_at()));
        if let Some((place, _)) = least {
            self.newest.remove(place);
        }
    }
}

/// Who says it. Devices without an identifier cannot be told apart, nor can people.
fn who(said: &Observation) -> (Source, Option<&Device>) {
    (said.source, said.device.as_ref())
}

/// Values of one device are ordered by that device's clock, so that a repeat that arrives later is no new value even
/// when the clock is ahead. When a clock that was ahead has been put right, and between devices, the time that the age
/// is counted from decides. What came before our own clock was set back is of a time that is yet to come: how old it is
/// nobody knows, so any other value is taken for newer.
fn order(new: &Observation, old: &Observation, now: UnixMillis) -> Placed {
    if new.device == old.device && new.taken_at.at == old.taken_at.at {
        return same_moment(new, old);
    }
    if is_ahead(old.effective_at(), now) && !is_ahead(new.effective_at(), now) {
        return Placed::Newest;
    }
    let same_clock = new.device == old.device && (new.skew_ms() > 0) == (old.skew_ms() > 0);
    let newer = if same_clock {
        new.taken_at.at > old.taken_at.at
    } else {
        new.effective_at() >= old.effective_at()
    };
    if newer { Placed::Newest } else { Placed::Late }
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
