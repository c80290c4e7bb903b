//! Reading PEM files: certificate chains, private keys, authorities.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

use super::TlsError;

/// Bytes of a PEM file at most: room for every public authority of the world, not for a mistaken path.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;
/// Permission bits of group and others.
const OTHERS: u32 = 0o077;

/// A certificate chain, leaf first.
pub(super) fn certificates(
    setting: &'static str,
    path: &Path,
) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let text = read(setting, path)?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .map_err(|error| damaged(setting, path, &error))?;
    if chain.is_empty() {
        return Err(missing(setting, path, "certificate"));
    }
    Ok(chain)
}

/// A private key (PKCS#8, PKCS#1 or SEC1) that nobody but its owner may read.
pub(super) fn private_key(
    setting: &'static str,
    path: &Path,
) -> Result<PrivateKeyDer<'static>, TlsError> {
    only_for_its_owner(setting, path)?;
    let text = read(setting, path)?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| match error {
        rustls::pki_types::pem::Error::NoItemsFound => missing(setting, path, "private key"),
        error => damaged(setting, path, &error),
    })
}

/// Authorities to trust.
pub(super) fn authorities(setting: &'static str, path: &Path) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(setting, path)? {
        roots.add(certificate).map_err(|error| TlsError::Damaged {
            setting,
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
    }
    Ok(roots)
}

/// Checks that group and others have no right to a file that holds a secret.
pub(crate) fn only_for_its_owner(setting: &'static str, path: &Path) -> Result<(), TlsError> {
    let metadata = fs::metadata(path).map_err(|source| TlsError::Read {
        setting,
        path: path.to_owned(),
        source,
    })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & OTHERS == 0 {
        Ok(())
    } else {
        Err(TlsError::KeyIsShared {
            setting,
            path: path.to_owned(),
            mode,
        })
    }
}

/// A small file, wiped from memory after use: it may hold a key.
pub(crate) fn read(setting: &'static str, path: &Path) -> Result<Zeroizing<Vec<u8>>, TlsError> {
    let read_error = |source| TlsError::Read {
        setting,
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(read_error)?;
    let mut text = Zeroizing::new(Vec::with_capacity(16 * 1024));
    file.take(MAX_FILE_BYTES)
        .read_to_end(&mut text)
        .map_err(read_error)?;
    Ok(text)
}

fn missing(setting: &'static str, path: &Path, expected: &'static str) -> TlsError {
    TlsError::Missing {
        setting,
        path: path.to_owned(),
        expected,
    }
}

fn damaged(setting: &'static str, path: &Path, error: &rustls::pki_types::pem::Error) -> TlsError {
    let reason = match error {
        rustls::pki_types::pem::Error::Io(error) => error.to_string(),
        rustls::pki_types::pem::Error::Base64Decode(_) => "its base64 text is broken".to_owned(),
        _ => "a PEM block does not begin or end as it must".to_owned(),
    };
    TlsError::Damaged {
        setting,
        path: path.to_owned(),
        reason,
    }
}
