//! ADT messages, read: every field that the census needs, bounded, and nothing else.

use wardline_hl7::segment::{Field, Repetition};
use wardline_hl7::timestamp::Precision;
use wardline_hl7::{Message, Segment, Timestamp, Value};
use wardline_kernel::{LocalZone, UnixMillis};

use super::adt_error::AdtError;
use super::event::{Act, AdtEvent, Person, Purpose, Told, When};
use crate::model::{
    Authority, BedId, PatientClass, PatientIdentifier, PhiText, Place, PlaceError, Sex, TableCode,
    VisitNumber,
};
use crate::model::{MAX_IDENTIFIER_BYTES, MAX_IDENTIFIERS, MAX_NAME_BYTES};

/// Patients of one message; more are refused. A17 has two, a merge of many one each.
pub const MAX_PERSONS: usize = 64;
/// Beds of one A20; more are refused.
pub const MAX_BEDS_TOLD: usize = 256;
/// Names of one patient that are looked at; records keep as many.
const MAX_NAMES: usize = 12;
/// Further than this ahead of its arrival an event did not happen: the sender's clock is wrong.
const MAX_AHEAD_MS: u64 = 60 * 60 * 1000;

/// How messages are read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The zone of times that name none.
    pub default_zone: LocalZone,
    /// The facility of places that name none.
    pub default_facility: Option<String>,
}

impl AdtEvent {
    /// Reads an ADT message that arrived at `now`.
    ///
    /// # Errors
    /// [`AdtError`]
    pub fn read(
        message: &Message<'_>,
        reading: &Reading,
        now: UnixMillis,
    ) -> Result<Self, AdtError> {
        let reader = Reader::new(message, reading);
        let trigger = message.routing().event();
        let purpose = Purpose::of(trigger);
        let cancels = matches!(purpose, Purpose::Step(Act::Cancel(_)));
        let (when, occurred) = reader.when(cancels, now);
        if purpose == Purpose::None {
            return Ok(Self {
                purpose,
                when,
                cancels_at: None,
                persons: Vec::new(),
                beds: Vec::new(),
            });
        }
        let event = Self {
            purpose,
            when,
            cancels_at: occurred.filter(|_| cancels),
            persons: reader.persons()?,
            beds: reader.beds()?,
        };
        event.is_complete(trigger == b"A17").map(|()| event)
    }

    fn is_complete(&self, is_swap: bool) -> Result<(), AdtError> {
        match self.purpose {
            Purpose::Beds if self.beds.is_empty() => return Err(AdtError::NoBed),
            Purpose::None | Purpose::Beds => return Ok(()),
            Purpose::Step(_) if is_swap && self.persons.len() < 2 => {
                return Err(AdtError::NoSecondPatient);
            }
            Purpose::Step(_) | Purpose::Unite(_) => {}
        }
        let is_nobody = |person: &Person| person.identifiers.is_empty();
        if self.persons.is_empty() || self.persons.iter().any(is_nobody) {
            return Err(AdtError::NoPatient);
        }
        let merges = self.persons.iter().any(Person::merges);
        if matches!(self.purpose, Purpose::Unite(_)) && !merges {
            return Err(AdtError::NothingMerged);
        }
        Ok(())
    }
}

pub(super) struct Reader<'m, 'a> {
    message: &'m Message<'a>,
    reading: &'m Reading,
    /// Of times that name none: that of MSH-7, else the configured one.
    zone: LocalZone,
}

impl<'m, 'a> Reader<'m, 'a> {
    pub(super) fn new(message: &'m Message<'a>, reading: &'m Reading) -> Self {
        let sent = message.header().timestamp().ok().flatten();
        let zone = sent.and_then(|time| time.zone());
        Self {
            message,
            reading,
            zone: zone.map_or_else(
                || reading.default_zone.clone(),
                |zone| LocalZone::fixed(zone.offset_minutes()),
            ),
        }
    }

    fn when(&self, cancels: bool, now: UnixMillis) -> (When, Option<UnixMillis>) {
        let event = self.message.segment("EVN", 1);
        let field = |number| self.time(&event.and_then(|segment| segment.field(number))?, now);
        let occurred = field(6);
        let sent = self.message.header().timestamp().ok().flatten();
        let sent = sent.and_then(|time| self.millis(time, now));
        let plausible = |time: &UnixMillis| *time <= now.saturating_add(MAX_AHEAD_MS);
        let occurred_at = occurred.filter(plausible);
        let at = if cancels { None } else { occurred_at }
            .or_else(|| field(2).filter(plausible))
            .or_else(|| sent.filter(plausible))
            .unwrap_or(now);
        let told_at = sent.filter(plausible).unwrap_or(at);
        (When { at, told_at }, occurred)
    }

    /// A time that is at least to the minute.
    fn time(&self, field: &Field<'_>, now: UnixMillis) -> Option<UnixMillis> {
        let component = field.repetition(1)?.component(1)?;
        self.millis(Timestamp::parse(component.value().bytes()?).ok()?, now)
    }

    fn millis(&self, time: Timestamp, now: UnixMillis) -> Option<UnixMillis> {
        let is_exact = time.precision() >= Precision::Minute;
        let offset = self.zone.offset_minutes(time.unix_millis(0), now);
        let millis = time.unix_millis(offset);
        UnixMillis::try_from(millis).ok().filter(|_| is_exact)
    }

    /// Each PID with the PV1 and MRG that follow it.
    fn persons(&self) -> Result<Vec<Person>, AdtError> {
        let mut persons: Vec<Person> = Vec::new();
        for segment in self.message.segments() {
            match segment.name() {
                "PID" if persons.len() == MAX_PERSONS => {
                    return Err(AdtError::TooMany {
                        segment: "PID",
                        most: MAX_PERSONS,
                    });
                }
                "PID" => persons.push(self.person(&segment)?),
                "PV1" => {
                    if let Some(person) = persons.last_mut() {
                        self.visit(&segment, person)?;
                    }
                }
                "MRG" => {
                    // A45 has several MRG, each with its PV1, after one PID.
                    if let Some(next) = persons.last().and_then(Person::again) {
                        if persons.len() == MAX_PERSONS {
                            return Err(AdtError::TooMany {
                                segment: "MRG",
                                most: MAX_PERSONS,
                            });
                        }
                        persons.push(next);
                    }
                    if let Some(person) = persons.last_mut() {
                        self.merged(&segment, person)?;
                    }
                }
                _ => {}
            }
        }
        for person in &mut persons {
            person.identifiers.retain(|i| !i.is_of_several_people());
            person.merged.retain(|i| !i.is_of_several_people());
        }
        Ok(persons)
    }

    pub(super) fn person(&self, pid: &Segment<'a>) -> Result<Person, AdtError> {
        let mut identifiers = self.identifiers(pid, 3, "PID-3")?;
        if PatientIdentifier::name_nobody(&identifiers) {
            identifiers.extend(self.identifiers(pid, 2, "PID-2")?);
        }
        let legal = self.legal_name(pid);
        let name = |component| match &legal {
            Some(name) => match self.part(name, component, 1) {
                Some(text) => Told::Value(PhiText::new(text, MAX_NAME_BYTES)),
                None => Told::Nothing,
            },
            None => self.told(pid, 5, component, MAX_NAME_BYTES),
        };
        let sex = self.told(pid, 8, 1, 8);
        Ok(Person {
            identifiers,
            family_name: name(1),
            given_name: name(2),
            birth_date: self.told(pid, 7, 1, 32),
            sex: match sex {
                Told::Nothing => Told::Nothing,
                Told::Cleared => Told::Cleared,
                Told::Value(code) => Told::Value(match code.expose() {
                    "F" => Sex::Female,
                    "M" => Sex::Male,
                    _ => Sex::Other,
                }),
            },
            account: self.number(pid, 18, "PID-18")?,
            ..Person::default()
        })
    }

    /// The name in PID-5 that is shown: the first legal one (`L`, HL7 table 0200), else the first, of those with a family
    /// name. Records choose alike.
    fn legal_name(&self, pid: &Segment<'a>) -> Option<Repetition<'a>> {
        let field = pid.field(5)?;
        let is_name = |name: &Repetition<'a>| self.part(name, 1, 1).is_some();
        let mut names: Vec<_> = field
            .repetitions()
            .take(MAX_NAMES)
            .filter(is_name)
            .collect();
        let is_legal = |name: &Repetition<'a>| self.part(name, 7, 1).as_deref() == Some("L");
        let legal = names.iter().position(is_legal).unwrap_or(0);
        (legal < names.len()).then(|| names.swap_remove(legal))
    }

    pub(super) fn visit(&self, pv1: &Segment<'a>, person: &mut Person) -> Result<(), AdtError> {
        let class = self.text(pv1, 2, 1);
        person.class = class.map_or(Told::Nothing, |code| Told::Value(PatientClass::of(&code)));
        person.place = self.place(pv1, 3, "PV1-3")?;
        person.prior = self.place(pv1, 6, "PV1-6")?;
        person.temporary = self.place(pv1, 11, "PV1-11")?;
        person.pending = self.place(pv1, 42, "PV1-42")?;
        person.attending = match self.told(pv1, 7, 2, MAX_NAME_BYTES) {
            Told::Nothing => self.told(pv1, 7, 1, MAX_NAME_BYTES),
            told => told,
        };
        person.visit = self.number(pv1, 19, "PV1-19")?;
        let status = self.text(pv1, 40, 1);
        person.bed_status = status.and_then(|code| TableCode::of(&code));
        Ok(())
    }

    fn merged(&self, mrg: &Segment<'a>, person: &mut Person) -> Result<(), AdtError> {
        person.merged = self.identifiers(mrg, 1, "MRG-1")?;
        if PatientIdentifier::name_nobody(&person.merged) {
            let before = self.identifiers(mrg, 4, "MRG-4")?;
            person.merged.extend(before);
        }
        person.merged_account = self.number(mrg, 3, "MRG-3")?;
        person.merged_visit = self.number(mrg, 5, "MRG-5")?;
        Ok(())
    }

    fn beds(&self) -> Result<Vec<(BedId, TableCode)>, AdtError> {
        let mut beds = Vec::new();
        for segment in self.message.segments().filter(|s| s.name() == "NPU") {
            if beds.len() == MAX_BEDS_TOLD {
                return Err(AdtError::TooMany {
                    segment: "NPU",
                    most: MAX_BEDS_TOLD,
                });
            }
            let place = self.place(&segment, 1, "NPU-1")?;
            let bed = place.and_then(|place| place.bed_id());
            let status = self.text(&segment, 2, 1);
            let status = status.and_then(|code| TableCode::of(&code));
            beds.push(bed.zip(status).ok_or(AdtError::NoBed)?);
        }
        Ok(beds)
    }

    fn identifiers(
        &self,
        segment: &Segment<'a>,
        field: usize,
        name: &'static str,
    ) -> Result<Vec<PatientIdentifier>, AdtError> {
        let Some(field) = segment.field(field) else {
            return Ok(Vec::new());
        };
        field
            .repetitions()
            .filter_map(|repetition| self.identifier(&repetition, name).transpose())
            .take(MAX_IDENTIFIERS)
            .collect()
    }

    fn identifier(
        &self,
        repetition: &Repetition<'a>,
        field: &'static str,
    ) -> Result<Option<PatientIdentifier>, AdtError> {
        let part = |component, sub| self.part(repetition, component, sub);
        let Some(number) = part(1, 1) else {
            return Ok(None);
        };
        let authority = Authority {
            namespace: part(4, 1).unwrap_or_default(),
            universal: part(4, 2).unwrap_or_default(),
        };
        let type_code = part(5, 1).unwrap_or_default();
        let parts = [
            &number,
            &authority.namespace,
            &authority.universal,
            &type_code,
        ];
        if parts.iter().any(|part| part.len() > MAX_IDENTIFIER_BYTES) {
            return Err(AdtError::TooLong {
                field,
                max_bytes: MAX_IDENTIFIER_BYTES,
            });
        }
        Ok(Some(PatientIdentifier {
            number: PhiText::new(number, MAX_IDENTIFIER_BYTES),
            authority,
            type_code,
        }))
    }

    fn number(
        &self,
        segment: &Segment<'a>,
        field: usize,
        name: &'static str,
    ) -> Result<Option<VisitNumber>, AdtError> {
        let numbers = self.identifiers(segment, field, name)?;
        Ok(numbers.into_iter().next().map(|first| VisitNumber {
            authority: if first.authority.namespace.is_empty() {
                first.authority.universal
            } else {
                first.authority.namespace
            },
            number: first.number,
        }))
    }

    /// A place; none where nothing is told, or no unit.
    fn place(
        &self,
        segment: &Segment<'a>,
        field: usize,
        name: &'static str,
    ) -> Result<Option<Place>, AdtError> {
        let found = segment.field(field).and_then(|field| field.repetition(1));
        let Some(location) = found else {
            return Ok(None);
        };
        let part = |component| self.part(&location, component, 1).unwrap_or_default();
        match Place::new(&part(4), &part(1), &part(2), &part(3)) {
            Ok(place) => Ok(Some(match &self.reading.default_facility {
                Some(facility) => place.in_facility(facility),
                None => place,
            })),
            Err(PlaceError::NoUnit) => Ok(None),
            Err(PlaceError::TooLong | PlaceError::Text) => Err(AdtError::TooLong {
                field: name,
                max_bytes: crate::model::MAX_PART_BYTES,
            }),
        }
    }

    fn told(
        &self,
        segment: &Segment<'a>,
        field: usize,
        component: usize,
        max_bytes: usize,
    ) -> Told<PhiText> {
        let Some(found) = segment.field(field) else {
            return Told::Nothing;
        };
        if found.value() == Value::Null {
            return Told::Cleared;
        }
        let repetition = found.repetition(1);
        let text = repetition.and_then(|first| self.part(&first, component, 1));
        text.map_or(Told::Nothing, |text| {
            Told::Value(PhiText::new(text, max_bytes))
        })
    }

    fn text(&self, segment: &Segment<'a>, field: usize, component: usize) -> Option<String> {
        self.part(&segment.field(field)?.repetition(1)?, component, 1)
    }

    fn part(&self, repetition: &Repetition<'a>, component: usize, sub: usize) -> Option<String> {
        let value = repetition.component(component)?.subcomponent(sub).bytes()?;
        let text = self.message.decode(value);
        let trimmed = text.trim();
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }
}
