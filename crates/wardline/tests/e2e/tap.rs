//! What a Redis server says to others, byte for byte: to its replicas, and to whoever watches it by `MONITOR`.
//!
//! Without TLS, so that nothing but the server's own words is written down.

use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// A replica says this often that it is there; after ten seconds of silence it is given up.
const ACKNOWLEDGE_EVERY: Duration = Duration::from_millis(500);

/// Writes down what a server says until it is dropped.
pub(crate) struct Tap(JoinHandle<()>);

impl Drop for Tap {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Tap {
    /// As a replica: the whole data first, then each change.
    pub(crate) async fn of_a_replica(server: SocketAddr, password: &str, file: &Path) -> Self {
        let mut stream = signed_in(server, "replication", password).await;
        for words in ["REPLCONF listening-port 1", "REPLCONF capa eof capa psync2"] {
            stream
                .write_all(format!("{words}\r\n").as_bytes())
                .await
                .unwrap();
            assert_eq!(line(&mut stream).await, "+OK");
        }
        stream.write_all(b"PSYNC ? -1\r\n").await.unwrap();
        Self::write_down(stream, file, Some("REPLCONF ACK 0\r\n"))
    }

    /// As somebody who watches every command.
    pub(crate) async fn of_an_onlooker(server: SocketAddr, password: &str, file: &Path) -> Self {
        let mut stream = signed_in(server, "admin", password).await;
        stream.write_all(b"MONITOR\r\n").await.unwrap();
        assert_eq!(line(&mut stream).await, "+OK");
        Self::write_down(stream, file, None)
    }

    fn write_down(stream: TcpStream, file: &Path, says: Option<&'static str>) -> Self {
        let mut file = File::create(file).unwrap();
        let (mut from, mut to) = stream.into_split();
        Self(tokio::spawn(async move {
            let mut bytes = vec![0; 65_536];
            let mut rhythm = tokio::time::interval(ACKNOWLEDGE_EVERY);
            loop {
                tokio::select! {
                    read = from.read(&mut bytes) => match read {
                        Ok(count @ 1..) => file.write_all(&bytes[..count]).unwrap(),
                        _ => panic!("the server ends the connection"),
                    },
                    _ = rhythm.tick() => {
                        if let Some(words) = says {
                            to.write_all(words.as_bytes()).await.unwrap();
                        }
                    }
                }
            }
        }))
    }

    /// # Panics
    /// When it stopped writing down: what was said is incomplete then.
    pub(crate) fn assert_complete(&self) {
        assert!(!self.0.is_finished(), "the server ended the connection");
    }
}

async fn signed_in(server: SocketAddr, user: &str, password: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server).await.unwrap();
    let words = format!("AUTH {user} {password}\r\n");
    stream.write_all(words.as_bytes()).await.unwrap();
    assert_eq!(line(&mut stream).await, "+OK", "AUTH {user}");
    stream
}

async fn line(stream: &mut TcpStream) -> String {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8_lossy(&line).trim_end().to_owned()
}
