//! What the store keeps in memory of its own rows: the head, names and stretches of time. All of it is small,
//! and all of it is read again when the store is opened.
//!
//! The writer has the [`Directory`]; readers see what it has [`Published`].

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use wardline_messaging::model::{MessageId, Queue};
use wardline_messaging::port::StoreError;

use crate::buckets::{self, Bucket, Buckets};
use crate::codec::{self, Head};
use crate::engine::{Engine, Table, View};
use crate::error::damaged;
use crate::floors::Floors;
use crate::keys::{self, FeedNumber, QueueNumber};
use crate::names::{Feed, Names};

/// The rows that are in memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Directory {
    pub(crate) head: Head,
    pub(crate) names: Names,
    pub(crate) buckets: Buckets,
}

impl Directory {
    /// Reads them.
    pub(crate) fn load(engine: &Engine) -> Result<Self, StoreError> {
        let view = engine.view();
        let head = match view.get(Table::Meta, keys::HEAD)? {
            Some(value) => codec::decode(Table::Meta, &value)?,
            None => Head::default(),
        };
        let mut directory = Self {
            head,
            ..Self::default()
        };
        each(&view, keys::QUEUE_NAMES, |number, queue: Queue| {
            directory.names.insert_queue(queue, QueueNumber(number));
        })?;
        each(&view, keys::FEED_NAMES, |number, feed: Feed| {
            directory.names.insert_feed(feed, FeedNumber(number));
        })?;
        let mut rows = view.prefix(Table::Meta, keys::BUCKETS);
        while let Some((key, value)) = rows.next()? {
            let number = keys::id_at_end(&key).ok_or_else(|| damaged("the index of times"))?;
            directory
                .buckets
                .set(number.0, Some(codec::decode(Table::Meta, &value)?));
        }
        Ok(directory)
    }

    /// Every message with a smaller id was removed. It never goes down: new messages come in the stretch of the
    /// last one, or behind it.
    pub(crate) fn lowest(&self) -> MessageId {
        let of_last = buckets::ids_of(buckets::number_of(self.head.last_id)).0;
        self.buckets.first_id().unwrap_or(MessageId(of_last))
    }
}

/// The directory as readers see it. Names and times are published before their rows are committed: readers that
/// know too much find nothing there, those that know too little would miss what is.
#[derive(Debug)]
pub(crate) struct Published {
    names: RwLock<Arc<Names>>,
    buckets: RwLock<Buckets>,
    last_id: AtomicU64,
    lowest: AtomicU64,
    pub(crate) floors: Floors,
}

impl Published {
    pub(crate) fn new(directory: &Directory) -> Self {
        Self {
            names: RwLock::new(Arc::new(directory.names.clone())),
            buckets: RwLock::new(directory.buckets.clone()),
            last_id: AtomicU64::new(directory.head.last_id.0),
            lowest: AtomicU64::new(directory.lowest().0),
            floors: Floors::default(),
        }
    }

    pub(crate) fn names(&self) -> Arc<Names> {
        Arc::clone(&self.names.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set_names(&self, names: &Names) {
        *self.names.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(names.clone());
    }

    /// Asks the stretches of time something.
    pub(crate) fn with_buckets<T>(&self, ask: impl FnOnce(&Buckets) -> T) -> T {
        ask(&self.buckets.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set_bucket(&self, number: u64, bucket: Option<Bucket>) {
        self.buckets
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .set(number, bucket);
    }

    pub(crate) fn last_id(&self) -> MessageId {
        MessageId(self.last_id.load(Ordering::Acquire))
    }

    /// Every message with a smaller id was removed; what the tables still show of it is not there.
    pub(crate) fn lowest(&self) -> MessageId {
        MessageId(self.lowest.load(Ordering::Acquire))
    }

    /// Called when the commit is durable.
    pub(crate) fn set_lowest(&self, id: MessageId) {
        self.lowest.store(id.0, Ordering::Release);
    }

    /// Called when the commit is durable.
    pub(crate) fn set_last_id(&self, id: MessageId) {
        self.last_id.store(id.0, Ordering::Release);
    }
}

fn each<T: serde::de::DeserializeOwned>(
    view: &View,
    prefix: &[u8],
    mut take: impl FnMut(u32, T),
) -> Result<(), StoreError> {
    let mut rows = view.prefix(Table::Meta, prefix);
    while let Some((key, value)) = rows.next()? {
        let number = keys::number_at_end(&key).ok_or_else(|| damaged("the list of names"))?;
        take(number, codec::decode(Table::Meta, &value)?);
    }
    Ok(())
}
