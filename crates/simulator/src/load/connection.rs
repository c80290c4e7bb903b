//! One connection of a load: keeps so many messages under way and reads the answers.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::answers::{Answer, Answers, Verdict};
use super::message::{Numbering, Template};
use super::numbers::Numbers;
use super::report::Latency;
use super::{LoadOptions, OnFailure, Shared};

const READ_BYTES: usize = 64 * 1_024;
/// Between two attempts to connect, and before a message answered AE is sent again.
const PAUSE: Duration = Duration::from_millis(20);

pub(super) struct Connection {
    address: SocketAddr,
    depth: usize,
    answer_timeout: Duration,
    on_failure: OnFailure,
    remember: bool,
    shared: Arc<Shared>,
    template: Template,
    /// Under way, oldest first.
    outstanding: VecDeque<Outstanding>,
    outcome: Outcome,
}

/// What a connection did.
pub(super) struct Outcome {
    pub(super) connection: u32,
    pub(super) sent: u64,
    pub(super) acknowledged: u64,
    pub(super) try_later: u64,
    pub(super) refused: u64,
    pub(super) unanswered: u64,
    pub(super) resent: u64,
    pub(super) out_of_order: u64,
    pub(super) unmatched: u64,
    pub(super) lost: u64,
    pub(super) last_answer: Option<Instant>,
    pub(super) latency: Latency,
    /// Acknowledged numbers, in the order of their answers.
    pub(super) ledger: Vec<u64>,
}

struct Outstanding {
    number: u64,
    sent_at: Instant,
}

/// How a session over one socket ended.
enum Ended {
    /// Nothing is left to send or to wait for.
    Done,
    /// The socket is of no more use.
    Lost,
}

impl Connection {
    pub(super) fn new(
        options: &LoadOptions,
        numbering: Numbering,
        place: u32,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            address: options.address,
            depth: options.depth,
            answer_timeout: options.answer_timeout,
            on_failure: options.on_failure,
            remember: options.remember_acknowledged,
            shared,
            template: Template::new(numbering, place, options.message_bytes),
            outstanding: VecDeque::new(),
            outcome: Outcome::none(place),
        }
    }

    /// Sends all numbers, over as many sockets as it takes.
    pub(super) async fn run(mut self, mut numbers: Numbers) -> Outcome {
        while let Some(stream) = self.connect().await {
            let ended = self.session(&stream, &mut numbers).await;
            if matches!(ended, Ok(Ended::Done)) {
                return self.outcome;
            }
            self.outcome.lost += 1;
            if self.on_failure == OnFailure::Count {
                break;
            }
            for unanswered in self.outstanding.drain(..) {
                self.outcome.resent += 1;
                numbers.put_back(unanswered.number);
            }
        }
        self.outcome.unanswered += super::count(self.outstanding.len() + numbers.waiting());
        self.outcome
    }

    async fn connect(&mut self) -> Option<TcpStream> {
        let patience = match self.on_failure {
            OnFailure::Count => Duration::ZERO,
            OnFailure::Resend { patience } => patience,
        };
        let began = Instant::now();
        loop {
            let attempt = timeout(self.answer_timeout, TcpStream::connect(self.address)).await;
            if let Ok(Ok(stream)) = attempt
                && stream.set_nodelay(true).is_ok()
            {
                return Some(stream);
            }
            if began.elapsed() >= patience {
                self.outcome.lost += 1;
                return None;
            }
            sleep(PAUSE).await;
        }
    }

    async fn session(&mut self, stream: &TcpStream, numbers: &mut Numbers) -> io::Result<Ended> {
        let mut outgoing = Vec::with_capacity(READ_BYTES);
        let mut written = 0;
        let mut incoming = vec![0; READ_BYTES];
        let mut answers = Answers::default();
        loop {
            self.fill(numbers, &mut outgoing);
            if self.outstanding.is_empty() {
                return Ok(Ended::Done);
            }
            written += write_some(stream, outgoing.get(written..).unwrap_or_default())?;
            if written == outgoing.len() {
                outgoing.clear();
                written = 0;
            }

            let interest = if outgoing.is_empty() {
                Interest::READABLE
            } else {
                Interest::READABLE | Interest::WRITABLE
            };
            let Ok(ready) = timeout(self.answer_timeout, stream.ready(interest)).await else {
                return Ok(Ended::Lost);
            };
            if ready?.is_readable() {
                match stream.try_read(&mut incoming) {
                    Ok(0) => return Ok(Ended::Lost),
                    Ok(count) => {
                        let received = incoming.get(..count).unwrap_or_default();
                        if answers.push(received).is_err() {
                            return Ok(Ended::Lost);
                        }
                    }
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(error) => return Err(error),
                }
                if self.settle(&mut answers, numbers) {
                    sleep(PAUSE).await;
                }
            }
        }
    }

    /// Puts as many messages under way as may be.
    fn fill(&mut self, numbers: &mut Numbers, outgoing: &mut Vec<u8>) {
        let now = Instant::now();
        let stopped = self.shared.stopped.load(Ordering::Relaxed);
        let before = self.outcome.sent;
        while self.outstanding.len() < self.depth
            && let Some(number) = numbers.next(now, stopped)
        {
            self.template.append(number, outgoing);
            self.outstanding.push_back(Outstanding {
                number,
                sent_at: now,
            });
            self.outcome.sent += 1;
        }
        self.shared
            .sent
            .fetch_add(self.outcome.sent - before, Ordering::Relaxed);
    }

    /// Books all whole answers; true if one of them asks to try later.
    fn settle(&mut self, answers: &mut Answers, numbers: &mut Numbers) -> bool {
        let now = Instant::now();
        let before = self.outcome.acknowledged;
        let mut try_later = false;
        while let Some(Answer { verdict, number }) = answers.next() {
            let place = number
                .and_then(|number| self.outstanding.iter().position(|it| it.number == number));
            let Some(sent) = place.and_then(|place| self.outstanding.remove(place)) else {
                self.outcome.unmatched += 1;
                continue;
            };
            self.outcome.out_of_order += u64::from(place != Some(0));
            self.outcome.last_answer = Some(now);
            match verdict {
                Verdict::Accepted => {
                    self.outcome.acknowledged += 1;
                    self.outcome
                        .latency
                        .record(now.duration_since(sent.sent_at));
                    if self.remember {
                        self.outcome.ledger.push(sent.number);
                    }
                }
                Verdict::Refused => self.outcome.refused += 1,
                Verdict::TryLater => {
                    self.outcome.try_later += 1;
                    if self.on_failure != OnFailure::Count {
                        self.outcome.resent += 1;
                        numbers.put_back(sent.number);
                        try_later = true;
                    }
                }
            }
        }
        let acknowledged = self.outcome.acknowledged - before;
        self.shared
            .acknowledged
            .fetch_add(acknowledged, Ordering::Relaxed);
        try_later
    }
}

impl Outcome {
    fn none(connection: u32) -> Self {
        Self {
            connection,
            sent: 0,
            acknowledged: 0,
            try_later: 0,
            refused: 0,
            unanswered: 0,
            resent: 0,
            out_of_order: 0,
            unmatched: 0,
            lost: 0,
            last_answer: None,
            latency: Latency::new(),
            ledger: Vec::new(),
        }
    }
}

fn write_some(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    if bytes.is_empty() {
        return Ok(0);
    }
    match stream.try_write(bytes) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
        written => written,
    }
}
