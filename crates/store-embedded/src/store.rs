//! The store as messaging sees it.

use std::path::Path;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::oneshot;
use wardline_messaging::model::{
    ChannelCounters, DeadLetter, Delivery, DestinationCounters, DestinationName, Job, MessageId,
    MessageRecord, Queue, Token,
};
use wardline_messaging::port::{
    Batch, DuplicateEntry, MessageStore, Page, Query, QueueEntry, StoreError, StoreUsage,
};

use crate::engine::{Durability, Row};
use crate::error::OpenError;
use crate::open::{Folder, Opened};
use crate::options::Options;
use crate::search;
use crate::sessions::{self, Image, SessionWriter};
use crate::usage::Usage;
use crate::writer::{Task, Writer};

/// How long a commit may take before the store is given up until the next start. Far above any stall of a
/// working disk.
const COMMIT_TIMEOUT: Duration = Duration::from_mins(1);

/// Messages, queues, indexes and wrapped keys in one folder.
///
/// Commits are written by a thread of the store's own, so `commit` never blocks its caller's thread. Point
/// reads are answered in place; they may touch the disk for as long as a block takes. Searches and listings
/// go to the runtime's blocking threads. Needs a tokio runtime with time enabled.
pub struct EmbeddedStore {
    shared: Arc<Shared>,
    tasks: Option<Sender<Task>>,
    writer: Option<JoinHandle<()>>,
    image: Arc<Image>,
    session_writer: SessionWriter,
    /// Held by a commit of beds from its look at what is there to its end.
    bed_commits: tokio::sync::Mutex<()>,
    /// How many records the audit trail has, if that is known. Held by a commit of the trail.
    audit_size: tokio::sync::Mutex<Option<u64>>,
}

/// What readers and the writer share.
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) usage: Usage,
    state: RwLock<State>,
}

/// Whether the store can be used.
#[derive(Clone)]
pub(crate) enum State {
    Ready(Arc<Opened>),
    /// A commit failed: reading goes on, as nothing of that commit is seen.
    ReadOnly(Arc<Opened>, Down),
    /// It is being opened again, or is closed.
    Closed(Down),
}

/// Why the store cannot be used.
#[derive(Clone, Debug)]
pub(crate) enum Down {
    /// There was no room; it is opened again when there is.
    Full,
    /// It is opened again before the next commit.
    Restarting(String),
    /// Only a new start of the process can tell what is stored.
    UntilRestart(String),
    /// A write does not end. Only a new start of the process gets rid of it.
    Hung,
    /// It is damaged.
    Damaged(String),
}

impl Down {
    pub(crate) fn told(&self) -> StoreError {
        match self {
            Self::Full => StoreError::Full,
            Self::Restarting(why) => StoreError::Unavailable(why.clone()),
            Self::UntilRestart(why) => {
                StoreError::Unavailable(format!("{why}; check the disk, then restart"))
            }
            Self::Hung => {
                let seconds = COMMIT_TIMEOUT.as_secs();
                let why = format!(
                    "a write has not ended for {seconds} seconds; check the disk, then restart"
                );
                StoreError::Unavailable(why)
            }
            Self::Damaged(what) => StoreError::Corrupt(what.clone()),
        }
    }
}

impl Shared {
    /// The engine, if it can be read.
    pub(crate) fn opened(&self) -> Result<Arc<Opened>, StoreError> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Ready(opened) | State::ReadOnly(opened, _) => Ok(Arc::clone(opened)),
            State::Closed(down) => Err(down.told()),
        }
    }

    pub(crate) fn state(&self) -> State {
        self.state
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Changes the state; what was before is handed back to be let go outside the lock.
    pub(crate) fn set_state(&self, state: State) -> State {
        std::mem::replace(
            &mut *self.state.write().unwrap_or_else(PoisonError::into_inner),
            state,
        )
    }

    /// Takes no more writes.
    pub(crate) fn go_down(&self, down: Down) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if let State::Ready(opened) | State::ReadOnly(opened, _) = &*state {
            *state = State::ReadOnly(Arc::clone(opened), down);
        }
    }
}

impl EmbeddedStore {
    /// Opens the store in `folder`, making it if there is none. Blocks while journals are read back: at most
    /// some 200 MB.
    ///
    /// # Errors
    /// [`OpenError`]
    pub fn open(folder: &Path, options: Options) -> Result<Self, OpenError> {
        let folder = Folder::take(folder)?;
        let (opened, directory) = folder.open(&options)?;
        let image = sessions::load(&opened.engine).map_err(|error| folder.told(error))?;
        let shared = Arc::new(Shared {
            options,
            usage: Usage::of(folder.path()),
            state: RwLock::new(State::Ready(Arc::new(opened))),
        });
        let path = folder.path().to_owned();
        let writer = Writer::new(Arc::clone(&shared), folder, directory);
        let (tasks, waiting) = mpsc::channel();
        let thread = std::thread::Builder::new().name("store-writer".to_owned());
        let failed = |source| OpenError::Io {
            folder: path.clone(),
            source,
        };
        let thread = thread.spawn(move || writer.run(&waiting)).map_err(failed)?;
        let image = Arc::new(image);
        let session_writer =
            SessionWriter::start(Arc::clone(&image), tasks.clone()).map_err(failed)?;
        Ok(Self {
            shared,
            tasks: Some(tasks),
            writer: Some(thread),
            image,
            session_writer,
            bed_commits: tokio::sync::Mutex::default(),
            audit_size: tokio::sync::Mutex::default(),
        })
    }

    /// Hands a task to the writer. The channel has no bound of its own: every caller waits for its answer, so
    /// there are never more tasks than callers.
    pub(crate) fn hand_over(&self, task: Task) -> Result<(), StoreError> {
        let handed_over = self
            .tasks
            .as_ref()
            .is_some_and(|tasks| tasks.send(task).is_ok());
        if handed_over {
            Ok(())
        } else {
            Err(StoreError::Unavailable("the store is closed".to_owned()))
        }
    }

    /// Writes rows of a capability's own tables, as one commit. Whoever asks often gathers rows first: every
    /// synced call is one sync.
    pub(crate) async fn write_rows(
        &self,
        rows: Vec<Row>,
        durability: Durability,
    ) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.hand_over(Task::Rows {
            rows,
            durability,
            answer,
        })?;
        self.answered(answered).await
    }

    /// Waits for the writer, but not for ever.
    pub(crate) async fn answered<T>(
        &self,
        answered: oneshot::Receiver<Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        match tokio::time::timeout(COMMIT_TIMEOUT, answered).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(StoreError::Unavailable(
                "the store's writer has ended".to_owned(),
            )),
            Err(_) => {
                self.shared.go_down(Down::Hung);
                Err(Down::Hung.told())
            }
        }
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn image(&self) -> &Arc<Image> {
        &self.image
    }

    pub(crate) fn session_writer(&self) -> &SessionWriter {
        &self.session_writer
    }

    pub(crate) fn bed_commits(&self) -> &tokio::sync::Mutex<()> {
        &self.bed_commits
    }

    pub(crate) fn audit_size(&self) -> &tokio::sync::Mutex<Option<u64>> {
        &self.audit_size
    }

    /// Reads on a thread that may block for long.
    pub(crate) async fn read_at_length<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Opened) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let opened = self.shared.opened()?;
        let read = tokio::task::spawn_blocking(move || read(&opened));
        read.await
            .map_err(|_| StoreError::Unavailable("reading was cut short".to_owned()))?
    }
}

impl Drop for EmbeddedStore {
    /// Waits for what was handed over. The folder is free afterwards, unless a search still runs.
    fn drop(&mut self) {
        // Asked first: a writer that ends leaves the store down as well.
        let hangs = matches!(self.shared.state(), State::ReadOnly(_, Down::Hung));
        self.session_writer.stop(!hangs);
        self.tasks = None;
        if let Some(writer) = self.writer.take()
            && !hangs
        {
            drop(writer.join());
        }
    }
}

#[async_trait]
impl MessageStore for EmbeddedStore {
    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.hand_over(Task::Commit { batch, answer })?;
        self.answered(answered).await
    }

    async fn last_message_id(&self) -> Result<MessageId, StoreError> {
        Ok(self.shared.opened()?.published.last_id())
    }

    async fn duplicates(&self, keys: &[Token]) -> Result<Vec<Option<DuplicateEntry>>, StoreError> {
        self.shared.opened()?.duplicates(keys)
    }

    async fn record(&self, id: MessageId) -> Result<Option<MessageRecord>, StoreError> {
        self.shared.opened()?.record(id)
    }

    async fn body(&self, id: MessageId) -> Result<Option<Bytes>, StoreError> {
        self.shared.opened()?.body(id)
    }

    async fn deliveries(
        &self,
        id: MessageId,
    ) -> Result<Vec<(DestinationName, Delivery)>, StoreError> {
        self.shared.opened()?.deliveries(id)
    }

    async fn delivery(&self, queue: &Queue, id: MessageId) -> Result<Option<Delivery>, StoreError> {
        self.shared.opened()?.delivery(queue, id)
    }

    async fn queued(
        &self,
        queue: &Queue,
        after: MessageId,
        limit: usize,
    ) -> Result<Vec<QueueEntry>, StoreError> {
        let queue = queue.clone();
        self.read_at_length(move |opened| opened.queued(&queue, after, limit))
            .await
    }

    async fn is_queued(&self, queue: &Queue, id: MessageId) -> Result<bool, StoreError> {
        self.shared.opened()?.is_queued(queue, id)
    }

    async fn search(
        &self,
        query: &Query,
        cursor: Option<MessageId>,
        limit: usize,
    ) -> Result<Page<MessageRecord>, StoreError> {
        let query = query.clone();
        self.read_at_length(move |opened| search::page(opened, &query, cursor, limit))
            .await
    }

    async fn dead_letters(
        &self,
        queue: &Queue,
        cursor: Option<MessageId>,
        limit: usize,
    ) -> Result<Page<DeadLetter>, StoreError> {
        let queue = queue.clone();
        self.read_at_length(move |opened| opened.dead_letters(&queue, cursor, limit))
            .await
    }

    async fn dead_letter(
        &self,
        queue: &Queue,
        id: MessageId,
    ) -> Result<Option<DeadLetter>, StoreError> {
        self.shared.opened()?.dead_letter(queue, id)
    }

    async fn queues(&self) -> Result<Vec<Queue>, StoreError> {
        let names = self.shared.opened()?.published.names();
        Ok(names.queues().map(|(queue, _)| queue.clone()).collect())
    }

    async fn channel_counters(&self) -> Result<Vec<ChannelCounters>, StoreError> {
        self.shared.opened()?.channel_counters()
    }

    async fn destination_counters(&self) -> Result<Vec<DestinationCounters>, StoreError> {
        self.shared.opened()?.destination_counters()
    }

    async fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        self.shared.opened()?.jobs()
    }

    async fn usage(&self) -> Result<StoreUsage, StoreError> {
        let shared = Arc::clone(&self.shared);
        let measure = tokio::task::spawn_blocking(move || shared.usage.measure());
        measure
            .await
            .map_err(|_| StoreError::Unavailable("measuring was cut short".to_owned()))?
    }
}
