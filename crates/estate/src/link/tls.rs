//! TLS 1.3 towards a node, with a client certificate.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::LinkError;
use crate::certificates::CertificateFiles;

/// What a link needs to speak TLS: whom it trusts and who it is.
#[derive(Clone)]
pub struct LinkTls(TlsConnector);

impl LinkTls {
    /// Reads the files.
    ///
    /// # Errors
    /// [`LinkError::Tls`], naming the file that cannot be used.
    pub fn read(files: &CertificateFiles) -> Result<Self, LinkError> {
        let refused = |path: &std::path::Path, reason: String| {
            LinkError::Tls(format!("{}: {reason}", path.display()))
        };
        let certificates = |path: &std::path::Path| {
            CertificateDer::pem_file_iter(path)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(|error| refused(path, error.to_string()))
        };
        let mut roots = RootCertStore::empty();
        for authority in certificates(&files.authority)? {
            roots
                .add(authority)
                .map_err(|error| refused(&files.authority, error.to_string()))?;
        }
        let key = PrivateKeyDer::from_pem_file(&files.key)
            .map_err(|error| refused(&files.key, error.to_string()))?;
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&TLS13])
            .map_err(|error| LinkError::Tls(error.to_string()))?
            .with_root_certificates(roots)
            .with_client_auth_cert(certificates(&files.certificate)?, key)
            .map_err(|error| refused(&files.certificate, error.to_string()))?;
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    pub(crate) async fn connect(
        &self,
        ip: IpAddr,
        stream: TcpStream,
    ) -> io::Result<TlsStream<TcpStream>> {
        self.0
            .connect(ServerName::IpAddress(ip.into()), stream)
            .await
    }
}
