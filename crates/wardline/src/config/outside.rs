//! `[vault]`, `[kms]` and `[s3]`: services outside that hold keys and archives.

use std::path::{Path, PathBuf};

use toml::Value;

use super::section::section;
use super::value::{Kind, Setting};

section! {
    /// Vault or OpenBao, whose Transit engine holds the key-encryption key when `keys.provider` is `vault`, or held it
    /// before.
    pub struct Vault in "vault" {
        /// Its address, such as `https://vault.hospital.example:8200`. Not set: there is none.
        url: Word = "";
        /// PEM file with the authorities that may have signed its certificate. Not set: those of this machine.
        ca_file: Option<PathBuf> = "";
        /// Allows `http://` beyond this machine. Only where the way is protected otherwise.
        allow_plain_text: bool = "false";
        /// The namespace, where there are any.
        namespace: Word = "";
        /// Where the Transit engine is mounted.
        mount: Word = "transit";
        /// The Transit key; it must be made with `derived=true`. Give each installation its own.
        key: Word = "wardline";
        /// A file with a token, which is read again when the token is refused. Else VAULT_TOKEN, or an AppRole.
        token_file: Option<PathBuf> = "";
        /// The id of the AppRole. With `secret_id_file` it takes the place of a token.
        role_id: Word = "";
        /// The file with the AppRole's secret id.
        secret_id_file: Option<PathBuf> = "";
        /// Where the AppRole method is mounted.
        approle_mount: Word = "approle";
        /// Seconds that a request may take, with all its tries.
        timeout_seconds: u64 [1..=60] = "5";
    }
}

section! {
    /// AWS KMS, which holds the key-encryption key when `keys.provider` is `aws-kms`, or held it before.
    pub struct Kms in "kms" {
        /// The key: its id, its ARN, or an alias such as `alias/wardline`. Not set: there is none.
        key_id: Word = "";
        /// The region of the key.
        region: Word = "";
        /// The address of KMS. Not set: that of AWS in the region.
        endpoint: Word = "";
        /// PEM file with the authorities that may have signed its certificate. Not set: those of this machine.
        ca_file: Option<PathBuf> = "";
        /// Allows `http://` beyond this machine. Only where the way is protected otherwise.
        allow_plain_text: bool = "false";
        /// A file in the format of AWS's `credentials`, read again for every request. Not set: AWS_ACCESS_KEY_ID and
        /// AWS_SECRET_ACCESS_KEY.
        credentials_file: Option<PathBuf> = "";
        /// The profile in that file.
        profile: Word = "default";
        /// Seconds that a request may take, with all its tries.
        timeout_seconds: u64 [1..=60] = "5";
    }
}

section! {
    /// A bucket of S3, or of what speaks like it, that segments of the audit trail are archived to, in place of
    /// `audit.archive_directory`.
    pub struct S3 in "s3" {
        /// The bucket. Not set: nothing is archived to S3.
        bucket: Word = "";
        /// What names of files begin with, such as `north/`.
        prefix: Word = "";
        /// The region of the bucket.
        region: Word = "us-east-1";
        /// The address of the service. Not set: that of AWS in the region.
        endpoint: Word = "";
        /// PEM file with the authorities that may have signed its certificate. Not set: those of this machine.
        ca_file: Option<PathBuf> = "";
        /// Allows `http://` beyond this machine. Only where the way is protected otherwise.
        allow_plain_text: bool = "false";
        /// A file in the format of AWS's `credentials`, read again for every request. Not set: AWS_ACCESS_KEY_ID and
        /// AWS_SECRET_ACCESS_KEY.
        credentials_file: Option<PathBuf> = "";
        /// The profile in that file.
        profile: Word = "default";
        /// Seconds that a request may take, with all its tries.
        timeout_seconds: u64 [1..=600] = "60";
    }
}

/// A text without blanks; empty is not set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word(String);

impl Word {
    /// Characters at most.
    pub const MAX_CHARACTERS: usize = 512;

    /// The text, `None` when it is empty.
    pub fn given(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|text| !text.is_empty())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Setting for Word {
    const KIND: Kind = Kind::Text;
    const EXPECTED: &'static str = "a text without blanks, of 512 characters at most";

    fn from_value(value: &Value, _: &Path) -> Option<Self> {
        let text = value.as_str()?;
        let fits = text.len() <= Self::MAX_CHARACTERS;
        (fits && text.chars().all(|c| c.is_ascii_graphic())).then(|| Self(text.to_owned()))
    }

    fn to_value(&self) -> Option<Value> {
        self.given().map(|text| Value::String(text.to_owned()))
    }
}

/// Who wraps data keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyHolder {
    /// The key file, or its text in the environment.
    #[default]
    File,
    /// Vault or OpenBao.
    Vault,
    /// AWS KMS.
    AwsKms,
}

impl Setting for KeyHolder {
    const KIND: Kind = Kind::Text;
    const EXPECTED: &'static str = "\"file\", \"vault\" or \"aws-kms\"";

    fn from_value(value: &Value, _: &Path) -> Option<Self> {
        match value.as_str()? {
            "file" => Some(Self::File),
            "vault" => Some(Self::Vault),
            "aws-kms" => Some(Self::AwsKms),
            _ => None,
        }
    }

    fn to_value(&self) -> Option<Value> {
        let text = match self {
            Self::File => "file",
            Self::Vault => "vault",
            Self::AwsKms => "aws-kms",
        };
        Some(Value::String(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_as_long_as_allowed_and_has_no_blanks() {
        let read = |text: &str| Word::from_value(&Value::String(text.to_owned()), Path::new(""));
        let most = "a".repeat(Word::MAX_CHARACTERS);

        assert_eq!(read(&most).unwrap().as_str(), most);
        assert_eq!(read("").unwrap().given(), None);
        for wrong in [
            format!("{most}a"),
            "a b".to_owned(),
            "a\n".to_owned(),
            "ä".to_owned(),
        ] {
            assert_eq!(read(&wrong), None);
        }
    }
}
