//! Who holds the key-encryption key: the key file, its text in the environment, Vault or OpenBao, AWS KMS; and those that
//! held it before and still unwrap.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;

use wardline_messaging::port::SystemClock;
use wardline_phi::{
    KeyFileError, KeyProvider, ProviderError, RootFile, SeveralProviders, WatchedProvider,
};
use wardline_remote::{KmsProvider, KmsSettings, VaultAuth, VaultProvider, VaultSettings};

use super::{Service, credentials, needed};
use crate::config::{Config, Environment, KeyHolder};
use crate::exit::UnusableFile;

/// The root keys, and who wraps by them.
pub(crate) struct KeySet {
    /// The key file.
    pub(crate) file: RootFile,
    /// Where it lies; none when its text came from the environment.
    pub(crate) path: Option<PathBuf>,
    /// Who wraps and unwraps.
    pub(crate) provider: Arc<dyn KeyProvider>,
    /// The key service that wraps, if it is one.
    pub(crate) watched: Option<Arc<WatchedProvider>>,
}

impl KeySet {
    /// Wraps the roots of the blind indexes in the key file anew.
    pub(crate) fn reseal(&self) -> Option<wardline_server::keys::ResealIndex> {
        let path = self.path.clone()?;
        let provider = Arc::clone(&self.provider);
        if self.file.sealed_by().is_empty() {
            return None;
        }
        Some(Box::new(move || reseal(&path, provider.as_ref())))
    }
}

/// Has the provider wrap every root in the key file at `path`; says how many changed.
pub(crate) fn reseal(
    path: &std::path::Path,
    provider: &dyn KeyProvider,
) -> Result<usize, ProviderError> {
    let mut file = RootFile::load(path).map_err(Box::new)?;
    let changed = file.seal_indexes(provider)?;
    if changed > 0 {
        file.replace(path).map_err(Box::new)?;
    }
    Ok(changed)
}

/// Removes what a process left beside the key file that died while it rotated: it was never in effect, and holds a copy of
/// the keys that nobody looks after.
pub(crate) fn remove_unfinished(path: &std::path::Path) {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    if std::fs::remove_file(path.with_file_name(name)).is_ok() {
        tracing::warn!(
            "removed an unfinished key file: a rotation was cut short before it took effect"
        );
    }
}

/// The keys as the configuration has them. Asks no key service yet.
///
/// # Errors
/// Something cannot be read or used; it says what.
pub(crate) fn keys(config: &Config, environment: &Environment) -> Result<KeySet, UnusableFile> {
    let (file, path) = root_file(config, environment).map_err(|error| unusable(&error))?;
    let of_file = file.provider(path.as_deref());
    let of_file = of_file.map(|provider| Arc::new(provider) as Arc<dyn KeyProvider>);
    let vault = vault(config, environment)?.map(watched);
    let kms = kms(config, environment)?.map(watched);
    let as_provider = |watched: &Arc<WatchedProvider>| Arc::clone(watched) as Arc<dyn KeyProvider>;
    let (wraps, service) = match config.keys.provider {
        KeyHolder::File => {
            let missing = "`keys.provider` is \"file\" and the key file holds no `kek` line: restore the file from its \
                           backup, or name the key service that holds the key";
            let provider = of_file.clone();
            (
                provider.ok_or_else(|| UnusableFile(missing.to_owned()))?,
                None,
            )
        }
        KeyHolder::Vault => {
            needed(
                &config.vault.url,
                "vault.url",
                "for `keys.provider = \"vault\"`",
            )?;
            let service = vault.clone();
            (
                service.as_ref().map(as_provider).ok_or_else(nothing)?,
                service,
            )
        }
        KeyHolder::AwsKms => {
            needed(
                &config.kms.key_id,
                "kms.key_id",
                "for `keys.provider = \"aws-kms\"`",
            )?;
            let service = kms.clone();
            (
                service.as_ref().map(as_provider).ok_or_else(nothing)?,
                service,
            )
        }
    };
    let services = vault.as_ref().map(as_provider).into_iter();
    let services = services.chain(kms.as_ref().map(as_provider));
    let others = of_file.into_iter().chain(services);
    let others = others.filter(|other| other.holder() != wraps.holder());
    Ok(KeySet {
        file,
        path,
        provider: Arc::new(SeveralProviders::new(wraps.clone(), others.collect())),
        watched: service,
    })
}

fn nothing() -> UnusableFile {
    UnusableFile("the key service is not set up".to_owned())
}

fn watched(provider: impl KeyProvider + 'static) -> Arc<WatchedProvider> {
    Arc::new(WatchedProvider::new(Arc::new(provider)))
}

fn unusable(error: &KeyFileError) -> UnusableFile {
    UnusableFile(match error {
        KeyFileError::Io { path, source } if source.kind() == ErrorKind::NotFound => format!(
            "key file {}: there is none. Restore it from its copy: without it nothing that is stored can be read. \
             `wardline init` writes one for a new installation",
            path.display()
        ),
        error => error.to_string(),
    })
}

/// The key file: its text in the environment if it is there, else the file. One out of systemd's folder of credentials may
/// have group bits, as systemd keeps others out of the folder itself.
fn root_file(
    config: &Config,
    environment: &Environment,
) -> Result<(RootFile, Option<PathBuf>), KeyFileError> {
    if let Some(text) = environment.keys_text() {
        return Ok((RootFile::parse(text.expose())?, None));
    }
    let path = &config.keys.file;
    let credentials = environment.credentials_directory();
    if credentials.is_some() && path.parent() == credentials.as_deref() {
        // Nothing is written there, so nothing rotates there.
        return Ok((RootFile::load_credential(path)?, None));
    }
    Ok((RootFile::load(path)?, Some(path.clone())))
}

fn vault(
    config: &Config,
    environment: &Environment,
) -> Result<Option<VaultProvider>, UnusableFile> {
    let vault = &config.vault;
    let Some(url) = vault.url.given() else {
        return Ok(None);
    };
    let auth = match (vault.role_id.given(), &vault.secret_id_file, &vault.token_file) {
        (Some(role_id), Some(secret_id_file), None) => VaultAuth::AppRole {
            mount: vault.approle_mount.as_str().to_owned(),
            role_id: role_id.to_owned(),
            secret_id_file: secret_id_file.clone(),
        },
        (None, None, Some(file)) => VaultAuth::TokenFile(file.clone()),
        (None, None, None) => VaultAuth::Token(environment.vault_token().ok_or_else(|| {
            UnusableFile(
                "vault: give `vault.token_file`, or `vault.role_id` with `vault.secret_id_file`, or VAULT_TOKEN"
                    .to_owned(),
            )
        })?),
        _ => {
            return Err(UnusableFile(
                "vault: give either `vault.token_file`, or `vault.role_id` with `vault.secret_id_file`".to_owned(),
            ));
        }
    };
    let service = Service {
        url: url.to_owned(),
        ca_file: vault.ca_file.as_deref(),
        allow_plain_text: vault.allow_plain_text,
        timeout_seconds: vault.timeout_seconds,
    };
    let settings = VaultSettings {
        endpoint: service.endpoint(),
        namespace: vault.namespace.given().map(str::to_owned),
        mount: needed(&vault.mount, "vault.mount", "for `vault.url`")?.to_owned(),
        key: needed(&vault.key, "vault.key", "for `vault.url`")?.to_owned(),
        auth,
    };
    let provider = VaultProvider::new(settings);
    provider
        .map(Some)
        .map_err(|error| UnusableFile(format!("vault.url: {error}")))
}

fn kms(config: &Config, environment: &Environment) -> Result<Option<KmsProvider>, UnusableFile> {
    let kms = &config.kms;
    let Some(key_id) = kms.key_id.given() else {
        return Ok(None);
    };
    let region = needed(&kms.region, "kms.region", "for `kms.key_id`")?;
    let of_aws = || format!("https://kms.{region}.amazonaws.com");
    let service = Service {
        url: kms.endpoint.given().map_or_else(of_aws, str::to_owned),
        ca_file: kms.ca_file.as_deref(),
        allow_plain_text: kms.allow_plain_text,
        timeout_seconds: kms.timeout_seconds,
    };
    let settings = KmsSettings {
        endpoint: service.endpoint(),
        region: region.to_owned(),
        key_id: key_id.to_owned(),
        credentials: credentials(
            kms.credentials_file.as_deref(),
            &kms.profile,
            (environment, "kms"),
        )?,
    };
    let provider = KmsProvider::new(settings, Arc::new(SystemClock));
    provider
        .map(Some)
        .map_err(|error| UnusableFile(format!("kms.endpoint: {error}")))
}
