//! Accepting connections for one channel.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wardline_messaging::channel::Channel;

use super::admission::{Admission, Admitted};
use super::bounds::Places;
use super::connection::Connection;
use super::log_limit::{LogLimit, ToldOnce};
use super::{FramingFault, Intake, MllpBounds, MllpStats, Rejection};
use crate::threads::Threads;
use crate::tls::ServerTls;

/// How long accepting pauses after an error, such as having no file descriptor left.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(100);

/// What all listeners share.
pub(super) struct Shared {
    pub(super) intake: Arc<dyn Intake>,
    pub(super) bounds: MllpBounds,
    pub(super) places: Places,
    pub(super) tasks: TaskTracker,
    /// Threads that connections belong to; without any they are the process's runtime's.
    pub(super) threads: Option<Threads>,
    /// Ends connections at once, when the time to finish is over.
    pub(super) abandon: CancellationToken,
}

/// What may change while a listener runs.
#[derive(Clone)]
pub(super) struct Current {
    pub(super) channel: Arc<Channel>,
    pub(super) tls: Option<Arc<ServerTls>>,
}

/// One listener.
pub(super) struct Listener {
    pub(super) shared: Arc<Shared>,
    pub(super) stats: Arc<MllpStats>,
    /// Stops accepting and lets connections finish.
    pub(super) stop: CancellationToken,
    pub(super) fault_lines: LogLimit<{ FramingFault::ALL.len() }>,
    pub(super) unanswered_peers: ToldOnce,
    rejection_lines: LogLimit<{ Rejection::ALL.len() }>,
    current: RwLock<Current>,
    admission: Arc<Admission>,
}

impl Listener {
    pub(super) fn new(shared: Arc<Shared>, stats: Arc<MllpStats>, current: Current) -> Arc<Self> {
        let admission = Admission::new(Arc::clone(&shared.places.connections), Arc::clone(&stats));
        let current = RwLock::new(current);
        let stop = CancellationToken::new();
        Arc::new(Self {
            shared,
            stats,
            stop,
            fault_lines: LogLimit::new(),
            unanswered_peers: ToldOnce::default(),
            rejection_lines: LogLimit::new(),
            current,
            admission,
        })
    }

    pub(super) fn current(&self) -> Current {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn replace(&self, current: Current) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = current;
    }

    /// Accepts until it is stopped. Nobody else holds on to the socket then: connections that are still
    /// finishing must not keep the address.
    pub(super) async fn run(self: Arc<Self>, socket: Arc<TcpListener>) {
        loop {
            let accepted = tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                accepted = socket.accept() => accepted,
            };
            match accepted {
                Ok((socket, peer)) => self.admit(socket, peer),
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    let channel = &self.current().channel.name;
                    tracing::error!(%channel, %error, "cannot accept connections");
                    tokio::time::sleep(PAUSE_AFTER_ERROR).await;
                }
            }
        }
    }

    fn admit(self: &Arc<Self>, socket: TcpStream, peer: SocketAddr) {
        let current = self.current();
        let address = peer.ip().to_canonical();
        match self.admission.admit(&current.channel.listener, address) {
            Ok(admitted) => self.spawn(socket, address.to_string(), current, admitted),
            Err(reason) => self.turned_away(reason, &address.to_string(), reason.setting()),
        }
    }

    /// Counts a connection that was turned away, and says why as often as a log can bear.
    pub(super) fn turned_away(&self, reason: Rejection, peer: &str, why: &str) {
        self.stats.reject(reason);
        if self.rejection_lines.allows(reason as usize, Instant::now()) {
            let (channel, reason) = (&self.current().channel.name, reason.name());
            tracing::warn!(%channel, peer, reason, why, "connection turned away");
        }
    }

    fn spawn(self: &Arc<Self>, socket: TcpStream, peer: String, now: Current, admitted: Admitted) {
        let connection = Connection::new(Arc::clone(self), peer, now.channel);
        let abandon = self.shared.abandon.clone();
        let seat = self.shared.threads.as_ref().and_then(Threads::seat);
        let runtime = seat.as_ref().map(|seat| seat.runtime.clone());
        let served = async move {
            // Registered anew, with the thread's own queue of what is ready.
            let Ok(socket) = socket.into_std().and_then(TcpStream::from_std) else {
                return;
            };
            tokio::select! {
                biased;
                () = abandon.cancelled() => {}
                () = connection.serve(socket, now.tls) => {}
            }
            drop((admitted, seat));
        };
        let runtime = runtime.unwrap_or_else(Handle::current);
        self.shared.tasks.spawn_on(served, &runtime);
    }
}
