//! Every bed as it is now, by the order of its last change.
//!
//! A reader asks what changed since it last asked and gets each bed's newest view, so however slow it is, nothing
//! piles up for it and nobody waits for it. What can be asked for is kept in one entry per bed, not in a log:
//! a reader that comes back after an hour costs what one costs that never left.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;
use wardline_kernel::UnixMillis;

use super::view::BedView;
use crate::model::{BedId, Patient, PhiText, UnitId};

/// Views given out at once.
const MAX_AT_ONCE: usize = 64;
/// Numbers for each millisecond since 1970, so that they grow also over restarts and stay below 2^53.
const PER_MS: u64 = 1024;

/// Where a reader begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// With every bed as it is now, then with what changes.
    Everything,
    /// With what changes from now on.
    Now,
    /// With what changed after this update, as `Last-Event-ID` names it.
    After(u64),
}

#[derive(Default)]
struct Shown {
    beds: BTreeMap<BedId, Arc<BedView>>,
    order: Order,
    units: BTreeMap<UnitId, Order>,
    /// Beds where somebody with a number lies or is expected, whoever gave it: who decides on access asks each time.
    by_number: BTreeMap<PhiText, BTreeSet<BedId>>,
    last: u64,
}

/// Beds by the number of their last change.
struct Order {
    beds: BTreeMap<u64, BedId>,
    last: watch::Sender<u64>,
}

impl Default for Order {
    fn default() -> Self {
        Self {
            beds: BTreeMap::new(),
            last: watch::Sender::new(0),
        }
    }
}

impl Order {
    fn put(&mut self, was: Option<u64>, is: u64, bed: &BedId) {
        if let Some(was) = was {
            self.beds.remove(&was);
        }
        self.beds.insert(is, bed.clone());
    }
}

impl Shown {
    /// Keeps the index in step with a bed whose view was this before.
    fn index(&mut self, bed: &BedId, before: Option<&BedView>) {
        let Some(now) = self.beds.get(bed) else {
            return;
        };
        // Nearly every view brings new values of the same patient.
        if before.is_some_and(|before| is_of_the_same(before, now)) {
            return;
        }
        let is = numbers_of(now);
        let was = before.map(numbers_of).unwrap_or_default();
        if was == is {
            return;
        }
        for gone in was.difference(&is) {
            if let Some(beds) = self.by_number.get_mut(gone) {
                beds.remove(bed);
                if beds.is_empty() {
                    self.by_number.remove(gone);
                }
            }
        }
        for new in is.difference(&was) {
            let beds = self.by_number.entry(new.clone()).or_default();
            beds.insert(bed.clone());
        }
    }
}

/// Whoever lies in a bed, and for whom it is kept.
pub(crate) fn patients_of(view: &BedView) -> impl Iterator<Item = &Patient> {
    shared_patients_of(view).map(Arc::as_ref)
}

fn shared_patients_of(view: &BedView) -> impl Iterator<Item = &Arc<Patient>> {
    let lies = view.occupants.iter().map(|occupant| &occupant.patient);
    let expected = view.reserved_for.iter().map(|reserved| &reserved.patient);
    lies.chain(expected)
}

/// Whether both show the very same patients, not merely equal ones.
fn is_of_the_same(one: &BedView, other: &BedView) -> bool {
    let places = shared_patients_of(one).map(Arc::as_ptr);
    places.eq(shared_patients_of(other).map(Arc::as_ptr))
}

fn numbers_of(view: &BedView) -> BTreeSet<PhiText> {
    let ids = patients_of(view).flat_map(|patient| &patient.identifiers);
    ids.filter(|id| id.names_the_patient())
        .map(|id| id.number.clone())
        .collect()
}

/// The board.
pub(crate) struct Board {
    shown: RwLock<Shown>,
    stopping: watch::Sender<bool>,
}

impl Board {
    pub(crate) fn new(now: UnixMillis) -> Self {
        let shown = Shown {
            last: now.saturating_mul(PER_MS),
            ..Shown::default()
        };
        Self {
            shown: RwLock::new(shown),
            stopping: watch::Sender::new(false),
        }
    }

    /// Shows beds as they are from now on, in this order.
    pub(crate) fn show(&self, views: Vec<BedView>) {
        if views.is_empty() {
            return;
        }
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        let shown = &mut *shown;
        let mut touched: BTreeMap<UnitId, u64> = BTreeMap::new();
        for mut view in views {
            shown.last += 1;
            view.sequence = shown.last;
            let was = shown.beds.get(&view.bed).map(|view| view.sequence);
            shown.order.put(was, shown.last, &view.bed);
            let unit = shown.units.entry(view.unit.clone()).or_default();
            unit.put(was, shown.last, &view.bed);
            touched.insert(view.unit.clone(), shown.last);
            let bed = view.bed.clone();
            let before = shown.beds.insert(bed.clone(), Arc::new(view));
            shown.index(&bed, before.as_deref());
        }
        for (unit, last) in touched {
            if let Some(order) = shown.units.get(&unit) {
                order.last.send_replace(last);
            }
        }
        shown.order.last.send_replace(shown.last);
    }

    pub(crate) fn bed(&self, id: &BedId) -> Option<Arc<BedView>> {
        self.read(|shown| shown.beds.get(id).cloned())
    }

    /// Up to `limit` beds that match, after `cursor`, in the order of their ids.
    pub(crate) fn beds(
        &self,
        cursor: Option<&BedId>,
        limit: usize,
        matches: impl Fn(&BedView) -> bool,
    ) -> Vec<Arc<BedView>> {
        self.read(|shown| {
            let from = cursor.map_or(Bound::Unbounded, Bound::Excluded);
            let beds = shown.beds.range::<BedId, _>((from, Bound::Unbounded));
            let found = beds.map(|(_, view)| view).filter(|view| matches(view));
            found.take(limit).cloned().collect()
        })
    }

    /// Beds where a patient with this number, whoever gave it, lies or is expected, in the order of their ids.
    pub(crate) fn of_number(&self, number: &PhiText) -> Vec<Arc<BedView>> {
        self.read(|shown| {
            let beds = shown.by_number.get(number).into_iter().flatten();
            beds.filter_map(|bed| shown.beds.get(bed).cloned())
                .collect()
        })
    }

    pub(crate) fn all<T>(&self, look: impl FnOnce(&BTreeMap<BedId, Arc<BedView>>) -> T) -> T {
        self.read(|shown| look(&shown.beds))
    }

    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    pub(crate) fn subscribe(self: &Arc<Self>, unit: Option<UnitId>, since: Since) -> BedStream {
        let (changed, last) = self.read(|shown| {
            let order = unit.as_ref().and_then(|unit| shown.units.get(unit));
            (order.unwrap_or(&shown.order).last.subscribe(), shown.last)
        });
        let after = match since {
            Since::Everything => 0,
            Since::Now => last,
            // A number that was never given is of another store: begin anew.
            Since::After(after) if after > last => 0,
            Since::After(after) => after,
        };
        BedStream {
            board: Arc::clone(self),
            unit,
            changed,
            stopping: self.stopping.subscribe(),
            after,
        }
    }

    fn changed_after(&self, unit: Option<&UnitId>, after: u64) -> Vec<Arc<BedView>> {
        self.read(|shown| {
            let order = match unit {
                None => &shown.order,
                Some(unit) => match shown.units.get(unit) {
                    Some(order) => order,
                    None => return Vec::new(),
                },
            };
            let newer = order.beds.range((Bound::Excluded(after), Bound::Unbounded));
            let views = newer.filter_map(|(_, bed)| shown.beds.get(bed));
            views.take(MAX_AT_ONCE).cloned().collect()
        })
    }

    fn read<T>(&self, look: impl FnOnce(&Shown) -> T) -> T {
        look(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Beds as they change, from where the reader left off.
pub struct BedStream {
    board: Arc<Board>,
    unit: Option<UnitId>,
    changed: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    after: u64,
}

impl BedStream {
    /// Beds that changed since the last call, at most 64, in the order of their last change; waits until there
    /// is one. Each is as it is now: what it was in between is skipped. `None` when the service stops.
    pub async fn next(&mut self) -> Option<Vec<Arc<BedView>>> {
        loop {
            self.changed.borrow_and_update();
            let views = self.board.changed_after(self.unit.as_ref(), self.after);
            if let Some(last) = views.last() {
                self.after = last.sequence;
                return Some(views);
            }
            if *self.stopping.borrow_and_update() {
                return None;
            }
            tokio::select! {
                changed = self.changed.changed() => changed.ok()?,
                changed = self.stopping.changed() => changed.ok()?,
            }
        }
    }
}
