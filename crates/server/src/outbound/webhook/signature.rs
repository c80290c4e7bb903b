//! Signatures of webhook requests, in the form of Standard Webhooks 1.0 (symmetric, `v1`).

use std::path::Path;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::tls::{only_for_its_owner, read_secret};

const SETTING: &str = "secret_file";
/// What marks a secret that is written in base64.
const BASE64_PREFIX: &str = "whsec_";
/// Bytes of a secret at least.
const MIN_SECRET_BYTES: usize = 24;

/// The key that a destination's requests are signed with.
pub(crate) struct SigningKey(hmac::Key);

impl SigningKey {
    /// Reads a secret: `whsec_` and base64, or any other text of at least 24 bytes.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        only_for_its_owner(SETTING, path).map_err(|error| error.to_string())?;
        let text = read_secret(SETTING, path).map_err(|error| error.to_string())?;
        Self::parse(text.trim_ascii())
            .map_err(|problem| format!("{SETTING}: {}: {problem}", path.display()))
    }

    fn parse(text: &[u8]) -> Result<Self, &'static str> {
        let secret = match text.strip_prefix(BASE64_PREFIX.as_bytes()) {
            None => Zeroizing::new(text.to_vec()),
            Some(base64) => Zeroizing::new(
                STANDARD
                    .decode(base64)
                    .map_err(|_| "what follows `whsec_` is not base64")?,
            ),
        };
        if secret.len() < MIN_SECRET_BYTES {
            return Err("the secret is shorter than 24 bytes; `openssl rand -base64 32` makes one");
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &secret)))
    }

    /// The value of `webhook-signature`: HMAC-SHA-256 over `id.timestamp.body`.
    pub(crate) fn sign(&self, id: &str, timestamp: u64, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(format!("{id}.{timestamp}.").as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign().as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Example of the Standard Webhooks specification's reference libraries.
    #[test]
    fn a_signature_is_what_other_implementations_compute() {
        let key = SigningKey::parse(b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();

        let signature = key.sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            b"{\"test\": 2432232314}",
        );

        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_of_24_bytes_is_taken_and_one_less_is_not() {
        assert!(SigningKey::parse(&[b'x'; 24]).is_ok());
        assert!(SigningKey::parse(&[b'x'; 23]).is_err());
        assert!(SigningKey::parse(b"whsec_!").is_err());
    }
}
