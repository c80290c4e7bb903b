//! What the tests begin with.

use std::time::Duration;

use wardline_phi::{DataKeyId, KeyScope, SecretKey, WrapContext};
use wardline_remote::Endpoint;

pub(crate) fn endpoint(url: &str) -> Endpoint {
    Endpoint {
        url: url.to_owned(),
        ca_file: None,
        allow_plain_text: false,
        patience: Duration::from_secs(5),
    }
}

pub(crate) fn scope(text: &str) -> KeyScope {
    KeyScope::parse(text).unwrap()
}

pub(crate) fn context(id: u32, scope: &KeyScope) -> WrapContext<'_> {
    WrapContext {
        id: DataKeyId(id),
        scope,
    }
}

pub(crate) fn key() -> SecretKey {
    SecretKey::from_bytes(&[7; 32])
}

/// A file that only its owner reads.
pub(crate) fn secret_file(content: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    file
}
