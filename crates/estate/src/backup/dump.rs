//! A master's data, as a replica gets it: `PSYNC`, and then not following it any further.
//!
//! The master forks and writes a dump file for it; it counts us neither as a replica in line nor for `WAIT`
//! (`REPLCONF rdb-only`).

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::TcpStream;
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::EstateError;
use crate::link::{CONNECT_TIMEOUT, Credentials, LinkError, LinkTls};

/// How long nothing may come. A master that still writes its dump sends an empty line every ten seconds.
const SILENCE: Duration = Duration::from_mins(1);
/// Bytes of a line of the answer at most.
const MAX_LINE_BYTES: u64 = 1024;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A dump that comes in.
pub(super) struct Dump {
    address: SocketAddr,
    stream: BufReader<Box<dyn Stream>>,
    left: u64,
}

impl Dump {
    /// Signs in and asks for everything.
    pub(super) async fn begin(
        address: SocketAddr,
        tls: Option<&LinkTls>,
        credentials: Credentials<'_>,
    ) -> Result<Self, EstateError> {
        let connecting = async {
            let stream = TcpStream::connect(address).await?;
            Ok::<Box<dyn Stream>, std::io::Error>(match tls {
                None => Box::new(stream),
                Some(tls) => Box::new(tls.connect(address.ip(), stream).await?),
            })
        };
        let connected = timeout(CONNECT_TIMEOUT, connecting).await;
        let connected = connected.map_err(|_elapsed| unreachable(address, "no answer in time"))?;
        let stream = connected.map_err(|error| unreachable(address, error.to_string()))?;
        let mut dump = Self {
            address,
            stream: BufReader::new(stream),
            left: 0,
        };
        dump.send(&["AUTH", credentials.user, credentials.password])
            .await?;
        dump.expect("AUTH", "+OK").await?;
        dump.send(&["REPLCONF", "rdb-only", "1"]).await?;
        dump.expect("REPLCONF", "+OK").await?;
        dump.send(&["PSYNC", "?", "-1"]).await?;
        dump.expect("PSYNC", "+FULLRESYNC ").await?;
        let size = dump.line().await?;
        let size = size.strip_prefix('$').and_then(|size| size.parse().ok());
        dump.left = size.ok_or_else(|| dump.unexpected("PSYNC"))?;
        Ok(dump)
    }

    /// Whether all of it has come.
    pub(super) fn is_over(&self) -> bool {
        self.left == 0
    }

    /// Adds the next bytes, up to so many; fewer only at the end.
    pub(super) async fn fill(
        &mut self,
        into: &mut Vec<u8>,
        most: usize,
    ) -> Result<(), EstateError> {
        let wanted = u64::try_from(most).unwrap_or(u64::MAX).min(self.left);
        let mut taken = 0;
        while taken < wanted {
            let mut part = (&mut self.stream).take(wanted - taken);
            let read = timeout(SILENCE, part.read_buf(into)).await;
            let read = read.map_err(|_elapsed| unreachable(self.address, "it fell silent"))?;
            let read = read.map_err(|error| unreachable(self.address, error.to_string()))?;
            if read == 0 {
                return Err(unreachable(self.address, "it ended before all had come"));
            }
            taken += u64::try_from(read).unwrap_or(u64::MAX);
        }
        self.left -= taken;
        Ok(())
    }

    async fn send(&mut self, words: &[&str]) -> Result<(), EstateError> {
        let count = format!("*{}\r\n", words.len());
        let words = words
            .iter()
            .map(|word| [&format!("${}", word.len()), *word, ""].join("\r\n"));
        let text = Zeroizing::new(count + &words.collect::<String>());
        let sent = async {
            self.stream.write_all(text.as_bytes()).await?;
            self.stream.flush().await
        };
        sent.await
            .map_err(|error| unreachable(self.address, error.to_string()))
    }

    async fn expect(&mut self, command: &str, wanted: &str) -> Result<(), EstateError> {
        let line = self.line().await?;
        if line.starts_with(wanted) {
            return Ok(());
        }
        let Some(refusal) = line.strip_prefix('-') else {
            return Err(self.unexpected(command));
        };
        let (code, detail) = refusal.split_once(' ').unwrap_or((refusal, ""));
        Err(LinkError::Refused {
            address: self.address,
            command: command.to_owned(),
            code: code.to_owned(),
            detail: detail.to_owned(),
        }
        .into())
    }

    /// The next line that is not empty: a master that is busy sends empty ones.
    async fn line(&mut self) -> Result<String, EstateError> {
        loop {
            let mut line = Vec::new();
            let mut limited = (&mut self.stream).take(MAX_LINE_BYTES);
            let read = timeout(SILENCE, limited.read_until(b'\n', &mut line)).await;
            let read = read.map_err(|_elapsed| unreachable(self.address, "it fell silent"))?;
            let read = read.map_err(|error| unreachable(self.address, error.to_string()))?;
            if read == 0 || line.last() != Some(&b'\n') {
                return Err(unreachable(self.address, "it ended the connection"));
            }
            let line = String::from_utf8_lossy(&line).trim().to_owned();
            if !line.is_empty() {
                return Ok(line);
            }
        }
    }

    fn unexpected(&self, command: &str) -> EstateError {
        LinkError::Unexpected {
            address: self.address,
            command: command.to_owned(),
        }
        .into()
    }
}

fn unreachable(address: SocketAddr, reason: impl Into<String>) -> EstateError {
    LinkError::Unreachable {
        address,
        reason: reason.into(),
    }
    .into()
}
