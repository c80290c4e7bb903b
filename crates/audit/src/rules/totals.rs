//! How much one user took away lately, in slots of five minutes: constant memory a user, whatever it takes.

use std::collections::{BTreeMap, VecDeque};

use wardline_kernel::UnixMillis;
use wardline_phi::Token;

use super::window::MAX_USERS;
use crate::model::Amount;

const SLOT_MS: u64 = 5 * 60 * 1_000;
/// An hour, and the slot that is begun.
const SLOTS: u64 = 12;

/// Amounts per user.
#[derive(Debug, Default)]
pub(super) struct Totals(BTreeMap<Token, VecDeque<Slot>>);

#[derive(Debug, Default)]
struct Slot {
    number: u64,
    amount: Amount,
}

impl Totals {
    /// What the user took within the hour until now, this amount among it.
    pub(super) fn add(&mut self, user: Token, amount: Amount, at: UnixMillis) -> Amount {
        let now = at / SLOT_MS;
        if !self.0.contains_key(&user) && self.0.len() >= MAX_USERS {
            let last = |slots: &VecDeque<Slot>| slots.back().map(|slot| slot.number);
            let quietest = self.0.iter().min_by_key(|(_, slots)| last(slots));
            if let Some(user) = quietest.map(|(user, _)| *user) {
                self.0.remove(&user);
            }
        }
        let slots = self.0.entry(user).or_default();
        for slot in slots.iter_mut() {
            // By a clock that was ahead.
            slot.number = slot.number.min(now);
        }
        slots.retain(|slot| slot.number + SLOTS >= now);
        match slots.back_mut().filter(|slot| slot.number == now) {
            Some(slot) => slot.amount = sum(slot.amount, amount),
            None => slots.push_back(Slot {
                number: now,
                amount,
            }),
        }
        let amounts = slots.iter().map(|slot| slot.amount);
        amounts.fold(Amount::default(), sum)
    }
}

fn sum(one: Amount, other: Amount) -> Amount {
    Amount {
        records: one.records.saturating_add(other.records),
        bytes: one.bytes.saturating_add(other.bytes),
    }
}
