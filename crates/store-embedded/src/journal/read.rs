//! Reads the batches of one journal of fjall 3.
//!
//! ```text
//! batch = start item* end
//! start = 01, number of items u32, sequence number u64
//! item  = 02, kind u8, compression u8, table u64, key length u16, value length u32, stored length u32,
//!         key, value
//! clear = 04, table u64
//! end   = 03, XXH3-64 over the items' bytes u64, "FJL" 03
//! ```
//!
//! Numbers are little-endian. Behind the last batch come zeros, as the file is made longer in advance.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use xxhash_rust::xxh3::Xxh3;

use super::{commit_of, unsynced_of};

pub(super) const START: u8 = 1;
pub(super) const ITEM: u8 = 2;
const END: u8 = 3;
pub(super) const CLEAR: u8 = 4;
/// What ends each batch.
const TRAILER: &[u8] = b"FJL\x03";
/// Bytes before a batch's first item.
pub(super) const START_LENGTH: usize = 13;
const BUFFER: usize = 256 * 1024;

/// A whole batch.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BatchRead {
    /// Which commit it is, if one of ours.
    pub(super) commit: Option<u64>,
    /// Its place in the engine's order of writes.
    pub(super) sequence: u64,
    /// The first commit that was not known to be on disk when this one was written, if there was one.
    pub(super) unsynced: Option<u64>,
}

/// Not a batch, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken(pub(super) &'static str);

/// The batches of a journal, one after the other.
pub(super) struct Batches<R> {
    reader: R,
    length: u64,
    position: u64,
    key: Vec<u8>,
    value: Vec<u8>,
}

impl Batches<BufReader<File>> {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self::new(BufReader::with_capacity(BUFFER, file), length))
    }
}

impl<'b> Batches<Cursor<&'b [u8]>> {
    pub(super) fn within(bytes: &'b [u8]) -> Self {
        Self::new(
            Cursor::new(bytes),
            u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        )
    }
}

impl<R: Read> Batches<R> {
    fn new(reader: R, length: u64) -> Self {
        Self {
            reader,
            length,
            position: 0,
            key: Vec::new(),
            value: Vec::new(),
        }
    }

    /// Where the next batch begins, in bytes.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// The next batch; `None` at the end. After a broken one nothing more can be read.
    pub(super) fn next_batch(&mut self) -> io::Result<Result<Option<BatchRead>, Broken>> {
        match self.read_batch() {
            Ok(batch) => Ok(Ok(batch)),
            Err(Stop::Broken(what)) => Ok(Err(Broken(what))),
            Err(Stop::Io(error)) => Err(error),
        }
    }

    fn read_batch(&mut self) -> Result<Option<BatchRead>, Stop> {
        if self.position == self.length {
            return Ok(None);
        }
        match self.byte()? {
            START => {}
            0 => return self.only_zeros(),
            _ => return Err(Stop::Broken("no batch begins")),
        }
        let items = u32::from_le_bytes(self.array()?);
        let sequence = u64::from_le_bytes(self.array()?);
        let mut checksum = Xxh3::new();
        let (mut commit, mut unsynced) = (None, None);
        for _ in 0..items {
            match self.byte()? {
                ITEM => {
                    self.item(&mut checksum)?;
                    commit = commit_of(&self.key, &self.value).or(commit);
                    unsynced = unsynced_of(&self.key, &self.value).or(unsynced);
                }
                CLEAR => {
                    checksum.update(&[CLEAR]);
                    checksum.update(&self.array::<8>()?);
                }
                _ => return Err(Stop::Broken("a batch has an unknown item")),
            }
        }
        if self.byte()? != END {
            return Err(Stop::Broken("a batch does not end"));
        }
        let expected = u64::from_le_bytes(self.array()?);
        if self.array::<4>()? != TRAILER {
            return Err(Stop::Broken("a batch has no trailer"));
        }
        if checksum.digest() != expected {
            return Err(Stop::Broken("a batch's checksum does not match"));
        }
        Ok(Some(BatchRead {
            commit,
            sequence,
            unsynced,
        }))
    }

    /// Reads an item's key and value.
    fn item(&mut self, checksum: &mut Xxh3) -> Result<(), Stop> {
        let header: [u8; 20] = self.array()?;
        let [.., k0, k1, _, _, _, _, v0, v1, v2, v3] = header;
        let key_length = usize::from(u16::from_le_bytes([k0, k1]));
        let value_length = u32::from_le_bytes([v0, v1, v2, v3]);
        let value_length = usize::try_from(value_length).unwrap_or(usize::MAX);
        let (mut key, mut value) = (
            std::mem::take(&mut self.key),
            std::mem::take(&mut self.value),
        );
        self.fill(&mut key, key_length)?;
        self.fill(&mut value, value_length)?;
        checksum.update(&[ITEM]);
        checksum.update(&header);
        checksum.update(&key);
        checksum.update(&value);
        (self.key, self.value) = (key, value);
        Ok(())
    }

    /// Behind the last batch only zeros may come.
    fn only_zeros(&mut self) -> Result<Option<BatchRead>, Stop> {
        const ZEROS: [u8; 4096] = [0; 4096];
        let mut chunk = [0; 4096];
        loop {
            let read = self.reader.read(&mut chunk)?;
            let Some(read) = chunk.get(..read).filter(|read| !read.is_empty()) else {
                return Ok(None);
            };
            if ZEROS.get(..read.len()) != Some(read) {
                return Err(Stop::Broken(
                    "something other than zeros follows the last batch",
                ));
            }
        }
    }

    fn byte(&mut self) -> Result<u8, Stop> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let mut bytes = [0; N];
        self.read_exactly(&mut bytes)?;
        Ok(bytes)
    }

    /// Fills `into` with `length` bytes. A length that the file cannot hold is not believed.
    fn fill(&mut self, into: &mut Vec<u8>, length: usize) -> Result<(), Stop> {
        let left = self.length.saturating_sub(self.position);
        if u64::try_from(length).unwrap_or(u64::MAX) > left {
            return Err(Stop::Broken("a batch is longer than its file"));
        }
        into.resize(length, 0);
        self.read_exactly(into)
    }

    fn read_exactly(&mut self, into: &mut [u8]) -> Result<(), Stop> {
        match self.reader.read_exact(into) {
            Ok(()) => {
                self.position += u64::try_from(into.len()).unwrap_or(u64::MAX);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Err(Stop::Broken("the file ends within a batch"))
            }
            Err(error) => Err(Stop::Io(error)),
        }
    }
}

enum Stop {
    Broken(&'static str),
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
