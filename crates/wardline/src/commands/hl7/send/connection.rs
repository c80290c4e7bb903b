//! One connection to the receiver: a message out, its acknowledgements in.

use std::collections::VecDeque;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use bytes::{Buf as _, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use wardline_hl7::Header;
use wardline_hl7::ack::{Ack, AckMode, Outcome as Verdict};
use wardline_hl7::mllp::{Commit, Decoder, Event, encode};
use wardline_server::tls::ClientTls;

use super::answer::AnswerResult;

/// How many messages without an awaited answer are remembered.
const MAX_NOT_AWAITED: usize = 1_024;
/// How long the receiver gets to close its side.
const PARTING: Duration = Duration::from_secs(2);

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection. After a failed exchange it must not be used again: a late answer would be taken for the
/// next message's.
pub(super) struct Connection {
    stream: Box<dyn Stream>,
    decoder: Decoder,
    unread: BytesMut,
    patience: Duration,
    /// MSH-10 of messages that asked for no answer when all goes well, the newest first.
    not_awaited: VecDeque<Vec<u8>>,
    late_refusals: u64,
}

impl Connection {
    /// Connects, with TLS if it is given.
    ///
    /// # Errors
    /// When that does not succeed within `patience`.
    pub(super) async fn open(
        address: &str,
        tls: Option<&ClientTls>,
        patience: Duration,
    ) -> anyhow::Result<Self> {
        let connecting = async {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let stream: Box<dyn Stream> = match tls {
                Some(tls) => Box::new(tls.connector().connect(tls.server_name(), stream).await?),
                None => Box::new(stream),
            };
            Ok::<_, std::io::Error>(stream)
        };
        let stream = timeout(patience, connecting)
            .await
            .map_err(|_| anyhow!("no connection within {} s", patience.as_secs()))
            .and_then(|connected| connected.map_err(anyhow::Error::from))
            .with_context(|| format!("cannot connect to {address}"))?;
        let unread = BytesMut::with_capacity(16 * 1024);
        Ok(Self {
            stream,
            decoder: Decoder::default(),
            unread,
            patience,
            not_awaited: VecDeque::new(),
            late_refusals: 0,
        })
    }

    /// Sends a message and waits for the answers it asks for. Whether the connection may be used again
    /// stands beside the result.
    pub(super) async fn exchange(&mut self, message: &[u8]) -> (AnswerResult, bool) {
        let frame = match encode(message) {
            Ok(frame) => frame,
            Err(error) => return (AnswerResult::NotSent(error.to_string()), true),
        };
        let deadline = Instant::now() + self.patience;
        let answered = match timeout_at(deadline, self.stream.write_all(&frame)).await {
            Ok(Ok(())) => self.answers(message, deadline).await,
            Ok(Err(error)) => Err(anyhow!("while sending: {error}")),
            Err(_) => Err(anyhow!("the receiver did not take it in time")),
        };
        match answered {
            Ok(result) => {
                let usable = !matches!(result, AnswerResult::Unknown(_));
                (result, usable)
            }
            Err(error) => (AnswerResult::Unknown(error.to_string()), false),
        }
    }

    /// Ends the connection and gives the number of messages that were refused after all. What still comes is
    /// read: closing before that could take the last message from the receiver.
    pub(super) async fn close(mut self) -> u64 {
        let deadline = Instant::now() + PARTING;
        if timeout_at(deadline, self.stream.shutdown()).await.is_ok() {
            while let Ok(frame) = self.frame(deadline).await {
                if let Ok(ack) = Ack::parse(&frame) {
                    self.is_late(&ack);
                }
            }
        }
        self.late_refusals
    }

    /// The same for a connection that cannot be used any more: nothing is waited for.
    pub(super) fn give_up(self) -> u64 {
        self.late_refusals
    }

    /// The last answer of those that are due; the first one when it refuses.
    async fn answers(&mut self, message: &[u8], deadline: Instant) -> anyhow::Result<AnswerResult> {
        let Ok(header) = Header::parse(message) else {
            // Nobody can say what it asks for. A receiver that keeps the rules answers AR.
            let frame = self.frame(deadline).await?;
            return Ok(match Ack::parse(&frame) {
                Ok(ack) => AnswerResult::read(&frame, ack.control_id),
                Err(error) => AnswerResult::Unknown(error.to_string()),
            });
        };
        let control_id = header.control_id();
        let due = answers_due(AckMode::of(&header));
        if due == 0 {
            self.not_awaited.truncate(MAX_NOT_AWAITED - 1);
            self.not_awaited.push_front(control_id.to_vec());
        }
        let mut result = AnswerResult::NotAsked;
        for _ in 0..due {
            let frame = self.frame_for(control_id, deadline).await?;
            result = AnswerResult::read(&frame, control_id);
            if !result.is_good() || is_final(&result) {
                break;
            }
        }
        Ok(result)
    }

    /// The next frame that is not a late answer to another message.
    async fn frame_for(&mut self, control_id: &[u8], deadline: Instant) -> anyhow::Result<Bytes> {
        loop {
            let frame = self.frame(deadline).await?;
            match Ack::parse(&frame) {
                Ok(ack) if !ack.answers(control_id) && self.is_late(&ack) => {}
                _ => return Ok(frame),
            }
        }
    }

    /// Whether an answer is to a message that was not waited for: receivers answer messages that ask for no
    /// answer, and errors are told whenever they happen.
    fn is_late(&mut self, ack: &Ack<'_>) -> bool {
        let late = self
            .not_awaited
            .iter()
            .any(|control_id| ack.answers(control_id));
        if late && ack.code.outcome() != Verdict::Accepted {
            self.late_refusals += 1;
        }
        late
    }

    async fn frame(&mut self, deadline: Instant) -> anyhow::Result<Bytes> {
        loop {
            let mut rest: &[u8] = &self.unread;
            let event = self.decoder.decode(&mut rest);
            let read = self.unread.len() - rest.len();
            self.unread.advance(read);
            match event {
                Some(Event::Frame(frame)) => match Commit::from_frame(&frame) {
                    // It says nothing that the acknowledgement does not.
                    Some(Commit::Affirmative) => {}
                    Some(Commit::Negative) => bail!("the receiver could not store it (NAK)"),
                    None => return Ok(frame),
                },
                Some(Event::TooLong { .. }) => bail!("the answer is too long to be one"),
                Some(Event::TooMuchGarbage) => bail!("the receiver does not speak MLLP"),
                Some(Event::Restarted { .. }) => {}
                None => self.receive(deadline).await?,
            }
        }
    }

    async fn receive(&mut self, deadline: Instant) -> anyhow::Result<()> {
        match timeout_at(deadline, self.stream.read_buf(&mut self.unread)).await {
            Err(_) => match self.decoder.stall() {
                Some(stall) => bail!("the answer is not complete: {stall}"),
                None => bail!("no acknowledgement within {} s", self.patience.as_secs()),
            },
            Ok(Err(error)) => bail!("while waiting for the acknowledgement: {error}"),
            Ok(Ok(0)) => bail!("the receiver closed the connection before it answered"),
            Ok(Ok(_)) => Ok(()),
        }
    }
}

/// How many answers the message asks for, when all goes well.
fn answers_due(mode: AckMode) -> usize {
    mode.answers(Verdict::Accepted).count()
}

/// The receiving application has spoken: nothing follows.
fn is_final(result: &AnswerResult) -> bool {
    matches!(result, AnswerResult::Acknowledged { code, .. } if !code.is_commit())
}
