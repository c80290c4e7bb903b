//! Writing answers in the order in which the messages came.

use std::io;

use bytes::Bytes;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::timeout;
use wardline_hl7::mllp::{self, Commit};
use wardline_messaging::AcceptanceResult;
use wardline_messaging::channel::MllpRelease;

use super::FramingFault;
use super::connection::{Connection, Decision, Due};

/// Writes the answers of one connection.
pub(super) struct Writer<'c, W> {
    connection: &'c Connection,
    half: W,
}

impl<'c, W: AsyncWrite + Unpin> Writer<'c, W> {
    pub(super) fn new(connection: &'c Connection, half: W) -> Self {
        Self { connection, half }
    }

    /// Writes until the reader is done and every answer that is due has been written.
    pub(super) async fn run(mut self, mut dues: mpsc::Receiver<Due>) -> io::Result<()> {
        while let Some(due) = dues.recv().await {
            let (answers, result) = match due.decision {
                Decision::Taken(acceptance, places) => {
                    let acceptance = acceptance.await;
                    drop(places);
                    (acceptance.answers, Some(acceptance.result))
                }
                Decision::Refused(answers) => (answers, None),
            };
            let is_stored = result.is_some_and(|result| result != AcceptanceResult::TryLater);
            let frames = self.frames(&answers, is_stored);
            // An acknowledgement that came is never acknowledged: nobody waits.
            if frames.is_empty() && result != Some(AcceptanceResult::Ignored) {
                self.connection.unanswered();
            }
            self.write(&frames).await?;
            let stats = &self.connection.listener.stats;
            stats.wrote(frames.len(), answers.len());
            drop(due.unacknowledged);
        }
        self.half.shutdown().await
    }

    /// The answers to one message, to be written at once. In MLLP release 2 the transport's own answer goes
    /// first, and alone when the message was not taken.
    fn frames(&self, answers: &[Bytes], is_stored: bool) -> Vec<u8> {
        let mut frames = Vec::new();
        if self.connection.channel.listener.mllp_release == MllpRelease::Two {
            let commit = if is_stored {
                Commit::Affirmative
            } else {
                Commit::Negative
            };
            frames.extend_from_slice(&commit.frame());
            if !is_stored {
                return frames;
            }
        }
        for answer in answers {
            if let Err(error) = mllp::encode_into(answer, &mut frames) {
                let channel = &self.connection.channel.name;
                tracing::error!(%channel, %error, "an answer cannot be framed");
            }
        }
        frames
    }

    async fn write(&mut self, frames: &[u8]) -> io::Result<()> {
        let limit = self.connection.channel.listener.frame_timeout();
        let writing = async {
            self.half.write_all(frames).await?;
            self.half.flush().await
        };
        if let Ok(written) = timeout(limit, writing).await {
            written
        } else {
            self.connection.fault(FramingFault::AnswersNotRead);
            Err(io::ErrorKind::TimedOut.into())
        }
    }
}
