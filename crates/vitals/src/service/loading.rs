//! What the store holds, taken up.

use std::collections::{BTreeMap, VecDeque};

use wardline_kernel::{ClockTrust, UnixMillis};

use super::charts::{Entry, KeptChart};
use super::{Settings, State, StoredClock};
use crate::census::{Bed, Census, Merge, Stay};
use crate::error::OperationError;
use crate::model::StayId;
use crate::operations::{SetAside, StoredAside};
use crate::port::{BedStore, Row, StoredEntry, StoredRow};
use crate::sealing::Sealer;

/// Rows or entries read at once.
const PAGE: usize = 1_000;

#[derive(Default)]
struct Loaded {
    beds: Vec<Bed>,
    stays: Vec<Stay>,
    charts: BTreeMap<StayId, KeptChart>,
    merges: Vec<(u64, Merge)>,
    aside: VecDeque<(u64, SetAside)>,
    clock: Option<StoredClock>,
    unreadable: u64,
}

/// Reads everything.
pub(super) async fn load(
    store: &dyn BedStore,
    sealer: &Sealer,
    settings: &Settings,
    now: UnixMillis,
) -> Result<State, OperationError> {
    let mut loaded = Loaded::default();
    let mut after = None;
    loop {
        let page = store.rows(after, PAGE).await?;
        for row in &page.items {
            loaded.take(row, sealer);
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let mut census = Census::load(settings.limits, loaded.stays, loaded.beds, loaded.merges);
    for bed in &settings.beds {
        census.declare(bed)?;
    }
    let mut charts = loaded.charts;
    charts.retain(|id, _| census.stay(*id).is_some());
    for (id, kept) in &mut charts {
        kept.stored_entry = kept.last_entry;
        if let Some(stay) = census.stay(*id) {
            kept.chart.set_subject(KeptChart::subject(stay, now));
        }
    }
    let clock = match loaded.clock.take() {
        Some(stored) => ClockTrust::resuming(now, stored.into()),
        None => ClockTrust::doubting(now),
    };
    let mut state = State::new(census, charts, loaded.aside, clock);
    let mut after = None;
    loop {
        let page = store.entries(after, PAGE).await?;
        for entry in &page.items {
            loaded.unreadable += u64::from(!play(&mut state, entry, sealer, settings, now));
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    if loaded.unreadable > 0 {
        let count = loaded.unreadable;
        tracing::error!(
            count,
            "stored values of beds do not open; is a key missing?"
        );
    }
    Ok(state)
}

impl Loaded {
    fn take(&mut self, stored: &StoredRow, sealer: &Sealer) {
        let (row, sealed) = (stored.row, &stored.sealed);
        let taken = match row {
            Row::Bed(_) => sealer.open_row(row, sealed).map(|bed| self.beds.push(bed)),
            Row::Stay(_) => sealer
                .open_row(row, sealed)
                .map(|stay| self.stays.push(stay)),
            Row::Merge(number) => sealer
                .open_row(row, sealed)
                .map(|merge| self.merges.push((number, merge))),
            Row::Aside(number) => sealer.open_row(row, sealed).map(|stored: StoredAside| {
                let aside = stored.read().map(|aside| (number, aside));
                self.aside.extend(aside);
            }),
            Row::Chart(stay) => sealer.open_row(row, sealed).map(|chart| {
                self.charts.insert(stay, chart);
            }),
            Row::Clock => sealer
                .open_row(row, sealed)
                .map(|stored| self.clock = Some(stored)),
        };
        self.unreadable += u64::from(taken.is_err());
    }
}

/// Plays one entry; false when it does not open.
fn play(
    state: &mut State,
    stored: &StoredEntry,
    sealer: &Sealer,
    settings: &Settings,
    now: UnixMillis,
) -> bool {
    let (id, number) = stored.key;
    let Some(stay) = state.census.stay(id) else {
        // Of a stay that was forgotten.
        return true;
    };
    let Ok(entry) = sealer.open_entry::<Entry>(stored.key, &stored.sealed) else {
        return false;
    };
    let kept = state
        .charts
        .entry(id)
        .or_insert_with(|| KeptChart::new(stay, now));
    kept.play(number, &entry, &settings.rules());
    true
}
