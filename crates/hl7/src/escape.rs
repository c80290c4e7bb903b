//! Escape sequences in text (HL7 v2.5.1 §2.7, v2.7 §2.7.1).
//!
//! Replacing happens once, after splitting. What is unknown or not terminated stays as it is written, since
//! a backslash in a Windows path is more likely than a sequence nobody defined.

use std::borrow::Cow;

use crate::delimiters::Delimiters;
use crate::scan::Scan;

/// Most blank lines or spaces that one `\.sp n\` or `\.sk n\` may ask for.
const MAX_FORMAT_COUNT: usize = 99;

/// Replaces the escape sequences of one element. Borrowed when there are none.
///
/// `\.br\` and `\.ce\` become a line feed, `\.sp n\` n line feeds, `\.sk n\` n spaces; indents, fill modes and
/// highlighting are dropped. `\X..\` gives bytes of the message's character set. `\C..\`, `\M..\` and `\Z..\`
/// are left.
pub fn unescape<'a>(element: &'a [u8], delimiters: &Delimiters) -> Cow<'a, [u8]> {
    unescape_in(element, delimiters, Scan::Bytes)
}

/// As [`unescape`], for text whose character set may hide the escape character.
pub(crate) fn unescape_in<'a>(
    element: &'a [u8],
    delimiters: &Delimiters,
    scan: Scan,
) -> Cow<'a, [u8]> {
    let Some(escape) = delimiters.escape else {
        return Cow::Borrowed(element);
    };
    let Some(first) = scan.find(escape, element) else {
        return Cow::Borrowed(element);
    };
    let mut text = Vec::with_capacity(element.len());
    let (before, mut rest) = element.split_at(first);
    text.extend_from_slice(before);
    // `rest` begins with an escape character at every turn.
    while let Some(after) = rest.get(1..) {
        let Some(length) = scan.find(escape, after) else {
            break;
        };
        let (sequence, closing) = after.split_at(length);
        if replace(sequence, delimiters, &mut text) {
            let after = closing.get(1..).unwrap_or_default();
            let next = scan.find(escape, after).unwrap_or(after.len());
            let (plain, following) = after.split_at(next);
            text.extend_from_slice(plain);
            rest = following;
        } else {
            text.push(escape);
            text.extend_from_slice(sequence);
            rest = closing;
        }
    }
    text.extend_from_slice(rest);
    Cow::Owned(text)
}

/// Writes text so that none of its bytes separates: the reverse of [`unescape`]. Line feeds become `\.br\`,
/// other control bytes `\Xdd\`. Borrowed when nothing needs it.
///
/// A message without an escape character has no way to say a separator; it becomes a space.
pub fn escape<'a>(text: &'a [u8], delimiters: &Delimiters) -> Cow<'a, [u8]> {
    escape_in(text, delimiters, Scan::Bytes)
}

/// As [`escape`], for text whose character set may hide separators.
pub(crate) fn escape_in<'a>(text: &'a [u8], delimiters: &Delimiters, scan: Scan) -> Cow<'a, [u8]> {
    if !scan.any(text, |byte| needs_escape(byte, delimiters)) {
        return Cow::Borrowed(text);
    }
    let mut written = Vec::with_capacity(text.len() + 16);
    let mut copied = 0;
    for (at, byte) in scan
        .plain_bytes(text)
        .filter(|(_, byte)| needs_escape(*byte, delimiters))
    {
        written.extend_from_slice(text.get(copied..at).unwrap_or_default());
        write_sequence(byte, delimiters, &mut written);
        copied = at + 1;
    }
    written.extend_from_slice(text.get(copied..).unwrap_or_default());
    Cow::Owned(written)
}

/// Appends what a sequence stands for; false when it is unknown.
fn replace(sequence: &[u8], delimiters: &Delimiters, text: &mut Vec<u8>) -> bool {
    let replaced = match sequence {
        b"F" => Some(delimiters.field),
        b"S" => Some(delimiters.component),
        b"T" => delimiters.subcomponent,
        b"R" => Some(delimiters.repetition),
        b"E" => delimiters.escape,
        b"P" => delimiters.truncation,
        b"H" | b"N" => return true,
        [b'X' | b'x', digits @ ..] => return append_hex(digits, text),
        [b'.', command @ ..] => return append_format(command, text),
        _ => None,
    };
    text.extend(replaced);
    replaced.is_some()
}

fn append_hex(digits: &[u8], text: &mut Vec<u8>) -> bool {
    let valid = !digits.is_empty()
        && digits.len().is_multiple_of(2)
        && digits.iter().all(u8::is_ascii_hexdigit);
    if valid {
        text.extend(digits.chunks_exact(2).map(|pair| {
            pair.iter()
                .fold(0_u8, |byte, digit| (byte << 4) | hex_value(*digit))
        }));
    }
    valid
}

fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20).wrapping_sub(b'a').wrapping_add(10),
    }
}

fn append_format(command: &[u8], text: &mut Vec<u8>) -> bool {
    let (name, count) = command.split_at(command.len().min(2));
    let count = count.trim_ascii();
    match name {
        b"br" | b"ce" if count.is_empty() => text.push(b'\n'),
        b"sp" | b"sk" => {
            let Some(count) = format_count(count) else {
                return false;
            };
            let filler = if name == b"sp" { b'\n' } else { b' ' };
            text.extend(std::iter::repeat_n(filler, count));
        }
        b"fi" | b"nf" if count.is_empty() => {}
        b"in" | b"ti" if is_signed_number(count) => {}
        _ => return false,
    }
    true
}

/// `\.sp\` alone is one line; a signed or absurd count is not a count.
fn format_count(digits: &[u8]) -> Option<usize> {
    if digits.is_empty() {
        return Some(1);
    }
    let digits = digits.strip_prefix(b"+").unwrap_or(digits);
    let count = std::str::from_utf8(digits).ok()?.parse().ok()?;
    (count <= MAX_FORMAT_COUNT).then_some(count)
}

fn is_signed_number(digits: &[u8]) -> bool {
    let digits = digits
        .strip_prefix(b"+")
        .or_else(|| digits.strip_prefix(b"-"))
        .unwrap_or(digits);
    digits.len() <= 3 && digits.iter().all(u8::is_ascii_digit)
}

#[inline]
fn needs_escape(byte: u8, delimiters: &Delimiters) -> bool {
    byte < b' '
        || delimiters.separates(byte)
        || Some(byte) == delimiters.escape
        || Some(byte) == delimiters.truncation
}

fn write_sequence(byte: u8, delimiters: &Delimiters, written: &mut Vec<u8>) {
    let Some(escape) = delimiters.escape else {
        written.push(b' ');
        return;
    };
    let letter = match byte {
        _ if byte == delimiters.field => b'F',
        _ if byte == delimiters.component => b'S',
        _ if byte == delimiters.repetition => b'R',
        _ if byte == escape => b'E',
        _ if Some(byte) == delimiters.subcomponent => b'T',
        _ if Some(byte) == delimiters.truncation => b'P',
        b'\n' => {
            written.extend([escape, b'.', b'b', b'r', escape]);
            return;
        }
        _ => {
            let digit = |value: u8| {
                if value < 10 {
                    b'0' + value
                } else {
                    b'A' + value - 10
                }
            };
            written.extend([escape, b'X', digit(byte >> 4), digit(byte & 15), escape]);
            return;
        }
    };
    written.extend([escape, letter, escape]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(element: &str) -> String {
        let bytes = unescape(element.as_bytes(), &Delimiters::STANDARD);
        String::from_utf8(bytes.into_owned()).unwrap()
    }

    #[test]
    fn p7_each_separator_has_its_sequence() {
        assert_eq!(text(r"a\F\b\S\c\T\d\R\e\E\f"), r"a|b^c&d~e\f");
    }

    #[test]
    fn p7_sequences_stand_for_the_separators_of_the_message() {
        let own = Delimiters {
            field: b'*',
            escape: Some(b'!'),
            ..Delimiters::STANDARD
        };

        assert_eq!(unescape(b"a!F!b!E!c\\F\\", &own).as_ref(), b"a*b!c\\F\\");
    }

    #[test]
    fn p7_the_truncation_mark_is_known_where_declared() {
        let declared = Delimiters {
            truncation: Some(b'#'),
            ..Delimiters::STANDARD
        };

        assert_eq!(unescape(br"a\P\", &declared).as_ref(), b"a#");
        assert_eq!(text(r"a\P\"), r"a\P\");
    }

    #[test]
    fn p7_hex_gives_bytes_and_may_not_be_text() {
        assert_eq!(text(r"\X0d0A\"), "\r\n");
        assert_eq!(unescape(br"\XFF\", &Delimiters::STANDARD).as_ref(), b"\xff");
        assert_eq!(text(r"\XF\ \X\ \XGG\"), r"\XF\ \X\ \XGG\");
    }

    #[test]
    fn p7_formatting_becomes_plain_text() {
        assert_eq!(
            text(r"one\.br\two\.sp2\three\.sk3\four\.sp\"),
            "one\ntwo\n\nthree   four\n"
        );
        assert_eq!(
            text(r"\.in+4\a\.ti-2\b\.fi\c\.nf\d\.ce\e\H\f\N\g"),
            "abcd\nefg"
        );
    }

    #[test]
    fn p7_unknown_and_unterminated_sequences_stay_as_written() {
        for element in [
            r"C:\temp\file",
            r"a\",
            r"\\",
            r"\Zlocal\",
            r"\C2842\",
            r"\M244242\",
            r"\.sp9999999\",
            r"\.xx\",
            r"\.br4\",
        ] {
            assert_eq!(text(element), element);
        }
    }

    #[test]
    fn p7_a_sequence_right_after_an_unknown_one_is_replaced() {
        assert_eq!(text(r"\temp\F\"), r"\temp|");
    }

    #[test]
    fn p7_replacing_happens_once() {
        assert_eq!(text(r"\E\F\E\"), r"\F\");
    }

    #[test]
    fn p7_a_message_without_escape_character_has_no_sequences() {
        let none = Delimiters {
            escape: None,
            ..Delimiters::STANDARD
        };

        assert_eq!(unescape(br"\F\", &none).as_ref(), br"\F\");
        assert_eq!(escape(b"a|b", &none).as_ref(), b"a b");
    }

    #[test]
    fn p10_text_without_sequences_is_not_copied() {
        let element = vec![b'A'; 1 << 20];

        assert!(matches!(
            unescape(&element, &Delimiters::STANDARD),
            Cow::Borrowed(_)
        ));
        assert!(matches!(
            escape(&element, &Delimiters::STANDARD),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn p8_the_second_half_of_a_big5_character_is_neither_escaped_nor_an_escape() {
        let big5 = [0xa5, b'\\', b'|'];

        let written = escape_in(&big5, &Delimiters::STANDARD, Scan::Paired);

        assert_eq!(written.as_ref(), b"\xa5\\\\F\\");
        let read = unescape_in(&written, &Delimiters::STANDARD, Scan::Paired);
        assert_eq!(read.as_ref(), big5);
    }

    proptest! {
        #[test]
        fn text_that_is_escaped_reads_back_as_itself(bytes: Vec<u8>) {
            let declared = Delimiters { truncation: Some(b'#'), ..Delimiters::STANDARD };

            let written = escape(&bytes, &declared).into_owned();

            let separator = written.iter().any(|byte| declared.separates(*byte) || *byte < b' ');
            prop_assert!(!separator);
            prop_assert_eq!(unescape(&written, &declared).into_owned(), bytes);
        }
    }
}
