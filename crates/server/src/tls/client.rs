//! TLS towards a partner.

use std::path::PathBuf;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;
use wardline_messaging::channel::PartnerTls;

use super::reloading::Reloading;
use super::{TlsError, pem, provider};

const CA: &str = "tls.ca_file";
const WEBHOOK_CA: &str = "ca_file";
const SERVER_NAME: &str = "tls.server_name";
const CERTIFICATE: &str = "tls.certificate_file";
const KEY: &str = "tls.key_file";

/// The files that make the TLS of our side of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct ClientTlsFiles {
    /// Authorities that may have signed the partner's certificate; the machine's own when not given.
    ca: Option<PathBuf>,
    /// Our certificate chain and private key, for partners that ask for one.
    identity: Option<(PathBuf, PathBuf)>,
}

/// TLS towards a partner. Changed files take effect with the next connection.
pub struct ClientTls {
    config: Reloading<ClientConfig>,
    server_name: ServerName<'static>,
}

impl ClientTls {
    /// Reads the files of an MLLP partner; its certificate must name `host`, or the configured name.
    ///
    /// # Errors
    /// [`TlsError`], naming the setting that cannot be used.
    pub fn for_partner(tls: &PartnerTls, host: &str) -> Result<Self, TlsError> {
        let identity = match (&tls.certificate_file, &tls.key_file) {
            (Some(certificate), Some(key)) => Some((certificate.clone(), key.clone())),
            (None, None) => None,
            (Some(_), None) => {
                return Err(TlsError::Half {
                    given: CERTIFICATE,
                    missing: KEY,
                });
            }
            (None, Some(_)) => {
                return Err(TlsError::Half {
                    given: KEY,
                    missing: CERTIFICATE,
                });
            }
        };
        let files = ClientTlsFiles {
            ca: Some(tls.ca_file.clone()),
            identity,
        };
        Self::load(files, tls.server_name.as_deref().unwrap_or(host), CA, &[])
    }

    /// Reads the authorities of a webhook; without a file, the machine's own are trusted.
    ///
    /// # Errors
    /// [`TlsError`], naming the setting that cannot be used.
    pub fn for_webhook(ca: Option<PathBuf>, host: &str) -> Result<Self, TlsError> {
        let files = ClientTlsFiles { ca, identity: None };
        Self::load(files, host, WEBHOOK_CA, &[b"http/1.1"])
    }

    fn load(
        files: ClientTlsFiles,
        host: &str,
        ca_setting: &'static str,
        protocols: &[&[u8]],
    ) -> Result<Self, TlsError> {
        let server_name =
            ServerName::try_from(host.to_owned()).map_err(|_| TlsError::ServerName {
                setting: SERVER_NAME,
                name: host.to_owned(),
            })?;
        let identity = files
            .identity
            .clone()
            .map(|(certificate, key)| [certificate, key]);
        let paths = files
            .ca
            .clone()
            .into_iter()
            .chain(identity.into_iter().flatten())
            .collect();
        let protocols: Vec<Vec<u8>> = protocols.iter().map(|name| name.to_vec()).collect();
        let load = move || config(&files, ca_setting, protocols.clone());
        Ok(Self {
            config: Reloading::new(paths, Box::new(load))?,
            server_name,
        })
    }

    /// What makes the next connection.
    pub fn connector(&self) -> TlsConnector {
        TlsConnector::from(self.config.current())
    }

    /// The name that the partner's certificate must hold.
    pub fn server_name(&self) -> ServerName<'static> {
        self.server_name.clone()
    }
}

fn config(
    files: &ClientTlsFiles,
    ca_setting: &'static str,
    protocols: Vec<Vec<u8>>,
) -> Result<ClientConfig, TlsError> {
    let roots = match &files.ca {
        Some(path) => pem::authorities(ca_setting, path)?,
        None => system_authorities(ca_setting)?,
    };
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    let mut config = match &files.identity {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => builder
            .with_client_auth_cert(
                pem::certificates(CERTIFICATE, certificate)?,
                pem::private_key(KEY, key)?,
            )
            .map_err(|error| TlsError::Pair {
                setting: KEY,
                reason: error.to_string(),
            })?,
    };
    config.alpn_protocols = protocols;
    Ok(config)
}

fn system_authorities(setting: &'static str) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        Err(TlsError::NoSystemAuthorities { setting })
    } else {
        Ok(roots)
    }
}
