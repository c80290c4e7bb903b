//! How a master is, and how many replicas must confirm a write.
//!
//! A write is confirmed by every replica that is in line, not by as many as the settings ask for at least: only so does
//! whoever is promoted have it. A Sentinel that promotes one replica leaves the others with the old master for a second
//! or more; a write that one of those confirms is lost (seen with `SENTINEL FAILOVER` under load: thousands).
//!
//! So when a replica leaves the line or does not confirm, writes are held up. Whoever follows the topology finds out
//! whether it was promoted: then this master is given up. If not, the replicas that are left suffice
//! ([`Vitals::lower`]), down to the number of the settings. A replica that is in line again counts again.
//!
//! Writes that are held up are refused at once and not sent. So a master that is cut off gets what was on its way, one
//! batch, and nothing more: it goes on naming its replicas, and they come no further than they were.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::Role;
use super::role::Replica;
use crate::settings::{Address, Durability};

/// Replicas tell how far they are once a second; one that has not come to where its master was this long ago is not
/// in line.
const IN_LINE_WITHIN: Duration = Duration::from_millis(1_500);
/// Looks that are remembered at most: enough for that time at the quickest pace.
const MAX_LOOKS: usize = 128;
/// Replicas that are remembered at most.
const MAX_REPLICAS: usize = 64;

/// How a master is, as its watchdog, its lane and the topology see it.
#[derive(Debug)]
pub(crate) struct Vitals {
    /// Replicas that must confirm at least.
    least: usize,
    seen: Mutex<Seen>,
    /// Whether writes are held up.
    short: watch::Sender<bool>,
    /// Wakes the watchdog.
    look: Notify,
    gone: CancellationToken,
    why_gone: OnceLock<String>,
}

#[derive(Debug, Default)]
struct Seen {
    offset: u64,
    replicas: Vec<Replica>,
    /// Everybody who has been in line.
    known: BTreeSet<Address>,
    /// Who left the line, did not come back, and may have been promoted. Others who came since stand for none of them.
    left: BTreeSet<Address>,
    /// Replicas that must confirm now.
    wanted: usize,
    /// A batch fell short; so far must as many come before the next one is sent.
    catch_up: Option<CatchUp>,
    /// When the master was where.
    looks: VecDeque<(Instant, u64)>,
    /// Goes up each time that a replica leaves or does not confirm: what was found out before that is worth nothing.
    troubles: u64,
    /// Goes up with each of these, and each time that a replica joins: an answer that was asked for before tells what was.
    news: u64,
}

#[derive(Clone, Copy, Debug)]
enum CatchUp {
    /// As far as the master is at the next look.
    NextLook,
    /// This place of the replication stream.
    To(u64),
}

impl Seen {
    fn count_at(&self, place: u64) -> usize {
        let there = self.replicas.iter().filter(|other| other.offset >= place);
        there.count()
    }

    fn is_short(&self) -> bool {
        self.catch_up.is_some() || !self.left.is_empty() || self.replicas.len() < self.wanted
    }
}

impl Vitals {
    pub(super) fn new(durability: Durability, role: &Role) -> Self {
        let vitals = Self {
            least: usize::from(durability.replicas()),
            seen: Mutex::default(),
            short: watch::Sender::new(false),
            look: Notify::new(),
            gone: CancellationToken::new(),
            why_gone: OnceLock::new(),
        };
        if let Role::Master { replicas, .. } = role {
            vitals.seen().wanted = replicas.len();
        }
        vitals.see(role, 0);
        vitals
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many replicas must confirm a write now: none where none is asked for.
    pub(super) fn wanted(&self) -> usize {
        if self.least == 0 {
            return 0;
        }
        self.seen().wanted.max(self.least)
    }

    /// How many must at least, whatever happens.
    pub(super) fn least(&self) -> usize {
        self.least
    }

    /// Why a write that is to be confirmed would not be, as far as is known.
    pub(crate) fn shortage(&self) -> Option<String> {
        if self.least == 0 {
            return None;
        }
        let seen = self.seen();
        let (in_line, least) = (seen.replicas.len(), self.least);
        if in_line < least {
            Some(format!(
                "the master has {in_line} replicas in line, and {least} must confirm a write"
            ))
        } else if seen.is_short() {
            Some("a replica left or is behind: looking whether it was promoted".to_owned())
        } else {
            None
        }
    }

    /// A batch was confirmed by fewer than were in line.
    pub(super) fn fell_short(&self) {
        let mut seen = self.seen();
        seen.catch_up = Some(CatchUp::NextLook);
        seen.troubles += 1;
        seen.news += 1;
        drop(seen);
        self.short.send_replace(true);
        self.look.notify_one();
    }

    /// The number of the last news, to be noted before a server is asked what it is.
    pub(super) fn news(&self) -> u64 {
        self.seen().news
    }

    /// Takes in what the server says of itself, asked after that news. `false` when it is no master any more.
    ///
    /// Two connections ask it. An answer that was on its way when the other one told of somebody who left or joined is older
    /// than that, and would bring back who left, or take who joined for one who left: it counts for nothing, and the server
    /// is asked again.
    pub(super) fn see(&self, role: &Role, asked_after: u64) -> bool {
        let Role::Master { offset, replicas } = role else {
            return false;
        };
        let now = Instant::now();
        let mut seen = self.seen();
        if seen.news != asked_after {
            drop(seen);
            self.look_now();
            return true;
        }
        seen.change_line(replicas);
        seen.offset = *offset;
        seen.know(replicas);
        let place = seen.place_before(now);
        seen.looks.push_back((now, *offset));
        if seen.looks.len() > MAX_LOOKS {
            seen.looks.pop_front();
        }
        seen.catch_up = match seen.catch_up {
            None => None,
            Some(CatchUp::NextLook) => Some(CatchUp::To(*offset)),
            Some(CatchUp::To(place)) => {
                (seen.count_at(place) < seen.wanted.max(self.least)).then_some(CatchUp::To(place))
            }
        };
        if let Some(place) = place {
            seen.wanted = seen.wanted.max(seen.count_at(place));
        }
        seen.wanted = seen.wanted.max(self.least);
        let is_short = self.least > 0 && seen.is_short();
        drop(seen);
        self.tell(is_short);
        true
    }

    /// Takes in who is in line right after a batch, and nothing else: whoever left holds up what follows.
    pub(super) fn see_line(&self, role: &Role, asked_after: u64) {
        let Role::Master { replicas, .. } = role else {
            return;
        };
        let mut seen = self.seen();
        if seen.news != asked_after {
            return;
        }
        seen.know(replicas);
        if !seen.change_line(replicas) {
            return;
        }
        let is_short = self.least > 0 && seen.is_short();
        drop(seen);
        self.tell(is_short);
        self.look.notify_one();
    }

    /// Whether somebody left the line of whom it is not known that it was not promoted.
    pub(super) fn has_lost_any(&self) -> bool {
        self.least > 0 && !self.seen().left.is_empty()
    }

    /// Nobody was promoted since `trouble`: those who are in line suffice.
    pub(super) fn lower(&self, trouble: u64) {
        let mut seen = self.seen();
        if seen.troubles != trouble {
            return;
        }
        let count = match seen.catch_up {
            // The next look says who is there.
            Some(CatchUp::NextLook) => return,
            Some(CatchUp::To(place)) => seen.count_at(place),
            None => seen.replicas.len(),
        };
        seen.wanted = count.max(self.least);
        seen.left.clear();
        if count >= self.least {
            seen.catch_up = None;
        }
        // Whoever is behind is to be in line for a while before it counts again.
        seen.looks.clear();
        let is_short = seen.is_short();
        drop(seen);
        self.tell(is_short);
    }

    fn tell(&self, is_short: bool) {
        self.short.send_if_modified(|was| {
            let changes = *was != is_short;
            *was = is_short;
            changes
        });
    }

    /// Whether writes are held up now.
    pub(super) fn is_held_up(&self) -> bool {
        *self.short.borrow()
    }

    /// Resolves while writes are held up, with the number of the trouble.
    pub(super) async fn is_short(&self) -> u64 {
        // The sender lives as long as this does.
        drop(self.short.subscribe().wait_for(|short| *short).await);
        self.seen().troubles
    }

    /// Whether a batch fell short, and replicas have not come to where the master was after it.
    pub(super) fn is_behind(&self) -> bool {
        self.seen().catch_up.is_some()
    }

    /// Resolves while writes are not held up.
    pub(super) async fn is_well(&self) {
        drop(self.short.subscribe().wait_for(|short| !*short).await);
    }

    pub(super) fn line(&self) -> (u64, Vec<Replica>) {
        let seen = self.seen();
        (seen.offset, seen.replicas.clone())
    }

    pub(super) fn known_replicas(&self) -> Vec<Address> {
        self.seen().known.iter().cloned().collect()
    }

    pub(super) fn look_now(&self) {
        self.look.notify_one();
    }

    pub(super) async fn wants_a_look(&self) {
        self.look.notified().await;
    }

    pub(super) fn give_up(&self, why: String) {
        // The first reason is the one that matters.
        drop(self.why_gone.set(why));
        self.gone.cancel();
    }

    pub(super) fn is_gone(&self) -> bool {
        self.gone.is_cancelled()
    }

    pub(super) async fn gone(&self) -> String {
        self.gone.cancelled().await;
        self.why_gone()
    }

    pub(super) fn why_gone(&self) -> String {
        self.why_gone.get().cloned().unwrap_or_default()
    }
}

impl Seen {
    fn know(&mut self, replicas: &[Replica]) {
        for replica in replicas {
            if self.known.len() < MAX_REPLICAS {
                self.known.insert(replica.address.clone());
            }
        }
    }

    /// Takes in who is in line now. `true` when somebody left.
    fn change_line(&mut self, replicas: &[Replica]) -> bool {
        let before = std::mem::replace(&mut self.replicas, replicas.to_vec());
        let is_among =
            |line: &[Replica], one: &Address| line.iter().any(|other| other.address == *one);
        let is_there = |one: &Address| is_among(replicas, one);
        let did_join = replicas.iter().any(|one| !is_among(&before, &one.address));
        let leaving = before.into_iter().map(|one| one.address);
        let leaving: BTreeSet<Address> = leaving.filter(|one| !is_there(one)).collect();
        let did_leave = !leaving.is_empty();
        self.troubles += u64::from(did_leave);
        self.news += u64::from(did_leave || did_join);
        self.left.extend(leaving);
        // A replica of this master again was not promoted.
        self.left.retain(|one| !is_there(one));
        did_leave
    }

    /// Where the master was so long ago that a replica in line has told of it.
    fn place_before(&self, now: Instant) -> Option<u64> {
        let old_enough = |at: &Instant| now.duration_since(*at) >= IN_LINE_WITHIN;
        let mut looks = self.looks.iter().rev();
        looks
            .find(|(at, _)| old_enough(at))
            .map(|(_, place)| *place)
    }
}

#[cfg(test)]
mod tests;
