//! A socket, plain or under TLS, that knows how many bytes it handed to the operating system.

use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// Bytes handed to the operating system on one connection.
#[derive(Clone, Debug, Default)]
pub(super) struct BytesOut(Arc<AtomicU64>);

impl BytesOut {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

/// A TCP socket that counts. Under TLS it counts ciphertext, so that a message that is still in TLS's
/// buffer counts as not sent.
pub(super) struct Counted {
    socket: TcpStream,
    out: BytesOut,
}

impl Counted {
    pub(super) fn new(socket: TcpStream) -> Self {
        Self {
            socket,
            out: BytesOut::default(),
        }
    }
}

/// What a look at an idle socket shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glance {
    /// Open, and nothing to read.
    Quiet,
    /// Something to read.
    Data,
    /// The other end closed, or the connection failed.
    Closed,
}

/// A connection to a partner.
pub(super) enum Wire {
    Plain(Counted),
    Tls(Box<TlsStream<Counted>>),
}

impl Wire {
    /// The count of what this connection wrote.
    pub(super) fn bytes_out(&self) -> BytesOut {
        self.counted().out.clone()
    }

    /// Asks the operating system, which knows of a closed connection before the runtime does.
    pub(super) fn glance(&self) -> Glance {
        let mut byte = [MaybeUninit::uninit()];
        match SockRef::from(&self.counted().socket).peek(&mut byte) {
            Ok(0) => Glance::Closed,
            Ok(_) => Glance::Data,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Glance::Quiet,
            Err(_) => Glance::Closed,
        }
    }

    /// Waits until there is something to read.
    pub(super) async fn readable(&self) -> io::Result<()> {
        self.counted().socket.readable().await
    }

    /// One read that does not wait; none when nothing can be read now.
    pub(super) async fn read_if_ready(&mut self, buffer: &mut [u8]) -> Option<io::Result<usize>> {
        let mut buffer = ReadBuf::new(buffer);
        let read = poll_fn(|cx| {
            Poll::Ready(match Pin::new(&mut *self).poll_read(cx, &mut buffer) {
                Poll::Ready(read) => Some(read),
                Poll::Pending => None,
            })
        })
        .await?;
        Some(read.map(|()| buffer.filled().len()))
    }

    fn counted(&self) -> &Counted {
        match self {
            Self::Plain(counted) => counted,
            Self::Tls(stream) => stream.get_ref().0,
        }
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(cx, bytes);
        if let Poll::Ready(Ok(count)) = written {
            self.out.0.fetch_add(count as u64, Ordering::AcqRel);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_shutdown(cx),
        }
    }
}
