//! A partner that keeps every byte it gets and answers as a test tells it to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

type Answering = dyn Fn(&[u8]) -> Option<String> + Send + Sync;

/// A partner; it ends with the test's runtime.
pub(crate) struct Recorder {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Recorder {
    /// Accepts everything.
    pub(crate) async fn accepting() -> Self {
        Self::answering(|message| Some(acknowledgement(message, "AA", ""))).await
    }

    /// Answers each message as `answer` says; without one it stays silent.
    pub(crate) async fn answering(
        answer: impl Fn(&[u8]) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let (answer, kept): (Arc<Answering>, _) = (Arc::new(answer), Arc::clone(&received));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answer), Arc::clone(&kept)));
            }
        });
        Self { address, received }
    }

    /// The messages that came, in order.
    pub(crate) fn received(&self) -> Vec<Vec<u8>> {
        self.received.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, answer: Arc<Answering>, kept: Arc<Mutex<Vec<Vec<u8>>>>) {
    let mut unread = Vec::new();
    let mut chunk = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = stream.read(&mut chunk).await {
        unread.extend_from_slice(&chunk[..count]);
        while let Some(end) = unread.windows(2).position(|two| two == b"\x1C\r") {
            let frame: Vec<u8> = unread.drain(..end + 2).collect();
            let message = frame[..end].strip_prefix(b"\x0B").unwrap().to_vec();
            let said = answer(&message);
            kept.lock().unwrap().push(message);
            if let Some(said) = said {
                let framed = format!("\x0B{said}\x1C\r");
                if stream.write_all(framed.as_bytes()).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// An acknowledgement of a message; `rest` follows MSA-2.
pub(crate) fn acknowledgement(message: &[u8], code: &str, rest: &str) -> String {
    let id = control_id(message);
    format!(
        "MSH|^~\\&|PARTNER|SYNTHHOSP|ENGINE|SYNTHHOSP|20260105060000||ACK|A{id}|P|2.5.1\rMSA|{code}|{id}{rest}\r"
    )
}

/// MSH-10, read without the parser under test. Some senders begin with a byte order mark.
pub(crate) fn control_id(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message);
    let header = text.split(['\r', '\n']).next().unwrap();
    let header = header.trim_start_matches('\u{feff}');
    let separator = header.chars().nth(3).expect("a message that has a header");
    header
        .split(separator)
        .nth(9)
        .unwrap_or_default()
        .to_owned()
}
