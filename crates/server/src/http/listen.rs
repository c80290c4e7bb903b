//! The server's door: accepts connections within limits, serves HTTP/1.1 on them, and stops without cutting off
//! what is under way.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::head_timer::HeadTimer;
use super::limits::{Connected, Connections};
use super::options::HttpOptions;
use super::short_way::HttpApi;
use crate::socket::keep_alive;
use crate::threads::{Threads, usual_count};
use crate::tls::ServerTls;

/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// After an error of accepting (no file descriptors left), so that the loop does not spin.
const AFTER_ERROR: Duration = Duration::from_millis(100);
/// Bytes of a request's head. It has 100 headers at most, which is hyper's own limit: any other costs a place on the
/// heap for each request.
const LARGEST_HEAD: usize = 32 * 1024;

/// Where a request came from: goes along with it, for the trail.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// A bound address that serves the API.
pub struct HttpServer {
    listener: TcpListener,
    threads: Threads,
    api: HttpApi,
    options: HttpOptions,
    tls: Option<ServerTls>,
}

impl HttpServer {
    /// Binds `address`, and starts the threads that connections will be shared out to.
    ///
    /// # Errors
    /// What the system says, such as that the address is in use.
    pub async fn bind(
        address: SocketAddr,
        api: impl Into<HttpApi>,
        options: HttpOptions,
        tls: Option<ServerTls>,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let count = match options.threads {
            0 => usual_count(),
            count => count,
        };
        Ok(Self {
            listener,
            threads: Threads::start("http", count)?,
            api: api.into(),
            options,
            tls,
        })
    }

    /// The address, with the port that the system chose when 0 was asked for.
    ///
    /// # Errors
    /// What the system says.
    pub fn local_address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop`, then accepts no more, lets requests that are under way end, and returns.
    pub async fn serve(self, stop: CancellationToken) {
        self.accept_until(stop).await.ended().await;
    }

    /// Serves until `stop`, then returns at once: the address can be bound again, and what is under way is left to whoever
    /// waits for its end.
    pub async fn accept_until(self, stop: CancellationToken) -> Ending {
        let connections = Connections::new(self.options.max_connections);
        let tasks = TaskTracker::new();
        let cut = CancellationToken::new();
        let tls = self.tls.map(Arc::new);
        let (threads, house) = (self.threads, Handle::current());
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                accepted = accept(&self.listener, &connections) => accepted,
            };
            let Some(((stream, place), seat)) = accepted.zip(threads.seat()) else {
                continue;
            };
            let connection = Connection {
                api: self.api.clone(),
                peer: Peer(place.address()),
                header_timeout: self.options.header_timeout,
                tls: tls.clone(),
                stop: stop.clone(),
                house: house.clone(),
            };
            let cut = cut.clone();
            let runtime = seat.runtime.clone();
            let served = async move {
                // Registered anew, with the thread's own queue of what is ready.
                let Ok(stream) = stream.into_std().and_then(TcpStream::from_std) else {
                    return;
                };
                tokio::select! {
                    () = connection.run(stream) => {}
                    () = cut.cancelled() => {}
                }
                drop((place, seat));
            };
            tasks.spawn_on(served, &runtime);
        }
        drop(self.listener);
        tasks.close();
        Ending {
            tasks,
            cut,
            threads,
            grace: self.options.stop_grace,
        }
    }
}

/// Connections of a server that accepts no more.
pub struct Ending {
    tasks: TaskTracker,
    cut: CancellationToken,
    threads: Threads,
    grace: Duration,
}

impl Ending {
    /// Lets requests that are under way end, cuts off those that do not, and returns.
    pub async fn ended(self) {
        let Self {
            tasks,
            cut,
            threads,
            grace,
        } = self;
        if tokio::time::timeout(grace, tasks.wait()).await.is_err() {
            tracing::warn!(
                connections = tasks.len(),
                "closing HTTP connections that did not end"
            );
            cut.cancel();
            tasks.wait().await;
        }
        threads.end().await;
    }
}

async fn accept(
    listener: &TcpListener,
    connections: &Connections,
) -> Option<(TcpStream, Connected)> {
    let permit = connections.room().await?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            let place = connections.enter(permit, peer.ip());
            if place.is_none() {
                tracing::debug!(peer = %peer.ip(), "closed a connection: its address has its share");
            }
            // Answers are small and waited for; event streams must notice that their reader vanished.
            if let Err(error) = stream.set_nodelay(true).and_then(|()| keep_alive(&stream)) {
                tracing::debug!(%error, "an HTTP connection goes without its socket options");
            }
            place.map(|place| (stream, place))
        }
        Err(error) => {
            tracing::warn!(%error, "an HTTP connection was not accepted");
            tokio::time::sleep(AFTER_ERROR).await;
            None
        }
    }
}

struct Connection {
    api: HttpApi,
    peer: Peer,
    header_timeout: Duration,
    tls: Option<Arc<ServerTls>>,
    stop: CancellationToken,
    /// What works on whatever is not answered at once.
    house: Handle,
}

impl Connection {
    async fn run(self, stream: TcpStream) {
        let Some(tls) = &self.tls else {
            return self.serve(stream).await;
        };
        let handshake = tls.acceptor().accept(stream);
        match tokio::time::timeout(HANDSHAKE, handshake).await {
            Ok(Ok(stream)) => self.serve(stream).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    async fn serve(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let (api, peer, house) = (self.api, self.peer, self.house);
        let service = service_fn(move |request| api.call(request, peer, &house));
        let timer = HeadTimer::default();
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(timer.clone())
            .header_read_timeout(self.header_timeout)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        let served = async {
            tokio::select! {
                ended = connection.as_mut() => ended,
                () = self.stop.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            }
        };
        let ended = tokio::select! {
            biased;
            () = timer.watch(self.header_timeout) => return,
            ended = served => ended,
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "an HTTP connection ended early");
        }
    }
}
