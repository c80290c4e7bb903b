//! Clients that mean no good, or are only broken: what a listener must survive while it serves others.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use fastrand::Rng;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// What a listener did about a hostile client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reaction {
    /// Bytes that the listener's side took.
    pub written_bytes: u64,
    /// The first bytes that came back, up to 64 KiB.
    pub answer: Vec<u8>,
    /// Whether the listener closed the connection.
    pub closed: bool,
}

/// Connections that are held open and do nothing more. Dropping it closes them.
#[derive(Debug, Default)]
pub struct Crowd {
    connections: Vec<TcpStream>,
    /// Connections that were refused or timed out.
    pub refused: usize,
}

/// Sends a frame byte by byte with a pause after each, and gives up after `longest`.
///
/// # Errors
///
/// The listener cannot be reached.
pub async fn drip(
    address: SocketAddr,
    frame: &[u8],
    pause: Duration,
    longest: Duration,
) -> io::Result<Reaction> {
    let mut stream = connect(address).await?;
    let began = Instant::now();
    let mut reaction = Reaction::default();
    for byte in frame {
        if began.elapsed() >= longest || stream.write_all(&[*byte]).await.is_err() {
            break;
        }
        reaction.written_bytes += 1;
        sleep(pause).await;
    }
    reaction
        .listen(&mut stream, longest.saturating_sub(began.elapsed()))
        .await;
    Ok(reaction)
}

/// Opens so many connections, sends `first` on each (half a frame, or nothing), and holds them.
pub async fn crowd(address: SocketAddr, count: usize, first: &[u8]) -> Crowd {
    let mut crowd = Crowd::default();
    for _ in 0..count {
        match timeout(Duration::from_secs(1), open_with(address, first)).await {
            Ok(Ok(stream)) => crowd.connections.push(stream),
            _ => crowd.refused += 1,
        }
    }
    crowd
}

/// Sends one frame of so many bytes that begins as a message does, as fast as it is taken.
///
/// # Errors
///
/// The listener cannot be reached.
pub async fn flood(
    address: SocketAddr,
    message_bytes: u64,
    longest: Duration,
) -> io::Result<Reaction> {
    const HEAD: &[u8] = b"\x0BMSH|^~\\&|FLOOD|HOSTILE|ENGINE|SYNTHHOSP|20260105060000||ORU^R01|FLOOD-1|T|2.5.1\rOBX|1|ED|||";
    let part = vec![b'A'; 64 * 1_024];
    let mut stream = connect(address).await?;
    let mut reaction = Reaction::default();
    let sending = async {
        stream.write_all(HEAD).await?;
        let mut left = message_bytes;
        while left > 0 {
            let count = usize::try_from(left).unwrap_or(usize::MAX).min(part.len());
            stream
                .write_all(part.get(..count).unwrap_or_default())
                .await?;
            let count = u64::try_from(count).unwrap_or(0);
            reaction.written_bytes += count;
            left -= count;
        }
        stream.write_all(b"\r\x1C\r").await
    };
    // A listener that closes early breaks the sending: that is a reaction too.
    drop(timeout(longest, sending).await);
    reaction.listen(&mut stream, longest).await;
    Ok(reaction)
}

/// Sends so many random bytes.
///
/// # Errors
///
/// The listener cannot be reached.
pub async fn noise(
    address: SocketAddr,
    seed: u64,
    count: usize,
    longest: Duration,
) -> io::Result<Reaction> {
    let mut bytes = vec![0; count];
    Rng::with_seed(seed).fill(&mut bytes);
    raw(address, &bytes, longest).await
}

/// Sends these bytes as they are, and hears what comes back until the listener closes, is silent for a
/// while, or `longest` has passed.
///
/// # Errors
///
/// The listener cannot be reached.
pub async fn raw(address: SocketAddr, bytes: &[u8], longest: Duration) -> io::Result<Reaction> {
    let mut stream = connect(address).await?;
    let mut reaction = Reaction::default();
    if timeout(longest, stream.write_all(bytes))
        .await
        .is_ok_and(|written| written.is_ok())
    {
        reaction.written_bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    }
    reaction.listen(&mut stream, longest).await;
    Ok(reaction)
}

impl Crowd {
    /// Connections that are held, whether or not the listener has closed them since.
    pub fn held(&self) -> usize {
        self.connections.len()
    }

    /// Connections that the listener has closed since.
    pub async fn closed(&mut self) -> usize {
        let mut closed = 0;
        let mut byte = [0; 1];
        for stream in &mut self.connections {
            let read = timeout(Duration::from_millis(1), stream.read(&mut byte)).await;
            closed += usize::from(matches!(read, Ok(Ok(0) | Err(_))));
        }
        closed
    }
}

impl Reaction {
    /// Hears until nothing has come for half a second, once something has come.
    async fn listen(&mut self, stream: &mut TcpStream, longest: Duration) {
        const MOST_BYTES: usize = 64 * 1_024;
        const SILENCE: Duration = Duration::from_millis(500);
        let began = Instant::now();
        let mut chunk = [0; 4 * 1_024];
        loop {
            let left = longest.saturating_sub(began.elapsed());
            let wait = if self.answer.is_empty() {
                left
            } else {
                left.min(SILENCE)
            };
            match timeout(wait, stream.read(&mut chunk)).await {
                Ok(Ok(0) | Err(_)) => {
                    self.closed = true;
                    return;
                }
                Ok(Ok(count)) => {
                    let room = MOST_BYTES.saturating_sub(self.answer.len());
                    self.answer.extend(chunk.iter().take(count.min(room)));
                }
                Err(_) => return,
            }
        }
    }
}

async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn open_with(address: SocketAddr, first: &[u8]) -> io::Result<TcpStream> {
    let mut stream = connect(address).await?;
    stream.write_all(first).await?;
    Ok(stream)
}
