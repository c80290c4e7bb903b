//! One step of a stay, what is said of beds, and what is forgotten.

use wardline_kernel::UnixMillis;

use super::Census;
use super::apply::CensusError;
use super::bed::Statement;
use super::change::Contradiction;
use super::event::{Act, AdtEvent, Person};
use super::find::Meant;
use super::fragment::Heard;
use super::stay::Stay;
use crate::model::{BedTold, PatientClass, Place, StayId};

impl Census {
    pub(super) fn step(
        &mut self,
        act: Act,
        person: &Person,
        event: &AdtEvent,
        (now, said): (UnixMillis, &mut Vec<Contradiction>),
    ) -> Result<(), CensusError> {
        let at = event.when.at;
        let (stays, others) = self.of_patient(&person.identifiers);
        let names_several = !others.is_empty();
        if names_several {
            let stays = stays.into_iter().chain(others).collect();
            said.push(Contradiction::SeveralPatients { stays, at });
        }
        let mut stay = match self.meant(person, act) {
            Meant::Stay(id) => match self.stay(id) {
                Some(stay) => stay.clone(),
                None => return Ok(()),
            },
            // That is said already.
            Meant::Ambiguous => return Ok(()),
            Meant::New if names_several => return Ok(()),
            Meant::New => {
                self.make_room()?;
                Stay::new(self.next_stay(now))
            }
            Meant::Nobody => {
                return self.hear_of_person(person, event, now);
            }
            Meant::Several(stays) => {
                said.push(Contradiction::SeveralStays { stays, at });
                return Ok(());
            }
        };
        let mut person = person.clone();
        if names_several {
            // Two patients must not become one by a slip.
            person.identifiers.clear();
        }
        let was = stay.clone();
        stay.hear_facts(&person, event.when);
        if stay.hear_step(act, &person, event) == Heard::TooOld {
            said.push(Contradiction::TooOld {
                stay: stay.id(),
                at,
            });
        }
        if stay == was {
            // Told before.
            return Ok(());
        }
        stay.touch(now);
        // A bed exists from its first mention. A room of those who come for the day is none.
        let is_ambulatory = person
            .class
            .value()
            .is_some_and(|class| PatientClass::is_ambulatory(*class));
        let mentioned = [&person.place, &person.prior, &person.pending];
        let mentioned = mentioned.into_iter().flatten();
        let beds = mentioned.filter(|place| place.names_a_bed() || !is_ambulatory);
        for bed in beds.filter_map(Place::bed_id) {
            self.require_bed(&bed)?;
        }
        let status = person.bed_status.zip(person.place.as_ref());
        if let Some((code, place)) = status
            && let Some(id) = place.bed_id()
            && let Some(bed) = self.beds.get(&id)
            && code.told() != Some(BedTold::Occupied)
            && code.told() != Some(BedTold::Clean)
        {
            let mut bed = bed.clone();
            bed.hear_code(code, event.when.at);
            self.set_bed(id, Some(bed));
        }
        let id = stay.id();
        self.set_stay(id, Some(stay));
        self.regroup([id], now)
    }

    /// News of a person who has no stay of that name: what is known of the patient changes in all stays.
    fn hear_of_person(
        &mut self,
        person: &Person,
        event: &AdtEvent,
        now: UnixMillis,
    ) -> Result<(), CensusError> {
        let stays = self.of_patient(&person.identifiers).0;
        for id in &stays {
            if let Some(mut stay) = self.stay(*id).cloned() {
                let was = stay.clone();
                stay.hear_facts(person, event.when);
                if stay != was {
                    stay.touch(now);
                }
                self.set_stay(*id, Some(stay));
            }
        }
        self.regroup(stays, now)
    }

    pub(super) fn hear_beds(&mut self, event: &AdtEvent) -> Result<(), CensusError> {
        for (id, code) in &event.beds {
            self.require_bed(id)?;
            if let Some(mut bed) = self.beds.get(id).cloned() {
                bed.hear_code(*code, event.when.at);
                self.set_bed(id.clone(), Some(bed));
            }
        }
        Ok(())
    }

    /// Forgets a stay when there are too many: of those that ended the one that was heard of longest ago, else of those of
    /// outpatients, whose end many systems never tell, and of these one in a bed last.
    pub(super) fn make_room(&mut self) -> Result<(), CensusError> {
        if self.stays.len() < self.limits.stays {
            return Ok(());
        }
        let may_go = |stay: &&Stay| {
            let class = stay.class();
            !stay.course().is_here() || class.is_some_and(PatientClass::is_ambulatory)
        };
        let all = self.stays.values().filter(may_go);
        let oldest = all.min_by_key(|stay| {
            let (is_here, is_in_bed) = (stay.course().is_here(), stay.bed().is_some());
            (is_here, is_in_bed, stay.touched_at(), stay.id())
        });
        let oldest = oldest.map(Stay::id);
        match oldest {
            Some(id) => {
                self.forget(id);
                Ok(())
            }
            None => Err(CensusError::TooManyStays(self.limits.stays)),
        }
    }

    /// Forgets a stay; a bed that it left or had stays dirty.
    pub(super) fn forget(&mut self, id: StayId) {
        let Some(stay) = self.stay(id).cloned() else {
            return;
        };
        let course = stay.course();
        let had = course.place_now().filter(|_| stay.bed().is_some());
        let had = had.map(|place| (place, course.placed_at));
        let left = course.left.iter().map(|(place, at)| (place, *at));
        for (place, at) in left.chain(had) {
            let bed = place.bed_id().and_then(|bed| self.beds.get(&bed).cloned());
            if let Some(mut bed) = bed {
                bed.hear(Statement {
                    told: BedTold::Dirty,
                    at,
                    by: None,
                    reason: None,
                });
                self.set_bed(bed.id().clone(), Some(bed));
            }
        }
        self.set_stay(id, None);
    }
}
