//! How an identifier is written down before it becomes a token, so that people find it as they type it.
//!
//! Text is expected in UTF-8. The rules have a version that goes into the field's key: a changed rule gives
//! other tokens, and the index is built again. Compatibility forms (full-width digits) are not folded.

use zeroize::Zeroizing;

#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// Byte by byte.
    Exact,
    /// Letters and digits of any script, in lower case; bytes that are no UTF-8 stay as they are.
    LettersAndDigits,
}

impl Rule {
    /// Goes into the field's key; raise it with every change of `apply`.
    pub(super) fn version(self) -> u8 {
        match self {
            Self::Exact | Self::LettersAndDigits => 1,
        }
    }

    pub(super) fn apply(self, value: &[u8]) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Exact => Zeroizing::new(value.to_vec()),
            Self::LettersAndDigits => letters_and_digits(value),
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
