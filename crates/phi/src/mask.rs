//! What a face shows in the place of an identifier that it may not show.
//!
//! The rule is minimum necessary (45 CFR 164.502(b)): by default nothing of the value, not even its exact
//! length. A mask says only that something is there. The limits follow the Safe Harbor list
//! (45 CFR 164.514(b)(2)(i)): of a date the year alone, and no year of birth that tells an age over 89; of a
//! name not even initials. Masks are ASCII, of fixed width, and the same in logs, tables and JSON.

use std::fmt;

const NAME: &str = "[name]";
const DATE: &str = "[date]";
const FREE_TEXT: &str = "[text]";
const BORN_LONG_AGO: &str = "[90 or older]";
/// Ages above this are not told (45 CFR 164.514(b)(2)(i)(C)).
const OLDEST_AGE_TOLD: u16 = 89;
/// An identifier must be this long before two of its characters may be shown.
const LONG_ENOUGH: usize = 6;

/// Text that is safe to show. Empty where there was nothing to mask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked(String);

impl Masked {
    /// The text to show.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Masked> for String {
    fn from(masked: Masked) -> Self {
        masked.0
    }
}

/// How much of an identifier may be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reveal {
    /// Nothing. Lengths 1 to 4, 5 to 8 and beyond show as 4, 8 and 12 asterisks.
    #[default]
    Nothing,
    /// The last two characters, of an identifier of six or more: enough to compare with a wristband, and not
    /// to search with.
    LastTwo,
}

/// Masks a medical record number, visit, account or other identifier.
pub fn identifier(value: &str, reveal: Reveal) -> Masked {
    let length = value.chars().count();
    let width = match length {
        0 => 0,
        1..=4 => 4,
        5..=8 => 8,
        _ => 12,
    };
    let mut text = "*".repeat(width);
    if reveal == Reveal::LastTwo && length >= LONG_ENOUGH {
        text.truncate(width.saturating_sub(2));
        text.extend(value.chars().skip(length.saturating_sub(2)));
    }
    Masked(text)
}

/// Masks a person's name.
pub fn name(value: &str) -> Masked {
    fixed(value, NAME)
}

/// Masks free text: an address, a telephone number, a note.
pub fn free_text(value: &str) -> Masked {
    fixed(value, FREE_TEXT)
}

/// Masks a date of care to its year; expects HL7 (`20261121...`) or ISO (`2026-11-21...`) text.
pub fn date(value: &str) -> Masked {
    match year(value) {
        Some(year) => Masked(format!("{year:04}")),
        None => fixed(value, DATE),
    }
}

/// Masks a date of birth to its year, or to less when the person is older than 89 in `current_year`.
pub fn birth_date(value: &str, current_year: u16) -> Masked {
    match year(value) {
        Some(year) if current_year.saturating_sub(year) > OLDEST_AGE_TOLD => {
            Masked(BORN_LONG_AGO.to_owned())
        }
        _ => date(value),
    }
}

fn fixed(value: &str, mask: &'static str) -> Masked {
    Masked(if value.is_empty() {
        String::new()
    } else {
        mask.to_owned()
    })
}

fn year(value: &str) -> Option<u16> {
    let digits = value
        .get(..4)
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let rest = value.get(4..)?;
    let goes_on_as_a_date = rest
        .chars()
        .all(|c| c.is_ascii_digit() || "-:.+TZ ".contains(c));
    digits.parse().ok().filter(|_| goes_on_as_a_date)
}
