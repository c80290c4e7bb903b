//! TLS of `wardline hl7 send`.

use std::path::PathBuf;

use clap::Args;
use wardline_messaging::channel::PartnerTls;
use wardline_server::tls::{ClientTls, TlsError};

/// TLS of `hl7 send`.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "TLS")]
pub(super) struct TlsArgs {
    /// Use TLS; the PEM file of the authorities that may have signed the receiver's certificate
    #[arg(long, value_name = "FILE")]
    tls_ca: Option<PathBuf>,
    /// The name in the receiver's certificate, when it is not the host's
    #[arg(long, value_name = "NAME", requires = "tls_ca")]
    tls_name: Option<String>,
    /// Our certificate chain, for receivers that ask for one
    #[arg(long, value_name = "FILE", requires = "tls_ca", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// Our private key
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
}

impl TlsArgs {
    /// What makes connections to `host`; none without TLS.
    ///
    /// # Errors
    /// When a file cannot be used.
    pub(super) fn client(&self, host: &str) -> Result<Option<ClientTls>, TlsError> {
        let Some(ca_file) = self.tls_ca.clone() else {
            return Ok(None);
        };
        let partner = PartnerTls {
            ca_file,
            server_name: self.tls_name.clone(),
            certificate_file: self.tls_certificate.clone(),
            key_file: self.tls_key.clone(),
        };
        ClientTls::for_partner(&partner, host).map(Some)
    }
}
