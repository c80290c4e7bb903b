//! What a message changes of a record: only what the record has otherwise.

use serde_json::{Map, Value as Json, json};

use crate::adt::{Person, Told};
use crate::error::OperationError;
use crate::model::{Change, Field, FieldPath, MAX_RECORD_NUMBERS, RecordNumber};

/// Other names of a patient that are kept at most, as `other_names` takes them.
const MAX_OTHER_NAMES: usize = 15;

/// Values that a record has.
#[derive(Default)]
pub(super) struct Current(pub(super) Vec<(FieldPath, Json)>);

impl Current {
    fn of(&self, field: Field) -> Option<&Json> {
        let path = FieldPath::Field(field);
        let found = self.0.iter().find(|(its, _)| *its == path);
        found.map(|(_, value)| value)
    }

    fn list(&self, field: Field) -> Vec<Json> {
        let list = self.of(field).and_then(Json::as_array);
        list.cloned().unwrap_or_default()
    }
}

/// The numbers that the record has, without those that were wrong, and those of the message.
pub(super) fn set_numbers(
    change: &mut Change,
    current: &Current,
    told: &[RecordNumber],
    wrong: &[RecordNumber],
) -> Result<(), OperationError> {
    let is = |value: &Json, number: &RecordNumber| {
        let text = |member| value.get(member).and_then(Json::as_str).unwrap_or_default();
        text("value") == number.value && text("authority") == number.authority
    };
    let before = current.list(Field::RecordNumbers);
    let mut numbers = before.clone();
    numbers.retain(|value| !wrong.iter().any(|number| is(value, number)));
    for number in told {
        if !numbers.iter().any(|value| is(value, number)) {
            let number = json!({"value": number.value, "authority": number.authority});
            numbers.push(number);
        }
    }
    if numbers == before {
        return Ok(());
    }
    if numbers.len() > MAX_RECORD_NUMBERS {
        return Err(OperationError::TooMany {
            what: "record numbers",
            max: MAX_RECORD_NUMBERS,
        });
    }
    let path = FieldPath::Field(Field::RecordNumbers);
    Ok(change.set(path, &Json::Array(numbers))?)
}

/// What the message says besides the numbers, as far as the record has it otherwise.
pub(super) fn tell_fields(
    change: &mut Change,
    current: &Current,
    person: &Person,
) -> Result<(), OperationError> {
    let mut phone = match current.of(Field::Phone) {
        Some(Json::Object(phone)) => phone.clone(),
        _ => Map::new(),
    };
    let mut tells_phone = false;
    for (field, told) in &person.told {
        match told {
            Told::Gone => gone(change, current, *field)?,
            Told::Is(value) => is(change, current, *field, value)?,
            Told::Also(values) => {
                let mut all = current.list(*field);
                for value in values {
                    if !all.contains(value) && all.len() < MAX_OTHER_NAMES {
                        all.push(value.clone());
                    }
                }
                is(change, current, *field, &Json::Array(all))?;
            }
            Told::Member(member, value) => {
                tells_phone = true;
                match value {
                    Some(value) => phone.insert((*member).to_owned(), value.clone()),
                    None => phone.remove(*member),
                };
            }
        }
    }
    match (tells_phone, phone.is_empty()) {
        (false, _) => Ok(()),
        (true, true) => gone(change, current, Field::Phone),
        (true, false) => is(change, current, Field::Phone, &Json::Object(phone)),
    }
}

fn is(
    change: &mut Change,
    current: &Current,
    field: Field,
    value: &Json,
) -> Result<(), OperationError> {
    if current.of(field) != Some(value) {
        change.set(FieldPath::Field(field), value)?;
    }
    Ok(())
}

fn gone(change: &mut Change, current: &Current, field: Field) -> Result<(), OperationError> {
    if current.of(field).is_some() {
        change.remove(FieldPath::Field(field))?;
    }
    Ok(())
}
