//! The real store, in front of which somebody alters an answer, or which fails when it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use wardline_kernel::StoreError;
use wardline_messaging::model::{
    ChannelCounters, DeadLetter, Delivery, DestinationCounters, DestinationName, Job, MessageId,
    MessageRecord, Queue, Token,
};
use wardline_messaging::port::{
    Batch, DuplicateEntry, MessageStore, Page, Query, QueueEntry, StoreUsage,
};
use wardline_patients::model::PatientId;
use wardline_patients::port::{Committed, Head, IndexToken, PatientStore, StoredKey, Write};
use wardline_store_embedded::EmbeddedStore;

/// The real store of records, in front of which somebody alters one answer.
pub(crate) struct Altered {
    store: Arc<EmbeddedStore>,
    /// Answers that pass before one is altered; it is none when this is the largest number.
    pass: AtomicUsize,
    was_altered: AtomicBool,
    /// Whether erasing fails.
    fails: AtomicBool,
}

impl Altered {
    pub(crate) fn over(store: Arc<EmbeddedStore>) -> Self {
        Self {
            store,
            pass: AtomicUsize::new(usize::MAX),
            was_altered: AtomicBool::new(false),
            fails: AtomicBool::new(false),
        }
    }

    pub(crate) fn alter_after(&self, answers: usize) {
        self.was_altered.store(false, Ordering::SeqCst);
        self.pass.store(answers, Ordering::SeqCst);
    }

    /// Whether an answer was altered; from now on none is.
    pub(crate) fn was_altered(&self) -> bool {
        self.pass.store(usize::MAX, Ordering::SeqCst);
        self.was_altered.load(Ordering::SeqCst)
    }

    /// Whether erasing fails from now on.
    pub(crate) fn fail_to_erase(&self, fails: bool) {
        self.fails.store(fails, Ordering::SeqCst);
    }

    fn pass(&self, bytes: Bytes) -> Bytes {
        let left = self.pass.load(Ordering::SeqCst);
        if left == usize::MAX {
            return bytes;
        }
        if left > 0 {
            self.pass.store(left - 1, Ordering::SeqCst);
            return bytes;
        }
        self.pass.store(usize::MAX, Ordering::SeqCst);
        self.was_altered.store(true, Ordering::SeqCst);
        flipped(&bytes)
    }
}

/// The bytes with one bit of the last one turned.
fn flipped(bytes: &[u8]) -> Bytes {
    let mut altered = bytes.to_vec();
    *altered.last_mut().unwrap() ^= 1;
    Bytes::from(altered)
}

#[async_trait]
impl PatientStore for Altered {
    async fn commit(&self, writes: Vec<Write>) -> Result<Committed, StoreError> {
        PatientStore::commit(self.store.as_ref(), writes).await
    }

    async fn head(&self, patient: PatientId) -> Result<Option<Head>, StoreError> {
        self.store.head(patient).await
    }

    async fn manifest(&self, patient: PatientId, of: u64) -> Result<Option<Bytes>, StoreError> {
        let manifest = self.store.manifest(patient, of).await?;
        Ok(manifest.map(|bytes| self.pass(bytes)))
    }

    async fn manifests(
        &self,
        patient: PatientId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Bytes)>, StoreError> {
        let manifests = self.store.manifests(patient, from, limit).await?;
        let manifests = manifests.into_iter();
        Ok(manifests.map(|(of, it)| (of, self.pass(it))).collect())
    }

    async fn values(
        &self,
        patient: PatientId,
        places: &[(u64, u16)],
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        let values = self.store.values(patient, places).await?;
        let values = values.into_iter();
        Ok(values.map(|it| it.map(|it| self.pass(it))).collect())
    }

    async fn find(
        &self,
        token: IndexToken,
        after: Option<PatientId>,
        limit: usize,
    ) -> Result<Vec<PatientId>, StoreError> {
        PatientStore::find(self.store.as_ref(), token, after, limit).await
    }

    async fn erase(&self, patients: &[PatientId]) -> Result<(), StoreError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("told to fail".to_owned()));
        }
        self.store.erase(patients).await
    }

    async fn rewrap(
        &self,
        patient: PatientId,
        from: &StoredKey,
        to: StoredKey,
    ) -> Result<bool, StoreError> {
        self.store.rewrap(patient, from, to).await
    }

    async fn heads(
        &self,
        after: Option<PatientId>,
        limit: usize,
    ) -> Result<Vec<(PatientId, Head)>, StoreError> {
        PatientStore::heads(self.store.as_ref(), after, limit).await
    }
}

/// The real store of messages, in front of which somebody alters bodies from a moment on.
pub(crate) struct AlteredBodies {
    store: Arc<EmbeddedStore>,
    alters: AtomicBool,
}

impl AlteredBodies {
    pub(crate) fn over(store: Arc<EmbeddedStore>) -> Self {
        Self {
            store,
            alters: AtomicBool::new(false),
        }
    }

    /// Alters every body from now on.
    pub(crate) fn alter(&self) {
        self.alters.store(true, Ordering::SeqCst);
    }
}

#[async_trait]
impl MessageStore for AlteredBodies {
    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        MessageStore::commit(self.store.as_ref(), batch).await
    }

    async fn last_message_id(&self) -> Result<MessageId, StoreError> {
        self.store.last_message_id().await
    }

    async fn duplicates(&self, keys: &[Token]) -> Result<Vec<Option<DuplicateEntry>>, StoreError> {
        self.store.duplicates(keys).await
    }

    async fn record(&self, id: MessageId) -> Result<Option<MessageRecord>, StoreError> {
        MessageStore::record(self.store.as_ref(), id).await
    }

    async fn body(&self, id: MessageId) -> Result<Option<Bytes>, StoreError> {
        let body = self.store.body(id).await?;
        if self.alters.load(Ordering::SeqCst) {
            return Ok(body.map(|body| flipped(&body)));
        }
        Ok(body)
    }

    async fn deliveries(
        &self,
        id: MessageId,
    ) -> Result<Vec<(DestinationName, Delivery)>, StoreError> {
        self.store.deliveries(id).await
    }

    async fn delivery(&self, queue: &Queue, id: MessageId) -> Result<Option<Delivery>, StoreError> {
        self.store.delivery(queue, id).await
    }

    async fn queued(
        &self,
        queue: &Queue,
        after: MessageId,
        limit: usize,
    ) -> Result<Vec<QueueEntry>, StoreError> {
        self.store.queued(queue, after, limit).await
    }

    async fn is_queued(&self, queue: &Queue, id: MessageId) -> Result<bool, StoreError> {
        self.store.is_queued(queue, id).await
    }

    async fn search(
        &self,
        query: &Query,
        cursor: Option<MessageId>,
        limit: usize,
    ) -> Result<Page<MessageRecord>, StoreError> {
        MessageStore::search(self.store.as_ref(), query, cursor, limit).await
    }

    async fn dead_letters(
        &self,
        queue: &Queue,
        cursor: Option<MessageId>,
        limit: usize,
    ) -> Result<Page<DeadLetter>, StoreError> {
        self.store.dead_letters(queue, cursor, limit).await
    }

    async fn dead_letter(
        &self,
        queue: &Queue,
        id: MessageId,
    ) -> Result<Option<DeadLetter>, StoreError> {
        self.store.dead_letter(queue, id).await
    }

    async fn queues(&self) -> Result<Vec<Queue>, StoreError> {
        self.store.queues().await
    }

    async fn channel_counters(&self) -> Result<Vec<ChannelCounters>, StoreError> {
        self.store.channel_counters().await
    }

    async fn destination_counters(&self) -> Result<Vec<DestinationCounters>, StoreError> {
        self.store.destination_counters().await
    }

    async fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        self.store.jobs().await
    }

    async fn usage(&self) -> Result<StoreUsage, StoreError> {
        MessageStore::usage(self.store.as_ref()).await
    }
}
