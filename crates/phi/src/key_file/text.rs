//! The text of a key file: one key a line, with a check against damage in copying.
//!
//! ```text
//! # comment
//! wardline-keys 1
//! kek 1 <base64url of 32 bytes> <check>
//! index 1 <base64url of 32 bytes> <check>
//! ```
//!
//! Where a key service holds the KEK, `kek` lines may be missing, and in place of `index` stands
//! `sealed-index <version> <version of the service's KEK> <base64url of the wrapped key> <check>`.
//!
//! `check` is the first four bytes, in hex, of SHA-256 over `purpose || 0x20 || version (decimal) || 0x20 ||
//! key`. It stands beside the key, so it tells an attacker nothing, and it catches a mistyped or exchanged line
//! before data is sealed under it.

use std::collections::BTreeMap;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::root_file::SealedIndex;
use super::{KeyFileError, RootFile, Versions};
use crate::provider::{KekVersion, WrappedKey};
use crate::sensitive::{KEY_BYTES, SecretKey};

const FIRST_LINE: &str = "wardline-keys 1";
pub(super) const KEK: &str = "kek";
pub(super) const INDEX: &str = "index";
const SEALED_INDEX: &str = "sealed-index";
const TWICE: &str = "a key of this purpose and version stands further up";

pub(super) fn parse(text: &str) -> Result<RootFile, KeyFileError> {
    let (mut keks, mut indexes) = (BTreeMap::new(), BTreeMap::new());
    let mut sealed: BTreeMap<u32, WrappedKey> = BTreeMap::new();
    let mut version_seen = false;
    for (number, statement) in statements(text) {
        let fault = |problem| KeyFileError::Line {
            line: number,
            problem,
        };
        if !version_seen {
            if statement != FIRST_LINE {
                return Err(fault(
                    "expected \"wardline-keys 1\", the format's version, first",
                ));
            }
            version_seen = true;
            continue;
        }
        if statement.split_ascii_whitespace().next() == Some(SEALED_INDEX) {
            let SealedIndex { version, wrapped } = read_sealed(statement).map_err(fault)?;
            if sealed.insert(version, wrapped).is_some() || indexes.contains_key(&version) {
                return Err(fault(TWICE));
            }
            continue;
        }
        let Key {
            purpose,
            version,
            secret,
        } = read_key(statement).map_err(fault)?;
        let keys = if purpose == KEK {
            &mut keks
        } else {
            &mut indexes
        };
        if keys.insert(version, secret).is_some()
            || (purpose == INDEX && sealed.contains_key(&version))
        {
            return Err(fault(TWICE));
        }
    }
    if keks.is_empty() && (sealed.is_empty() || !indexes.is_empty()) {
        return Err(KeyFileError::Missing(KEK));
    }
    if indexes.is_empty() && sealed.is_empty() {
        return Err(KeyFileError::Missing(INDEX));
    }
    let sealed = sealed.into_iter();
    Ok(RootFile {
        keks: Versions::of(keks),
        indexes: Versions::of(indexes),
        sealed: sealed
            .map(|(version, wrapped)| SealedIndex { version, wrapped })
            .collect(),
    })
}

pub(super) fn render(
    keks: Option<&Versions>,
    indexes: Option<&Versions>,
    sealed: &[SealedIndex],
) -> Zeroizing<String> {
    let keys = [keks, indexes].into_iter().flatten();
    let keys = keys.flat_map(Versions::iter).count();
    // Room for all of it, so that no key stays behind in a buffer that was outgrown.
    let mut text = Zeroizing::new(String::with_capacity(512 + keys * 96 + sealed.len() * 1024));
    text.push_str(
        "# Wardline's root keys. Whoever reads this file can read every sealed value; without it\n",
    );
    text.push_str(
        "# nothing sealed can be read again. Keep a copy apart from the data and its backups.\n",
    );
    text.push_str(FIRST_LINE);
    text.push('\n');
    for (purpose, keys) in [(KEK, keks), (INDEX, indexes)] {
        for (version, key) in keys.into_iter().flat_map(Versions::iter) {
            let encoded = Zeroizing::new(URL_SAFE_NO_PAD.encode(key.expose()));
            let check = check(purpose, version, key);
            for word in [
                purpose,
                " ",
                &version.to_string(),
                " ",
                &encoded,
                " ",
                &check,
                "\n",
            ] {
                text.push_str(word);
            }
        }
    }
    for SealedIndex { version, wrapped } in sealed {
        let (encoded, kek) = (URL_SAFE_NO_PAD.encode(&wrapped.bytes), wrapped.kek_version);
        let check = check_of(SEALED_INDEX, *version, &wrapped.bytes);
        let (version, kek) = (version.to_string(), kek.to_string());
        for word in [
            SEALED_INDEX,
            " ",
            &version,
            " ",
            &kek,
            " ",
            &encoded,
            " ",
            &check,
            "\n",
        ] {
            text.push_str(word);
        }
    }
    text
}

fn read_sealed(statement: &str) -> Result<SealedIndex, &'static str> {
    let words: Vec<&str> = statement.split_ascii_whitespace().collect();
    let [_, version, kek, encoded, expected] = words.as_slice() else {
        return Err("expected \"sealed-index <version> <kek version> <wrapped key> <check>\"");
    };
    let version = version.parse().ok().filter(|version| *version > 0);
    let version: u32 = version.ok_or("the key's version is no number from 1 on")?;
    let kek = kek.parse().map_err(|_| "the KEK's version is no number")?;
    let bytes = URL_SAFE_NO_PAD.decode(encoded);
    let bytes = bytes.map_err(|_| "the wrapped key is not base64url")?;
    if check_of(SEALED_INDEX, version, &bytes) != *expected {
        return Err("the check does not match the key: the line was damaged or changed in copying");
    }
    let kek_version = KekVersion(kek);
    let wrapped = WrappedKey { kek_version, bytes };
    Ok(SealedIndex { version, wrapped })
}

/// Lines, or parts of a line between `;`, that say something; numbered from 1.
fn statements(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with('#'));
    let parts = lines.flat_map(|(at, line)| line.split(';').map(move |part| (at + 1, part.trim())));
    parts.filter(|(_, part)| !part.is_empty())
}

struct Key<'a> {
    purpose: &'a str,
    version: u32,
    secret: SecretKey,
}

fn read_key(statement: &str) -> Result<Key<'_>, &'static str> {
    let mut words = statement.split_ascii_whitespace();
    let (Some(purpose), Some(version), Some(encoded), Some(expected), None) = (
        words.next(),
        words.next(),
        words.next(),
        words.next(),
        words.next(),
    ) else {
        return Err("expected \"<purpose> <version> <key> <check>\"");
    };
    if purpose != KEK && purpose != INDEX {
        return Err(
            "unknown purpose, expected \"kek\" or \"index\"; a newer version may have written it",
        );
    }
    let version = version.parse().ok().filter(|version| *version > 0);
    let version: u32 = version.ok_or("the key's version is no number from 1 on")?;
    let secret = decode(encoded).ok_or("the key is not 32 bytes in base64url")?;
    if check(purpose, version, &secret) != expected {
        return Err("the check does not match the key: the line was damaged or changed in copying");
    }
    Ok(Key {
        purpose,
        version,
        secret,
    })
}

fn decode(encoded: &str) -> Option<SecretKey> {
    // The decoder asks for room in whole quads: 33 bytes for 43 characters.
    let mut bytes = Zeroizing::new([0; KEY_BYTES + 1]);
    let length = URL_SAFE_NO_PAD
        .decode_slice(encoded, bytes.as_mut_slice())
        .ok()?;
    let key = bytes
        .first_chunk::<KEY_BYTES>()
        .filter(|_| length == KEY_BYTES)?;
    Some(SecretKey::from_bytes(key))
}

fn check(purpose: &str, version: u32, key: &SecretKey) -> String {
    check_of(purpose, version, key.expose())
}

fn check_of(purpose: &str, version: u32, key: &[u8]) -> String {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(purpose.as_bytes());
    hash.update(format!(" {version} ").as_bytes());
    hash.update(key);
    let digest = hash.finish();
    let first: [u8; 4] = digest.as_ref().first_chunk().copied().unwrap_or_default();
    format!("{:08x}", u32::from_be_bytes(first))
}
