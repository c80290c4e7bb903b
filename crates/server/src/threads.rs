//! Threads for connections alone, HTTP's and MLLP's each their own: one reads and answers on its share of them, one after
//! the other.
//!
//! A connection stays on its thread, so nothing is handed from one to another between a request's arrival and its
//! answer, and what came first is answered first. Of HTTP what is only a look into memory is answered right there
//! (`short_way`); everything else is worked on by the process's runtime ([`elsewhere`]), so that no check of a session
//! waits behind it. Why: docs/decisions/0022-http-threads.md, docs/decisions/0025-fewer-wake-ups.md.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;

use tokio::runtime::{Builder, Handle};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::AbortOnDropHandle;

/// The threads. Connections are spawned on them; the runtime that they were started from does the rest. They end when
/// this is dropped.
pub(crate) struct Threads {
    all: Vec<Thread>,
    over: DropGuard,
}

struct Thread {
    runtime: Handle,
    connections: Arc<AtomicUsize>,
    thread: JoinHandle<()>,
}

/// A connection's place on a thread, given back when dropped.
pub(crate) struct Seat {
    pub(crate) runtime: Handle,
    connections: Arc<AtomicUsize>,
}

impl Threads {
    /// Starts so many, called so.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn start(called: &str, count: usize) -> io::Result<Self> {
        let over = CancellationToken::new();
        let start = |number| {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let handle = runtime.handle().clone();
            let over = over.clone();
            let thread = std::thread::Builder::new().name(format!("{called}-{number}"));
            Ok(Thread {
                runtime: handle,
                connections: Arc::default(),
                thread: thread.spawn(move || {
                    wardline_kernel::gather_answers_here();
                    runtime.block_on(over.cancelled());
                })?,
            })
        };
        let guard = over.clone().drop_guard();
        let all = (0..count.max(1)).map(start);
        Ok(Self {
            all: all.collect::<io::Result<_>>()?,
            over: guard,
        })
    }

    /// A place on the thread that has the fewest connections.
    pub(crate) fn seat(&self) -> Option<Seat> {
        let fewest = |thread: &&Thread| thread.connections.load(Ordering::Relaxed);
        let thread = self.all.iter().min_by_key(fewest)?;
        thread.connections.fetch_add(1, Ordering::Relaxed);
        Some(Seat {
            runtime: thread.runtime.clone(),
            connections: Arc::clone(&thread.connections),
        })
    }

    /// Ends them, with whatever still runs there.
    pub(crate) async fn end(self) {
        drop(self.over);
        let ended = tokio::task::spawn_blocking(move || {
            let joined = self.all.into_iter().map(|thread| thread.thread.join());
            joined.filter(Result::is_err).count()
        });
        if ended.await.unwrap_or(0) > 0 {
            tracing::error!("a thread for connections ended by a panic");
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Does `work` on a runtime, from a thread that must not wait for it. It ends when nobody waits for it any more.
pub(crate) async fn elsewhere<T: Send + 'static>(
    runtime: &Handle,
    work: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    AbortOnDropHandle::new(runtime.spawn(work)).await.ok()
}

/// As many as leave half of the cores to everything else: stores, channels, deliveries.
pub(crate) fn usual_count() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (cores / 2).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn connections_are_shared_out_evenly_and_places_come_back() {
        let threads = Threads::start("http", 2).unwrap();

        let seats: Vec<Seat> = (0..4).filter_map(|_| threads.seat()).collect();
        let counts = |threads: &Threads| -> Vec<usize> {
            let counts = threads
                .all
                .iter()
                .map(|t| t.connections.load(Ordering::Relaxed));
            counts.collect()
        };

        assert_eq!(counts(&threads), [2, 2]);
        drop(seats);
        assert_eq!(counts(&threads), [0, 0]);
        threads.end().await;
    }

    #[tokio::test]
    async fn work_is_done_elsewhere_and_given_up_when_nobody_waits() {
        let threads = Threads::start("http", 1).unwrap();
        let here = Handle::current();
        let seat = threads.seat().unwrap();
        let (told, mut given_up) = tokio::sync::mpsc::channel::<()>(1);

        let name = seat.runtime.spawn(async move {
            let name = || std::thread::current().name().map(str::to_owned);
            let there = elsewhere(&here, async move { name() }).await;
            drop(
                tokio::time::timeout(
                    std::time::Duration::from_millis(10),
                    elsewhere(&here, async move {
                        let _held = told;
                        std::future::pending::<()>().await;
                    }),
                )
                .await,
            );
            (name(), there.flatten())
        });

        let (thread, there) = name.await.unwrap();
        assert_eq!(thread.as_deref(), Some("http-0"));
        assert_ne!(there, thread);
        assert_eq!(given_up.recv().await, None);
        drop(seat);
        threads.end().await;
    }
}
