//! When a change of band is told: once, and only when it persists.
//!
//! The watch keeps the bands of the latest samples. It rises to the lowest band that the last two samples both
//! reach, so one artefact tells nothing, and a true deterioration is told with the second sample. It falls more
//! slowly: when at least three samples in a row stay below, over at least ten minutes, to the highest of them. A
//! score that dances around a threshold therefore stays in the higher band, and makes one event instead of a
//! storm: who falls ill again within ten minutes was never well.
//!
//! What a person has charted has been looked at by a person: it counts at once. Otherwise a nurse's finding
//! would wait for the next round. An incomplete score never lowers a band; it raises one only when the parts that
//! are known reach it alone.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use super::{Assessment, Band};
use crate::freshness::is_ahead;
use crate::observation::Parameter;

/// When changes are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BandPolicy {
    /// Consecutive samples that must reach a higher band: 2.
    pub rise_samples: u8,
    /// The same when a person has charted the newest one: 1.
    pub charted_rise_samples: u8,
    /// Consecutive samples that must stay below: 3.
    pub fall_samples: u8,
    /// Time that these must span: 10 minutes.
    pub fall_ms: u64,
    /// Samples nearer to each other than this are one: a monitor may send its values in several messages. 2 s.
    pub apart_ms: u64,
    /// Bands from here on are told again while nobody acknowledges: medium.
    pub remind_from: Band,
    /// Time until an unacknowledged band is told again: 15 minutes.
    pub remind_ms: u64,
    /// Time until an acknowledged band that still stands is told again: 60 minutes.
    pub remind_acknowledged_ms: u64,
}

impl Default for BandPolicy {
    fn default() -> Self {
        Self {
            rise_samples: 2,
            charted_rise_samples: 1,
            fall_samples: 3,
            fall_ms: 10 * 60_000,
            apart_ms: 2_000,
            remind_from: Band::Medium,
            remind_ms: 15 * 60_000,
            remind_acknowledged_ms: 60 * 60_000,
        }
    }
}

/// A new set of inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// When it came in.
    pub at: UnixMillis,
    /// Whether a person has charted it.
    pub charted: bool,
}

/// What is told of a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum BandEvent {
    /// The band has changed.
    Changed {
        /// The band before; none when this is the first one of the stay.
        from: Option<Band>,
        /// The band now.
        to: Band,
        /// The total of the sample that decided, when it was complete.
        total: Option<u8>,
    },
    /// The band stands and needs another look.
    Reminder {
        /// The band.
        band: Band,
        /// Whether somebody has acknowledged it.
        acknowledged: bool,
    },
    /// The score was complete and is no longer. The band that was told last stands.
    Incomplete {
        /// Never observed, or withdrawn.
        missing: Vec<Parameter>,
        /// Too old.
        stale: Vec<Parameter>,
    },
    /// The score is complete again.
    Complete,
}

/// The band that was told last, and what is known since.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BandWatch {
    announced: Option<Announced>,
    /// The newest samples, oldest first: as many as a rise needs.
    recent: Vec<(Band, UnixMillis)>,
    below: Option<Below>,
    complete: bool,
}

/// A run of samples below the band that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Below {
    since: UnixMillis,
    samples: u8,
    highest: Band,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Announced {
    band: Band,
    since: UnixMillis,
    told_at: UnixMillis,
    acknowledged_at: Option<UnixMillis>,
}

impl BandWatch {
    /// The band that was told last.
    pub fn band(&self) -> Option<Band> {
        self.announced.map(|announced| announced.band)
    }

    /// Since when it stands.
    pub fn since(&self) -> Option<UnixMillis> {
        self.announced.map(|announced| announced.since)
    }

    /// When it was acknowledged.
    pub fn acknowledged_at(&self) -> Option<UnixMillis> {
        self.announced
            .and_then(|announced| announced.acknowledged_at)
    }

    /// Notes that somebody has seen the band that stands. False when none stands or it is acknowledged already.
    pub fn acknowledge(&mut self, now: UnixMillis) -> bool {
        match &mut self.announced {
            Some(announced) if announced.acknowledged_at.is_none() => {
                announced.acknowledged_at = Some(now);
                true
            }
            _ => false,
        }
    }

    /// Takes the score of a new set of inputs.
    pub fn sample(
        &mut self,
        assessment: &Assessment,
        sample: Sample,
        policy: &BandPolicy,
    ) -> Vec<BandEvent> {
        let mut events = self.completeness(assessment);
        let (band, whole) = match assessment {
            Assessment::NotApplicable(_) => {
                *self = Self::default();
                return events;
            }
            Assessment::Complete(complete) => (Some(complete.band), true),
            Assessment::Incomplete(incomplete) => (incomplete.at_least, false),
        };
        let Some(band) = band else { return events };
        if !whole && self.band() >= Some(band) {
            return events;
        }
        self.remember(band, sample.at, policy);
        let needed = if sample.charted {
            policy.charted_rise_samples
        } else {
            policy.rise_samples
        };
        let target = self
            .risen(needed)
            .or_else(|| self.fallen(sample.at, policy));
        if let Some(to) = target {
            let from = self.band();
            self.announce(to, sample.at);
            if from.is_some() || to > Band::Low {
                events.push(BandEvent::Changed {
                    from,
                    to,
                    total: assessment.total(),
                });
            }
        }
        events
    }

    /// Lets time pass: tells that the score has become incomplete, and reminds.
    pub fn tick(
        &mut self,
        assessment: &Assessment,
        now: UnixMillis,
        policy: &BandPolicy,
    ) -> Vec<BandEvent> {
        let mut events = self.completeness(assessment);
        if let Some(announced) = &mut self.announced
            && announced.band >= policy.remind_from
        {
            // What lies ahead was told before the clock was set back: for how long is not known, so it is long ago.
            let past = |at: UnixMillis| if is_ahead(at, now) { 0 } else { at };
            let told_at = past(announced.told_at);
            let (last, wait) = match announced.acknowledged_at.map(past) {
                None => (told_at, policy.remind_ms),
                Some(at) => (at.max(told_at), policy.remind_acknowledged_ms),
            };
            if now.saturating_sub(last) >= wait {
                announced.told_at = now;
                announced.acknowledged_at = announced.acknowledged_at.map(|at| at.min(now));
                events.push(BandEvent::Reminder {
                    band: announced.band,
                    acknowledged: announced.acknowledged_at.is_some(),
                });
            }
        }
        events
    }

    fn completeness(&mut self, assessment: &Assessment) -> Vec<BandEvent> {
        match assessment {
            Assessment::Complete(_) if !self.complete => {
                self.complete = true;
                let again = self.announced.is_some() || !self.recent.is_empty();
                if again {
                    vec![BandEvent::Complete]
                } else {
                    Vec::new()
                }
            }
            Assessment::Incomplete(incomplete) if self.complete => {
                self.complete = false;
                vec![BandEvent::Incomplete {
                    missing: incomplete.missing.clone(),
                    stale: incomplete.stale.clone(),
                }]
            }
            _ => Vec::new(),
        }
    }

    /// Keeps the newest samples; of those nearer to each other than `apart_ms` the last one counts, as it
    /// knows most.
    fn remember(&mut self, band: Band, at: UnixMillis, policy: &BandPolicy) {
        let mut is_new = true;
        match self.recent.last_mut() {
            Some((last, since)) if at.abs_diff(*since) < policy.apart_ms => {
                *last = band;
                is_new = false;
            }
            _ => self.recent.push((band, at)),
        }
        let kept = usize::from(policy.rise_samples.max(policy.charted_rise_samples).max(1));
        while self.recent.len() > kept {
            self.recent.remove(0);
        }
        self.below = match self.below {
            _ if Some(band) >= self.band() => None,
            None => Some(Below {
                since: at,
                samples: 1,
                highest: band,
            }),
            Some(below) => Some(Below {
                samples: below.samples.saturating_add(u8::from(is_new)),
                highest: below.highest.max(band),
                // A clock that was set back begins the time anew, and not only when it has caught up.
                since: below.since.min(at),
            }),
        };
    }

    fn risen(&self, needed: u8) -> Option<Band> {
        let needed = usize::from(needed.max(1));
        if self.recent.len() < needed {
            return None;
        }
        let newest = self.recent.iter().rev().take(needed);
        let reached = newest.map(|(band, _)| *band).min()?;
        (Some(reached) > self.band()).then_some(reached)
    }

    fn fallen(&self, at: UnixMillis, policy: &BandPolicy) -> Option<Band> {
        let below = self.below?;
        let persists = below.samples >= policy.fall_samples
            && at.saturating_sub(below.since) >= policy.fall_ms;
        persists.then_some(below.highest)
    }

    fn announce(&mut self, band: Band, at: UnixMillis) {
        self.below = None;
        self.announced = Some(Announced {
            band,
            since: at,
            told_at: at,
            acknowledged_at: None,
        });
    }
}

#[cfg(test)]
mod tests;
