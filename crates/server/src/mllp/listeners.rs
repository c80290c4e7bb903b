//! The listeners of all channels: started, changed and stopped together.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wardline_messaging::channel::Channel;
use wardline_messaging::model::ChannelName;

use super::bounds::Places;
use super::listener::{Current, Listener, Shared};
use super::{Intake, MllpBounds, MllpStats};
use crate::threads::{Threads, usual_count};
use crate::tls::{ServerTls, ServerTlsFiles, TlsError};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1_024;

/// The listeners of all enabled channels.
pub struct Listeners {
    shared: Arc<Shared>,
    state: Mutex<State>,
    /// One change at a time.
    changing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    running: BTreeMap<ChannelName, Running>,
    stats: BTreeMap<ChannelName, Arc<MllpStats>>,
    /// Enabled channels of the last call, whether it succeeded or not.
    wanted: Vec<ChannelName>,
    is_stopped: bool,
}

struct Running {
    listener: Arc<Listener>,
    socket: Arc<TcpListener>,
    accepting: JoinHandle<()>,
}

/// Why listeners were not started or changed. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// An address cannot be listened on.
    #[error("channel `{channel}`: cannot listen on {address}: {source}")]
    Bind {
        /// The channel.
        channel: ChannelName,
        /// Its address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// A channel's TLS files cannot be used.
    #[error("channel `{channel}`, listener: {source}")]
    Tls {
        /// The channel.
        channel: ChannelName,
        /// Why.
        source: TlsError,
    },
    /// Listening has ended for good.
    #[error("the listeners are stopped")]
    Stopped,
}

/// How a listener stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenerState {
    /// Its channel.
    pub channel: ChannelName,
    /// Where it listens; the port is the real one where 0 was asked for.
    pub address: SocketAddr,
    /// Whether connections are under TLS.
    pub is_tls: bool,
    /// Connections that are open now.
    pub connections: u64,
}

impl Listeners {
    /// No listener yet; [`apply`](Self::apply) starts them.
    pub fn new(intake: Arc<dyn Intake>, bounds: MllpBounds) -> Self {
        let shared = Shared {
            intake,
            places: Places::new(&bounds),
            bounds,
            tasks: TaskTracker::new(),
            threads: threads(),
            abandon: CancellationToken::new(),
        };
        Self {
            shared: Arc::new(shared),
            state: Mutex::default(),
            changing: tokio::sync::Mutex::default(),
        }
    }

    /// Makes the listeners what the channels say: starts, stops, and restarts those whose `[listener]`
    /// changed. Connections of a listener that goes are finished and closed; all others go on, and TLS files
    /// are read again for the connections to come. When this returns, addresses that were left are free.
    ///
    /// # Errors
    /// An address that cannot be bound, or TLS files that cannot be used: then everything stays as it was.
    pub async fn apply(&self, channels: &[Arc<Channel>]) -> Result<(), ListenError> {
        let _turn = self.changing.lock().await;
        let left = self.change(channels)?;
        for running in left {
            drop(running.socket);
            // It only accepts; a panic in it is the tracker's to report.
            drop(running.accepting.await);
        }
        Ok(())
    }

    /// Makes the change and returns the listeners that were stopped.
    fn change(&self, channels: &[Arc<Channel>]) -> Result<Vec<Running>, ListenError> {
        let mut state = self.state();
        if state.is_stopped {
            return Err(ListenError::Stopped);
        }
        let enabled = || channels.iter().filter(|channel| channel.enabled);
        state.wanted = enabled().map(|channel| channel.name.clone()).collect();

        let prepared: Vec<_> = enabled()
            .map(|channel| Ok((prepare_socket(&state, channel)?, prepare_tls(channel)?)))
            .collect::<Result<_, ListenError>>()?;

        let mut former = std::mem::take(&mut state.running);
        let mut left = Vec::new();
        for (channel, (socket, current)) in enabled().zip(prepared) {
            let name = channel.name.clone();
            match former.remove(&name) {
                Some(running) if running.keeps(channel) => {
                    running.listener.replace(current);
                    state.running.insert(name, running);
                }
                old => {
                    // Stopped first: of two that accept on one socket, the old one must not take more.
                    left.extend(old.inspect(|running| running.listener.stop.cancel()));
                    let running = self.start(&mut state, socket, current);
                    state.running.insert(name, running);
                }
            }
        }
        left.extend(former.into_values());
        for running in &left {
            running.listener.stop.cancel();
        }
        Ok(left)
    }

    /// Stops accepting, lets frames in flight be finished and answered, closes. Waits at most the grace of
    /// [`MllpBounds`], then closes what is left.
    pub async fn stop(&self) {
        {
            let mut state = self.state();
            state.is_stopped = true;
            state.wanted.clear();
            for running in std::mem::take(&mut state.running).into_values() {
                running.listener.stop.cancel();
            }
        }
        let tasks = &self.shared.tasks;
        tasks.close();
        if tokio::time::timeout(self.shared.bounds.stop_grace, tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!(
                connections = tasks.len(),
                "closing connections that do not finish"
            );
            self.shared.abandon.cancel();
            tasks.wait().await;
        }
    }

    /// How each running listener stands.
    pub fn states(&self) -> Vec<ListenerState> {
        let state = self.state();
        let describe = |(name, running): (&ChannelName, &Running)| {
            Some(ListenerState {
                channel: name.clone(),
                address: running.socket.local_addr().ok()?,
                is_tls: running.listener.current().tls.is_some(),
                connections: running.listener.stats.connections_open(),
            })
        };
        state.running.iter().filter_map(describe).collect()
    }

    /// Enabled channels of the last [`apply`](Self::apply) that have no listener.
    pub fn unbound(&self) -> Vec<ChannelName> {
        let state = self.state();
        let unbound = |name: &&ChannelName| !state.running.contains_key(*name);
        state.wanted.iter().filter(unbound).cloned().collect()
    }

    /// The counts of every channel that ever had a listener.
    pub fn stats(&self) -> Vec<(ChannelName, Arc<MllpStats>)> {
        let state = self.state();
        state
            .stats
            .iter()
            .map(|(name, stats)| (name.clone(), Arc::clone(stats)))
            .collect()
    }

    fn start(&self, state: &mut State, socket: Arc<TcpListener>, current: Current) -> Running {
        let stats = state.stats.entry(current.channel.name.clone()).or_default();
        if let Ok(address) = socket.local_addr() {
            let (channel, is_tls) = (&current.channel.name, current.tls.is_some());
            tracing::info!(%channel, %address, is_tls, "listening for MLLP");
        }
        let listener = Listener::new(Arc::clone(&self.shared), Arc::clone(stats), current);
        let accepting = self
            .shared
            .tasks
            .spawn(Arc::clone(&listener).run(Arc::clone(&socket)));
        Running {
            listener,
            socket,
            accepting,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Listeners {
    fn drop(&mut self) {
        for running in self.state().running.values() {
            running.listener.stop.cancel();
        }
        self.shared.abandon.cancel();
    }
}

impl Running {
    fn keeps(&self, channel: &Channel) -> bool {
        self.listener.current().channel.listener == channel.listener
    }

    fn holds(&self, address: SocketAddr) -> bool {
        self.listener.current().channel.listener.address == address
    }
}

/// Threads for connections. A system that gives none is no reason not to listen.
fn threads() -> Option<Threads> {
    let threads = Threads::start("mllp", usual_count());
    threads
        .inspect_err(|error| tracing::error!(%error, "no threads for MLLP connections alone"))
        .ok()
}

/// The socket for a channel: its own if its address is unchanged, another channel's that leaves it, or a new
/// one.
fn prepare_socket(state: &State, channel: &Channel) -> Result<Arc<TcpListener>, ListenError> {
    let address = channel.listener.address;
    let own = state
        .running
        .get(&channel.name)
        .filter(|running| running.holds(address));
    let others = || {
        state
            .running
            .values()
            .find(|other| address.port() != 0 && other.holds(address))
    };
    if let Some(running) = own.or_else(others) {
        return Ok(Arc::clone(&running.socket));
    }
    let bind = || {
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()
        } else {
            TcpSocket::new_v6()
        }?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    bind().map(Arc::new).map_err(|source| ListenError::Bind {
        channel: channel.name.clone(),
        address,
        source,
    })
}

fn prepare_tls(channel: &Arc<Channel>) -> Result<Current, ListenError> {
    let tls = match &channel.listener.tls {
        None => None,
        Some(tls) => {
            let loaded = ServerTls::load(ServerTlsFiles::from(tls), &[]).map_err(|source| {
                ListenError::Tls {
                    channel: channel.name.clone(),
                    source,
                }
            })?;
            Some(Arc::new(loaded))
        }
    };
    Ok(Current {
        channel: Arc::clone(channel),
        tls,
    })
}
