//! Reading frames from one connection and handing them on, no faster than they are taken.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, sleep};
use wardline_hl7::Header;
use wardline_hl7::mllp::{Commit, Decoder, Event, Limits, Stall};
use wardline_messaging::Arrival;

use super::FramingFault;
use super::alarm::Alarm;
use super::bounds::FramePlaces;
use super::connection::{Connection, Decision, Due};
use super::frame_clock::FrameClock;
use crate::socket::sane;

/// Bytes of one read.
const CHUNK_BYTES: usize = 8 * 1024;
/// How long the CR after an FS may be late, before the frame counts as ended without it.
const CARRIAGE_RETURN_GRACE: Duration = Duration::from_secs(2);
/// How long a begun frame may take to end when the listener stops.
const STOP_FRAME_GRACE: Duration = Duration::from_secs(3);

/// Reads one connection.
pub(super) struct Reader<'c, R> {
    connection: &'c Connection,
    half: R,
    decoder: Decoder,
    unacknowledged: Arc<Semaphore>,
    max_unacknowledged: usize,
    clock: Option<FrameClock>,
    places: FramePlaces,
    garbage_bytes: u64,
    first_read: bool,
    missing_starts: u64,
}

/// Why reading ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// The sender closed, or the connection broke.
    BySender,
    /// Nothing came for too long.
    Idle,
    /// The listener stops.
    Stopping,
    /// The sender does not keep to the protocol.
    Fault(FramingFault),
    /// Answers can no longer be written.
    WriterGone,
}

impl Closing {
    /// Whether the sender may still be sending.
    pub(super) fn is_ours(self) -> bool {
        matches!(self, Self::Idle | Self::Stopping | Self::Fault(_))
    }
}

/// What waiting for bytes gave.
enum Read {
    Bytes(usize),
    End,
    TimeOver,
    Stop,
    WriterGone,
}

impl<'c, R: AsyncRead + Unpin> Reader<'c, R> {
    pub(super) fn new(connection: &'c Connection, half: R, max_unacknowledged: usize) -> Self {
        let listener = &connection.channel.listener;
        let limits = Limits {
            max_message_bytes: listener.max_message_bytes,
            max_garbage_bytes: usize::try_from(listener.max_junk_bytes).unwrap_or(usize::MAX),
        };
        Self {
            connection,
            half,
            decoder: Decoder::new(limits),
            unacknowledged: Arc::new(Semaphore::new(max_unacknowledged)),
            max_unacknowledged,
            clock: None,
            places: FramePlaces::default(),
            garbage_bytes: 0,
            first_read: true,
            missing_starts: 0,
        }
    }

    pub(super) fn frames(&self) -> u64 {
        self.decoder.counters().frames
    }

    pub(super) fn into_half(self) -> R {
        self.half
    }

    /// Reads until the connection ends; dropping `due` then lets the writer end too.
    pub(super) async fn run(&mut self, due: mpsc::Sender<Due>) -> Closing {
        let stop = self.connection.listener.stop.clone();
        let mut stopping = pin!(async {
            stop.cancelled().await;
            sleep(STOP_FRAME_GRACE).await;
        });
        // Asked again for each message, so they are made once.
        let (mut writer_gone, mut stopped) = (pin!(due.closed()), pin!(stop.cancelled()));
        let mut chunk = vec![0; CHUNK_BYTES];
        let mut quiet_since = Instant::now();
        let mut alarm = Alarm::at(self.deadline(quiet_since));
        loop {
            self.make_room().await;
            let deadline = self.deadline(quiet_since);
            let is_between = !self.decoder.is_mid_frame();
            let read = tokio::select! {
                biased;
                () = &mut writer_gone => Read::WriterGone,
                () = &mut stopped, if is_between => Read::Stop,
                () = &mut stopping => Read::Stop,
                read = self.half.read(&mut chunk) => Read::from(read),
                () = alarm.until(deadline) => Read::TimeOver,
            };
            let closing = match read {
                Read::Bytes(count) => {
                    let bytes = chunk.get(..count).unwrap_or_default();
                    let closing = self.received(bytes, &due).await.err();
                    quiet_since = Instant::now();
                    closing
                }
                Read::TimeOver => self.time_over(&due, &mut quiet_since).await.err(),
                Read::End => Some(self.end(&due).await),
                Read::Stop => Some(Closing::Stopping),
                Read::WriterGone => Some(Closing::WriterGone),
            };
            if let Some(closing) = closing {
                return closing;
            }
        }
    }

    /// Waits for a place before more of a large frame is read; the sender is not to blame for that time.
    async fn make_room(&mut self) {
        let bytes = self.decoder.buffered_bytes();
        if self.places.cover(bytes) {
            return;
        }
        let since = Instant::now();
        self.places
            .grow(&self.connection.listener.shared.places, bytes)
            .await;
        if let Some(clock) = &mut self.clock {
            clock.pause(since.elapsed());
        }
    }

    fn deadline(&self, quiet_since: Instant) -> Instant {
        match (&self.clock, self.decoder.stall()) {
            (Some(clock), Some(Stall::CarriageReturnMissing { .. })) => {
                clock.ends().min(quiet_since + CARRIAGE_RETURN_GRACE)
            }
            (Some(clock), _) => clock.ends(),
            (None, _) => quiet_since + sane(self.connection.channel.listener.idle_timeout()),
        }
    }

    async fn received(&mut self, bytes: &[u8], due: &mpsc::Sender<Due>) -> Result<(), Closing> {
        self.connection.listener.stats.read(bytes.len());
        if std::mem::take(&mut self.first_read)
            && let Some(fault) = FramingFault::of_first_bytes(bytes)
        {
            self.connection.fault(fault);
            if fault.ends_connection() {
                return Err(Closing::Fault(fault));
            }
            // Told before its end came, which is not to be told again.
            self.missing_starts = 1;
        }
        let was_open = self.decoder.is_mid_frame();
        let missing_before = self.decoder.counters().missing_carriage_returns;
        let mut rest = bytes;
        let mut is_same_frame = was_open;
        let mut taken = Ok(());
        while let (Ok(()), Some(event)) = (&taken, self.decoder.decode(&mut rest)) {
            is_same_frame = false;
            taken = self.happened(event, due).await;
        }
        self.count_faults(missing_before);
        self.set_clock(is_same_frame, bytes.len());
        taken
    }

    async fn happened(&mut self, event: Event, due: &mpsc::Sender<Due>) -> Result<(), Closing> {
        match event {
            Event::Frame(message) => self.hand_on(message, due).await,
            Event::TooLong { head } => {
                self.connection.fault(FramingFault::TooLong);
                self.places = FramePlaces::default();
                self.refuse(&head, due).await
            }
            Event::Restarted { .. } => {
                self.connection.fault(FramingFault::FrameRestarted);
                self.places = FramePlaces::default();
                Ok(())
            }
            Event::TooMuchGarbage => {
                let fault = FramingFault::TooMuchGarbage;
                self.connection.fault(fault);
                Err(Closing::Fault(fault))
            }
        }
    }

    /// Hands a message on. While it waits here nothing is read: that is how a sender feels that it is too fast.
    async fn hand_on(&mut self, message: Bytes, due: &mpsc::Sender<Due>) -> Result<(), Closing> {
        let places = std::mem::take(&mut self.places);
        // A sender of MLLP release 2 confirms our answers; there is nothing to do about it.
        if Commit::from_frame(&message).is_some() {
            return Ok(());
        }
        let listener = &self.connection.listener;
        listener.stats.frame();
        let unacknowledged = self.place_for_answer().await?;
        let places = places.settle(&listener.shared.places, message.len()).await;
        let arrival = Arrival {
            channel: listener.current().channel,
            peer: self.connection.peer.clone(),
            payload: message,
        };
        let answer = listener.shared.intake.accept(arrival).await;
        let decision = Decision::Taken(answer, places);
        answer_due(due, decision, unacknowledged).await
    }

    /// Refuses a message beyond the limit, if its header says whom to answer.
    async fn refuse(&mut self, head: &[u8], due: &mpsc::Sender<Due>) -> Result<(), Closing> {
        if Header::parse(head).is_err() {
            return Ok(());
        }
        let unacknowledged = self.place_for_answer().await?;
        let intake = &self.connection.listener.shared.intake;
        let answers = intake.refuse_oversized(&self.connection.channel, head);
        answer_due(due, Decision::Refused(answers), unacknowledged).await
    }

    async fn place_for_answer(&self) -> Result<OwnedSemaphorePermit, Closing> {
        let places = Arc::clone(&self.unacknowledged);
        places
            .acquire_owned()
            .await
            .map_err(|_| Closing::WriterGone)
    }

    async fn time_over(
        &mut self,
        due: &mpsc::Sender<Due>,
        quiet_since: &mut Instant,
    ) -> Result<(), Closing> {
        let now = Instant::now();
        let Some(clock) = &mut self.clock else {
            if self.unacknowledged.available_permits() < self.max_unacknowledged {
                *quiet_since = now;
                return Ok(());
            }
            return Err(Closing::Idle);
        };
        if let Some(message) = self.decoder.take_unterminated() {
            self.clock = None;
            *quiet_since = now;
            self.connection.fault(FramingFault::CarriageReturnMissing);
            return self.hand_on(message, due).await;
        }
        if now < clock.ends() || clock.extend(now) {
            return Ok(());
        }
        let period = sane(self.connection.channel.listener.frame_timeout());
        let went_quiet = now.duration_since(*quiet_since) >= period / 2;
        let fault = match self.decoder.stall() {
            Some(stall) if went_quiet => FramingFault::from(stall),
            _ => FramingFault::TooSlow,
        };
        self.connection.fault(fault);
        Err(Closing::Fault(fault))
    }

    async fn end(&mut self, due: &mpsc::Sender<Due>) -> Closing {
        if let Some(message) = self.decoder.take_unterminated() {
            self.connection.fault(FramingFault::CarriageReturnMissing);
            return match self.hand_on(message, due).await {
                Ok(()) => Closing::BySender,
                Err(closing) => closing,
            };
        }
        if self.decoder.is_mid_frame() {
            self.connection.fault(FramingFault::ClosedInFrame);
        }
        Closing::BySender
    }

    fn count_faults(&mut self, missing_before: u64) {
        let counters = self.decoder.counters();
        for _ in missing_before..counters.missing_carriage_returns {
            self.connection.fault(FramingFault::CarriageReturnMissing);
        }
        while self.missing_starts < counters.missing_starts {
            self.missing_starts += 1;
            self.connection.fault(FramingFault::StartBlockMissing);
        }
        let garbage = counters.garbage_bytes - self.garbage_bytes;
        if garbage > 0 {
            if self.garbage_bytes == 0 {
                self.connection.fault(FramingFault::Garbage);
            }
            self.garbage_bytes = counters.garbage_bytes;
            self.connection.listener.stats.garbage(garbage);
        }
    }

    fn set_clock(&mut self, is_same_frame: bool, bytes: usize) {
        if !self.decoder.is_mid_frame() {
            self.clock = None;
            return;
        }
        match &mut self.clock {
            Some(clock) if is_same_frame => clock.received(bytes),
            _ => {
                let period = sane(self.connection.channel.listener.frame_timeout());
                self.clock = Some(FrameClock::start(period, Instant::now()));
            }
        }
    }
}

async fn answer_due(
    due: &mpsc::Sender<Due>,
    decision: Decision,
    unacknowledged: OwnedSemaphorePermit,
) -> Result<(), Closing> {
    let answer = Due {
        decision,
        unacknowledged,
    };
    due.send(answer).await.map_err(|_| Closing::WriterGone)
}

impl From<io::Result<usize>> for Read {
    fn from(read: io::Result<usize>) -> Self {
        match read {
            Ok(0) | Err(_) => Self::End,
            Ok(count) => Self::Bytes(count),
        }
    }
}
