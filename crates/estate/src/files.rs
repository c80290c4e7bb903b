//! Files and folders that only their owner may read: secrets, keys, and all that a server writes.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use crate::EstateError;
use crate::error::at;

const OWNER_ONLY: u32 = 0o600;
const OWNER_ONLY_FOLDER: u32 = 0o700;

/// Makes a folder, with those above it, for its owner only.
pub(crate) fn folder(path: &Path) -> Result<(), EstateError> {
    DirBuilder::new()
        .recursive(true)
        .mode(OWNER_ONLY_FOLDER)
        .create(path)
        .map_err(at("make", path))
}

/// Writes a file whole, in place of another of this name, for its owner only.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), EstateError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(OWNER_ONLY)
        .open(&beside)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
    written.map_err(at("write", &beside))?;
    fs::rename(&beside, path).map_err(at("replace", path))
}

/// Makes a file, which must not be there yet, for its owner only.
pub(crate) fn create(path: &Path) -> Result<File, EstateError> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(OWNER_ONLY)
        .open(path)
        .map_err(at("make", path))
}

/// Writes a file that must not be there yet, for its owner only.
pub(crate) fn write_new(path: &Path, text: &str) -> Result<(), EstateError> {
    let mut file = create(path)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(at("write", path))
}

/// Reads a file as text.
pub(crate) fn read(path: &Path) -> Result<String, EstateError> {
    fs::read_to_string(path).map_err(at("read", path))
}
