//! Whom a reader of the stream sees: decided for each patient, and in the trail before the first word of it leaves.
//!
//! A stream is opened once and shows patients who came later. So each patient is recorded when it is first shown on it;
//! for a person each is decided on, again when anything changed that decisions rest on. A bed that the reader may not see
//! is left out; one that it saw before is taken back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wardline_access::model::PatientRef;
use wardline_vitals::model::{BedId, Patient, UnitId};
use wardline_vitals::watch::BedView;

use super::publication::Shown;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::v1::beds::gated_beds;

/// What is known of one reader.
pub(super) struct Witness {
    api: Api,
    caller: Caller,
    unit: Option<UnitId>,
    beds: BTreeMap<BedId, Known>,
    /// Patients who are in the trail for this stream.
    recorded: BTreeSet<PatientRef>,
    /// Whether the reader brought what it had of an earlier stream.
    goes_on: bool,
}

/// What was decided on a bed.
struct Known {
    /// Those of whom it was decided, the very same.
    patients: Vec<Arc<Patient>>,
    epoch: u64,
    may: bool,
    /// Whether the reader may have something of it.
    has_some: bool,
}

impl Witness {
    pub(super) fn new(api: &Api, caller: &Caller, unit: Option<UnitId>, goes_on: bool) -> Self {
        Self {
            api: api.clone(),
            caller: caller.clone(),
            unit,
            beds: BTreeMap::new(),
            recorded: BTreeSet::new(),
            goes_on,
        }
    }

    /// Has it decided on these beds, and recorded, as far as it is not yet. `None` when nothing may be shown any more: the
    /// stream ends, and its reader comes back and is told why.
    pub(super) async fn sees<'v>(
        &mut self,
        views: impl Iterator<Item = &'v Arc<BedView>>,
    ) -> Option<()> {
        let epoch = self.api.gate.engine().epoch();
        let views: Vec<&Arc<BedView>> = views.filter(|view| !self.knows(view, epoch)).collect();
        if views.is_empty() {
            return Some(());
        }
        let unit = self.unit.as_ref();
        let asked = gated_beds(&self.api, &self.caller, unit, (&views, &self.recorded)).await;
        let (may, new) = match asked {
            Ok(decided) => decided,
            Err(problem) => {
                tracing::info!(by = self.caller.name(), ?problem, "a stream of beds ends");
                return None;
            }
        };
        self.recorded.extend(new);
        for (view, may) in views.into_iter().zip(may) {
            let before = self.beds.get(&view.bed);
            let has_some = before.map_or(self.goes_on, |known| known.has_some);
            let known = Known {
                patients: patients_of(view).cloned().collect(),
                epoch,
                may,
                has_some,
            };
            self.beds.insert(view.bed.clone(), known);
        }
        Some(())
    }

    /// How a bed is shown that was decided on.
    pub(super) fn shown(&mut self, view: &BedView) -> Shown {
        let Some(known) = self.beds.get_mut(&view.bed) else {
            return Shown::Not;
        };
        let had_some = std::mem::replace(&mut known.has_some, known.may);
        match (known.may, had_some) {
            (true, _) => Shown::Whole,
            (false, true) => Shown::NoMore,
            (false, false) => Shown::Not,
        }
    }

    /// Whether what was decided on a bed still holds. For applications nothing is decided by patient.
    fn knows(&self, view: &BedView, epoch: u64) -> bool {
        self.beds.get(&view.bed).is_some_and(|known| {
            let is_of_now = known.epoch == epoch || self.caller.is_application();
            let same = known.patients.iter().map(Arc::as_ptr);
            is_of_now && same.eq(patients_of(view).map(Arc::as_ptr))
        })
    }
}

/// Whoever lies in a bed, and for whom it is kept.
fn patients_of(view: &BedView) -> impl Iterator<Item = &Arc<Patient>> {
    let lies = view.occupants.iter().map(|occupant| &occupant.patient);
    let expected = view.reserved_for.iter().map(|reserved| &reserved.patient);
    lies.chain(expected)
}
