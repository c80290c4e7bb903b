//! One connection: TLS where asked for, then reading and writing side by side.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::{Instant, timeout};
use tokio_rustls::server::TlsStream;
use wardline_messaging::channel::Channel;

use super::bounds::FramePlaces;
use super::listener::Listener;
use super::reader::Reader;
use super::writer::Writer;
use super::{FramingFault, PendingAcceptance, Rejection};
use crate::socket::keep_alive;
use crate::tls::ServerTls;

/// How long bytes that still come are read after the last answer, so that closing does not destroy it.
const LINGER: Duration = Duration::from_millis(500);
/// Bytes that are read then, at most.
const LINGER_BYTES: u64 = 1024 * 1024;

/// Messages of one connection that wait for their answer, whatever the channel says.
const MOST_UNACKNOWLEDGED: usize = 65_536;

/// One sender's connection.
pub(super) struct Connection {
    pub(super) listener: Arc<Listener>,
    pub(super) peer: String,
    /// The channel when the connection began; its limits hold to the end of it.
    pub(super) channel: Arc<Channel>,
    warned: AtomicBool,
    /// Whether it was looked at whether to say that nothing is answered.
    told_unanswered: AtomicBool,
}

/// An answer that is due, in the order of the messages.
pub(super) struct Due {
    pub(super) decision: Decision,
    /// Given back when the answer is written, so that the sender may send another message.
    pub(super) unacknowledged: OwnedSemaphorePermit,
}

/// What was decided about a message.
pub(super) enum Decision {
    /// Taken in; the answers come when it is stored, and then it holds its places no longer.
    Taken(PendingAcceptance, FramePlaces),
    /// Refused with these answers.
    Refused(Vec<Bytes>),
}

impl Connection {
    pub(super) fn new(listener: Arc<Listener>, peer: String, channel: Arc<Channel>) -> Self {
        Self {
            listener,
            peer,
            channel,
            warned: AtomicBool::new(false),
            told_unanswered: AtomicBool::new(false),
        }
    }

    /// Serves the sender until one of both ends it.
    pub(super) async fn serve(self, socket: TcpStream, tls: Option<Arc<ServerTls>>) {
        let options = socket.set_nodelay(true).and_then(|()| keep_alive(&socket));
        if let Err(error) = options {
            tracing::debug!(channel = %self.channel.name, %error, "connection is gone already");
            return;
        }
        match tls {
            None => {
                let (read_half, write_half) = socket.into_split();
                self.converse(read_half, write_half).await;
            }
            Some(tls) => {
                if let Some(stream) = self.shake_hands(socket, &tls).await {
                    let (read_half, write_half) = tokio::io::split(stream);
                    Box::pin(self.converse(read_half, write_half)).await;
                }
            }
        }
    }

    async fn shake_hands(
        &self,
        socket: TcpStream,
        tls: &ServerTls,
    ) -> Option<TlsStream<TcpStream>> {
        let shared = &self.listener.shared;
        let shaking = async {
            let _place = shared.places.handshakes.acquire().await.ok();
            tls.acceptor().accept(socket).await
        };
        let shaken = tokio::select! {
            biased;
            () = self.listener.stop.cancelled() => return None,
            shaken = timeout(shared.bounds.handshake_timeout, shaking) => shaken,
        };
        let problem = match shaken {
            Ok(Ok(stream)) => return Some(stream),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it took too long".to_owned(),
        };
        self.listener
            .turned_away(Rejection::Tls, &self.peer, &problem);
        None
    }

    async fn converse(
        &self,
        read_half: impl AsyncRead + Unpin,
        write_half: impl AsyncWrite + Unpin,
    ) {
        // Permits keep the queue from ever being fuller than this.
        let unacknowledged = self
            .channel
            .listener
            .max_unacknowledged
            .min(MOST_UNACKNOWLEDGED);
        let (due, dues) = mpsc::channel(unacknowledged);
        let mut reader = Reader::new(self, read_half, unacknowledged);
        let writer = Writer::new(self, write_half);

        let (closing, wrote) = tokio::join!(reader.run(due), writer.run(dues));

        let channel = &self.channel.name;
        let frames = reader.frames();
        tracing::debug!(%channel, peer = self.peer, frames, ?closing, "connection closed");
        if wrote.is_ok() && closing.is_ours() {
            self.linger(reader.into_half()).await;
        }
    }

    async fn linger(&self, read_half: impl AsyncRead + Unpin) {
        let mut rest = read_half.take(LINGER_BYTES);
        let mut sink = tokio::io::sink();
        // Whatever comes of it, the connection is over.
        drop(timeout(LINGER, tokio::io::copy(&mut rest, &mut sink)).await);
    }

    /// Counts a fault; the first of a connection is logged with what to do about it, as far as a log can bear.
    pub(super) fn fault(&self, fault: FramingFault) {
        self.listener.stats.fault(fault);
        let lines = &self.listener.fault_lines;
        if !self.warned.swap(true, Ordering::Relaxed)
            && lines.allows(fault as usize, Instant::now())
        {
            let (channel, advice) = (&self.channel.name, fault.advice());
            tracing::warn!(%channel, peer = self.peer, %fault, advice, "framing fault");
        }
    }

    /// Counts a message that nothing is sent back for. It is said once for each sender's address: whoever asks for no
    /// answer and waits for one finds out here.
    pub(super) fn unanswered(&self) {
        self.listener.stats.unanswered_message();
        if !self.told_unanswered.swap(true, Ordering::Relaxed)
            && self.listener.unanswered_peers.is_new(&self.peer)
        {
            let channel = &self.channel.name;
            let advice = "if the sender waits for an answer, fill MSH-15 with AL there, or set acknowledgement.mode of \
                          the channel to original";
            tracing::info!(%channel, peer = self.peer, advice, "messages are taken and not answered: MSH-15 and MSH-16 ask for no acknowledgement");
        }
    }
}
