//! What is asked of Redis: a call of one of Wardline's functions.

use redis::{Cmd, ToRedisArgs};

use crate::tag::{Key, Tag};

/// Arguments and keys of one call at most.
pub const MAX_PARTS: usize = 8_000;

/// What an answer to a call promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// What it wrote, and everything that it read, has come through what the durability setting says.
    ///
    /// Calls of this class take effect in the order in which they were made, as far as they go to one server; renewals of
    /// leases alone go before those that wait. While
    /// slots move between servers this does not hold: what depends on order carries a version that it expects.
    Acknowledged,
    /// The master did it. It may be lost with the master.
    BestEffort,
}

/// A call of a function: `FCALL name keys arguments`. Its keys all have the tag.
#[derive(Clone, Debug)]
pub struct Call {
    pub(crate) tag: Tag,
    name: &'static str,
    read_only: bool,
    keys: Vec<Key>,
    arguments: Vec<Vec<u8>>,
}

impl Call {
    /// A call of the function `name` on the server of `tag`.
    pub fn new(tag: &Tag, name: &'static str) -> Self {
        Self {
            tag: tag.clone(),
            name,
            read_only: false,
            keys: Vec::new(),
            arguments: Vec::new(),
        }
    }

    /// The same of a function that is declared `no-writes` (`FCALL_RO`).
    pub fn read_only(tag: &Tag, name: &'static str) -> Self {
        Self {
            read_only: true,
            ..Self::new(tag, name)
        }
    }

    /// With the key `wl:{tag}suffix`.
    #[must_use]
    pub fn key(mut self, suffix: impl AsRef<[u8]>) -> Self {
        self.keys.push(self.tag.key(suffix));
        self
    }

    /// With an argument: bytes, text or a number.
    #[must_use]
    pub fn arg(mut self, argument: impl ToRedisArgs) -> Self {
        self.arguments.extend(argument.to_redis_args());
        self
    }

    /// The tag that decides on the server.
    pub fn tag(&self) -> &Tag {
        &self.tag
    }

    /// Its bytes, about.
    pub(crate) fn size_bytes(&self) -> usize {
        let keys: usize = self.keys.iter().map(|key| key.as_bytes().len()).sum();
        let arguments: usize = self.arguments.iter().map(Vec::len).sum();
        64 + keys + arguments
    }

    pub(crate) fn command(&self) -> Cmd {
        let parts = 3 + self.keys.len() + self.arguments.len();
        let mut command = Cmd::with_capacity(parts, self.size_bytes());
        command
            .arg(if self.read_only { "FCALL_RO" } else { "FCALL" })
            .arg(self.name)
            .arg(self.keys.len());
        for key in &self.keys {
            command.arg(key);
        }
        for argument in &self.arguments {
            command.arg(argument.as_slice());
        }
        command
    }
}
