//! Time-based one-time passwords: RFC 6238 over HMAC-SHA-1 (what every authenticator app speaks), 6 digits, 30 seconds,
//! a step of drift each way. A code is taken once: not its step again, and none before it.

use aws_lc_rs::{constant_time, hmac};
use wardline_kernel::UnixMillis;
use zeroize::Zeroizing;

/// Bytes of a secret: the length of the hash, as RFC 4226 section 4 recommends.
pub(super) const SECRET_BYTES: usize = 20;
/// Milliseconds of a step.
const STEP_MS: u64 = 30_000;
/// Steps that clocks may differ by.
const DRIFT: u64 = 1;
const DIGITS: u32 = 6;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step of a code, when it is one that holds now and is later than `last_step`.
pub(super) fn accepts(secret: &[u8], code: &str, now: UnixMillis, last_step: u64) -> Option<u64> {
    let now = now / STEP_MS;
    let first = now.saturating_sub(DRIFT);
    let mut accepted = None;
    // Every step is looked at, so that the time taken does not tell which one it was.
    for step in first..=now.saturating_add(DRIFT) {
        let expected = format!("{:0width$}", code_at(secret, step, DIGITS), width = 6);
        let is_it =
            constant_time::verify_slices_are_equal(expected.as_bytes(), code.as_bytes()).is_ok();
        if is_it && step > last_step {
            accepted = Some(step);
        }
    }
    accepted
}

/// What an authenticator that was given a secret, in base32, shows at a time: for programs that prove a second factor of
/// their own, such as a demonstration. `None` when it is no base32.
pub fn authenticator_code(secret: &str, now: UnixMillis) -> Option<Zeroizing<String>> {
    let secret = Zeroizing::new(from_base32(secret)?);
    let code = code_at(&secret, now / STEP_MS, DIGITS);
    Some(Zeroizing::new(format!("{code:0width$}", width = 6)))
}

/// HOTP of a step (RFC 4226 section 5.3).
fn code_at(secret: &[u8], step: u64, digits: u32) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag.last().copied().unwrap_or_default() & 0x0f);
    let word = tag.iter().skip(offset).take(4);
    let word = word.fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
    (word & 0x7fff_ffff) % 10_u32.pow(digits)
}

/// Base32 without padding (RFC 4648), as authenticator apps take secrets.
pub(super) fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter(held >> bits));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(letter(held << (5 - bits)));
    }
    text
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        let value = ALPHABET.iter().position(|its| *its == letter)?;
        held = held << 5 | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

fn letter(five_bits: u32) -> char {
    let index = usize::try_from(five_bits & 31).unwrap_or_default();
    ALPHABET.get(index).copied().map_or('A', char::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn an_authenticator_shows_what_is_accepted() {
        let code = authenticator_code(&base32(SECRET), 59_000).unwrap();

        assert_eq!(code.as_str(), "287082");
        assert_eq!(accepts(SECRET, &code, 59_000, 0), Some(1));
        assert!(authenticator_code("not base32", 0).is_none());
    }

    #[test]
    fn the_vectors_of_rfc_6238_appendix_b_hold() {
        for (seconds, code) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000_u64, 65_353_130),
        ] {
            assert_eq!(code_at(SECRET, seconds / 30, 8), code, "{seconds}");
        }
    }

    #[test]
    fn the_vectors_of_rfc_4226_appendix_d_hold() {
        let codes = [
            755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871,
            520_489,
        ];

        for (step, code) in codes.into_iter().enumerate() {
            assert_eq!(code_at(SECRET, step as u64, 6), code);
        }
    }

    #[test]
    fn a_code_holds_a_step_early_and_late_and_no_longer() {
        let now = 100 * STEP_MS;
        let code = |step: u64| format!("{:06}", code_at(SECRET, step, 6));

        for (step, accepted) in [(98, None), (99, Some(99)), (101, Some(101)), (102, None)] {
            assert_eq!(accepts(SECRET, &code(step), now, 0), accepted, "{step}");
        }
    }

    #[test]
    fn a_code_is_taken_once_and_none_before_it_any_more() {
        let now = 100 * STEP_MS;
        let code = |step: u64| format!("{:06}", code_at(SECRET, step, 6));

        assert_eq!(accepts(SECRET, &code(100), now, 100), None);
        assert_eq!(accepts(SECRET, &code(99), now, 100), None);
        assert_eq!(accepts(SECRET, &code(101), now, 100), Some(101));
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (bytes, text) in [
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }
}
