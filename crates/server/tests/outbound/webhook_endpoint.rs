//! An HTTP endpoint that answers as a test says, written by hand so that it can misbehave.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// Ends an answer after which the endpoint closes.
pub(crate) const CLOSE: &str = "(close)";

/// A request as it arrived.
pub(crate) struct Arrived {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Arrived {
    pub(crate) fn header(&self, name: &str) -> &str {
        let named = |line: &&str| line.to_ascii_lowercase().starts_with(&format!("{name}:"));
        self.head
            .lines()
            .find(named)
            .unwrap()
            .split_once(':')
            .unwrap()
            .1
            .trim()
    }
}

/// An endpoint on a port of its own.
pub(crate) struct Endpoint {
    pub(crate) port: u16,
    connections: Arc<AtomicUsize>,
    pub(crate) arrived: mpsc::UnboundedReceiver<Arrived>,
}

impl Endpoint {
    /// Writes the next of `answers` to each request, the last one for ever, and closes after one that ends
    /// with `CLOSE`.
    pub(crate) async fn new(answers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        let (tell, arrived) = mpsc::unbounded_channel();
        let (answers, step) = (Arc::new(answers), Arc::new(AtomicUsize::new(0)));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(
                    socket,
                    Arc::clone(&answers),
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
}

async fn serve(
    mut socket: TcpStream,
    answers: Arc<Vec<String>>,
    step: Arc<AtomicUsize>,
    tell: mpsc::UnboundedSender<Arrived>,
) {
    let mut held = Vec::new();
    while let Some(request) = next_request(&mut socket, &mut held).await {
        drop(tell.send(request));
        let at = step.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        let answer = answers[at].trim_end_matches(CLOSE);
        let written = socket.write_all(answer.as_bytes()).await;
        if written.is_err() || answers[at].ends_with(CLOSE) {
            return;
        }
    }
}

async fn next_request(socket: &mut TcpStream, held: &mut Vec<u8>) -> Option<Arrived> {
    let end = loop {
        if let Some(end) = held.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if socket.read_buf(held).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(held.drain(..end).collect()).unwrap();
    let request = Arrived {
        head,
        body: Vec::new(),
    };
    let length: usize = request.header("content-length").parse().unwrap();
    while held.len() < length {
        if socket.read_buf(held).await.ok()? == 0 {
            return None;
        }
    }
    Some(Arrived {
        body: held.drain(..length).collect(),
        ..request
    })
}
