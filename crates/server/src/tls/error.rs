//! Why TLS cannot be set up: which setting, which file, what to do.

use std::io;
use std::path::PathBuf;

/// A certificate, key or authority that cannot be used. Holds paths, never what is in a file.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{setting}: cannot read {}: {source}", path.display())]
    Read {
        /// The setting that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file holds no PEM block of the kind that is needed.
    #[error("{setting}: {} holds no {expected} in PEM form", path.display())]
    Missing {
        /// The setting that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What was looked for.
        expected: &'static str,
    },
    /// A file's PEM form is broken, or a certificate in it is.
    #[error("{setting}: {} is damaged: {reason}", path.display())]
    Damaged {
        /// The setting that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Others than the owner may read the private key.
    #[error(
        "{setting}: {} can be read by others (mode {mode:03o}); run `chmod 600` on it",
        path.display()
    )]
    KeyIsShared {
        /// The setting that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The private key does not belong to the certificate, or cannot be used.
    #[error("{setting}: the private key cannot be used with the certificate: {reason}")]
    Pair {
        /// The setting that names the key.
        setting: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// One of two settings that go together is missing.
    #[error("{given} is set but {missing} is not; give both or neither")]
    Half {
        /// The setting that is there.
        given: &'static str,
        /// The setting that is not.
        missing: &'static str,
    },
    /// The partner's name cannot stand in a certificate.
    #[error("{setting}: `{name}` is neither a DNS name nor an IP address")]
    ServerName {
        /// The setting.
        setting: &'static str,
        /// What it says.
        name: String,
    },
    /// The machine's own list of authorities cannot be read.
    #[error("no certificate authorities found on this machine; name them in {setting}")]
    NoSystemAuthorities {
        /// The setting that would name them.
        setting: &'static str,
    },
    /// What rustls refuses for another reason.
    #[error("TLS cannot be set up: {0}")]
    Other(#[from] rustls::Error),
}
