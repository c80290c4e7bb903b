//! An MLLP receiver that does what a test says, frame by frame.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// What the receiver does when a frame has arrived.
#[derive(Clone)]
pub(crate) enum Does {
    /// Writes these bytes; `{id}` stands for the MSH-10 of the frame.
    Writes(String),
    WritesAndCloses(String),
    Closes,
    Waits(Duration, String),
    Nothing,
}

/// A receiver on a port of its own.
pub(crate) struct Receiver {
    pub(crate) port: u16,
    pub(crate) connections: Arc<AtomicUsize>,
    pub(crate) arrived: mpsc::UnboundedReceiver<String>,
}

/// The answer with that code to the frame that arrived.
pub(crate) fn ack(code: &str) -> String {
    ack_of(code, "{id}")
}

pub(crate) fn ack_of(code: &str, id: &str) -> String {
    format!("\x0bMSH|^~\\&|C|D|A|B|2026||ACK|1|P|2.5.1\rMSA|{code}|{id}\r\x1c\r")
}

impl Receiver {
    /// Does the next of `script` with each frame, whichever connection it comes on; the last one for ever.
    pub(crate) async fn new(script: Vec<Does>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        let (tell, arrived) = mpsc::unbounded_channel();
        let step = Arc::new(AtomicUsize::new(0));
        let script = Arc::new(script);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(
                    socket,
                    Arc::clone(&script),
                    Arc::clone(&step),
                    tell.clone(),
                ));
            }
        });
        Self {
            port,
            connections,
            arrived,
        }
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn destination(&self, more: &str) -> String {
        format!(
            "kind = \"mllp\"\naddress = \"127.0.0.1:{}\"\n{more}",
            self.port
        )
    }
}

async fn serve(
    mut socket: TcpStream,
    script: Arc<Vec<Does>>,
    step: Arc<AtomicUsize>,
    tell: mpsc::UnboundedSender<String>,
) {
    let mut held = Vec::new();
    loop {
        let Some(frame) = next_frame(&mut socket, &mut held).await else {
            return;
        };
        let id = frame.split('|').nth(9).unwrap().to_owned();
        drop(tell.send(frame));
        let at = step.fetch_add(1, Ordering::SeqCst).min(script.len() - 1);
        match script[at].clone() {
            Does::Writes(text) => write(&mut socket, &text, &id).await,
            Does::WritesAndCloses(text) => {
                write(&mut socket, &text, &id).await;
                return;
            }
            Does::Closes => return,
            Does::Waits(time, text) => {
                tokio::time::sleep(time).await;
                write(&mut socket, &text, &id).await;
            }
            Does::Nothing => {}
        }
    }
}

async fn next_frame(socket: &mut TcpStream, held: &mut Vec<u8>) -> Option<String> {
    loop {
        if let Some(end) = held.windows(2).position(|pair| pair == b"\x1c\r") {
            let frame: Vec<u8> = held.drain(..end + 2).collect();
            return Some(String::from_utf8_lossy(&frame).into_owned());
        }
        if socket.read_buf(held).await.ok()? == 0 {
            return None;
        }
    }
}

async fn write(socket: &mut TcpStream, text: &str, id: &str) {
    socket
        .write_all(text.replace("{id}", id).as_bytes())
        .await
        .unwrap();
}
