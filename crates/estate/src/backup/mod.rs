//! Backups of an estate's data: taken from its masters as a replica takes them, encrypted before they reach a disk,
//! opened and looked through, brought back.
//!
//! A backup is a folder: `backup.json` says what it is and holds its key, wrapped by whoever holds Wardline's keys;
//! `shard-N.sealed` is what the master of a shard had. Each file is in chunks that are tied to the whole of
//! `backup.json`, to their place, and to being the last or not, so that nothing can be changed, exchanged or cut off.
//! What is in it is sealed twice: values were so before Redis had them, names of keys and sizes are by this.
//!
//! The shards of a Cluster are copied one after the other, so what spans two of them may be of two moments.

mod dump;
mod place;
mod sealed;

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use wardline_kernel::{Clock, UnixMillis};
use wardline_phi::{
    DataKeyId, KeyProvider, KeyScope, ProviderError, SecretKey, WrapContext, WrappedKey,
};

use crate::description::Topology;
use crate::error::at;
use crate::link::{Credentials, LinkTls};
use crate::{EstateError, files};

use dump::Dump;
pub(crate) use place::{DUMP, FOLDER};
use sealed::{CHUNK_BYTES, Opener, Sealer};

const MANIFEST: &str = "backup.json";
/// The form of a backup that this program writes and reads.
const FORMAT: u8 = 1;
/// Bytes of `backup.json` at most.
const MAX_MANIFEST_BYTES: u64 = 1024 * 1024;
/// Shards of a backup at most.
const MAX_SHARDS: usize = 64;
/// Data keys in a ring have ids; the one of a backup is told apart by its scope alone.
const KEY_ID: DataKeyId = DataKeyId(0);

/// A master whose data is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it listens.
    pub address: SocketAddr,
    /// The ranges of slots that it owns, of a Cluster.
    pub slots: Vec<String>,
}

/// The key of a backup that is about to be made.
pub struct NewKey {
    id: [u8; 16],
    secret: SecretKey,
    wrapped: WrappedKey,
}

impl NewKey {
    /// Makes a key and has it wrapped. Asks a key service, so it is done where blocking is expected.
    ///
    /// # Errors
    /// [`ProviderError`], or there is no randomness.
    pub fn make(provider: &dyn KeyProvider) -> Result<Self, NewKeyError> {
        let mut id = [0; 16];
        aws_lc_rs::rand::fill(&mut id).map_err(|_unspecified| EstateError::Random)?;
        let secret = SecretKey::generate().map_err(|_random| EstateError::Random)?;
        let scope = KeyScope::backup(id);
        let context = WrapContext {
            id: KEY_ID,
            scope: &scope,
        };
        let wrapped = provider.wrap(&secret, &context)?;
        Ok(Self {
            id,
            secret,
            wrapped,
        })
    }
}

/// Why there is no key for a backup.
#[derive(Debug, thiserror::Error)]
pub enum NewKeyError {
    /// Whoever wraps keys did not.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// No randomness.
    #[error(transparent)]
    Estate(#[from] EstateError),
}

/// What a backup is, as `backup.json` has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: u8,
    id: [u8; 16],
    /// When it was begun.
    pub made_at_unix_ms: UnixMillis,
    /// How the servers stood to each other.
    pub topology: Topology,
    key: WrappedKey,
    /// For each shard its ranges of slots; one without any where there is no Cluster.
    pub shards: Vec<Vec<String>>,
}

/// Makes a backup: a folder that is not there yet. It appears whole or not at all.
///
/// # Errors
/// [`EstateError`] when a master does not answer or something cannot be written.
pub async fn create(
    (topology, sources): (Topology, &[Source]),
    (tls, credentials): (Option<&LinkTls>, Credentials<'_>),
    key: NewKey,
    into: &Path,
    clock: &dyn Clock,
) -> Result<Vec<u64>, EstateError> {
    if sources.is_empty() || sources.len() > MAX_SHARDS {
        return Err(problem(into, "there must be from 1 to 64 masters"));
    }
    if into.exists() {
        return Err(problem(into, "it is there already: name a new folder"));
    }
    let partial = beside(into);
    files::folder(&partial)?;
    let manifest = Manifest {
        format: FORMAT,
        id: key.id,
        made_at_unix_ms: clock.now(),
        topology,
        key: key.wrapped,
        shards: sources.iter().map(|source| source.slots.clone()).collect(),
    };
    let text =
        serde_json::to_string(&manifest).map_err(|error| problem(into, error.to_string()))?;
    let mut sizes = Vec::new();
    for (shard, source) in (0_u16..).zip(sources) {
        let mut dump = Dump::begin(source.address, tls, credentials).await?;
        let path = file_of(&partial, shard);
        let mut file = BufWriter::new(files::create(&path)?);
        let mut sealer = Sealer::new(&key.secret, context(&text), shard)
            .ok_or_else(|| problem(into, "its key cannot be used"))?;
        let mut size = 0_u64;
        loop {
            let mut chunk = Vec::with_capacity(CHUNK_BYTES + 16);
            dump.fill(&mut chunk, CHUNK_BYTES).await?;
            size += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            let is_last = dump.is_over();
            let sealed = sealer
                .seal(chunk, is_last)
                .ok_or_else(|| problem(into, "a chunk cannot be sealed"))?;
            file.write_all(&sealed).map_err(at("write", &path))?;
            if is_last {
                break;
            }
        }
        let file = file.into_inner();
        let file = file.map_err(|error| at("write", &path)(error.into_error()))?;
        file.sync_all().map_err(at("write", &path))?;
        sizes.push(size);
    }
    // Last: a folder without it is no backup.
    files::write(&partial.join(MANIFEST), &text)?;
    sync_folder(&partial)?;
    fs::rename(&partial, into).map_err(at("make", into))?;
    if let Some(above) = into.parent().filter(|above| !above.as_os_str().is_empty()) {
        sync_folder(above)?;
    }
    Ok(sizes)
}

/// A backup whose key is at hand.
pub struct Backup {
    folder: PathBuf,
    manifest: Manifest,
    context: [u8; 32],
    secret: SecretKey,
}

impl Backup {
    /// Reads what it is and has its key unwrapped. Asks a key service, so it is done where blocking is expected.
    ///
    /// # Errors
    /// [`EstateError::Backup`] when it is none, or the keys do not open it.
    pub fn open(folder: &Path, provider: &dyn KeyProvider) -> Result<Self, EstateError> {
        let path = folder.join(MANIFEST);
        let file = File::open(&path).map_err(at("read", &path))?;
        let mut text = String::new();
        file.take(MAX_MANIFEST_BYTES)
            .read_to_string(&mut text)
            .map_err(at("read", &path))?;
        let manifest: Manifest =
            serde_json::from_str(&text).map_err(|error| problem(folder, error.to_string()))?;
        if manifest.format != FORMAT {
            return Err(problem(folder, "a newer program made it: use that one"));
        }
        if manifest.shards.is_empty() || manifest.shards.len() > MAX_SHARDS {
            return Err(problem(folder, "it has no shard, or too many"));
        }
        let scope = KeyScope::backup(manifest.id);
        let wrapped_for = WrapContext {
            id: KEY_ID,
            scope: &scope,
        };
        let secret = provider.unwrap_key(&manifest.key, &wrapped_for);
        let secret = secret.map_err(|error| {
            problem(
                folder,
                format!("the keys of this configuration do not open it: {error}"),
            )
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            context: context(&text),
            manifest,
            secret,
        })
    }

    /// What it is.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Opens every chunk of every shard. Answers the bytes of each.
    ///
    /// # Errors
    /// [`EstateError::Backup`], naming the file in which something is not as it was written.
    pub fn verify(&self) -> Result<Vec<u64>, EstateError> {
        let shards = 0..self.manifest.shards.len();
        shards.map(|shard| self.read(shard, |_| Ok(()))).collect()
    }

    /// Gives a shard's data to `take`, chunk by chunk. Answers how much it was.
    fn read(
        &self,
        shard: usize,
        mut take: impl FnMut(&[u8]) -> Result<(), EstateError>,
    ) -> Result<u64, EstateError> {
        let number = u16::try_from(shard)
            .ok()
            .filter(|_| shard < self.manifest.shards.len());
        let number = number.ok_or_else(|| problem(&self.folder, "it has no such shard"))?;
        let path = file_of(&self.folder, number);
        let damaged = || problem(&path, "it is not as it was written; use another backup");
        let mut file = BufReader::new(File::open(&path).map_err(at("read", &path))?);
        let mut opener = Opener::new(&self.secret, self.context, number).ok_or_else(damaged)?;
        let mut size = 0_u64;
        loop {
            let (chunk, is_last) = opener.next(&mut file).ok_or_else(damaged)?;
            // What every dump of Redis and of Valkey begins with.
            if size == 0 && !(chunk.starts_with(b"REDIS") || chunk.starts_with(b"VALKEY")) {
                return Err(damaged());
            }
            size += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            take(&chunk)?;
            if is_last {
                break;
            }
        }
        let mut more = [0];
        match file.read(&mut more) {
            Ok(0) => Ok(size),
            Ok(_) | Err(_) => Err(damaged()),
        }
    }
}

fn context(manifest: &str) -> [u8; 32] {
    let mut context = [0; 32];
    context.copy_from_slice(digest(&SHA256, manifest.as_bytes()).as_ref());
    context
}

fn file_of(folder: &Path, shard: u16) -> PathBuf {
    folder.join(format!("shard-{shard}.sealed"))
}

/// Where a backup is while it is being made.
fn beside(into: &Path) -> PathBuf {
    let mut name = into.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    into.with_file_name(name)
}

fn sync_folder(folder: &Path) -> Result<(), EstateError> {
    let opened = File::open(folder).and_then(|folder| folder.sync_all());
    opened.map_err(at("write", folder))
}

fn problem(path: &Path, reason: impl Into<String>) -> EstateError {
    EstateError::Backup {
        path: path.to_owned(),
        reason: reason.into(),
    }
}
