//! Wrapped data keys, for the key ring: an ordered table under a tag of its own. A row is the key's id, what tells one
//! insertion from another, and the key.
//!
//! The ring's store is asked by code that waits, from any thread, also from one of the runtime's. What is asked is done
//! by a task of the runtime that this was made on.

use std::sync::mpsc;

use tokio::runtime::{Handle, RuntimeFlavor};
use wardline_kernel::StoreError;
use wardline_phi::{DataKeyId, KeyStoreError, WrappedDataKey, WrappedKeyStore};

use crate::call::Class;
use crate::codec::{damaged, decode, encode};
use crate::commit::{Answer, Commit, Span, send};
use crate::lease::random;
use crate::ordered::{self, MAX_ROWS, Way};
use crate::redis_handle::Redis;
use crate::tag::Tag;

const KEYS: &[u8] = b":k";
/// Bytes before the key: its id, and what tells one insertion from another.
const FRONT_BYTES: usize = 12;

/// Wrapped data keys on Redis. Clones are the same.
#[derive(Clone, Debug)]
pub struct RedisWrappedKeys {
    redis: Redis,
    tag: Tag,
    runtime: Handle,
}

impl RedisWrappedKeys {
    /// Those of this Redis. Made on the runtime that the connection lives on; that runtime has to go on while it is used.
    pub fn new(redis: &Redis) -> Self {
        Self {
            redis: redis.clone(),
            tag: Tag::new("k"),
            runtime: Handle::current(),
        }
    }

    async fn all(self) -> Result<Vec<WrappedDataKey>, StoreError> {
        let key = self.tag.key(KEYS);
        let (mut keys, mut span) = (Vec::new(), Some(Span::all()));
        while let Some(some) = span.take() {
            let table = (&self.tag, &key);
            let found = ordered::rows(&self.redis, table, &some, Way::Up, MAX_ROWS).await?;
            if found.len() == MAX_ROWS {
                span = found.last().map(|last| Span::behind(last));
            }
            for row in found {
                let key = row.get(FRONT_BYTES..);
                let key = key.ok_or_else(|| damaged("a wrapped key"))?;
                keys.push(decode("a wrapped key", key)?);
            }
        }
        Ok(keys)
    }

    /// Puts a key where `before` is: nothing, or any key of its id. Whether it was so.
    async fn put(self, key: WrappedDataKey, before: Vec<u8>) -> Result<bool, StoreError> {
        let id = id_of(key.id);
        let insertion: [u8; 8] = random()?;
        let rest = [&insertion[..], &encode(&key)?].concat();
        let mine = [&id[..], &insertion].concat();
        let mut commit = Commit::new(&self.tag);
        commit.expect_row(KEYS, &Span::of(&id), &before, &mine);
        commit.put_row(KEYS, &id, &rest);
        match send(&self.redis, &commit, Class::Acknowledged).await? {
            Answer::Done => Ok(true),
            Answer::Refused(_) => Ok(false),
            Answer::Gap { .. } => Err(damaged("the answer to a wrapped key")),
        }
    }

    /// Waits for what a task of the runtime does.
    fn wait<T: Send + 'static>(
        &self,
        task: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, KeyStoreError> {
        let (answer, answered) = mpsc::channel();
        self.runtime.spawn(async move {
            // Who asked waits for it.
            drop(answer.send(task.await));
        });
        let on_a_runtime = Handle::try_current();
        let wait = || answered.recv();
        let done = match on_a_runtime.map(|runtime| runtime.runtime_flavor()) {
            Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(wait),
            _ => wait(),
        };
        let ended = || StoreError::Unavailable("the runtime has ended".to_owned());
        done.map_err(|_| ended())
            .flatten()
            .map_err(|error| KeyStoreError::Failed(Box::new(error)))
    }
}

impl WrappedKeyStore for RedisWrappedKeys {
    fn load_all(&self) -> Result<Vec<WrappedDataKey>, KeyStoreError> {
        self.wait(self.clone().all())
    }

    fn insert_durably(&self, key: &WrappedDataKey) -> Result<(), KeyStoreError> {
        if self.wait(self.clone().put(key.clone(), Vec::new()))? {
            Ok(())
        } else {
            Err(KeyStoreError::Taken(key.id))
        }
    }

    fn replace(&self, key: &WrappedDataKey) -> Result<(), KeyStoreError> {
        let any = id_of(key.id).to_vec();
        if self.wait(self.clone().put(key.clone(), any))? {
            Ok(())
        } else {
            Err(KeyStoreError::Missing(key.id))
        }
    }
}

fn id_of(id: DataKeyId) -> [u8; 4] {
    id.0.to_be_bytes()
}
