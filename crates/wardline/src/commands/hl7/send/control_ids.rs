//! New MSH-10 values, for sending the same files again without being taken for a repeat.

use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use bytes::Bytes;
use jiff::Timestamp;
use wardline_hl7::{Edit, Path};

use crate::commands::hl7::character_set::CharacterSetArg;

/// A series of control ids. They have at most 20 characters, as much as MSH-10 takes up to HL7 v2.6.
pub(super) struct ControlIds {
    prefix: String,
    character_set: CharacterSetArg,
    next: AtomicU64,
}

impl ControlIds {
    /// A series that differs from those of other seconds, for messages that are read in this character set.
    pub(super) fn new(now: Timestamp, character_set: CharacterSetArg) -> Self {
        Self {
            character_set,
            prefix: format!("W{:x}", now.as_second()),
            next: AtomicU64::new(1),
        }
    }

    /// The message with the next id; all other bytes stay as they are.
    ///
    /// # Errors
    /// When the message cannot be read.
    pub(super) fn renew(&self, message: &[u8]) -> anyhow::Result<Bytes> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let message = self.character_set.read(message)?;
        let place = Path::field("MSH", 10).context("MSH-10 is no place")?;
        let mut edit = Edit::new(&message);
        edit.set(&place, &format!("{}-{number:x}", self.prefix))?;
        Ok(edit.finish().into())
    }
}

#[cfg(test)]
mod tests {
    use wardline_hl7::Message;

    use super::*;

    #[test]
    fn each_message_gets_another_id_and_keeps_everything_else() {
        let ids = ControlIds::new(
            Timestamp::from_second(1_800_000_000).unwrap(),
            CharacterSetArg::default(),
        );
        let message = b"MSH|^~\\&|LAB||||2026||ORU^R01|7|P|2.5.1\rPID|1||4711\r";

        let (first, second) = (ids.renew(message).unwrap(), ids.renew(message).unwrap());

        let expected =
            |id: &str| String::from_utf8_lossy(message).replace("|7|", &format!("|{id}|"));
        assert_eq!(first, expected("W6b49d200-1"));
        assert_eq!(second, expected("W6b49d200-2"));
    }

    #[test]
    fn an_id_fits_into_msh_10_of_old_versions() {
        let ids = ControlIds::new(
            Timestamp::from_second(1 << 32).unwrap(),
            CharacterSetArg::default(),
        );
        ids.next.store(u64::from(u32::MAX), Ordering::Relaxed);

        let message = ids.renew(b"MSH|^~\\&|||||||ACK|1|P|2.3\r").unwrap();

        let id = Message::parse(&message)
            .unwrap()
            .header()
            .control_id()
            .to_vec();
        assert!(id.len() <= 20, "{}", id.len());
    }
}
