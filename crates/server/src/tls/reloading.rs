//! A value made from files, made again when they change.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::TlsError;

type Load<T> = Box<dyn Fn() -> Result<T, TlsError> + Send + Sync>;
/// When a file was changed and how long it is; none when it cannot be looked at.
type Stamp = Option<(SystemTime, u64)>;

/// A value that follows its files. While they cannot be used, the last good value stays.
pub(super) struct Reloading<T> {
    files: Vec<PathBuf>,
    load: Load<T>,
    current: Mutex<Current<T>>,
}

struct Current<T> {
    stamps: Vec<Stamp>,
    value: Arc<T>,
}

impl<T> Reloading<T> {
    pub(super) fn new(files: Vec<PathBuf>, load: Load<T>) -> Result<Self, TlsError> {
        let stamps = stamps(&files);
        let value = Arc::new(load()?);
        Ok(Self {
            files,
            load,
            current: Mutex::new(Current { stamps, value }),
        })
    }

    /// The value. Files that changed are read again; a failure is logged once per change.
    pub(super) fn current(&self) -> Arc<T> {
        let stamps = stamps(&self.files);
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.stamps != stamps {
            current.stamps = stamps;
            match (self.load)() {
                Ok(value) => {
                    current.value = Arc::new(value);
                    tracing::info!(files = ?self.files, "read changed TLS files");
                }
                Err(error) => {
                    tracing::warn!(%error, "changed TLS files cannot be used; the former ones stay");
                }
            }
        }
        Arc::clone(&current.value)
    }

    /// Reads the files now, changed or not.
    pub(super) fn reload(&self) -> Result<(), TlsError> {
        let stamps = stamps(&self.files);
        let value = Arc::new((self.load)()?);
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        *current = Current { stamps, value };
        Ok(())
    }
}

fn stamps(files: &[PathBuf]) -> Vec<Stamp> {
    let stamp = |file: &PathBuf| {
        let metadata = fs::metadata(file).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    files.iter().map(stamp).collect()
}
