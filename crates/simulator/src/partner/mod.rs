//! A partner system: receives over MLLP, takes its time, sometimes says no, can be stopped and started
//! again at the same address, and remembers what arrived.
//!
//! A message counts as arrived once the partner has made up its mind to accept it, whether or not its
//! answer reaches the sender; a refused one has not arrived.

mod arrivals;
mod behaviour;
mod connection;

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

pub use arrivals::{Arrivals, Summary};
pub use behaviour::Behaviour;

/// How to set up a partner.
#[derive(Clone, Debug)]
pub struct PartnerOptions {
    /// Where it listens; port 0 takes a free one.
    pub bind: SocketAddr,
    /// How it answers.
    pub behaviour: Behaviour,
    /// Connections at once; one more is closed at once.
    pub max_connections: usize,
    /// Whether to remember every control id: needed to count duplicates and to compare with a ledger,
    /// at some 100 bytes of memory for each.
    pub remember_control_ids: bool,
    /// Seeds delays and refusals.
    pub seed: u64,
}

impl Default for PartnerOptions {
    /// A free port of the loopback address; accepts everything at once and remembers it.
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            behaviour: Behaviour::default(),
            max_connections: 1_024,
            remember_control_ids: true,
            seed: 0,
        }
    }
}

/// A running or stopped partner. It stops when it is dropped.
pub struct Partner {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Mutex<Option<JoinHandle<()>>>,
}

/// What the partner's connections share.
struct Shared {
    max_connections: usize,
    seed: u64,
    behaviour: Mutex<Behaviour>,
    arrivals: Mutex<Arrivals>,
    connections: AtomicUsize,
}

impl Partner {
    /// Listens.
    ///
    /// # Errors
    ///
    /// The address cannot be bound.
    pub async fn start(options: PartnerOptions) -> io::Result<Self> {
        let listener = TcpListener::bind(options.bind).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            max_connections: options.max_connections,
            seed: options.seed,
            behaviour: Mutex::new(options.behaviour),
            arrivals: Mutex::new(Arrivals::new(options.remember_control_ids)),
            connections: AtomicUsize::new(0),
        });
        let listening = tokio::spawn(listen(listener, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            listening: Mutex::new(Some(listening)),
        })
    }

    /// Where it listens, or listened before it was stopped.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the listener and all connections. What was not yet accepted has not arrived.
    pub async fn stop(&self) {
        let listening = lock(&self.listening).take();
        if let Some(task) = listening {
            task.abort();
            // An aborted task answers with an error that says so.
            drop(task.await);
        }
    }

    /// Listens again at the same address; nothing happens if it does already.
    ///
    /// # Errors
    ///
    /// The address cannot be bound.
    pub async fn start_again(&self) -> io::Result<()> {
        if self.is_running() {
            return Ok(());
        }
        let listener = TcpListener::bind(self.address).await?;
        *lock(&self.listening) = Some(tokio::spawn(listen(listener, Arc::clone(&self.shared))));
        Ok(())
    }

    /// Whether it listens.
    pub fn is_running(&self) -> bool {
        lock(&self.listening).is_some()
    }

    /// Connections that are open.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// Answers otherwise from the next message on.
    pub fn behave(&self, behaviour: Behaviour) {
        *lock(&self.shared.behaviour) = behaviour;
    }

    /// What arrived so far, in numbers.
    pub fn summary(&self) -> Summary {
        lock(&self.shared.arrivals).summary()
    }

    /// Looks at everything that arrived so far; the partner accepts nothing meanwhile.
    pub fn arrivals<T>(&self, look: impl FnOnce(&Arrivals) -> T) -> T {
        look(&lock(&self.shared.arrivals))
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        if let Some(task) = lock(&self.listening).take() {
            task.abort();
        }
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    // Dropping the set, when this task is aborted, closes all connections.
    let mut connections = JoinSet::new();
    let mut accepted = 0_u64;
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: let some close first.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        if connections.len() < shared.max_connections {
            accepted += 1;
            connections.spawn(serve(stream, Arc::clone(&shared), shared.seed ^ accepted));
        }
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>, seed: u64) {
    let open = OpenConnection::count(shared);
    if let Err(error) = connection::serve(stream, &open.0, seed).await {
        tracing::debug!(%error, "a partner's connection broke");
    }
}

/// Counts a connection for as long as it lives, also when its task is aborted.
struct OpenConnection(Arc<Shared>);

impl OpenConnection {
    fn count(shared: Arc<Shared>) -> Self {
        shared.connections.fetch_add(1, Ordering::Relaxed);
        Self(shared)
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A panic while it was held leaves counts that are still worth reading.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
