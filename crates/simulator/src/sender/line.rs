//! One sending system's connection: one message at a time, again and again until it is answered for good.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use wardline_hl7::ack::{Ack, Outcome};
use wardline_hl7::mllp::{Decoder, Event};

use super::{Letter, Shared, add};

/// Waits between two attempts: the first, and the longest after doubling.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// A broken message may have no answer at all.
const MALFORMED_TIMEOUT: Duration = Duration::from_secs(2);

pub(super) struct Line {
    address: String,
    answer_timeout: Duration,
    shared: Arc<Shared>,
    open: Option<Open>,
}

/// A connection in use.
struct Open {
    stream: TcpStream,
    decoder: Decoder,
    chunk: Vec<u8>,
}

impl Line {
    pub(super) fn new(address: String, answer_timeout: Duration, shared: Arc<Shared>) -> Self {
        Self {
            address,
            answer_timeout,
            shared,
            open: None,
        }
    }

    /// Sends what comes until nothing more can come.
    pub(super) async fn run(mut self, mut letters: mpsc::Receiver<Letter>) {
        while let Some(letter) = letters.recv().await {
            match &letter.control_id {
                Some(control_id) => self.deliver(&letter.bytes, control_id).await,
                None => self.try_once(&letter.bytes).await,
            }
        }
    }

    /// Sends a message until it is accepted or refused for good.
    async fn deliver(&mut self, message: &Bytes, control_id: &str) {
        let mut pause = FIRST_PAUSE;
        loop {
            let sent = self
                .attempt(message, Some(control_id), self.answer_timeout)
                .await;
            match sent {
                Ok(Outcome::Accepted) => return self.shared.note_acknowledged(control_id),
                Ok(Outcome::Rejected) => return add(&self.shared.refused),
                Ok(Outcome::Error) => {}
                // What became of the message is not known: never use that connection again.
                Err(_) => self.open = None,
            }
            add(&self.shared.resent);
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Sends a broken message and takes any answer.
    async fn try_once(&mut self, message: &Bytes) {
        add(&self.shared.malformed);
        match self.attempt(message, None, MALFORMED_TIMEOUT).await {
            Ok(Outcome::Accepted) => add(&self.shared.malformed_accepted),
            Ok(_) => {}
            Err(_) => self.open = None,
        }
    }

    async fn attempt(
        &mut self,
        message: &Bytes,
        control_id: Option<&str>,
        longest: Duration,
    ) -> io::Result<Outcome> {
        let open = match &mut self.open {
            Some(open) => open,
            none => none.insert(connect(&self.address, longest, &self.shared).await?),
        };
        timeout(longest, open.exchange(message, control_id)).await?
    }
}

async fn connect(address: &str, longest: Duration, shared: &Shared) -> io::Result<Open> {
    let stream = match timeout(longest, TcpStream::connect(address)).await? {
        Ok(stream) => stream,
        Err(error) => {
            add(&shared.unreachable);
            return Err(error);
        }
    };
    stream.set_nodelay(true)?;
    add(&shared.connected);
    Ok(Open {
        stream,
        decoder: Decoder::default(),
        chunk: vec![0; 8 * 1_024],
    })
}

impl Open {
    async fn exchange(&mut self, message: &Bytes, control_id: Option<&str>) -> io::Result<Outcome> {
        // Not through the framing that is tested: a broken message may hold what may not be framed.
        let mut frame = Vec::with_capacity(message.len() + 3);
        frame.push(0x0B);
        frame.extend_from_slice(message);
        frame.extend_from_slice(&[0x1C, 0x0D]);
        self.stream.write_all(&frame).await?;
        let answer = self.next_frame().await?;
        let ack = Ack::parse(&answer).map_err(io::Error::other)?;
        if control_id.is_none_or(|id| ack.answers(id.as_bytes())) {
            Ok(ack.code.outcome())
        } else {
            Err(io::Error::other("the answer is to another message"))
        }
    }

    async fn next_frame(&mut self) -> io::Result<Bytes> {
        loop {
            let count = self.stream.read(&mut self.chunk).await?;
            let mut rest = self.chunk.get(..count).unwrap_or_default();
            if rest.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            while let Some(event) = self.decoder.decode(&mut rest) {
                if let Event::Frame(answer) = event {
                    return Ok(answer);
                }
            }
        }
    }
}
