//! The keys that were used lately, bounded in number and time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode};
use wardline_messaging::model::UnixMillis;

use crate::http::problem::{Code, Problem};

/// Keys of one caller that are remembered at most; beyond, its creating calls that carry one are answered 429.
const MOST_KEYS: usize = 4_096;
const KEPT_FOR_MS: u64 = 24 * 60 * 60 * 1_000;
/// Of calls that are frequent, or whose answers hold a secret: many, for a short time.
const MOST_SHORT_KEYS: usize = 65_536;
const SHORT_KEYS_KEPT_FOR_MS: u64 = 5 * 60 * 1_000;
/// A table has room for so many callers at their most: one alone cannot shut out the others.
const FULL_CALLERS: usize = 2;

/// What tells one request from another.
pub(super) type Fingerprint = [u8; 32];

/// An answer as it is given again.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) status: StatusCode,
    pub(super) content_type: Option<HeaderValue>,
    pub(super) location: Option<HeaderValue>,
    pub(super) body: Bytes,
}

/// How a request with a key begins.
#[derive(Debug)]
pub(super) enum Begun {
    /// It is the first: whoever has the slot does the work.
    First(Slot),
    /// It was answered before.
    Answered(Kept),
}

/// The keys that were used lately.
#[derive(Debug)]
pub(crate) struct Keys {
    entries: Mutex<Entries>,
    most_of_one: usize,
    kept_for_ms: u64,
    /// When what is over was last taken out.
    swept_at: AtomicU64,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            entries: Mutex::default(),
            most_of_one: MOST_KEYS,
            kept_for_ms: KEPT_FOR_MS,
            swept_at: AtomicU64::new(0),
        }
    }
}

/// The keys of each token, by its name. Tokens without a key are not there.
#[derive(Debug, Default)]
struct Entries {
    callers: BTreeMap<String, BTreeMap<String, Entry>>,
    /// Of all callers together.
    count: usize,
}

/// The token's name and the key.
type Name = (String, String);

#[derive(Debug)]
struct Entry {
    fingerprint: Fingerprint,
    since: UnixMillis,
    /// `None` while the first request is under way.
    kept: Option<Kept>,
}

/// The right to answer for a key. Dropped without an answer, the key is free again.
#[derive(Debug)]
pub(super) struct Slot {
    keys: Arc<Keys>,
    name: Option<Name>,
}

impl Keys {
    /// Keys that are kept for a short time: of calls that are frequent, or whose answers hold a secret.
    pub(super) fn kept_shortly() -> Self {
        Self {
            most_of_one: MOST_SHORT_KEYS,
            kept_for_ms: SHORT_KEYS_KEPT_FOR_MS,
            ..Self::default()
        }
    }

    pub(super) fn begin(
        self: &Arc<Self>,
        (caller, key): (&str, &str),
        fingerprint: Fingerprint,
        now: UnixMillis,
    ) -> Result<Begun, Problem> {
        let mut entries = self.entries();
        let known = entries.get(caller, key);
        if let Some(entry) = known.filter(|entry| !self.is_over(entry, now)) {
            if entry.fingerprint != fingerprint {
                return Err(Problem::new(Code::IdempotencyKeyReused).field("idempotency-key"));
            }
            let kept = entry.kept.clone();
            return kept
                .map(Begun::Answered)
                .ok_or_else(|| Problem::new(Code::IdempotencyKeyBusy));
        }
        let is_due = now.saturating_sub(self.swept_at.load(Ordering::Relaxed)) >= self.kept_for_ms;
        if is_due || self.is_full(&entries, caller) {
            self.swept_at.store(now, Ordering::Relaxed);
            entries.retain(|entry| !self.is_over(entry, now));
        }
        if self.is_full(&entries, caller) {
            return Err(Problem::new(Code::TooManyKeys));
        }
        let name = (caller.to_owned(), key.to_owned());
        let entry = Entry {
            fingerprint,
            since: now,
            kept: None,
        };
        entries.insert(name.clone(), entry);
        Ok(Begun::First(Slot {
            keys: Arc::clone(self),
            name: Some(name),
        }))
    }

    /// Whether there is no room for another key of this caller.
    fn is_full(&self, entries: &Entries, caller: &str) -> bool {
        entries.of(caller) >= self.most_of_one
            || entries.count >= self.most_of_one.saturating_mul(FULL_CALLERS)
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Work that is under way is never over.
    fn is_over(&self, entry: &Entry, now: UnixMillis) -> bool {
        entry.kept.is_some() && now.saturating_sub(entry.since) >= self.kept_for_ms
    }
}

impl Entries {
    fn of(&self, caller: &str) -> usize {
        self.callers.get(caller).map_or(0, BTreeMap::len)
    }

    fn get(&self, caller: &str, key: &str) -> Option<&Entry> {
        self.callers.get(caller)?.get(key)
    }

    fn get_mut(&mut self, (caller, key): &Name) -> Option<&mut Entry> {
        self.callers.get_mut(caller)?.get_mut(key)
    }

    fn insert(&mut self, (caller, key): Name, entry: Entry) {
        let before = self.callers.entry(caller).or_default().insert(key, entry);
        self.count += usize::from(before.is_none());
    }

    fn remove(&mut self, (caller, key): &Name) {
        let Some(keys) = self.callers.get_mut(caller) else {
            return;
        };
        self.count -= usize::from(keys.remove(key).is_some());
        if keys.is_empty() {
            self.callers.remove(caller);
        }
    }

    fn retain(&mut self, keep: impl Fn(&Entry) -> bool) {
        self.callers.retain(|_, keys| {
            keys.retain(|_, entry| keep(entry));
            !keys.is_empty()
        });
        self.count = self.callers.values().map(BTreeMap::len).sum();
    }
}

impl Slot {
    pub(super) fn fill(mut self, kept: Kept) {
        if let Some(name) = self.name.take()
            && let Some(entry) = self.keys.entries().get_mut(&name)
        {
            entry.kept = Some(kept);
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(name) = self.name.take() {
            self.keys.entries().remove(&name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Fingerprint = [1; 32];

    fn answer() -> Kept {
        let body = Bytes::from_static(b"{}");
        Kept {
            status: StatusCode::CREATED,
            content_type: None,
            location: None,
            body,
        }
    }

    fn first(keys: &Arc<Keys>, key: &str, now: u64) -> Slot {
        match keys.begin(("ward", key), ONE, now) {
            Ok(Begun::First(slot)) => slot,
            other => panic!("expected the first: {other:?}"),
        }
    }

    #[test]
    fn a_request_sent_again_gets_the_answer_of_the_first() {
        let keys = Arc::new(Keys::default());
        first(&keys, "k", 0).fill(answer());

        let again = keys.begin(("ward", "k"), ONE, 1).unwrap();

        assert!(matches!(again, Begun::Answered(kept) if kept.status == StatusCode::CREATED));
    }

    #[test]
    fn a_key_belongs_to_its_token_and_to_one_request() {
        let keys = Arc::new(Keys::default());
        first(&keys, "k", 0).fill(answer());

        let other_request = keys.begin(("ward", "k"), [2; 32], 1).unwrap_err();

        assert_eq!(other_request.code(), Code::IdempotencyKeyReused);
        assert!(matches!(
            keys.begin(("other", "k"), [2; 32], 1),
            Ok(Begun::First(_))
        ));
    }

    #[test]
    fn while_the_first_is_under_way_the_second_is_told_so_and_a_failure_frees_the_key() {
        let keys = Arc::new(Keys::default());
        let slot = first(&keys, "k", 0);

        let second = keys.begin(("ward", "k"), ONE, KEPT_FOR_MS * 2).unwrap_err();
        assert_eq!(second.code(), Code::IdempotencyKeyBusy);

        drop(slot);
        drop(first(&keys, "k", 1));
    }

    #[test]
    fn a_key_is_forgotten_after_a_day() {
        let keys = Arc::new(Keys::default());
        first(&keys, "k", 0).fill(answer());

        assert!(matches!(
            keys.begin(("ward", "k"), ONE, KEPT_FOR_MS - 1),
            Ok(Begun::Answered(_))
        ));
        assert!(matches!(
            keys.begin(("ward", "k"), ONE, KEPT_FOR_MS),
            Ok(Begun::First(_))
        ));
    }

    #[test]
    fn keys_of_one_are_bounded_and_old_ones_make_room() {
        let keys = Arc::new(Keys::default());
        for number in 0..MOST_KEYS {
            first(&keys, &number.to_string(), 0).fill(answer());
        }

        let refused = keys.begin(("ward", "new"), ONE, 1).unwrap_err();
        assert_eq!(refused.code(), Code::TooManyKeys);
        drop(first(&keys, "new", KEPT_FOR_MS));
    }

    #[test]
    fn who_uses_up_its_keys_shuts_out_nobody_else() {
        let keys = Arc::new(Keys::default());
        for number in 0..MOST_KEYS {
            first(&keys, &number.to_string(), 0).fill(answer());
        }

        for number in 0..MOST_KEYS {
            let begun = keys.begin(("other", &number.to_string()), ONE, 1);
            let Ok(Begun::First(slot)) = begun else {
                panic!("expected room for another caller: {begun:?}");
            };
            slot.fill(answer());
        }
    }

    #[test]
    fn all_callers_together_are_bounded_too() {
        let keys = Arc::new(Keys::default());
        for number in 0..MOST_KEYS * FULL_CALLERS {
            let caller = format!("caller-{}", number % 100);
            let begun = keys.begin((&caller, &number.to_string()), ONE, 0);
            let Ok(Begun::First(slot)) = begun else {
                panic!("expected room for {number}");
            };
            slot.fill(answer());
        }

        let refused = keys.begin(("another", "k"), ONE, 1).unwrap_err();

        assert_eq!(refused.code(), Code::TooManyKeys);
        assert!(matches!(
            keys.begin(("another", "k"), ONE, KEPT_FOR_MS),
            Ok(Begun::First(_))
        ));
    }

    #[test]
    fn keys_that_are_kept_shortly_are_free_after_five_minutes() {
        let keys = Arc::new(Keys::kept_shortly());
        for number in 0..=MOST_KEYS {
            first(&keys, &number.to_string(), 0).fill(answer());
        }

        assert!(matches!(
            keys.begin(("ward", "0"), ONE, SHORT_KEYS_KEPT_FOR_MS - 1),
            Ok(Begun::Answered(_))
        ));
        drop(first(&keys, "0", SHORT_KEYS_KEPT_FOR_MS));
    }
}
