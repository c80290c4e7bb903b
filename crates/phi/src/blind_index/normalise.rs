//! How an identifier is written down before it becomes a token, so that people find it as they type it.
//!
//! Text is expected in UTF-8. The rules have a version that goes into the field's key: a changed rule gives
//! other tokens, and the index is built again. Only names are brought to compatibility forms (full-width letters).

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use zeroize::Zeroizing;

#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// Byte by byte.
    Exact,
    /// Letters and digits of any script, in lower case; bytes that are no UTF-8 stay as they are.
    LettersAndDigits,
    /// The digits 0 to 9 alone.
    Digits,
    /// Letters and digits of any script, without accents (Unicode NFKD), in lower case. `Müller` is `MULLER`,
    /// `O'Brien` is `OBrien`; `Mueller` is another name.
    Name,
}

impl Rule {
    /// Goes into the field's key; raise it with every change of `apply`.
    pub(super) fn version(self) -> u8 {
        match self {
            Self::Exact | Self::LettersAndDigits | Self::Digits | Self::Name => 1,
        }
    }

    pub(super) fn apply(self, value: &[u8]) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Exact => Zeroizing::new(value.to_vec()),
            Self::LettersAndDigits => letters_and_digits(value),
            Self::Digits => {
                let digits = value.iter().filter(|byte| byte.is_ascii_digit());
                let mut out = Zeroizing::new(Vec::with_capacity(value.len()));
                out.extend(digits);
                out
            }
            Self::Name => name(value),
        }
    }
}

fn letters_and_digits(value: &[u8]) -> Zeroizing<Vec<u8>> {
    // Lower case may be longer than upper case; room for it keeps the buffer from moving.
    let mut out = Zeroizing::new(Vec::with_capacity(value.len().saturating_mul(3)));
    match std::str::from_utf8(value) {
        Ok(text) => {
            let mut utf8 = [0; 4];
            for c in text
                .chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
            {
                out.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes());
            }
        }
        Err(_) => out.extend(
            value
                .iter()
                .filter(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
                .map(u8::to_ascii_lowercase),
        ),
    }
    out
}

fn name(value: &[u8]) -> Zeroizing<Vec<u8>> {
    let Ok(text) = std::str::from_utf8(value) else {
        return letters_and_digits(value);
    };
    // Compatibility forms may be up to 18 times as long; room for the usual keeps the buffer from moving.
    let mut plain = Zeroizing::new(String::with_capacity(value.len().saturating_mul(4)));
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match without_stroke(c) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(c),
        }
    }
    letters_and_digits(plain.as_bytes())
}

/// Letters that Unicode does not take apart, as they are written without their strokes and ligatures (ICAO Doc
/// 9303-3, section 6, has the same for these but `Ø`, `Þ` and `Ð`, which clerks type as below).
fn without_stroke(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ħ' | 'Ħ' => "h",
        'ı' => "i",
        _ => return None,
    })
}
