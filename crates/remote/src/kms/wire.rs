//! The shapes of KMS's JSON API (`TrentService`, version 2014-11-01).

use std::fmt;

use serde::{Deserialize, Serialize};
use wardline_phi::WrapContext;
use zeroize::Zeroizing;

/// Room for a body, so that a key does not stay behind in a buffer that was outgrown.
pub(super) const BODY: usize = 8192;
const MAX_SAID: usize = 200;

/// The encryption context: KMS authenticates it, and CloudTrail shows it in clear.
#[derive(Serialize)]
pub(super) struct Context {
    #[serde(rename = "wardline")]
    what: &'static str,
    id: String,
    scope: String,
}

impl Context {
    pub(super) fn of(context: &WrapContext<'_>) -> Self {
        Self {
            what: "data-key",
            id: context.id.to_string(),
            scope: context.scope.to_string(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Encrypt<'a> {
    pub(super) key_id: &'a str,
    pub(super) plaintext: Zeroizing<String>,
    #[serde(rename = "EncryptionContext")]
    pub(super) context: Context,
}

#[derive(Deserialize)]
pub(super) struct Encrypted {
    #[serde(rename = "CiphertextBlob")]
    pub(super) blob: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Decrypt<'a> {
    pub(super) key_id: &'a str,
    #[serde(rename = "CiphertextBlob")]
    pub(super) blob: &'a str,
    #[serde(rename = "EncryptionContext")]
    pub(super) context: Context,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Decrypted {
    pub(super) plaintext: Zeroizing<String>,
}

#[derive(Serialize)]
pub(super) struct ReEncrypt<'a> {
    #[serde(rename = "CiphertextBlob")]
    pub(super) blob: &'a str,
    #[serde(rename = "SourceKeyId")]
    pub(super) from_key: &'a str,
    #[serde(rename = "DestinationKeyId")]
    pub(super) to_key: &'a str,
    #[serde(rename = "SourceEncryptionContext")]
    pub(super) from_context: Context,
    #[serde(rename = "DestinationEncryptionContext")]
    pub(super) to_context: Context,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OfKey<'a> {
    pub(super) key_id: &'a str,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListRotations<'a> {
    pub(super) key_id: &'a str,
    pub(super) limit: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) marker: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Rotations {
    #[serde(default)]
    pub(super) rotations: Vec<serde_json::Value>,
    #[serde(default)]
    pub(super) truncated: bool,
    #[serde(default)]
    pub(super) next_marker: Option<String>,
}

/// An error of KMS: its type without the name space, and what it says.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Problem {
    #[serde(rename = "__type", default)]
    kind: String,
    #[serde(alias = "Message", default)]
    message: Option<String>,
}

impl Problem {
    pub(super) fn of(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }

    fn kind(&self) -> &str {
        self.kind.rsplit('#').next().unwrap_or_default()
    }

    /// Whether waiting, or newer credentials in the file, may help.
    pub(super) fn passes(&self) -> bool {
        matches!(
            self.kind(),
            "ThrottlingException"
                | "KMSInternalException"
                | "DependencyTimeoutException"
                | "KeyUnavailableException"
                | "ExpiredTokenException"
                | "RequestExpired"
                | "ServiceUnavailableException"
        )
    }

    /// Whether it speaks of the ciphertext: altered, of another key, or under another context.
    pub(super) fn is_about_ciphertext(&self) -> bool {
        matches!(
            self.kind(),
            "InvalidCiphertextException" | "IncorrectKeyException"
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.kind().is_empty() {
            "no reason was given"
        } else {
            self.kind()
        };
        let said = self.message.as_deref().unwrap_or_default().chars();
        let said: String = said.filter(|c| !c.is_control()).take(MAX_SAID).collect();
        if said.is_empty() {
            f.write_str(kind)
        } else {
            write!(f, "{kind}: {said}")
        }
    }
}
