//! The files of a login and of TLS, read anew for each connection.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use zeroize::Zeroizing;

use crate::failure::ConnectError;
use crate::settings::TlsFiles;

/// Bytes of a file at most: room for many authorities, not for a mistaken path.
const MAX_FILE_BYTES: u64 = 1024 * 1024;
/// Permission bits of group and others.
const OTHERS: u32 = 0o077;

const PASSWORD: &str = "password_file";
const CA: &str = "tls.ca_file";
const CERTIFICATE: &str = "tls.certificate_file";
const KEY: &str = "tls.key_file";

/// The password in a file: its first line.
pub(super) fn password(path: &Path) -> Result<Zeroizing<Vec<u8>>, ConnectError> {
    only_for_its_owner(PASSWORD, path)?;
    let text = read(PASSWORD, path)?;
    let line = text
        .split(|byte| *byte == b'\n' || *byte == b'\r')
        .next()
        .unwrap_or_default();
    if line.is_empty() {
        return Err(unusable(
            PASSWORD,
            path,
            "is empty: write the password into it",
        ));
    }
    Ok(Zeroizing::new(line.to_vec()))
}

/// TLS 1.3 alone, with the authorities and the identity of the files.
pub(super) fn tls(files: &TlsFiles) -> Result<Arc<ClientConfig>, ConnectError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|error| unusable(CA, &files.ca, &error))?
        .with_root_certificates(authorities(&files.ca)?);
    let config = match &files.identity {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => builder
            .with_client_auth_cert(certificates(CERTIFICATE, certificate)?, private_key(key)?)
            .map_err(|error| unusable(KEY, key, &error))?,
    };
    Ok(Arc::new(config))
}

fn authorities(path: &Path) -> Result<RootCertStore, ConnectError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(CA, path)? {
        roots
            .add(certificate)
            .map_err(|error| unusable(CA, path, &error))?;
    }
    Ok(roots)
}

fn certificates(
    setting: &'static str,
    path: &Path,
) -> Result<Vec<CertificateDer<'static>>, ConnectError> {
    let text = read(setting, path)?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .map_err(|_| unusable(setting, path, "is no PEM file"))?;
    if chain.is_empty() {
        return Err(unusable(setting, path, "holds no certificate in PEM form"));
    }
    Ok(chain)
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, ConnectError> {
    only_for_its_owner(KEY, path)?;
    let text = read(KEY, path)?;
    PrivateKeyDer::from_pem_slice(&text)
        .map_err(|_| unusable(KEY, path, "holds no private key in PEM form"))
}

fn only_for_its_owner(setting: &'static str, path: &Path) -> Result<(), ConnectError> {
    let metadata = fs::metadata(path).map_err(|error| unusable(setting, path, &error))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & OTHERS == 0 {
        Ok(())
    } else {
        let advice = format!("can be read by others (mode {mode:03o}); run `chmod 600` on it");
        Err(unusable(setting, path, &advice))
    }
}

fn read(setting: &'static str, path: &Path) -> Result<Zeroizing<Vec<u8>>, ConnectError> {
    let file = File::open(path).map_err(|error| unusable(setting, path, &error))?;
    let mut text = Zeroizing::new(Vec::with_capacity(16 * 1024));
    file.take(MAX_FILE_BYTES)
        .read_to_end(&mut text)
        .map_err(|error| unusable(setting, path, &error))?;
    Ok(text)
}

fn unusable(setting: &'static str, path: &Path, reason: &(impl ToString + ?Sized)) -> ConnectError {
    ConnectError::Setting {
        setting,
        reason: format!("{}: {}", path.display(), reason.to_string()),
    }
}
