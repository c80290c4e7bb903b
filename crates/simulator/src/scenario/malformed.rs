//! Messages as broken senders write them. A broken message is made from a real one, and has neither its
//! control id nor its place in the patient's story, so that it is never taken for it.

use fastrand::Rng;

use crate::hospital::Event;

/// How a message is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Text that is no HL7 at all.
    NotHl7,
    /// MSH-10 is empty.
    NoControlId,
    /// MSH-2 names one character twice.
    BadDelimiters,
    /// The sender stopped in the middle.
    CutShort,
    /// MSH-18 names a character set that does not exist.
    UnknownCharset,
    /// LF ends the segments; a lenient receiver takes this.
    LineFeeds,
    /// A line break inside a text; a lenient receiver takes this.
    StrayText,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::NotHl7,
        Self::NoControlId,
        Self::BadDelimiters,
        Self::CutShort,
        Self::UnknownCharset,
        Self::LineFeeds,
        Self::StrayText,
    ];
}

/// A broken copy of a message, without MLLP framing.
pub(crate) fn spoil(event: &Event, rng: &mut Rng) -> Vec<u8> {
    let fault = rng.choice(Fault::ALL).unwrap_or(Fault::NotHl7);
    break_as(
        fault,
        &event.bytes,
        &format!("BAD-{:012X}", rng.u64(..1 << 48)),
    )
}

/// A copy of the message that is broken in this way, with this MSH-10 where it has one.
pub fn break_as(fault: Fault, message: &[u8], control_id: &str) -> Vec<u8> {
    let body = without_signature(message);
    let copy = with_msh_field(body, 10, control_id.as_bytes());
    match fault {
        Fault::NotHl7 => b"ERROR 500: the laboratory system could not render this message".to_vec(),
        Fault::NoControlId => with_msh_field(body, 10, b""),
        Fault::BadDelimiters => with_msh_field(&copy, 2, b"^^^^"),
        Fault::CutShort => copy.get(..copy.len() / 2).unwrap_or_default().to_vec(),
        Fault::UnknownCharset => with_msh_field(&copy, 18, b"KLINGON"),
        Fault::LineFeeds => copy
            .iter()
            .map(|byte| if *byte == b'\r' { b'\n' } else { *byte })
            .collect(),
        Fault::StrayText => [&copy, b"OBX|99|TX|||first line\rsecond line\r".as_slice()].concat(),
    }
}

/// Everything before ZWL.
fn without_signature(message: &[u8]) -> &[u8] {
    let end = memchr::memmem::rfind(message, b"\rZWL|").map_or(message.len(), |at| at + 1);
    message.get(..end).unwrap_or(message)
}

/// The message with this field of MSH replaced; MSH-2 is the first one after `MSH|`.
fn with_msh_field(message: &[u8], number: usize, value: &[u8]) -> Vec<u8> {
    let end = memchr::memchr(b'\r', message).unwrap_or(message.len());
    let (msh, rest) = message.split_at(end);
    let mut fields: Vec<&[u8]> = msh.split(|byte| *byte == b'|').collect();
    while fields.len() < number {
        fields.push(b"");
    }
    if let Some(field) = fields.get_mut(number - 1) {
        *field = value;
    }
    [fields.join(&b'|').as_slice(), rest].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] = b"MSH|^~\\&|A|B|C|D|20260105||ADT^A01|OLD|T|2.5.1\rPID|1||42\rZWL|k|1\r";

    #[test]
    fn a_broken_message_is_never_taken_for_the_real_one() {
        for fault in Fault::ALL {
            let broken = break_as(fault, MESSAGE, "NEW");

            let text = String::from_utf8(broken).unwrap();
            assert!(!text.contains("OLD") && !text.contains("ZWL"), "{fault:?}");
        }
    }

    #[test]
    fn a_field_of_msh_is_replaced_and_nothing_else() {
        assert_eq!(
            break_as(Fault::UnknownCharset, MESSAGE, "NEW"),
            b"MSH|^~\\&|A|B|C|D|20260105||ADT^A01|NEW|T|2.5.1||||||KLINGON\rPID|1||42\r"
        );
        assert_eq!(
            break_as(Fault::NoControlId, MESSAGE, "NEW"),
            b"MSH|^~\\&|A|B|C|D|20260105||ADT^A01||T|2.5.1\rPID|1||42\r"
        );
    }
}
