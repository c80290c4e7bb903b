//! Finds the acknowledgements in what a server sends.

use memchr::{memchr, memchr_iter, memmem};

use super::message::number_of;

/// The longest answer that is waited for the end of.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// What a server said about one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) verdict: Verdict,
    /// The number in MSA-2; none when it is no control id of a load.
    pub(super) number: Option<u64>,
}

/// MSA-1 (HL7 table 0008).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// AA or CA.
    Accepted,
    /// AE or CE.
    TryLater,
    /// AR, CR or anything else.
    Refused,
}

/// Bytes received, cut into answers.
#[derive(Debug, Default)]
pub(super) struct Answers {
    buffer: Vec<u8>,
    /// Before this, everything has been given out.
    taken: usize,
    /// Before this, no end of a frame was found.
    searched: usize,
}

impl Answers {
    /// Takes what was read.
    ///
    /// # Errors
    ///
    /// The bytes are not an acknowledgement, or one without end.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), TooLong> {
        if self.taken > 0 {
            self.buffer.drain(..self.taken);
            self.searched -= self.taken;
            self.taken = 0;
        }
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() > MAX_ANSWER_BYTES {
            Err(TooLong)
        } else {
            Ok(())
        }
    }

    /// The next whole answer.
    pub(super) fn next(&mut self) -> Option<Answer> {
        let rest = self.buffer.get(self.searched..)?;
        let end = memchr_iter(0x1C, rest)
            .map(|at| self.searched + at)
            .find(|at| self.buffer.get(at + 1) == Some(&b'\r'));
        let Some(end) = end else {
            // The last byte may be the first of the two that end a frame.
            self.searched = self.buffer.len().saturating_sub(1).max(self.taken);
            return None;
        };
        let answer = self.buffer.get(self.taken..end).map(read);
        self.taken = end + 2;
        self.searched = self.taken;
        answer
    }
}

/// An answer beyond [`MAX_ANSWER_BYTES`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLong;

fn read(message: &[u8]) -> Answer {
    let msa = memmem::find(message, b"\rMSA|")
        .and_then(|at| message.get(at + 5..))
        .unwrap_or(&[]);
    let segment = memchr(b'\r', msa)
        .and_then(|end| msa.get(..end))
        .unwrap_or(msa);
    let mut fields = segment.split(|byte| *byte == b'|');
    let verdict = match fields.next() {
        Some(b"AA" | b"CA") => Verdict::Accepted,
        Some(b"AE" | b"CE") => Verdict::TryLater,
        _ => Verdict::Refused,
    };
    Answer {
        verdict,
        number: fields.next().and_then(number_of),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWERS: &[u8] = b"\x0BMSH|^~\\&|A\rMSA|AA|L00000000-0000000007\r\x1C\x0D\
        \x0BMSH|^~\\&|A\rMSA|AE|L00000000-0000000008|busy\rERR|\r\x1C\x0D\
        \x0BMSH|^~\\&|A\rMSA|CR|unknown\x1C\x0D";

    fn answer(verdict: Verdict, number: Option<u64>) -> Answer {
        Answer { verdict, number }
    }

    #[test]
    fn answers_are_found_however_they_are_cut() {
        for size in 1..ANSWERS.len() {
            let mut answers = Answers::default();
            let mut found = Vec::new();

            for part in ANSWERS.chunks(size) {
                answers.push(part).unwrap();
                found.extend(std::iter::from_fn(|| answers.next()));
            }

            let expected = [
                answer(Verdict::Accepted, Some(7)),
                answer(Verdict::TryLater, Some(8)),
                answer(Verdict::Refused, None),
            ];
            assert_eq!(found, expected, "cut every {size} bytes");
        }
    }

    #[test]
    fn an_answer_without_end_is_given_up() {
        let mut answers = Answers::default();

        assert_eq!(answers.push(&vec![b'x'; MAX_ANSWER_BYTES]), Ok(()));
        assert_eq!(answers.push(b"x"), Err(TooLong));
    }
}
