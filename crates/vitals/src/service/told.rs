//! What was told of a stay's band, for whoever asks afterwards.
//!
//! It follows from what is stored, so it is the same after a restart: changes of band, and who has seen them.
//! Reminders and incomplete scores are told as they happen and not kept.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use crate::model::PhiText;
use crate::score::{Band, BandEvent};

/// Kept of one stay; of more the oldest go.
pub const MAX_TOLD: usize = 256;

/// Something that was told of a band.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldBand {
    /// Its number; they grow within a stay.
    pub number: u64,
    /// When.
    pub at: UnixMillis,
    /// What.
    pub kind: ToldKind,
}

/// What was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToldKind {
    /// The band changed.
    Changed {
        /// What it was; nothing for the first one of the stay.
        from: Option<Band>,
        /// What it is.
        to: Band,
        /// The total of the score that decided, when it was complete.
        total: Option<u8>,
    },
    /// Somebody has seen it.
    Acknowledged {
        /// The band.
        band: Band,
        /// Who.
        by: PhiText,
    },
}

/// What was told of one stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told(VecDeque<ToldBand>);

impl Told {
    pub(crate) fn changes(&mut self, at: UnixMillis, events: &[BandEvent]) {
        for event in events {
            if let BandEvent::Changed { from, to, total } = event {
                let (from, to, total) = (*from, *to, *total);
                self.push(at, ToldKind::Changed { from, to, total });
            }
        }
    }

    pub(crate) fn push(&mut self, at: UnixMillis, kind: ToldKind) {
        let number = self.0.back().map_or(1, |last| last.number + 1);
        if self.0.len() == MAX_TOLD {
            self.0.pop_front();
        }
        self.0.push_back(ToldBand { number, at, kind });
    }

    /// Takes what was told of another stay that became part of this one. It is numbered anew, beyond both.
    pub(crate) fn join(&mut self, other: &Self) {
        if other.0.is_empty() {
            return;
        }
        let last = |told: &Self| told.0.back().map_or(0, |last| last.number);
        let from = last(self).max(last(other)) + 1;
        let mut all: Vec<ToldBand> = self.0.drain(..).chain(other.0.iter().cloned()).collect();
        all.sort_by_key(|told| (told.at, told.number));
        let skipped = all.len().saturating_sub(MAX_TOLD);
        let kept = all.into_iter().skip(skipped);
        let numbered = (from..).zip(kept);
        self.0 = numbered
            .map(|(number, told)| ToldBand { number, ..told })
            .collect();
    }

    /// Beyond a number, oldest first.
    pub(crate) fn after(&self, number: u64) -> impl Iterator<Item = &ToldBand> {
        self.0.iter().filter(move |told| told.number > number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(times: impl IntoIterator<Item = u64>) -> Told {
        let mut told = Told::default();
        for at in times {
            told.push(
                at,
                ToldKind::Changed {
                    from: None,
                    to: Band::High,
                    total: Some(7),
                },
            );
        }
        told
    }

    fn numbers(told: &Told) -> Vec<u64> {
        told.after(0).map(|told| told.number).collect()
    }

    #[test]
    fn one_beyond_the_limit_costs_the_oldest() {
        let all = MAX_TOLD as u64;

        assert_eq!(numbers(&told(0..all)), (1..=all).collect::<Vec<_>>());
        assert_eq!(numbers(&told(0..=all)), (2..=all + 1).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_joined_stands_in_the_order_of_time_with_numbers_beyond_both() {
        let mut one = told([10, 30]);

        one.join(&told([5, 20, 40]));

        let times: Vec<u64> = one.after(0).map(|told| told.at).collect();
        assert_eq!(times, [5, 10, 20, 30, 40]);
        assert_eq!(numbers(&one), [4, 5, 6, 7, 8]);
    }
}
