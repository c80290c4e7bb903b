//! A PID segment as the fields of a record, and the numbers that an MRG segment ends.

use serde_json::{Map, Value as Json, json};
use wardline_hl7::segment::{Field as Hl7Field, Repetition};
use wardline_hl7::{Message, Segment, Timestamp, Value};

use super::{AdtError, MAX_NUMBERS, Person, Told};
use crate::model::{Change, Field, FieldPath, RecordNumber};

/// Addresses, telephone numbers and names of one PID that are kept; the rest is left out and named.
const MAX_REPETITIONS: usize = 12;

/// Reads the segments of one message.
pub(super) struct PersonReader<'m, 'a> {
    message: &'m Message<'a>,
    left_out: Vec<&'static str>,
}

impl<'m, 'a> PersonReader<'m, 'a> {
    pub(super) fn new(message: &'m Message<'a>) -> Self {
        Self {
            message,
            left_out: Vec::new(),
        }
    }

    /// Places of values that were left out.
    pub(super) fn left_out(mut self) -> Vec<&'static str> {
        self.left_out.sort_unstable();
        self.left_out.dedup();
        self.left_out
    }

    /// The numbers that end: MRG-1, or MRG-4 where it holds none.
    pub(super) fn ended(&mut self, mrg: &Segment<'a>) -> Result<Vec<RecordNumber>, AdtError> {
        let ended = self.numbers(mrg, 1)?;
        if ended.is_empty() {
            self.numbers(mrg, 4)
        } else {
            Ok(ended)
        }
    }

    pub(super) fn person(&mut self, pid: &Segment<'a>) -> Result<Person, AdtError> {
        let mut numbers = self.numbers(pid, 3)?;
        if numbers.is_empty() {
            numbers = self.numbers(pid, 2)?;
        }
        let mut person = Person {
            numbers,
            ..Person::default()
        };
        self.names(pid, &mut person);
        self.tell(&mut person, Field::BirthDate, "PID-7", Self::date(pid, 7));
        self.tell(&mut person, Field::Sex, "PID-8", self.code(pid, 8));
        self.tell(&mut person, Field::Address, "PID-11", self.addresses(pid));
        self.telephones(pid, &mut person);
        self.tell(&mut person, Field::Language, "PID-15", self.coded(pid, 15));
        let married = self.coded(pid, 16);
        self.tell(&mut person, Field::MaritalStatus, "PID-16", married);
        self.tell(&mut person, Field::Ssn, "PID-19", self.ssn(pid));
        self.tell(&mut person, Field::Deceased, "PID-30", self.deceased(pid));
        Ok(person)
    }

    /// Keeps what is told of a field, if it has the field's form.
    fn tell(&mut self, person: &mut Person, field: Field, place: &'static str, told: Option<Told>) {
        let Some(told) = told else { return };
        let fits = |value: &Json| Change::new().set(FieldPath::Field(field), value).is_ok();
        let is_kept = match &told {
            Told::Is(value) => fits(value),
            Told::Also(values) => fits(&Json::Array(values.clone())),
            Told::Gone | Told::Member(..) => true,
        };
        if is_kept {
            person.told.push((field, told));
        } else {
            self.left_out.push(place);
        }
    }

    /// The first name that is the legal one, else the first, is the name; the others are other names.
    fn names(&mut self, pid: &Segment<'a>, person: &mut Person) {
        let Some(field) = pid.field(5) else { return };
        if field.value() == Value::Null {
            person.told.push((Field::Name, Told::Gone));
            return;
        }
        let aliases = pid.field(9);
        let of = |field: &Hl7Field<'a>| {
            let some = field.repetitions().take(MAX_REPETITIONS);
            some.filter_map(|repetition| self.name(&repetition))
                .collect::<Vec<_>>()
        };
        let mut names = of(&field);
        if names.is_empty() {
            return;
        }
        let legal = names.iter().position(|(kind, _)| kind == "L");
        let (_, name) = names.remove(legal.unwrap_or(0));
        names.extend(aliases.iter().flat_map(of));
        let others: Vec<Json> = names.into_iter().map(|(_, name)| name).collect();
        self.tell(person, Field::Name, "PID-5", Some(Told::Is(name)));
        if !others.is_empty() {
            self.tell(person, Field::OtherNames, "PID-5", Some(Told::Also(others)));
        }
    }

    /// XPN: its type and the name. Without a family name there is none to be found by.
    fn name(&self, repetition: &Repetition<'a>) -> Option<(String, Json)> {
        let part = |component| self.part(repetition, component, 1);
        let family = part(1)?;
        let given: Vec<String> = [2, 3].into_iter().filter_map(part).collect();
        let mut name = Map::new();
        name.insert("family".to_owned(), family.into());
        name.insert("given".to_owned(), given.into());
        for (member, component) in [("suffix", 4), ("prefix", 5)] {
            if let Some(text) = part(component) {
                name.insert(member.to_owned(), text.into());
            }
        }
        Some((part(7).unwrap_or_default(), Json::Object(name)))
    }

    /// A date to the day, or as much of it as is told.
    fn date(pid: &Segment<'a>, number: usize) -> Option<Told> {
        told_of(pid, number, |first| {
            let time = first.component(1)?.value().bytes();
            let time = Timestamp::parse(time?).ok();
            // What is no time has no form either, and is left out by it.
            Some(time.map_or(json!("unreadable"), |time| day_of(&time).into()))
        })
    }

    fn code(&self, pid: &Segment<'a>, number: usize) -> Option<Told> {
        told_of(pid, number, |first| Some(self.part(first, 1, 1)?.into()))
    }

    /// CE, CWE: code and text.
    fn coded(&self, pid: &Segment<'a>, number: usize) -> Option<Told> {
        told_of(pid, number, |first| {
            let members = [("code", 1), ("text", 2)];
            object(members.map(|(member, component)| (member, self.part(first, component, 1))))
        })
    }

    /// XAD in all repetitions.
    fn addresses(&self, pid: &Segment<'a>) -> Option<Told> {
        let field = pid.field(11)?;
        if field.value() == Value::Null {
            return Some(Told::Gone);
        }
        let some = field.repetitions().take(MAX_REPETITIONS);
        let addresses: Vec<Json> = some.filter_map(|at| self.address(&at)).collect();
        (!addresses.is_empty()).then_some(Told::Is(addresses.into()))
    }

    fn address(&self, repetition: &Repetition<'a>) -> Option<Json> {
        let street = [1, 2, 3]
            .into_iter()
            .filter_map(|sub| self.part(repetition, 1, sub));
        let street = street.collect::<Vec<_>>().join(" ");
        let other = self.part(repetition, 2, 1);
        let lines = Some(street).filter(|street| !street.is_empty());
        let lines: Vec<String> = lines.into_iter().chain(other).collect();
        let parts = [
            ("city", 3),
            ("state", 4),
            ("postal_code", 5),
            ("country", 6),
            ("type", 7),
        ];
        let parts = parts.map(|(member, component)| (member, self.part(repetition, component, 1)));
        let mut address = match object(parts) {
            Some(Json::Object(address)) => address,
            _ => Map::new(),
        };
        if !lines.is_empty() {
            address.insert("line".to_owned(), lines.into());
        }
        (!address.is_empty()).then_some(Json::Object(address))
    }

    /// PID-13 is of home, PID-14 of work; addresses of electronic mail stand among them.
    fn telephones(&self, pid: &Segment<'a>, person: &mut Person) {
        let mut mail = Vec::new();
        for (member, number) in [("home", 13), ("work", 14)] {
            let Some(field) = pid.field(number) else {
                continue;
            };
            if field.value() == Value::Null {
                let told = Told::Member(member, None);
                person.told.push((Field::Phone, told));
                continue;
            }
            let mut numbers = Vec::new();
            for repetition in field.repetitions().take(MAX_REPETITIONS) {
                mail.extend(self.part(&repetition, 4, 1).filter(|it| it.contains('@')));
                numbers.extend(self.telephone(&repetition));
            }
            if !numbers.is_empty() {
                let told = Told::Member(member, Some(numbers.into()));
                person.told.push((Field::Phone, told));
            }
        }
        if !mail.is_empty() {
            person.told.push((Field::Email, Told::Is(mail.into())));
        }
    }

    /// XTN: the number as a whole, else of its parts.
    fn telephone(&self, repetition: &Repetition<'a>) -> Option<Json> {
        let part = |component| self.part(repetition, component, 1);
        let of_parts = || {
            let parts: Vec<String> = [5, 6, 7].into_iter().filter_map(part).collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        };
        let number = part(1).or_else(of_parts)?;
        object([
            ("number", Some(number)),
            ("use", part(2)),
            ("type", part(3)),
        ])
    }

    /// PID-19, else the number of the type `SS` in PID-3.
    fn ssn(&self, pid: &Segment<'a>) -> Option<Told> {
        let told = told_of(pid, 19, |first| Some(self.part(first, 1, 1)?.into()));
        let among = || {
            let repetitions = pid.field(3)?;
            let mut some = repetitions.repetitions().take(MAX_NUMBERS);
            let is_it = |at: &Repetition<'a>| self.part(at, 5, 1).as_deref() == Some("SS");
            let number = some.find(is_it)?;
            Some(Told::Is(self.part(&number, 1, 1)?.into()))
        };
        told.or_else(among)
    }

    /// PID-30, and PID-29 when.
    fn deceased(&self, pid: &Segment<'a>) -> Option<Told> {
        let at = || match Self::date(pid, 29) {
            Some(Told::Is(at)) => Some(at),
            _ => None,
        };
        match self.code(pid, 30)? {
            Told::Is(Json::String(code)) if code == "Y" => {
                let mut deceased = json!({ "value": true });
                if let (Some(members), Some(at)) = (deceased.as_object_mut(), at()) {
                    members.insert("at".to_owned(), at);
                }
                Some(Told::Is(deceased))
            }
            Told::Is(Json::String(code)) if code == "N" => {
                Some(Told::Is(json!({ "value": false })))
            }
            Told::Gone => Some(Told::Gone),
            _ => None,
        }
    }

    /// CX in all repetitions, as far as they name the patient.
    fn numbers(&self, segment: &Segment<'a>, number: usize) -> Result<Vec<RecordNumber>, AdtError> {
        let Some(field) = segment.field(number) else {
            return Ok(Vec::new());
        };
        let mut numbers: Vec<RecordNumber> = Vec::new();
        for repetition in field.repetitions() {
            let Some(number) = self.number(&repetition)? else {
                continue;
            };
            if numbers.len() == MAX_NUMBERS {
                return Err(AdtError::TooMany {
                    what: "numbers of one patient",
                    most: MAX_NUMBERS,
                });
            }
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        Ok(numbers)
    }

    fn number(&self, repetition: &Repetition<'a>) -> Result<Option<RecordNumber>, AdtError> {
        let Some(value) = self.part(repetition, 1, 1) else {
            return Ok(None);
        };
        let kind = self.part(repetition, 5, 1).unwrap_or_default();
        let universal = || self.part(repetition, 4, 2).unwrap_or_default();
        let authority = self.part(repetition, 4, 1).unwrap_or_else(universal);
        if value.len().max(authority.len()) > MAX_TEXT_BYTES {
            return Err(AdtError::TooMany {
                what: "bytes of a patient's number",
                most: MAX_TEXT_BYTES,
            });
        }
        let is_own = names_the_patient(&kind);
        Ok(is_own.then_some(RecordNumber { value, authority }))
    }

    fn part(&self, repetition: &Repetition<'a>, component: usize, sub: usize) -> Option<String> {
        let value = repetition.component(component)?.subcomponent(sub).bytes()?;
        let text = self.message.decode(value);
        let trimmed = text.trim();
        (!trimmed.is_empty() && trimmed != "\"\"").then(|| trimmed.to_owned())
    }
}

/// Nothing, that there is none, or what is read of the first repetition.
fn told_of<'a>(
    pid: &Segment<'a>,
    number: usize,
    read: impl Fn(&Repetition<'a>) -> Option<Json>,
) -> Option<Told> {
    let field = pid.field(number)?;
    if field.value() == Value::Null {
        return Some(Told::Gone);
    }
    read(&field.repetition(1)?).map(Told::Is)
}

/// Bytes of a number or its authority at most, as records take them.
const MAX_TEXT_BYTES: usize = 256;

/// Whether two patients with a number of this type are one (HL7 table 0203). Accounts, visits, insurances and driving
/// licences are not the patient's own, or several people share them, as those of an employer (`EN`); the social security
/// number is a field by itself. `NH`, a national health plan there, is how the NHS number is written.
fn names_the_patient(kind: &str) -> bool {
    matches!(
        kind,
        "" | "MR" | "MRN" | "PI" | "PT" | "PN" | "NI" | "NH" | "PE" | "MRT"
    ) || kind.starts_with("NN")
}

fn day_of(time: &Timestamp) -> String {
    let year = time.year();
    match (time.month(), time.day()) {
        (Some(month), Some(day)) => format!("{year:04}-{month:02}-{day:02}"),
        (Some(month), None) => format!("{year:04}-{month:02}"),
        (None, _) => format!("{year:04}"),
    }
}

/// An object of the members that are there; none when none is.
fn object<const N: usize>(members: [(&str, Option<String>); N]) -> Option<Json> {
    let members = members.into_iter();
    let there = members.filter_map(|(name, text)| Some((name.to_owned(), Json::from(text?))));
    let object: Map<String, Json> = there.collect();
    (!object.is_empty()).then_some(Json::Object(object))
}
