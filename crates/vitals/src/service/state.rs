//! What only one may change at a time: the census, the charts, and what is nobody's.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wardline_kernel::{ClockTrust, Standing, UnixMillis};

use super::charts::KeptChart;
use crate::census::Census;
use crate::model::{BedId, StayId};
use crate::operations::SetAside;

/// Values that are nobody's: messages of which they are kept.
pub(crate) const MAX_ASIDE: usize = 256;
/// Values kept of one such message.
pub(crate) const MAX_ASIDE_OBSERVATIONS: usize = 64;
/// One place and reason is told once in this time.
const TELL_AGAIN_MS: u64 = 10 * 60_000;
/// Places and reasons that are remembered.
const MAX_TOLD: usize = 1_024;

/// How the clock stood, as it is stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredClock {
    /// Unix milliseconds that the wall clock said.
    seen_at: UnixMillis,
    /// For how many milliseconds a clock had held that was not believed.
    held_ms: Option<u64>,
}

impl From<Standing> for StoredClock {
    fn from(standing: Standing) -> Self {
        let ms = |held: Duration| u64::try_from(held.as_millis()).unwrap_or(u64::MAX);
        Self {
            seen_at: standing.seen_at,
            held_ms: standing.held.map(ms),
        }
    }
}

impl From<StoredClock> for Standing {
    fn from(stored: StoredClock) -> Self {
        Self {
            seen_at: stored.seen_at,
            held: stored.held_ms.map(Duration::from_millis),
        }
    }
}

pub(crate) struct State {
    pub(crate) census: Census,
    pub(crate) charts: BTreeMap<StayId, KeptChart>,
    pub(crate) aside: VecDeque<(u64, SetAside)>,
    /// Whether what has not ended may be old by what the clock says.
    pub(crate) clock: ClockTrust,
    told: BTreeMap<(Option<BedId>, &'static str), UnixMillis>,
}

impl State {
    pub(crate) fn new(
        census: Census,
        charts: BTreeMap<StayId, KeptChart>,
        aside: VecDeque<(u64, SetAside)>,
        clock: ClockTrust,
    ) -> Self {
        Self {
            census,
            charts,
            aside,
            clock,
            told: BTreeMap::new(),
        }
    }

    /// The numbers that `more` values take, which are nobody's, and of those that go for them.
    pub(crate) fn aside_numbers(&self, more: usize) -> (Range<u64>, Vec<u64>) {
        let first = self.aside.back().map_or(1, |(last, _)| last + 1);
        let numbers = first..first + u64::try_from(more).unwrap_or(0);
        let over = (self.aside.len() + more).saturating_sub(MAX_ASIDE);
        let gone = self.aside.iter().map(|(number, _)| *number);
        (numbers, gone.take(over).collect())
    }

    /// Keeps values that are nobody's, and says whether that is to be told.
    pub(crate) fn set_aside(&mut self, number: u64, aside: SetAside) -> bool {
        let (at, key) = (aside.at, (aside.bed.clone(), aside.why));
        if self.aside.len() == MAX_ASIDE {
            self.aside.pop_front();
        }
        self.aside.push_back((number, aside));
        let is_new = |told: &UnixMillis| at.saturating_sub(*told) >= TELL_AGAIN_MS;
        if !self.told.get(&key).is_none_or(is_new) {
            return false;
        }
        if self.told.len() >= MAX_TOLD {
            self.told.retain(|_, told| !is_new(told));
        }
        if self.told.len() < MAX_TOLD {
            self.told.insert(key, at);
        }
        true
    }
}
