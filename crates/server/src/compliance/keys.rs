//! Controls of keys: what is stored is sealed, and what was erased is gone.

use super::control::{Control, Found, given};
use super::facts::{Facts, KeyFacts};
use crate::insight::time_text;

pub(super) const CONTROLS: &[Control] = &[
    Control {
        id: "sealing.key-at-hand",
        title: "What is stored is sealed, and the key-encryption key can be had",
        citations: &["164.312(a)(2)(iv)"],
        to_do: "See `wardline keys status` and the runbook of keys: while the key service is away nothing new is sealed for long.",
        check: |facts| given(&facts.keys, key_at_hand),
    },
    Control {
        id: "sealing.key-current",
        title: "Every data key is wrapped by the current key-encryption key",
        citations: &["164.312(a)(2)(iv)"],
        to_do: "Run `wardline keys rewrap`; until it is done the older key-encryption key is needed and must be kept.",
        check: |facts| given(&facts.keys, key_current),
    },
    Control {
        id: "records.erased",
        title: "Records that were erased have no key, and stand in the ledger of erasures",
        citations: &["164.310(d)(2)(i)"],
        to_do: "Start Wardline again: a start finishes what the ledger says. Records without a key that it does not name: \
                bring the ledger's file back from where it was kept.",
        check: erased,
    },
];

fn key_at_hand(keys: &KeyFacts) -> Found {
    let holder = keys.holder;
    match keys.version {
        Some(version) if !keys.is_away => Found::pass(format!(
            "held by {holder}, version {version}; data keys under it: {}",
            keys.under_current
        )),
        _ => Found::fail(format!("{holder} does not answer")),
    }
}

fn key_current(keys: &KeyFacts) -> Found {
    let told = format!(
        "data keys under the current one: {}, under older ones: {}",
        keys.under_current, keys.under_older
    );
    let found = match (keys.version, keys.under_older, keys.is_moving) {
        (None, _, _) => Found::unknown("which one is current cannot be asked now"),
        (_, 0, _) => Found::pass(told),
        (_, _, true) => Found::unknown(told).and("they are being moved now"),
        (_, _, false) => Found::fail(told),
    };
    match keys.oldest_at {
        Some(at) => found.and(format!("the oldest data key was made at {}", time_text(at))),
        None => found,
    }
}

fn erased(facts: &Facts) -> Found {
    given(&facts.keys, |keys| {
        let is_bad = keys.not_yet_erased + keys.not_in_ledger > 0;
        Found::unless(is_bad, format!("records that are erased: {}", keys.erased)).and(format!(
            "in the ledger and still with a key: {}; without a key and not in the ledger: {}",
            keys.not_yet_erased, keys.not_in_ledger
        ))
    })
}
