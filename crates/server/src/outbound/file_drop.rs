//! A folder as a partner: each message appears in it as one whole file, or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use wardline_messaging::channel::FileDrop;
use wardline_messaging::port::{Parcel, Partner, SendOutcome};

/// How long writing one file may take; a share that hangs must not hold up the queue unseen.
const WRITE_TIMEOUT: Duration = Duration::from_mins(1);

/// Writes messages into a folder. A message that is sent again replaces its own file.
pub(super) struct FileDropPartner {
    directory: PathBuf,
}

/// Where writing failed, and so what is known.
enum Failure {
    /// The file did not appear.
    Before(io::Error),
    /// The file appeared, but may be gone after a power failure.
    After(io::Error),
}

impl FileDropPartner {
    pub(super) fn new(drop: &FileDrop) -> Result<Self, String> {
        let directory = drop.directory.clone();
        match fs::metadata(&directory) {
            Ok(metadata) if metadata.is_dir() => Ok(Self { directory }),
            Ok(_) => Err(format!(
                "directory: {} is not a directory",
                directory.display()
            )),
            Err(error) => Err(format!(
                "directory: cannot use {}: {error}",
                directory.display()
            )),
        }
    }
}

#[async_trait]
impl Partner for FileDropPartner {
    async fn send(&self, parcel: Parcel) -> SendOutcome {
        let directory = self.directory.clone();
        let name = file_name(&parcel);
        let answer = Bytes::from(name.clone());
        let writing = tokio::task::spawn_blocking(move || write(&directory, &name, &parcel));
        match tokio::time::timeout(WRITE_TIMEOUT, writing).await {
            Ok(Ok(Ok(()))) => SendOutcome::Accepted { answer },
            Ok(Ok(Err(Failure::Before(error)))) => SendOutcome::NotSent {
                detail: format!("cannot write the file: {error}"),
            },
            Ok(Ok(Err(Failure::After(error)))) => SendOutcome::Unknown {
                detail: format!("cannot make the file durable: {error}"),
            },
            Ok(Err(_)) => SendOutcome::Unknown {
                detail: "writing the file was cut off".to_owned(),
            },
            Err(_) => SendOutcome::Unknown {
                detail: format!(
                    "the file was not written within {} s",
                    WRITE_TIMEOUT.as_secs()
                ),
            },
        }
    }
}

/// Sorts by arrival, is unique per message, and holds nothing of the message.
fn file_name(parcel: &Parcel) -> String {
    let queue = &parcel.queue;
    format!(
        "{}.{}.{:020}.hl7",
        queue.channel, queue.destination, parcel.id.0
    )
}

fn write(directory: &Path, name: &str, parcel: &Parcel) -> Result<(), Failure> {
    // A dot first: receivers that list the folder pass over it. The attempt keeps a late writer apart.
    let partial = directory.join(format!(".{name}.{}.part", parcel.attempt));
    write_partial(&partial, &parcel.bytes)
        .and_then(|()| fs::rename(&partial, directory.join(name)))
        .inspect_err(|_| {
            // It is a leftover of ours; failing to remove it changes nothing about the outcome.
            drop(fs::remove_file(&partial));
        })
        .map_err(Failure::Before)?;
    File::open(directory)
        .and_then(|folder| folder.sync_all())
        .map_err(Failure::After)
}

fn write_partial(partial: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(partial) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(partial)?;
    file.write_all(bytes)?;
    file.sync_all()
}
