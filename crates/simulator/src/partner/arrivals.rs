//! What a partner received, and whether it came in order.
//!
//! The order is read from the synthetic segment that the simulator's messages end with: `ZWL|<patient
//! key>|<sequence>`, and for a merge the prior patient's key and sequence in ZWL-3 and ZWL-4. It is found
//! without the parser, so that a mistake of the parser cannot hide itself here.

use std::collections::HashMap;

use memchr::memmem;

/// Everything that a partner accepted.
#[derive(Default)]
pub struct Arrivals {
    received: u64,
    duplicates: u64,
    inversions: u64,
    unsigned: u64,
    patients: HashMap<Box<[u8]>, Story>,
    /// How often each control id came, if they are remembered.
    control_ids: Option<HashMap<Box<[u8]>, u32>>,
}

/// What is known of one patient's messages.
#[derive(Clone, Copy, Default)]
struct Story {
    /// The highest sequence so far.
    highest: u64,
    /// Different messages so far.
    distinct: u64,
}

/// [`Arrivals`] in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Messages accepted, repeated ones included.
    pub received: u64,
    /// Messages whose control id had come before; when control ids are not remembered, those that repeat
    /// the patient's latest sequence.
    pub duplicates: u64,
    /// First arrivals that a later message of the same patient had overtaken.
    pub inversions: u64,
    /// Places in patients' stories below the highest that arrived, which have not.
    pub missing: u64,
    /// Patients seen.
    pub patients: u64,
    /// Messages that do not tell their place.
    pub unsigned: u64,
}

impl Arrivals {
    pub(super) fn new(remember_control_ids: bool) -> Self {
        Self {
            control_ids: remember_control_ids.then(HashMap::new),
            ..Self::default()
        }
    }

    /// Books one accepted message.
    pub(super) fn record(&mut self, message: &[u8], control_id: &[u8]) {
        self.received += 1;
        if let Some(known) = &mut self.control_ids {
            if let Some(count) = known.get_mut(control_id) {
                *count += 1;
                self.duplicates += 1;
                return;
            }
            known.insert(control_id.into(), 1);
        }
        let places = places(message);
        if places.iter().all(Option::is_none) {
            self.unsigned += 1;
        }
        for (key, sequence) in places.into_iter().flatten() {
            self.place(key, sequence);
        }
    }

    /// What arrived, in numbers.
    pub fn summary(&self) -> Summary {
        let missing = self
            .patients
            .values()
            .map(|it| it.highest.saturating_sub(it.distinct))
            .sum();
        Summary {
            received: self.received,
            duplicates: self.duplicates,
            inversions: self.inversions,
            missing,
            patients: u64::try_from(self.patients.len()).unwrap_or(u64::MAX),
            unsigned: self.unsigned,
        }
    }

    /// How often this control id arrived; 0 too when control ids are not remembered.
    pub fn count_of(&self, control_id: &str) -> u32 {
        let known = self.control_ids.as_ref();
        known
            .and_then(|ids| ids.get(control_id.as_bytes()))
            .copied()
            .unwrap_or(0)
    }

    fn place(&mut self, key: &[u8], sequence: u64) {
        let story = match self.patients.get_mut(key) {
            Some(story) => story,
            None => self.patients.entry(key.into()).or_default(),
        };
        if sequence == story.highest {
            self.duplicates += 1;
            return;
        }
        story.distinct += 1;
        if sequence < story.highest {
            self.inversions += 1;
        } else {
            story.highest = sequence;
        }
    }
}

/// ZWL-1 with ZWL-2, and ZWL-3 with ZWL-4, of a message's last ZWL.
fn places(message: &[u8]) -> [Option<(&[u8], u64)>; 2] {
    let Some(at) = memmem::rfind(message, b"\rZWL|") else {
        return [None, None];
    };
    let rest = message.get(at + 5..).unwrap_or_default();
    let segment = rest
        .split(|byte| matches!(byte, b'\r' | b'\n'))
        .next()
        .unwrap_or_default();
    let mut fields = segment.split(|byte| *byte == b'|');
    let mut place = || {
        let key = fields.next().filter(|key| !key.is_empty())?;
        let sequence = std::str::from_utf8(fields.next()?).ok()?.parse().ok()?;
        Some((key, sequence))
    };
    [place(), place()]
}

/// Numbers only.
impl std::fmt::Debug for Arrivals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.summary().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(messages: &[(&str, &str)]) -> Summary {
        let mut arrivals = Arrivals::new(true);
        for (control_id, signature) in messages {
            let message = format!("MSH|^~\\&|A\rPID|1\r{signature}\r");
            arrivals.record(message.as_bytes(), control_id.as_bytes());
        }
        arrivals.summary()
    }

    #[test]
    fn patients_may_overtake_each_other() {
        let seen = summary(&[
            ("1", "ZWL|a|1"),
            ("2", "ZWL|b|1"),
            ("4", "ZWL|b|2"),
            ("3", "ZWL|a|2"),
        ]);

        assert_eq!(
            seen,
            Summary {
                received: 4,
                patients: 2,
                ..Summary::default()
            }
        );
    }

    #[test]
    fn a_message_that_was_overtaken_is_an_inversion() {
        let seen = summary(&[("1", "ZWL|a|1"), ("3", "ZWL|a|3"), ("2", "ZWL|a|2")]);

        assert_eq!((seen.inversions, seen.missing), (1, 0));
    }

    #[test]
    fn a_message_that_never_came_is_missing() {
        let seen = summary(&[("1", "ZWL|a|1"), ("4", "ZWL|a|4")]);

        assert_eq!((seen.inversions, seen.missing), (0, 2));
    }

    #[test]
    fn a_repeated_control_id_is_a_duplicate_and_no_inversion() {
        let seen = summary(&[("1", "ZWL|a|1"), ("2", "ZWL|a|2"), ("1", "ZWL|a|1")]);

        assert_eq!((seen.received, seen.duplicates, seen.inversions), (3, 1, 0));
    }

    #[test]
    fn a_merge_stands_in_both_stories() {
        let merge = [("1", "ZWL|a|1"), ("2", "ZWL|b|1"), ("3", "ZWL|a|2|b|2")];
        assert_eq!(
            summary(&merge),
            Summary {
                received: 3,
                patients: 2,
                ..Summary::default()
            }
        );

        let late = [("1", "ZWL|a|1"), ("3", "ZWL|a|2|b|2"), ("2", "ZWL|b|1")];
        assert_eq!(summary(&late).inversions, 1);
    }

    #[test]
    fn a_message_of_another_sender_is_counted_without_a_place() {
        let seen = summary(&[("1", "OBX|1|TX|||ZWL"), ("2", "ZWL|a|many")]);

        assert_eq!((seen.received, seen.unsigned), (2, 2));
    }
}
