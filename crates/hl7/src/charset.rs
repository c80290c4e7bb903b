//! Character sets named in MSH-18 (HL7 table 0211), and the names that senders use instead.
//!
//! Bytes are the record of truth: decoding happens when text is asked for and never changes a message.

use std::borrow::Cow;

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, ISO_2022_JP, ISO_8859_2, ISO_8859_3, ISO_8859_4,
    ISO_8859_5, ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_10, ISO_8859_13, ISO_8859_14,
    ISO_8859_15, ISO_8859_16, KOI8_R, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};
use thiserror::Error;

use crate::scan::{Pieces, Scan};

/// How the text of a message is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    /// 7-bit ASCII. Other bytes, which should not be there, are read as UTF-8; in a message that is not, as Windows-1252
    /// (see [`Message`](crate::Message)).
    Ascii,
    /// UTF-8, the default.
    #[default]
    Utf8,
    /// ISO-8859-1: every byte is the code point of its number.
    Latin1,
    /// One of the other single-byte or East Asian sets.
    Legacy(Legacy),
}

/// A character set other than ASCII, UTF-8 and ISO-8859-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Legacy(&'static Encoding);

/// Text read from bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text; bytes that are not of the character set are U+FFFD.
    pub text: Cow<'a, str>,
    /// Whether there were such bytes.
    pub has_replacements: bool,
}

/// A name in MSH-18 that cannot be used.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum CharsetError {
    /// Not in table 0211 and no usual name either.
    #[error(
        "MSH-18 names an unknown character set; expected a name of HL7 table 0211 such as UNICODE UTF-8"
    )]
    Unknown,
    /// A set that is known and not read: CNS 11643 of table 0211, Shift_JIS, and others with shifts of their own. In Shift_JIS
    /// the second byte of a character can be that of a separator, and in CNS 11643 by its escapes all are.
    #[error(
        "MSH-18 names a character set that is not read here (CNS 11643-1992, Shift_JIS, ISO-2022-KR and their like); send UNICODE UTF-8"
    )]
    Unread,
    /// UTF-16 and UTF-32, whose bytes collide with separators and MLLP framing.
    #[error("MSH-18 names UTF-16 or UTF-32, which MLLP cannot carry; send UNICODE UTF-8")]
    Wide,
}

/// Text holds a character that the character set of the message does not have.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the text holds a character that the character set of the message (MSH-18) does not have")]
pub struct Unencodable;

impl Charset {
    /// Windows-1252: ISO-8859-1, and letters and signs in place of its 32 control codes.
    pub const WINDOWS_1252: Self = Self::Legacy(Legacy(WINDOWS_1252));

    /// A name of each set that is read, as table 0211 has it or the usual one. Others are known, too, as `ISO-8859-1` or `CP1252`.
    pub const NAMES: [&str; 33] = [
        "ASCII",
        "UNICODE UTF-8",
        "8859/1",
        "8859/2",
        "8859/3",
        "8859/4",
        "8859/5",
        "8859/6",
        "8859/7",
        "8859/8",
        "8859/9",
        "8859/10",
        "8859/11",
        "8859/13",
        "8859/14",
        "8859/15",
        "8859/16",
        "Windows-1250",
        "Windows-1251",
        "Windows-1252",
        "Windows-1253",
        "Windows-1254",
        "Windows-1255",
        "Windows-1256",
        "Windows-1257",
        "Windows-1258",
        "Windows-874",
        "KOI8-R",
        "GB 18030-2000",
        "BIG-5",
        "KS X 1001",
        "EUC-JP",
        "ISO IR87",
    ];

    /// Finds a character set by its name in table 0211 or a usual one (`UTF-8`, `ISO-8859-1`, `CP1252`),
    /// without regard to case, blanks and punctuation.
    ///
    /// # Errors
    /// When the name is unknown, or the set cannot be carried by MLLP.
    pub fn from_name(name: &[u8]) -> Result<Self, CharsetError> {
        let mut letters = [0_u8; 24];
        let mut length = 0;
        for byte in name.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
            let slot = letters.get_mut(length).ok_or(CharsetError::Unknown)?;
            *slot = byte.to_ascii_uppercase();
            length += 1;
        }
        Self::from_letters(letters.get(..length).unwrap_or_default())
    }

    /// Reads MSH-18 with its repetitions: the first one is used for the text, unless a further one announces
    /// the shifts of ISO-2022-JP.
    pub(crate) fn from_msh18(field: &[u8], repetition: u8) -> Result<Option<Self>, CharsetError> {
        let mut first = None;
        for name in Pieces::new(Scan::Bytes, Some(repetition), field) {
            if name.iter().all(|byte| *byte == b' ') || name == b"\"\"" {
                continue;
            }
            let charset = Self::from_name(name)?;
            if charset == JIS {
                return Ok(Some(JIS));
            }
            first = first.or(Some(charset));
        }
        Ok(first)
    }

    /// Name for people: of table 0211 where it is the usual one, else the name the web uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ascii => "ASCII",
            Self::Utf8 => "UNICODE UTF-8",
            Self::Latin1 => "8859/1",
            Self::Legacy(Legacy(encoding)) => encoding.name(),
        }
    }

    /// Bytes as text; borrowed where the bytes are the text already.
    pub fn decode(self, bytes: &[u8]) -> Decoded<'_> {
        match self {
            Self::Ascii | Self::Utf8 => {
                let text = String::from_utf8_lossy(bytes);
                let has_replacements = matches!(text, Cow::Owned(_));
                Decoded {
                    text,
                    has_replacements,
                }
            }
            Self::Latin1 => {
                let text = encoding_rs::mem::decode_latin1(bytes);
                Decoded {
                    text,
                    has_replacements: false,
                }
            }
            Self::Legacy(Legacy(encoding)) => {
                let (text, has_replacements) = encoding.decode_without_bom_handling(bytes);
                Decoded {
                    text,
                    has_replacements,
                }
            }
        }
    }

    /// Text as bytes.
    ///
    /// # Errors
    /// When the set does not have one of the characters.
    pub fn encode(self, text: &str) -> Result<Cow<'_, [u8]>, Unencodable> {
        match self {
            Self::Ascii if !text.is_ascii() => Err(Unencodable),
            Self::Ascii | Self::Utf8 => Ok(Cow::Borrowed(text.as_bytes())),
            Self::Latin1 if encoding_rs::mem::is_str_latin1(text) => {
                Ok(encoding_rs::mem::encode_latin1_lossy(text))
            }
            Self::Latin1 => Err(Unencodable),
            Self::Legacy(Legacy(encoding)) => {
                let (bytes, _, unmappable) = encoding.encode(text);
                if unmappable {
                    Err(Unencodable)
                } else {
                    Ok(bytes)
                }
            }
        }
    }

    /// How separators are told from text in this set.
    pub(crate) fn scan(self) -> Scan {
        match self {
            Self::Legacy(Legacy(encoding)) if encoding == ISO_2022_JP => Scan::Shifted,
            Self::Legacy(Legacy(encoding)) if encoding == BIG5 || encoding == GB18030 => {
                Scan::Paired
            }
            _ => Scan::Bytes,
        }
    }

    fn from_letters(letters: &[u8]) -> Result<Self, CharsetError> {
        match letters {
            // "UNICODE" alone is a two-byte set on paper; a header that could be read byte by byte is UTF-8.
            b"UNICODEUTF8" | b"UTF8" | b"UNICODE" | b"CP65001" | b"ISOIR192" => {
                return Ok(Self::Utf8);
            }
            b"ASCII" | b"USASCII" | b"ISOIR6" | b"ISO646" => return Ok(Self::Ascii),
            b"UNICODEUTF16" | b"UNICODEUTF32" | b"UTF16" | b"UTF32" | b"UTF16LE" | b"UTF16BE" => {
                return Err(CharsetError::Wide);
            }
            b"CNS116431992" | b"CNS11643" | b"EUCTW" | b"ISO2022CN" | b"ISO2022KR"
            | b"HZGB2312" | b"SHIFTJIS" | b"SJIS" | b"MSKANJI" | b"CP932" | b"WINDOWS31J" => {
                return Err(CharsetError::Unread);
            }
            b"88591" | b"ISO88591" | b"LATIN1" | b"ISOIR100" => return Ok(Self::Latin1),
            _ => {}
        }
        let digits = |prefix: &[u8]| letters.strip_prefix(prefix);
        let iso = digits(b"ISO8859")
            .or_else(|| digits(b"8859"))
            .and_then(iso_8859);
        let windows = || {
            let number = digits(b"WINDOWS")
                .or_else(|| digits(b"CP"))
                .or_else(|| digits(b"WIN"));
            number.and_then(windows)
        };
        let found = iso.or_else(windows).or_else(|| east_asian(letters));
        found
            .map(|encoding| Self::Legacy(Legacy(encoding)))
            .ok_or(CharsetError::Unknown)
    }
}

/// ISO-2022 with Japanese sets, as table 0211 names them in four ways.
const JIS: Charset = Charset::Legacy(Legacy(ISO_2022_JP));

fn iso_8859(part: &[u8]) -> Option<&'static Encoding> {
    Some(match part {
        b"2" => ISO_8859_2,
        b"3" => ISO_8859_3,
        b"4" => ISO_8859_4,
        b"5" => ISO_8859_5,
        b"6" => ISO_8859_6,
        b"7" => ISO_8859_7,
        b"8" => ISO_8859_8,
        // The Windows sets hold the same letters and use the 32 control codes besides.
        b"9" => WINDOWS_1254,
        b"10" => ISO_8859_10,
        b"11" => WINDOWS_874,
        b"13" => ISO_8859_13,
        b"14" => ISO_8859_14,
        b"15" => ISO_8859_15,
        b"16" => ISO_8859_16,
        _ => return None,
    })
}

fn windows(number: &[u8]) -> Option<&'static Encoding> {
    Some(match number {
        b"874" => WINDOWS_874,
        b"1250" => WINDOWS_1250,
        b"1251" => WINDOWS_1251,
        b"1252" => WINDOWS_1252,
        b"1253" => WINDOWS_1253,
        b"1254" => WINDOWS_1254,
        b"1255" => WINDOWS_1255,
        b"1256" => WINDOWS_1256,
        b"1257" => WINDOWS_1257,
        b"1258" => WINDOWS_1258,
        _ => return None,
    })
}

fn east_asian(letters: &[u8]) -> Option<&'static Encoding> {
    Some(match letters {
        b"JAS2020" | b"JISX0202" | b"ISOIR14" | b"ISOIR87" | b"ISOIR159" | b"ISO2022JP" => {
            ISO_2022_JP
        }
        b"EUCJP" => EUC_JP,
        b"GB180302000" | b"GB18030" | b"GBK" | b"GB2312" => GB18030,
        b"KSX1001" | b"EUCKR" | b"ISOIR149" => EUC_KR,
        b"BIG5" => BIG5,
        b"KOI8R" => KOI8_R,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Table 0211 of HL7 v2.8.2, without what this crate cannot read.
    const TABLE_0211: [&str; 22] = [
        "ASCII",
        "8859/1",
        "8859/2",
        "8859/3",
        "8859/4",
        "8859/5",
        "8859/6",
        "8859/7",
        "8859/8",
        "8859/9",
        "8859/15",
        "JAS2020",
        "JIS X 0202",
        "ISO IR6",
        "ISO IR14",
        "ISO IR87",
        "ISO IR159",
        "GB 18030-2000",
        "KS X 1001",
        "BIG-5",
        "UNICODE",
        "UNICODE UTF-8",
    ];

    #[test]
    fn p8_the_names_of_table_0211_are_known() {
        for name in TABLE_0211 {
            assert!(Charset::from_name(name.as_bytes()).is_ok(), "{name}");
        }
    }

    #[test]
    fn p8_the_names_that_senders_use_instead_are_known() {
        assert_eq!(Charset::from_name(b"utf-8"), Ok(Charset::Utf8));
        assert_eq!(Charset::from_name(b"ISO-8859-1"), Ok(Charset::Latin1));
        assert_eq!(
            Charset::from_name(b"Windows-1252").unwrap().name(),
            "windows-1252"
        );
        assert_eq!(
            Charset::from_name(b"CP1251").unwrap().name(),
            "windows-1251"
        );
    }

    #[test]
    fn p8_every_set_of_table_0211_is_one_of_those_that_are_listed() {
        let listed = Charset::NAMES.map(|name| Charset::from_name(name.as_bytes()).unwrap());

        for name in TABLE_0211 {
            let set = Charset::from_name(name.as_bytes()).unwrap();
            assert!(listed.contains(&set), "{name}");
        }
    }

    #[test]
    fn p8_an_unknown_name_is_told_and_not_guessed() {
        for name in ["KLINGON", "8859/12", "x".repeat(80).as_str()] {
            assert_eq!(
                Charset::from_name(name.as_bytes()),
                Err(CharsetError::Unknown),
                "{name}"
            );
        }
    }

    #[test]
    fn p8_a_set_that_is_known_and_not_read_is_refused_as_such() {
        for name in ["CNS 11643-1992", "Shift_JIS", "Windows-31J", "ISO-2022-KR"] {
            let refused = Charset::from_name(name.as_bytes());
            assert_eq!(refused, Err(CharsetError::Unread), "{name}");
        }
    }

    #[test]
    fn f8_wide_sets_are_refused_by_name() {
        assert_eq!(
            Charset::from_name(b"UNICODE UTF-16"),
            Err(CharsetError::Wide)
        );
        assert_eq!(
            Charset::from_name(b"UNICODE UTF-32"),
            Err(CharsetError::Wide)
        );
    }

    #[test]
    fn p8_a_latin_1_byte_is_read_as_its_letter() {
        assert_eq!(Charset::Latin1.decode(b"M\xfcller").text, "Müller");
        assert_eq!(
            Charset::from_name(b"8859/5").unwrap().decode(b"\xb8").text,
            "И"
        );
    }

    #[test]
    fn p8_japanese_shifts_are_read_from_any_repetition() {
        let charset = Charset::from_msh18(b"~ISO IR87", b'~').unwrap().unwrap();

        assert_eq!(charset.decode(b"\x1b$B;3ED\x1b(B^x").text, "山田^x");
    }

    #[test]
    fn p8_the_first_repetition_counts() {
        let charset = Charset::from_msh18(b"8859/1~UNICODE UTF-8", b'~');

        assert_eq!(charset, Ok(Some(Charset::Latin1)));
        assert_eq!(Charset::from_msh18(b"", b'~'), Ok(None));
    }

    #[test]
    fn p8_bytes_that_are_not_of_the_set_are_replaced_and_told() {
        let decoded = Charset::Utf8.decode(b"M\xfcller");

        assert_eq!(decoded.text, "M\u{fffd}ller");
        assert!(decoded.has_replacements);
    }

    #[test]
    fn text_is_encoded_or_refused() {
        assert_eq!(
            Charset::Latin1.encode("Müller").unwrap().as_ref(),
            b"M\xfcller"
        );
        assert_eq!(Charset::Latin1.encode("山"), Err(Unencodable));
        assert_eq!(Charset::Ascii.encode("ü"), Err(Unencodable));
        assert_eq!(JIS.encode("山").unwrap().as_ref(), b"\x1b$B;3\x1b(B");
    }
}
