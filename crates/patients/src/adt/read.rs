//! ADT messages, read as a whole: which event it is, when, and about whom.

use wardline_hl7::timestamp::Precision;
use wardline_hl7::{Charset, Limits, Message, Timestamp};
use wardline_kernel::{LocalZone, UnixMillis};

use super::person::PersonReader;
use super::{Act, Adt, AdtError, MAX_ADT_BYTES, MAX_PERSONS, MAX_SEGMENTS, Person};

/// Further than this ahead of its arrival nothing was entered: the sender's clock is wrong.
const MAX_AHEAD_MS: u64 = 60 * 60 * 1000;

impl Adt {
    /// Reads a message that arrived at `now`. Times without a zone are of `zone`.
    ///
    /// # Errors
    /// [`AdtError`]
    pub fn read(raw: &[u8], now: UnixMillis, zone: &LocalZone) -> Result<Self, AdtError> {
        Self::read_in((raw, None), now, zone)
    }

    /// The same, with text read in this character set where MSH-18 does not say.
    ///
    /// # Errors
    /// [`AdtError`]
    pub fn read_in(
        (raw, character_set): (&[u8], Option<Charset>),
        now: UnixMillis,
        zone: &LocalZone,
    ) -> Result<Self, AdtError> {
        let limits = Limits {
            max_bytes: MAX_ADT_BYTES,
            max_segments: MAX_SEGMENTS,
        };
        let message = Message::parse_within(raw, limits)?.with_default_charset(character_set);
        if message.header().message_code() != b"ADT" {
            return Err(AdtError::NotAdt);
        }
        let act = Act::of(message.routing().event())?;
        let mut adt = Self {
            act,
            told_at: told_at(&message, now, zone),
            persons: Vec::new(),
            left_out: Vec::new(),
        };
        if act != Act::Nothing {
            adt.read_persons(&message)?;
            adt.is_complete()?;
        }
        Ok(adt)
    }

    /// Each PID with the MRG that follows it.
    fn read_persons(&mut self, message: &Message<'_>) -> Result<(), AdtError> {
        let mut reader = PersonReader::new(message);
        for segment in message.segments() {
            match segment.name() {
                "PID" if self.persons.len() == MAX_PERSONS => {
                    return Err(AdtError::TooMany {
                        what: "PID segments",
                        most: MAX_PERSONS,
                    });
                }
                "PID" => self.persons.push(reader.person(&segment)?),
                "MRG" => {
                    if let Some(person) = self.persons.last_mut() {
                        person.ended.extend(reader.ended(&segment)?);
                    }
                }
                _ => {}
            }
        }
        self.left_out = reader.left_out();
        Ok(())
    }

    fn is_complete(&self) -> Result<(), AdtError> {
        let is_nobody = |person: &Person| person.numbers.is_empty();
        if self.persons.is_empty() || self.persons.iter().any(is_nobody) {
            return Err(AdtError::NoPatient);
        }
        match self.act {
            Act::Merge | Act::Correct if self.persons.iter().all(|p| p.ended.is_empty()) => {
                Err(AdtError::NothingMerged)
            }
            Act::Link | Act::Unlink if self.persons.len() != 2 => Err(AdtError::NoSecondPatient),
            _ => Ok(()),
        }
    }
}

impl Act {
    fn of(event: &[u8]) -> Result<Self, AdtError> {
        Ok(match event {
            b"A01" | b"A02" | b"A03" | b"A04" | b"A05" | b"A06" | b"A07" | b"A08" | b"A10"
            | b"A13" | b"A14" | b"A28" | b"A31" => Self::Tell,
            b"A18" | b"A30" | b"A34" | b"A36" | b"A39" | b"A40" => Self::Merge,
            b"A46" | b"A47" => Self::Correct,
            b"A24" => Self::Link,
            b"A37" => Self::Unlink,
            b"A23" | b"A29" => return Err(AdtError::Deletes),
            b"A43" => return Err(AdtError::Moves),
            _ => Self::Nothing,
        })
    }
}

fn told_at(message: &Message<'_>, now: UnixMillis, zone: &LocalZone) -> Option<UnixMillis> {
    let sent = message.header().timestamp().ok().flatten();
    let own = sent.and_then(|time| time.zone());
    let own = own.map(|own| LocalZone::fixed(own.offset_minutes()));
    let zone = own.as_ref().unwrap_or(zone);
    let entered = || {
        let field = message.segment("EVN", 1)?.field(2)?;
        let component = field.repetition(1)?.component(1)?;
        Timestamp::parse(component.value().bytes()?).ok()
    };
    let plausible = |time: Timestamp| {
        let is_exact = time.precision() >= Precision::Minute;
        let offset = zone.offset_minutes(time.unix_millis(0), now);
        let millis = UnixMillis::try_from(time.unix_millis(offset)).ok()?;
        (is_exact && millis <= now.saturating_add(MAX_AHEAD_MS)).then_some(millis)
    };
    entered()
        .and_then(plausible)
        .or_else(|| sent.and_then(plausible))
}
