//! What a person holds: shows the codes of a second factor (RFC 6238), told anew and not by the product's own code.

use std::sync::Mutex;
use std::time::Duration;

use aws_lc_rs::hmac;
use wardline_kernel::{Clock as _, SystemClock};

const STEP_MS: u64 = 30_000;
/// So near the end of a step a code of the step before may come too late.
const NEAR_THE_END_MS: u64 = 5_000;

/// Shows codes, each once: of the step before this one, of this one, or of the next.
pub struct Authenticator {
    secret: Vec<u8>,
    last_step: Mutex<u64>,
}

impl Authenticator {
    /// One that was given this secret, in base32.
    pub fn new(base32: &str) -> Self {
        Self {
            secret: from_base32(base32),
            last_step: Mutex::new(0),
        }
    }

    /// A code that was not shown before. Waits when the three that hold now have all been shown.
    pub fn code(&self) -> String {
        let mut last = self.last_step.lock().unwrap();
        let now = SystemClock.now();
        let is_late = STEP_MS - now % STEP_MS < NEAR_THE_END_MS;
        let first = now / STEP_MS - u64::from(!is_late);
        let step = first.max(*last + 1);
        while step > SystemClock.now() / STEP_MS + 1 {
            std::thread::sleep(Duration::from_millis(50));
        }
        *last = step;
        code_of(&self.secret, step)
    }
}

fn code_of(secret: &[u8], step: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let from = usize::from(tag[19] & 15);
    let word = u32::from_be_bytes(tag[from..from + 4].try_into().unwrap());
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

fn from_base32(text: &str) -> Vec<u8> {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: Vec<String> = text
        .chars()
        .map(|letter| format!("{:05b}", alphabet.find(letter).unwrap()))
        .collect();
    bits.concat()
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        let secret = b"12345678901234567890";

        // Appendix B, the last six of its eight digits.
        assert_eq!(code_of(secret, 59 / 30), "287082");
        assert_eq!(code_of(secret, 1_111_111_109 / 30), "081804");
        assert_eq!(from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), secret);
    }
}
