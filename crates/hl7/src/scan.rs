//! Finding separators in text whose character set may hide them.
//!
//! In most character sets a separator byte is always a separator. Two families differ: ISO-2022 text shifts
//! into double-byte sets whose bytes look like ASCII, and Big5 and GB 18030 use ASCII bytes as the second half
//! of a character. Every split in this crate goes through [`Scan`], so the rule lives here alone.

/// ESC, which begins an ISO-2022 shift.
const ESCAPE_CONTROL: u8 = 0x1b;

/// How a byte is told to be a separator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Scan {
    /// Every byte stands for itself: ASCII, UTF-8, ISO-8859, Windows-125x, EUC.
    #[default]
    Bytes,
    /// ISO-2022: between a shift out of ASCII and the shift back nothing is a separator.
    Shifted,
    /// A byte from 0x81 on takes the next one with it: Big5, GB 18030.
    Paired,
}

impl Scan {
    /// Offset of the first `needle` that stands for itself. `hay` begins at a character, outside any shift.
    #[inline]
    pub(crate) fn find(self, needle: u8, hay: &[u8]) -> Option<usize> {
        match self {
            Self::Bytes => memchr::memchr(needle, hay),
            Self::Shifted | Self::Paired => self
                .plain_bytes(hay)
                .find(|(_, byte)| *byte == needle)
                .map(|(at, _)| at),
        }
    }

    /// Whether a byte that stands for itself satisfies `wanted`.
    pub(crate) fn any(self, hay: &[u8], wanted: impl Fn(u8) -> bool) -> bool {
        match self {
            Self::Bytes => hay.iter().any(|byte| wanted(*byte)),
            Self::Shifted | Self::Paired => self.plain_bytes(hay).any(|(_, byte)| wanted(byte)),
        }
    }

    /// The `n`th piece of `hay` (1-based) between `separator`s.
    #[inline]
    pub(crate) fn nth(self, separator: u8, hay: &[u8], n: usize) -> Option<&[u8]> {
        let mut rest = hay;
        for _ in 1..n {
            let at = self.find(separator, rest)?;
            rest = rest.get(at + 1..)?;
        }
        match self.find(separator, rest) {
            Some(end) => rest.get(..end),
            None => Some(rest),
        }
    }

    /// The bytes of `hay` that stand for themselves, with their offsets.
    pub(crate) fn plain_bytes(self, hay: &[u8]) -> PlainBytes<'_> {
        PlainBytes {
            scan: self,
            hay,
            at: 0,
            shifted: false,
        }
    }
}

/// Iterator of [`Scan::plain_bytes`].
pub(crate) struct PlainBytes<'a> {
    scan: Scan,
    hay: &'a [u8],
    at: usize,
    shifted: bool,
}

impl Iterator for PlainBytes<'_> {
    type Item = (usize, u8);

    fn next(&mut self) -> Option<(usize, u8)> {
        loop {
            let at = self.at;
            let byte = *self.hay.get(at)?;
            self.at += 1;
            match self.scan {
                Scan::Paired if byte >= 0x81 => self.at += 1,
                Scan::Bytes | Scan::Paired => return Some((at, byte)),
                Scan::Shifted if byte == ESCAPE_CONTROL => {
                    let (shifted, length) = shift(self.hay.get(self.at..).unwrap_or_default());
                    self.shifted = shifted.unwrap_or(self.shifted);
                    self.at += length;
                }
                // A line never ends inside a shift (HL7 v2.5.1 §2.9.2).
                Scan::Shifted if self.shifted && byte >= 0x20 => {}
                Scan::Shifted => {
                    self.shifted = false;
                    return Some((at, byte));
                }
            }
        }
    }
}

/// What the bytes after ESC select: a set without ASCII (`Some(true)`), a Latin one, or nothing known.
fn shift(after_escape: &[u8]) -> (Option<bool>, usize) {
    match after_escape {
        [b'$', b'(' | b')', _, ..] => (Some(true), 3),
        [b'(', b'B' | b'J', ..] => (Some(false), 2),
        [b'$' | b'(', _, ..] => (Some(true), 2),
        _ => (None, 0),
    }
}

/// Pieces of a value between separators; an empty value is one empty piece.
#[derive(Clone)]
pub(crate) struct Pieces<'a> {
    scan: Scan,
    separator: Option<u8>,
    rest: Option<&'a [u8]>,
}

impl<'a> Pieces<'a> {
    /// Splits `hay` at `separator`; `None` gives the whole as one piece.
    pub(crate) fn new(scan: Scan, separator: Option<u8>, hay: &'a [u8]) -> Self {
        Self {
            scan,
            separator,
            rest: Some(hay),
        }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        let end = self
            .separator
            .and_then(|separator| self.scan.find(separator, rest));
        let Some(end) = end else {
            self.rest = None;
            return Some(rest);
        };
        self.rest = rest.get(end + 1..);
        rest.get(..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p8_a_separator_byte_inside_a_jis_shift_is_text() {
        let shifted = b"\x1b$B$^|~\x1b(B|after";

        assert_eq!(Scan::Shifted.find(b'|', shifted), Some(10));
        assert_eq!(Scan::Bytes.find(b'|', shifted), Some(5));
    }

    #[test]
    fn p8_the_second_half_of_a_big5_character_is_not_a_separator() {
        let big5 = [0xb3, b'|', b'|', b'x'];

        assert_eq!(Scan::Paired.find(b'|', &big5), Some(2));
    }

    #[test]
    fn p8_a_shift_left_open_ends_with_its_line() {
        let open = b"\x1b$B$^\r|";

        assert_eq!(Scan::Shifted.find(b'|', open), Some(6));
    }

    #[test]
    fn an_empty_value_is_one_empty_piece() {
        let pieces: Vec<_> = Pieces::new(Scan::Bytes, Some(b'^'), b"").collect();

        assert_eq!(pieces, [b""]);
    }

    #[test]
    fn a_trailing_separator_opens_one_more_piece() {
        let pieces: Vec<_> = Pieces::new(Scan::Bytes, Some(b'^'), b"a^").collect();

        assert_eq!(pieces, [b"a".as_slice(), b""]);
    }
}
