//! Places: facility, unit, room and bed, as PL names them (HL7 v2.5.1 §2.A.53), and their text in addresses.
//!
//! The text is for URLs: parts joined by `~`, every byte of a part that is not a letter, a digit, `-` or `_`
//! written as `.` and two hexadecimal digits. It is canonical: one place has one text, and a text that is not
//! exactly what this module writes names no place.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Longest part of a place in bytes. HL7 gives IS, which a part is, 20 characters.
pub const MAX_PART_BYTES: usize = 64;

const BETWEEN: char = '~';
const ESCAPE: u8 = b'.';

/// Where somebody is: at least a unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    facility: Arc<str>,
    unit: Arc<str>,
    room: Arc<str>,
    bed: Arc<str>,
}

/// Why there is no such place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Nothing can be in a bed of no unit.
    #[error("a place has a unit (PL.1)")]
    NoUnit,
    /// A part is too long.
    #[error("a part of a place is longer than 64 bytes")]
    TooLong,
    /// The text is not one that this program writes.
    #[error("not the id of a place; take ids from a listing")]
    Text,
}

impl Place {
    /// A place. Empty `facility`, `room` and `bed` mean that none is named.
    ///
    /// # Errors
    /// [`PlaceError::NoUnit`] and [`PlaceError::TooLong`].
    pub fn new(facility: &str, unit: &str, room: &str, bed: &str) -> Result<Self, PlaceError> {
        let parts = [facility, unit, room, bed].map(str::trim);
        if parts.iter().any(|part| part.len() > MAX_PART_BYTES) {
            return Err(PlaceError::TooLong);
        }
        let [facility, unit, room, bed] = parts;
        if unit.is_empty() {
            return Err(PlaceError::NoUnit);
        }
        Ok(Self {
            facility: facility.into(),
            unit: unit.into(),
            room: room.into(),
            bed: bed.into(),
        })
    }

    /// PL.4, empty when not named.
    pub fn facility(&self) -> &str {
        &self.facility
    }

    /// PL.1, the point of care.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// PL.2, empty when not named.
    pub fn room(&self) -> &str {
        &self.room
    }

    /// PL.3, empty when not named.
    pub fn bed(&self) -> &str {
        &self.bed
    }

    /// The same place in this facility, if it names none.
    #[must_use]
    pub fn in_facility(mut self, facility: &str) -> Self {
        if self.facility.is_empty() {
            self.facility = facility.into();
        }
        self
    }

    /// The unit.
    pub fn unit_id(&self) -> UnitId {
        let mut text = String::new();
        if !self.facility.is_empty() {
            push_part(&mut text, &self.facility);
            text.push(BETWEEN);
        }
        push_part(&mut text, &self.unit);
        UnitId(text.into())
    }

    /// The bed: `None` for a place that names neither room nor bed, such as a waiting area.
    pub fn bed_id(&self) -> Option<BedId> {
        if self.room.is_empty() && self.bed.is_empty() {
            return None;
        }
        let mut text = self.unit_id().0.as_ref().to_owned();
        for part in [&self.room, &self.bed] {
            text.push(BETWEEN);
            push_part(&mut text, part);
        }
        Some(BedId(text.into()))
    }

    /// Whether it names a bed, and not a room alone.
    pub fn names_a_bed(&self) -> bool {
        !self.bed.is_empty()
    }

    /// Whether both can be true of one patient: what both name is the same.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let same = |a: &str, b: &str| a.is_empty() || b.is_empty() || a == b;
        self.unit == other.unit
            && same(&self.facility, &other.facility)
            && same(&self.room, &other.room)
            && same(&self.bed, &other.bed)
    }
}

/// A unit: `ICU`, or with its facility `MAIN~ICU`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UnitId(Arc<str>);

impl UnitId {
    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The unit as a place.
    pub fn place(&self) -> Option<Place> {
        let mut parts = self.0.split(BETWEEN).map(part);
        match (parts.next()?, parts.next(), parts.next()) {
            (unit, None, None) => Place::new("", &unit?, "", "").ok(),
            (facility, Some(unit), None) => Place::new(&facility?, &unit?, "", "").ok(),
            _ => None,
        }
    }
}

/// A bed: unit, room and bed, as in `ICU~101~A` or with its facility `MAIN~ICU~101~A`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BedId(Arc<str>);

impl BedId {
    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The bed as a place.
    pub fn place(&self) -> Option<Place> {
        let parts: Vec<_> = self.0.split(BETWEEN).take(5).map(part).collect();
        match parts.as_slice() {
            [Some(unit), Some(room), Some(bed)] => Place::new("", unit, room, bed).ok(),
            [Some(facility), Some(unit), Some(room), Some(bed)] => {
                Place::new(facility, unit, room, bed).ok()
            }
            _ => None,
        }
    }
}

/// Longest text of an id: four parts of which every byte is escaped.
const MAX_ID_BYTES: usize = 4 * (3 * MAX_PART_BYTES + 1);

impl FromStr for UnitId {
    type Err = PlaceError;
    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let id = (text.len() <= MAX_ID_BYTES).then(|| Self(text.into()));
        id.filter(|id| id.place().is_some_and(|place| place.unit_id() == *id))
            .ok_or(PlaceError::Text)
    }
}

impl FromStr for BedId {
    type Err = PlaceError;
    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let id = (text.len() <= MAX_ID_BYTES).then(|| Self(text.into()));
        id.filter(|id| {
            id.place()
                .is_some_and(|place| place.bed_id().as_ref() == Some(id))
        })
        .ok_or(PlaceError::Text)
    }
}

macro_rules! text_of {
    ($($id:ident)*) => {$(
        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($id), "({})"), self.0)
            }
        }

        impl TryFrom<String> for $id {
            type Error = PlaceError;
            fn try_from(text: String) -> Result<Self, PlaceError> {
                text.parse()
            }
        }

        impl From<$id> for String {
            fn from(id: $id) -> Self {
                id.0.as_ref().to_owned()
            }
        }
    )*};
}

text_of!(UnitId BedId);

fn push_part(text: &mut String, part: &str) {
    for byte in part.bytes() {
        if is_plain(byte) {
            text.push(char::from(byte));
        } else {
            let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
            text.push(char::from(ESCAPE));
            text.push(digit(byte >> 4).to_ascii_uppercase());
            text.push(digit(byte & 0xF).to_ascii_uppercase());
        }
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// What stands in an escaped part.
fn part(escaped: &str) -> Option<String> {
    let mut bytes = escaped.bytes();
    let mut part = Vec::with_capacity(escaped.len());
    while let Some(byte) = bytes.next() {
        if byte == ESCAPE {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let value = digit(bytes.next())? * 16 + digit(bytes.next())?;
            part.push(u8::try_from(value).ok()?);
        } else {
            part.push(byte);
        }
    }
    String::from_utf8(part).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bed_has_a_text_for_addresses() {
        let place = Place::new("Main Hosp", "ICU", "101", "A").unwrap();

        assert_eq!(place.unit_id().as_str(), "Main.20Hosp~ICU");
        assert_eq!(place.bed_id().unwrap().as_str(), "Main.20Hosp~ICU~101~A");
        assert_eq!(place.bed_id().unwrap().place(), Some(place));
    }

    #[test]
    fn a_unit_without_room_and_bed_is_no_bed() {
        assert_eq!(Place::new("", "ED", "", "").unwrap().bed_id(), None);
        let single = Place::new("", "ICU", "7", "").unwrap().bed_id();
        assert_eq!(single.unwrap().as_str(), "ICU~7~");
    }

    #[test]
    fn text_that_is_not_canonical_names_no_bed() {
        for text in [
            "",
            "ICU",
            "ICU~1",
            "~1~A",
            "ICU~~",
            "ICU~.41~A",
            "ICU~.zz~A",
            "a/b~1~A",
        ] {
            assert_eq!(text.parse::<BedId>(), Err(PlaceError::Text), "{text}");
        }
        assert_eq!("A~B~C~D~E".parse::<BedId>(), Err(PlaceError::Text));
        assert_eq!("~ICU~1~A".parse::<BedId>(), Err(PlaceError::Text));
    }

    #[test]
    fn a_part_at_the_limit_is_taken_and_beyond_it_is_not() {
        let longest = "x".repeat(MAX_PART_BYTES);
        assert!(Place::new("", &longest, "1", "A").is_ok());
        let longer = longest + "x";
        assert_eq!(Place::new("", &longer, "1", "A"), Err(PlaceError::TooLong));
    }

    proptest! {
        #[test]
        fn every_bed_is_read_back_from_its_text(
            parts in prop::array::uniform4("[ -~é\u{0}]{0,12}")
        ) {
            let [facility, unit, room, bed] = &parts;
            if let Ok(place) = Place::new(facility, unit, room, bed)
                && let Some(id) = place.bed_id()
            {
                let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
                prop_assert!(id.as_str().bytes().all(plain));
                prop_assert_eq!(id.as_str().parse::<BedId>().unwrap().place(), Some(place.clone()));
                let unit = place.unit_id();
                prop_assert_eq!(unit.as_str().parse::<UnitId>(), Ok(unit.clone()));
            }
        }
    }
}
