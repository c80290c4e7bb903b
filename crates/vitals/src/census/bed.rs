//! A bed: what was said of it, and what follows from who lies there.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use super::Census;
use super::change::Contradiction;
use super::course::Pending;
use super::stay::Stay;
use crate::model::{
    Assignment, BedId, BedState, BedTold, PatientClass, PhiText, StayId, TableCode,
};

/// Nurses of one bed.
pub const MAX_NURSES: usize = 8;

/// What somebody said of a bed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// What.
    pub told: BedTold,
    /// When.
    pub at: UnixMillis,
    /// Who; nobody for a message.
    pub by: Option<PhiText>,
    /// Why.
    pub reason: Option<PhiText>,
}

/// What a bed itself keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bed {
    id: BedId,
    statement: Option<Statement>,
    isolated: Option<(bool, UnixMillis)>,
    nurses: Vec<Assignment>,
}

/// A bed as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BedFacts {
    /// What is going on.
    pub state: BedState,
    /// Since when; zero when nobody said.
    pub since: UnixMillis,
    /// Why it is blocked, when somebody said.
    pub reason: Option<PhiText>,
    /// For isolation (table 0116, I).
    pub is_isolated: bool,
    /// Who lies there. More than one is a contradiction.
    pub occupants: Vec<StayId>,
    /// For whom it is kept.
    pub reserved_for: Vec<StayId>,
    /// Who looks after it.
    pub nurses: Vec<Assignment>,
}

impl Bed {
    pub(super) fn new(id: BedId) -> Self {
        Self {
            id,
            statement: None,
            isolated: None,
            nurses: Vec::new(),
        }
    }

    /// Which.
    pub fn id(&self) -> &BedId {
        &self.id
    }

    /// What was said of it last.
    pub fn statement(&self) -> Option<&Statement> {
        self.statement.as_ref()
    }

    /// Takes what is said, unless something newer was.
    pub(super) fn hear(&mut self, statement: Statement) {
        if self.statement.as_ref().is_none_or(|s| s.at <= statement.at) {
            self.statement = Some(statement);
        }
    }

    pub(super) fn hear_code(&mut self, code: TableCode, at: UnixMillis) {
        let isolated = match code {
            TableCode::Isolated => Some(true),
            TableCode::Closed | TableCode::Housekeeping | TableCode::Unoccupied => Some(false),
            TableCode::Contaminated | TableCode::Occupied => None,
        };
        if let Some(isolated) = isolated
            && self.isolated.is_none_or(|(_, known)| known <= at)
        {
            self.isolated = Some((isolated, at));
        }
        if let Some(told) = code.told() {
            self.hear(Statement {
                told,
                at,
                by: None,
                reason: None,
            });
        }
    }

    pub(super) fn set_nurses(&mut self, nurses: Vec<Assignment>) {
        self.nurses = nurses;
    }
}

impl Census {
    /// A bed as it is now.
    pub fn facts(&self, id: &BedId) -> Option<BedFacts> {
        let bed = self.beds.get(id)?;
        let occupants: Vec<StayId> = self.index.occupants(id).collect();
        let reserved_for: Vec<StayId> = self.index.reserved(id).collect();
        let stays: Vec<&Stay> = occupants.iter().filter_map(|s| self.stay(*s)).collect();
        let (state, since) = if stays.is_empty() {
            let claimed = self.claims(bed).map(|(_, at)| at).max();
            let empty = || self.empty_state(bed, !reserved_for.is_empty());
            claimed.map_or_else(empty, |at| (BedState::Occupied, at))
        } else {
            occupied_state(&stays)
        };
        let reason = bed.statement.as_ref().and_then(|s| s.reason.clone());
        Some(BedFacts {
            state,
            since,
            reason: reason.filter(|_| state == BedState::Blocked),
            is_isolated: bed.isolated.is_some_and(|(is, _)| is),
            occupants,
            reserved_for,
            nurses: bed.nurses.clone(),
        })
    }

    /// Who is said to be in a bed and is not known to be in the house, since when. A later word that the bed is free, by
    /// a message or a person, ends it. Whoever lies there under another visit is known to be.
    pub(super) fn claims<'a>(&'a self, bed: &'a Bed) -> impl Iterator<Item = (StayId, UnixMillis)> {
        let said = bed.statement.as_ref();
        let free_at = said.filter(|said| said.told != BedTold::Occupied);
        let free_at = free_at.map(|said| said.at);
        let stays = self.index.claimed(&bed.id);
        stays.filter_map(move |id| {
            let stay = self.stay(id)?;
            let (_, at) = stay.course().said_to_be_at()?;
            let (same, _) = self.of_patient(stay.identifiers());
            let lies_there = self.index.occupants(&bed.id).any(|id| same.contains(&id));
            (!lies_there && free_at.is_none_or(|free| free < at)).then_some((id, at))
        })
    }

    fn empty_state(&self, bed: &Bed, is_reserved: bool) -> (BedState, UnixMillis) {
        let left_at = self.index.left_at(&bed.id);
        let statement = bed.statement.as_ref();
        let told = statement.filter(|s| left_at.is_none_or(|left| s.at > left));
        match (told, left_at) {
            (None, Some(left)) => (BedState::Dirty, left),
            (None, None) if is_reserved => (BedState::Assigned, 0),
            (None, None) => (BedState::Unknown, 0),
            (Some(said), _) => {
                let state = match said.told {
                    BedTold::Dirty => BedState::Dirty,
                    BedTold::Cleaning => BedState::Cleaning,
                    BedTold::Clean if is_reserved => BedState::Assigned,
                    BedTold::Clean => BedState::Clean,
                    BedTold::Blocked => BedState::Blocked,
                    BedTold::Occupied => BedState::Occupied,
                };
                (state, said.at)
            }
        }
    }

    /// What does not fit together about a bed.
    pub(super) fn contradictions_of_bed(&self, id: &BedId) -> Vec<Contradiction> {
        let mut found = Vec::new();
        let Some(bed) = self.beds.get(id) else {
            return found;
        };
        let stays: Vec<StayId> = self.index.occupants(id).collect();
        let placed_at = |stay: &StayId| self.stay(*stay).map(|s| s.course().placed_at);
        let newest = stays.iter().filter_map(placed_at).max();
        if let Some(said) = &bed.statement {
            let left_at = self.index.left_at(id);
            match (said.told, newest) {
                (BedTold::Occupied, None) if left_at.is_none_or(|left| said.at > left) => {
                    found.push(Contradiction::OccupantUnknown { bed: id.clone() });
                }
                (BedTold::Occupied, _) | (_, None) => {}
                (told, Some(placed)) if said.at > placed => {
                    found.push(Contradiction::BedInUse {
                        bed: id.clone(),
                        told,
                    });
                }
                _ => {}
            }
        }
        if stays.len() > 1 && !self.is_shared_by_emergencies(id, &stays) {
            found.push(Contradiction::ManyInOneBed {
                bed: id.clone(),
                stays,
            });
        }
        found
    }

    /// Whether it is a room of an emergency department, of which no bed is named: those in it wait or are treated side by
    /// side. It stays on the board, as elsewhere such a room is one patient's bay.
    fn is_shared_by_emergencies(&self, id: &BedId, stays: &[StayId]) -> bool {
        let is_emergency = |id: &StayId| {
            let class = self.stay(*id).and_then(Stay::class);
            class == Some(PatientClass::Emergency)
        };
        let names_a_bed = id.place().is_none_or(|place| place.names_a_bed());
        !names_a_bed && stays.iter().all(is_emergency)
    }

    /// What does not fit together about a bed and those who lie there.
    pub fn contradictions(&self, id: &BedId) -> Vec<Contradiction> {
        let mut all = self.contradictions_of_bed(id);
        for stay in self.index.occupants(id) {
            all.extend(self.contradictions_of_stay(stay));
        }
        for (stay, _) in self
            .beds
            .get(id)
            .into_iter()
            .flat_map(|bed| self.claims(bed))
        {
            let of_stay = self.contradictions_of_stay(stay).into_iter();
            all.extend(of_stay.filter(|what| what.bed().as_ref() == Some(id)));
        }
        all
    }
}

fn occupied_state(stays: &[&Stay]) -> (BedState, UnixMillis) {
    let pending = |of: fn(&Pending) -> bool| {
        let mut all = stays.iter().filter_map(|s| s.course().pending.as_ref());
        all.any(of)
    };
    let state = if pending(|p| matches!(p, Pending::Discharge)) {
        BedState::PendingDischarge
    } else if pending(|p| matches!(p, Pending::Transfer(_))) {
        BedState::PendingTransfer
    } else {
        BedState::Occupied
    };
    let since = stays.iter().map(|s| s.course().placed_at).max();
    (state, since.unwrap_or_default())
}
