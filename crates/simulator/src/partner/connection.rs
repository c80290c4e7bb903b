//! One connection to a partner: read, wait, decide, answer.

use std::io;
use std::time::Duration;

use fastrand::Rng;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use wardline_hl7::Header;
use wardline_hl7::ack::{AckCode, AckMode, Outcome, Reply};
use wardline_hl7::mllp::{self, Decoder, Event};

use super::behaviour::Decision;
use super::{Shared, lock};

const READ_BYTES: usize = 64 * 1_024;

pub(super) async fn serve(mut stream: TcpStream, shared: &Shared, seed: u64) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut desk = Desk {
        rng: Rng::with_seed(seed),
        answered: 0,
        answers: Vec::new(),
    };
    let mut decoder = Decoder::default();
    let mut chunk = vec![0; READ_BYTES];
    loop {
        let count = stream.read(&mut chunk).await?;
        let mut rest = chunk.get(..count).unwrap_or_default();
        if rest.is_empty() {
            return Ok(());
        }
        while let Some(event) = decoder.decode(&mut rest) {
            let message = match event {
                Event::Frame(message) => message,
                Event::TooLong { head } => {
                    desk.refuse(&head);
                    continue;
                }
                Event::Restarted { .. } => continue,
                Event::TooMuchGarbage => return Ok(()),
            };
            let behaviour = lock(&shared.behaviour).clone();
            let delay = behaviour.delay(&mut desk.rng);
            if delay > Duration::ZERO {
                // Answers that are due must not wait for this message.
                desk.hand_over(&mut stream).await?;
                tokio::time::sleep(delay).await;
            }
            let decision = behaviour.decide(&mut desk.rng);
            let may_continue = desk.settle(&message, decision, shared);
            if !may_continue {
                return desk.hand_over(&mut stream).await;
            }
        }
        desk.hand_over(&mut stream).await?;
    }
}

/// Books messages and writes their answers.
struct Desk {
    rng: Rng,
    answered: u64,
    /// Frames that were not sent yet.
    answers: Vec<u8>,
}

impl Desk {
    /// Books a message and prepares its answers; false when the connection is to be closed instead.
    fn settle(&mut self, message: &[u8], decision: Decision, shared: &Shared) -> bool {
        let Ok(header) = Header::parse(message) else {
            self.refuse(message);
            return true;
        };
        let accepted = matches!(
            decision,
            Decision::HangUp | Decision::Answer(Outcome::Accepted)
        );
        // Never acknowledge an acknowledgement.
        if header.is_acknowledgement() {
            return true;
        }
        if accepted {
            lock(&shared.arrivals).record(message, header.control_id());
        }
        let Decision::Answer(outcome) = decision else {
            return false;
        };
        for code in AckMode::of(&header).answers(outcome) {
            let id = self.next_id();
            let reply = Reply::to(&header, code);
            let reply = if accepted {
                reply
            } else {
                reply.text("the partner was told to refuse this")
            };
            self.answer(&reply.write(&now(), &id));
        }
        true
    }

    /// Says no to something that is not a message, or too long for one.
    fn refuse(&mut self, head: &[u8]) {
        let id = self.next_id();
        self.answer(&Reply::write_for(head, AckCode::Ar, &now(), &id));
    }

    fn answer(&mut self, acknowledgement: &[u8]) {
        // A control id that would break the frame was never in one, so the echo cannot break it either.
        if let Err(error) = mllp::encode_into(acknowledgement, &mut self.answers) {
            tracing::warn!(%error, "a partner's answer could not be framed");
        }
    }

    async fn hand_over(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        if self.answers.is_empty() {
            return Ok(());
        }
        stream.write_all(&self.answers).await?;
        self.answers.clear();
        Ok(())
    }

    fn next_id(&mut self) -> String {
        self.answered += 1;
        format!("P{:08X}{:08}", self.rng.u32(..), self.answered)
    }
}

/// MSH-7 of an answer.
fn now() -> String {
    jiff::Timestamp::now()
        .strftime("%Y%m%d%H%M%S+0000")
        .to_string()
}
