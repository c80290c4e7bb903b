//! A sender that does as it is told, right or wrong.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use wardline_hl7::ack::Ack;
use wardline_hl7::mllp::{Decoder, Event};

const PATIENCE: Duration = Duration::from_secs(20);

/// One connection of a sender.
pub(crate) struct Sender<S = TcpStream> {
    pub(crate) stream: S,
    decoder: Decoder,
    frames: VecDeque<Bytes>,
}

impl Sender {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).await.unwrap())
    }

    /// Connects from another address of the loopback network.
    pub(crate) async fn connect_from(from: &str, address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
        Self::over(socket.connect(address).await.unwrap())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Sender<S> {
    pub(crate) fn over(stream: S) -> Self {
        Self {
            stream,
            decoder: Decoder::default(),
            frames: VecDeque::new(),
        }
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    pub(crate) async fn send(&mut self, id: &str) {
        self.write(&frame(id)).await;
    }

    /// The next frame; none when the listener closed.
    pub(crate) async fn frame(&mut self) -> Option<Bytes> {
        tokio::time::timeout(PATIENCE, self.next())
            .await
            .expect("nothing came")
    }

    /// The next acknowledgement, as `AA 7`.
    pub(crate) async fn ack(&mut self) -> String {
        let frame = self.frame().await.expect("the listener closed");
        let ack = Ack::parse(&frame).unwrap();
        format!("{} {}", ack.code, String::from_utf8_lossy(ack.control_id))
    }

    pub(crate) async fn is_served(&mut self, id: &str) -> bool {
        self.send(id).await;
        self.ack().await == format!("AA {id}")
    }

    /// Asserts that the listener closes without another frame.
    pub(crate) async fn is_closed(&mut self) -> bool {
        self.frame().await.is_none()
    }

    async fn next(&mut self) -> Option<Bytes> {
        let mut chunk = vec![0; 64 * 1024];
        loop {
            if let Some(frame) = self.frames.pop_front() {
                return Some(frame);
            }
            let count = self.stream.read(&mut chunk).await.unwrap_or_default();
            if count == 0 {
                return None;
            }
            let mut bytes = &chunk[..count];
            while let Some(event) = self.decoder.decode(&mut bytes) {
                let Event::Frame(frame) = event else {
                    panic!("{event:?}")
                };
                self.frames.push_back(frame);
            }
        }
    }
}

pub(crate) fn message(id: &str) -> String {
    format!("MSH|^~\\&|LAB|HOSP|EHR|HOSP|2026||ADT^A01|{id}|P|2.5.1\rPID|1||77\r")
}

pub(crate) fn frame(id: &str) -> Vec<u8> {
    format!("\x0b{}\x1c\r", message(id)).into_bytes()
}

/// A message of exactly so many bytes.
pub(crate) fn message_of(id: &str, bytes: usize) -> Vec<u8> {
    let mut message = format!("{}NTE|1||", message(id)).into_bytes();
    assert!(message.len() <= bytes);
    message.resize(bytes, b'x');
    message
}

pub(crate) fn framed(message: &[u8]) -> Vec<u8> {
    [b"\x0b", message, b"\x1c\r"].concat()
}
