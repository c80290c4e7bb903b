//! Sliding windows: how much one user did lately. Not by the clock's hour, in which nine at its end and nine at the
//! next one's beginning would be seen as few.

use std::collections::{BTreeMap, BTreeSet};

use wardline_kernel::UnixMillis;
use wardline_phi::Token;

/// Users of whom something is remembered at most; the one who was quiet for longest is forgotten.
pub(super) const MAX_USERS: usize = 4_096;

/// Things per user, with when each was last seen.
#[derive(Debug)]
pub(super) struct Windows {
    length_ms: u64,
    /// How many different things are too many; no more are remembered.
    limit: usize,
    users: BTreeMap<Token, Window>,
}

#[derive(Debug, Default)]
struct Window {
    last_at: UnixMillis,
    seen: BTreeMap<Token, UnixMillis>,
    /// The same, the longest ago first.
    by_age: BTreeSet<(UnixMillis, Token)>,
}

impl Windows {
    pub(super) fn new(length_ms: u64, limit: usize) -> Self {
        Self {
            length_ms,
            limit: limit.max(1),
            users: BTreeMap::new(),
        }
    }

    /// Whether, with these things, the user has seen `limit` different ones within the window.
    pub(super) fn add(
        &mut self,
        user: Token,
        things: impl IntoIterator<Item = Token>,
        at: UnixMillis,
    ) -> bool {
        if !self.users.contains_key(&user) && self.users.len() >= MAX_USERS {
            self.forget_the_quietest();
        }
        let (limit, since) = (self.limit, at.saturating_sub(self.length_ms));
        let window = self.users.entry(user).or_default();
        if at < window.last_at {
            window.move_back_to(at);
        }
        window.last_at = at;
        window.forget_until(since);
        for thing in things {
            if window.seen.len() >= limit && !window.seen.contains_key(&thing) {
                window.forget_the_oldest();
            }
            window.see(thing, at);
        }
        window.seen.len() >= limit
    }

    fn forget_the_quietest(&mut self) {
        let quietest = self.users.iter().min_by_key(|(_, window)| window.last_at);
        if let Some(user) = quietest.map(|(user, _)| *user) {
            self.users.remove(&user);
        }
    }

    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.users.values().map(|window| window.seen.len()).sum()
    }
}

impl Window {
    /// Forgets what was last seen at this time or before; at no time when it is 0.
    fn forget_until(&mut self, since: UnixMillis) {
        let is_over = |oldest: &(UnixMillis, Token)| since > 0 && oldest.0 <= since;
        while self.by_age.first().is_some_and(is_over) {
            self.forget_the_oldest();
        }
    }

    /// What was seen by a clock that was ahead was seen now at the latest: it would not grow old.
    fn move_back_to(&mut self, at: UnixMillis) {
        let later = self.by_age.split_off(&(at, Token::default()));
        for (_, thing) in later {
            self.see(thing, at);
        }
    }

    fn see(&mut self, thing: Token, at: UnixMillis) {
        if let Some(before) = self.seen.insert(thing, at) {
            self.by_age.remove(&(before, thing));
        }
        self.by_age.insert((at, thing));
    }

    fn forget_the_oldest(&mut self) {
        if let Some((_, thing)) = self.by_age.pop_first() {
            self.seen.remove(&thing);
        }
    }
}
