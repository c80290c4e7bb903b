//! A key file on disk: owner's eyes only, durable, never half written.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{KeyFileError, RootFile, text};

const OWNER_ONLY: u32 = 0o600;
const GROUP_AND_OTHERS: u32 = 0o077;
const LARGEST: u64 = 64 * 1024;

/// Who keeps others from reading a key file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// Its own permission bits.
    OwnerOnly,
    /// The folder that it lies in.
    Folder,
}

pub(super) fn load(path: &Path, guard: Guard) -> Result<RootFile, KeyFileError> {
    let io = |source| io_error(path, source);
    // The permissions are asked of the opened file, so that it cannot be exchanged in between.
    let file = OpenOptions::new().read(true).open(path).map_err(io)?;
    let meta = file.metadata().map_err(io)?;
    if !meta.is_file() || meta.len() > LARGEST {
        return Err(KeyFileError::NotAKeyFile(path.to_owned()));
    }
    let mode = meta.permissions().mode() & 0o7777;
    if guard == Guard::OwnerOnly && mode & GROUP_AND_OTHERS != 0 {
        return Err(KeyFileError::Permissions {
            path: path.to_owned(),
            mode,
        });
    }
    let mut content = Zeroizing::new(String::with_capacity(usize::try_from(LARGEST).unwrap_or(0)));
    file.take(LARGEST)
        .read_to_string(&mut content)
        .map_err(io)?;
    text::parse(&content)
}

pub(super) fn write_new(path: &Path, content: &str) -> Result<(), KeyFileError> {
    create(path, content)?;
    sync_folder(path)
}

pub(super) fn replace(path: &Path, content: &str) -> Result<(), KeyFileError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    // What a process left that died in here was never in effect: the name is given only to what is whole.
    match fs::remove_file(&beside) {
        Err(source) if source.kind() != ErrorKind::NotFound => {
            return Err(io_error(&beside, source));
        }
        _ => {}
    }
    create(&beside, content)?;
    fs::rename(&beside, path).map_err(|source| io_error(path, source))?;
    sync_folder(path)
}

fn create(path: &Path, content: &str) -> Result<(), KeyFileError> {
    let mut options = OpenOptions::new();
    let opened = options
        .write(true)
        .create_new(true)
        .mode(OWNER_ONLY)
        .open(path);
    let mut file = opened.map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => KeyFileError::Exists(path.to_owned()),
        _ => io_error(path, source),
    })?;
    let written = file
        .write_all(content.as_bytes())
        .and_then(|()| file.sync_all());
    written.map_err(|source| {
        // Half a key file is worse than none; whether removing it works changes nothing about the answer.
        drop(fs::remove_file(path));
        io_error(path, source)
    })
}

/// Waits until nobody else changes a key file of this folder; held until what it returns is dropped.
pub(super) fn lock_folder(path: &Path) -> Result<File, KeyFileError> {
    let folder = folder_of(path);
    let locked = File::open(&folder).and_then(|folder| folder.lock().map(|()| folder));
    locked.map_err(|source| io_error(&folder, source))
}

fn folder_of(path: &Path) -> PathBuf {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    folder.map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// Makes the file's name durable, not only its content.
fn sync_folder(path: &Path) -> Result<(), KeyFileError> {
    let folder = folder_of(path);
    let synced = File::open(&folder).and_then(|folder| folder.sync_all());
    synced.map_err(|source| io_error(&folder, source))
}

fn io_error(path: &Path, source: std::io::Error) -> KeyFileError {
    KeyFileError::Io {
        path: path.to_owned(),
        source,
    }
}
