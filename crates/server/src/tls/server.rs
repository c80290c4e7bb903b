//! TLS of a listener, with client certificates where authorities for them are given.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::server::WebPkiClientVerifier;
use tokio_rustls::TlsAcceptor;
use wardline_messaging::channel::ListenerTls;

use super::reloading::Reloading;
use super::{TlsError, pem, provider};

const CERTIFICATE: &str = "tls.certificate_file";
const KEY: &str = "tls.key_file";
const CLIENT_CA: &str = "tls.client_ca_file";

/// The files that make a listener's TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerTlsFiles {
    /// Certificate chain, leaf first.
    pub certificate: PathBuf,
    /// Private key.
    pub key: PathBuf,
    /// Authorities whose clients may connect; clients need a certificate when it is given.
    pub client_ca: Option<PathBuf>,
}

impl From<&ListenerTls> for ServerTlsFiles {
    fn from(tls: &ListenerTls) -> Self {
        Self {
            certificate: tls.certificate_file.clone(),
            key: tls.key_file.clone(),
            client_ca: tls.client_ca_file.clone(),
        }
    }
}

/// TLS of a listener. Changed files take effect with the next connection.
pub struct ServerTls {
    config: Reloading<ServerConfig>,
}

impl ServerTls {
    /// Reads the files; `protocols` are offered by ALPN and empty for MLLP.
    ///
    /// # Errors
    /// [`TlsError`], naming the setting that cannot be used.
    pub fn load(files: ServerTlsFiles, protocols: &[&[u8]]) -> Result<Self, TlsError> {
        let paths = [
            Some(&files.certificate),
            Some(&files.key),
            files.client_ca.as_ref(),
        ];
        let paths = paths.into_iter().flatten().cloned().collect();
        let protocols: Vec<Vec<u8>> = protocols.iter().map(|name| name.to_vec()).collect();
        let config = Reloading::new(paths, Box::new(move || config(&files, protocols.clone())))?;
        Ok(Self { config })
    }

    /// What accepts the next connection.
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.config.current())
    }

    /// Reads the files now, so that a failure can be told to who asked.
    ///
    /// # Errors
    /// As [`load`](Self::load); the former files stay in use then.
    pub fn reload(&self) -> Result<(), TlsError> {
        self.config.reload()
    }
}

fn config(files: &ServerTlsFiles, protocols: Vec<Vec<u8>>) -> Result<ServerConfig, TlsError> {
    let chain = pem::certificates(CERTIFICATE, &files.certificate)?;
    let key = pem::private_key(KEY, &files.key)?;
    let builder =
        ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    let builder = match &files.client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let roots = Arc::new(pem::authorities(CLIENT_CA, path)?);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider())
                .build()
                .map_err(|error| TlsError::Damaged {
                    setting: CLIENT_CA,
                    path: path.clone(),
                    reason: error.to_string(),
                })?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder
        .with_single_cert(chain, key)
        .map_err(|error| TlsError::Pair {
            setting: KEY,
            reason: error.to_string(),
        })?;
    config.alpn_protocols = protocols;
    Ok(config)
}
