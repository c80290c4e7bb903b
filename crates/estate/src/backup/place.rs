//! A shard's data into the folder of a server that does not run.
//!
//! It is put there as the base of an append-only file: a server with `appendonly yes` reads nothing else when it starts.

use std::io::{BufWriter, Write as _};
use std::path::Path;

use super::{Backup, problem, sync_folder};
use crate::error::at;
use crate::{EstateError, files};

/// The folder of the append-only file, below that of the data (`appenddirname`).
pub(crate) const FOLDER: &str = "appendonlydir";
/// What else a server would begin from.
pub(crate) const DUMP: &str = "dump.rdb";
const BASE: &str = "appendonly.aof.1.base.rdb";
const LIST: &str = "appendonly.aof.manifest";

impl Backup {
    /// Writes a shard's data into the data folder of a server that does not run and has none. Answers how much it was.
    ///
    /// # Errors
    /// [`EstateError::Backup`] when the folder has data, or the backup is damaged; then nothing is left there.
    pub fn place(&self, shard: usize, data: &Path) -> Result<u64, EstateError> {
        for there in [FOLDER, DUMP] {
            if data.join(there).exists() {
                return Err(problem(
                    data,
                    format!("{there} is there: a backup goes to a server without data"),
                ));
            }
        }
        let folder = data.join(FOLDER);
        files::folder(&folder)?;
        let placed = self.write(shard, &folder);
        if placed.is_err() {
            // Half of it would be read as all of it.
            std::fs::remove_dir_all(&folder).map_err(at("remove", &folder))?;
        }
        placed
    }

    fn write(&self, shard: usize, folder: &Path) -> Result<u64, EstateError> {
        let path = folder.join(BASE);
        let mut file = BufWriter::new(files::create(&path)?);
        let size = self.read(shard, |chunk| {
            file.write_all(chunk).map_err(at("write", &path))
        })?;
        let file = file.into_inner();
        let file = file.map_err(|error| at("write", &path)(error.into_error()))?;
        file.sync_all().map_err(at("write", &path))?;
        // Last: without it the server sees no append-only file.
        files::write(&folder.join(LIST), &format!("file {BASE} seq 1 type b\n"))?;
        sync_folder(folder)?;
        Ok(size)
    }
}
