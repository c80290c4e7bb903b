//! The files that the configuration names, checked without changing anything: channels with their
//! certificates and secrets, keys, tokens, the certificate of the HTTP API.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wardline_audit::signing::{SigningKeyError, SigningKeys};
use wardline_messaging::channel::{Channel, load_directory};
use wardline_messaging::port::{PartnerFactory as _, SystemClock};
use wardline_phi::KeyFile;
use wardline_server::outbound::Partners;
use wardline_server::tls::{ServerTls, ServerTlsFiles, TlsError};
use wardline_store_redis::MAX_MESSAGE_BYTES;

use crate::config::{Config, Environment, StoreKind};
use crate::outside;
use crate::shifts;
use crate::tokens;

/// What was found in the files.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// The channels, by name.
    pub(crate) channels: Vec<String>,
    /// Those that take messages from anybody who reaches this machine, without TLS.
    pub(crate) open_channels: Vec<String>,
    /// What is wrong, one line each.
    pub(crate) problems: Vec<String>,
}

/// Reads every file that the configuration names.
pub(crate) fn check(config: &Config) -> Findings {
    let mut findings = Findings::default();
    match channels(&config.channels.directory, config.store.kind) {
        Ok(channels) => {
            let partners = Partners::new(Arc::new(SystemClock));
            for channel in &channels {
                findings.channels.push(channel.name.to_string());
                if is_open_to_all(channel) {
                    findings.open_channels.push(channel.name.to_string());
                }
                findings.problems.extend(check_channel(channel, &partners));
                if channel.enabled && channel.listener.address == config.http.address {
                    let (name, address) = (&channel.name, config.http.address);
                    let problem = format!(
                        "channel `{name}`: listener.address {address} is taken by http.address"
                    );
                    findings.problems.push(problem);
                }
            }
        }
        Err(problem) => findings.problems.push(problem),
    }
    let environment = Environment::of_process();
    if let Err(error) = outside::keys(config, &environment) {
        findings.problems.push(error.to_string());
    }
    if let Err(error) = outside::archive(config, &environment) {
        findings.problems.push(error.to_string());
    }
    if let Err(problem) = audit_keys(config) {
        findings.problems.push(problem);
    }
    // What the file says is the same under any key.
    if let Ok(any) = KeyFile::generate()
        && let Err(error) = shifts::load(&config.audit, &any.blind_index())
    {
        findings.problems.push(error.to_string());
    }
    if let Err(error) = tokens::load(&config.api.tokens_file) {
        findings.problems.push(error.to_string());
    }
    if let Err(error) = http_tls(config) {
        findings.problems.push(format!("the HTTP API: {error}"));
    }
    findings
}

/// The channels of a folder, whose messages the store can give back.
///
/// # Errors
/// What is wrong with the first file that cannot be used.
pub(crate) fn channels(directory: &Path, store: StoreKind) -> Result<Vec<Channel>, String> {
    let channels = load_directory(directory).map_err(|error| error.to_string())?;
    let too_large = |it: &&Channel| it.listener.max_message_bytes > MAX_MESSAGE_BYTES;
    match channels.iter().find(too_large) {
        Some(channel) if store == StoreKind::Redis => Err(format!(
            "channel `{}`: listener.max_message_bytes: on Redis expected at most {MAX_MESSAGE_BYTES}, as larger messages \
             could be stored and not be read back; lower it, or use the embedded store",
            channel.name
        )),
        _ => Ok(channels),
    }
}

/// The key that signs the audit trail's checkpoints.
///
/// # Errors
/// When it cannot be read, or others can read it; says what to do.
pub(crate) fn audit_keys(config: &Config) -> Result<SigningKeys, String> {
    let path = &config.audit.key_file;
    SigningKeys::load(path).map_err(|error| match error {
        SigningKeyError::Io { source, .. } if source.kind() == ErrorKind::NotFound => format!(
            "audit key file {}: there is none. Run `wardline audit key create` (with the same --config) if this \
             trail never had one; else restore it from its backup",
            path.display()
        ),
        error => error.to_string(),
    })
}

/// The certificate of the HTTP API; none when it is served without TLS.
///
/// # Errors
/// When a file cannot be used.
pub(crate) fn http_tls(config: &Config) -> Result<Option<ServerTls>, TlsError> {
    let http = &config.http;
    let (Some(certificate), Some(key)) = (&http.certificate_file, &http.key_file) else {
        return Ok(None);
    };
    let (certificate, key) = (certificate.clone(), key.clone());
    let files = ServerTlsFiles {
        certificate,
        key,
        client_ca: None,
    };
    ServerTls::load(files, &[b"http/1.1"]).map(Some)
}

/// The ledger of erasures: beside the store's folder, so that a store that is brought back leaves it alone.
pub(crate) fn erasures(config: &Config) -> PathBuf {
    let mut name = config.store.directory.clone().into_os_string();
    name.push(".erasures");
    PathBuf::from(name)
}

fn is_open_to_all(channel: &Channel) -> bool {
    let listener = &channel.listener;
    channel.enabled
        && !listener.address.ip().is_loopback()
        && listener.tls.is_none()
        && listener.allowed_peers.is_empty()
}

/// What is wrong with a channel's certificates, keys and secrets. Opens no connection.
fn check_channel(channel: &Channel, partners: &Partners) -> Vec<String> {
    let listener = channel
        .listener
        .tls
        .as_ref()
        .map(|tls| ServerTls::load(tls.into(), &[]));
    let listener = listener.and_then(Result::err);
    let listener = listener.map(|error| format!("channel `{}`, listener: {error}", channel.name));
    let destinations = channel
        .destinations
        .iter()
        .filter_map(|destination| partners.partner(&channel.name, destination).err());
    listener.into_iter().chain(destinations).collect()
}
