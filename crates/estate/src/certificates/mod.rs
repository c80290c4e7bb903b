//! The authority of an estate: who may be a node, and who may speak to one.
//!
//! Keys are ECDSA P-256. A node is server and client at once, for it connects to the others.

mod renewal;

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType, date_time_ymd,
};
use wardline_kernel::Clock;

use crate::description::Estate;
use crate::{EstateError, Role, files};

pub use renewal::Renewal;

/// How long the authority's own certificate is good, in days.
pub const AUTHORITY_DAYS: i64 = 3650;
/// How long a certificate of a node or client is good, in days.
pub const LEAF_DAYS: i64 = 397;

/// What a certificate is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A node, reached at this address; it is a client of the other nodes too.
    Node(IpAddr),
    /// A client.
    Client,
}

/// The files of one certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The authority's certificate, PEM.
    pub authority: PathBuf,
    /// The certificate, PEM.
    pub certificate: PathBuf,
    /// Its private key, PEM, for its owner only.
    pub key: PathBuf,
}

impl CertificateFiles {
    /// The files of `name` in a folder.
    pub fn in_folder(folder: &Path, name: &str) -> Self {
        Self {
            authority: folder.join("ca.pem"),
            certificate: folder.join(format!("{name}.pem")),
            key: folder.join(format!("{name}.key")),
        }
    }
}

/// An authority that signs certificates for nodes and clients.
pub struct Authority {
    /// What nodes and clients trust: its certificate, and while it is renewed that of the other one.
    trusted_pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// Makes an authority, or reads the one that is in the folder (`ca.pem`, `ca.key`).
    ///
    /// # Errors
    /// [`EstateError`] when files cannot be read or written or are no certificate.
    pub fn open_or_make(folder: &Path, name: &str, clock: &dyn Clock) -> Result<Self, EstateError> {
        let (certificate, key) = (folder.join("ca.pem"), folder.join("ca.key"));
        if certificate.exists() && key.exists() {
            renewal::complete_switch(folder)?;
            return Self::read(name, folder, clock);
        }
        files::folder(folder)?;
        renewal::make(name, (&certificate, &key), clock)?;
        Self::read(name, folder, clock)
    }

    /// The authority's name is that of its estate, so that nothing of its certificate has to be parsed to sign.
    fn read(name: &str, folder: &Path, clock: &dyn Clock) -> Result<Self, EstateError> {
        let refused = |reason: rcgen::Error| refusal("the authority", &reason);
        let trusted_pem = renewal::trusted(folder)?;
        let key = folder.join("ca.key");
        let key_pair = KeyPair::from_pem(&files::read(&key)?).map_err(refused)?;
        let issuer = Issuer::new(authority_params(name, clock)?, key_pair);
        Ok(Self {
            trusted_pem,
            issuer,
        })
    }

    /// Signs a new certificate with a new key, and writes both in place of what is there.
    ///
    /// # Errors
    /// [`EstateError`] when it cannot be signed or written.
    pub fn issue(
        &self,
        name: &str,
        purpose: &Purpose,
        into: &CertificateFiles,
        clock: &dyn Clock,
    ) -> Result<(), EstateError> {
        let refused = |reason: rcgen::Error| refusal(name, &reason);
        let key = KeyPair::generate().map_err(refused)?;
        let mut params = params(name, LEAF_DAYS, clock)?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        if let Purpose::Node(ip) = purpose {
            params
                .extended_key_usages
                .push(ExtendedKeyUsagePurpose::ServerAuth);
            params.subject_alt_names.push(SanType::IpAddress(*ip));
        }
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &self.issuer).map_err(refused)?;
        if let Some(folder) = into.certificate.parent() {
            files::folder(folder)?;
        }
        files::write(&into.authority, &self.trusted_pem)?;
        files::write(&into.key, &key.serialize_pem())?;
        files::write(&into.certificate, &certificate.pem())
    }
}

/// Signs a certificate for every node (`NODE/tls/`) and every client (`clients/`). Answers their names.
///
/// # Errors
/// [`EstateError`] when one cannot be signed or written.
pub fn issue_all(
    authority: &Authority,
    estate: &Estate,
    into: &Path,
    clock: &dyn Clock,
) -> Result<Vec<String>, EstateError> {
    let mut names = Vec::new();
    for node in estate.nodes.iter().chain(&estate.sentinels) {
        let files = CertificateFiles::in_folder(&into.join(&node.name).join("tls"), "node");
        let purpose = Purpose::Node(node.address.ip());
        authority.issue(&node.name, &purpose, &files, clock)?;
        names.push(node.name.clone());
    }
    for role in Role::CLIENTS {
        let files = CertificateFiles::in_folder(&into.join("clients"), role.name());
        authority.issue(role.name(), &Purpose::Client, &files, clock)?;
        names.push(role.name().to_owned());
    }
    Ok(names)
}

fn authority_params(name: &str, clock: &dyn Clock) -> Result<CertificateParams, EstateError> {
    let mut params = params(&format!("{name} authority"), AUTHORITY_DAYS, clock)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![
        KeyUsagePurpose::KeyCertSign,
        KeyUsagePurpose::CrlSign,
        KeyUsagePurpose::DigitalSignature,
    ];
    Ok(params)
}

/// What is the same in all certificates.
fn params(name: &str, days: i64, clock: &dyn Clock) -> Result<CertificateParams, EstateError> {
    let mut params = CertificateParams::new(Vec::new()).map_err(|reason| refusal(name, &reason))?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, "Wardline estate");
    subject.push(DnType::CommonName, name);
    params.distinguished_name = subject;
    // A day back, for clocks that are behind.
    let (year, month, on) = day(clock, -1).ok_or_else(|| out_of_range(name))?;
    params.not_before = date_time_ymd(year, month, on);
    let (year, month, on) = day(clock, days).ok_or_else(|| out_of_range(name))?;
    params.not_after = date_time_ymd(year, month, on);
    Ok(params)
}

fn out_of_range(name: &str) -> EstateError {
    EstateError::Certificate {
        name: name.to_owned(),
        reason: "the machine's clock is out of range".to_owned(),
    }
}

/// Year, month and day (UTC) so many days from now.
fn day(clock: &dyn Clock, days: i64) -> Option<(i32, u8, u8)> {
    let now = Timestamp::from_millisecond(i64::try_from(clock.now()).ok()?).ok()?;
    let date = now
        .to_zoned(TimeZone::UTC)
        .date()
        .checked_add(Span::new().try_days(days).ok()?)
        .ok()?;
    Some((
        i32::from(date.year()),
        u8::try_from(date.month()).ok()?,
        u8::try_from(date.day()).ok()?,
    ))
}

fn refusal(name: &str, reason: &rcgen::Error) -> EstateError {
    EstateError::Certificate {
        name: name.to_owned(),
        reason: reason.to_string(),
    }
}
