//! An intake that a test steers: it remembers what came and answers when it is told to.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::Semaphore;
use wardline_hl7::ack::{AckCode, Reply};
use wardline_messaging::channel::Channel;
use wardline_messaging::{Acceptance, AcceptanceResult, Arrival};
use wardline_server::mllp::{Intake, PendingAcceptance};

/// The intake.
pub(crate) struct Desk {
    arrivals: Mutex<Vec<Arrival>>,
    /// Frames may enter while there are permits.
    entrance: Semaphore,
    /// Answers are given while there are permits.
    exit: Arc<Semaphore>,
    result: Mutex<AcceptanceResult>,
    answer_bytes: Mutex<usize>,
    is_silent: AtomicBool,
}

const OPEN: usize = Semaphore::MAX_PERMITS / 2;

impl Desk {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            arrivals: Mutex::default(),
            entrance: Semaphore::new(OPEN),
            exit: Arc::new(Semaphore::new(OPEN)),
            result: Mutex::new(AcceptanceResult::Stored),
            answer_bytes: Mutex::new(0),
            is_silent: AtomicBool::new(false),
        })
    }

    /// No frame enters: the service is busy.
    pub(crate) fn close_entrance(&self) {
        self.entrance.forget_permits(OPEN);
    }

    /// Frames enter and are not answered: the store is slow.
    pub(crate) fn hold_answers(&self) {
        self.exit.forget_permits(OPEN);
    }

    pub(crate) fn give_answers(&self, count: usize) {
        self.exit.add_permits(count);
    }

    pub(crate) fn open_entrance(&self) {
        self.entrance.add_permits(OPEN);
    }

    /// What becomes of the frames to come.
    pub(crate) fn decide(&self, result: AcceptanceResult) {
        *self.result.lock().unwrap() = result;
    }

    /// Messages are taken and nothing is answered, as MSH-15 and MSH-16 can ask.
    pub(crate) fn keep_silent(&self) {
        self.is_silent.store(true, Ordering::Relaxed);
    }

    /// Answers are padded to this size.
    pub(crate) fn pad_answers(&self, bytes: usize) {
        *self.answer_bytes.lock().unwrap() = bytes;
    }

    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        self.arrivals.lock().unwrap().clone()
    }

    pub(crate) fn payloads(&self) -> Vec<Bytes> {
        self.arrivals()
            .into_iter()
            .map(|arrival| arrival.payload)
            .collect()
    }
}

#[async_trait]
impl Intake for Desk {
    async fn accept(&self, arrival: Arrival) -> PendingAcceptance {
        self.entrance.acquire().await.unwrap().forget();
        self.arrivals.lock().unwrap().push(arrival.clone());
        let result = *self.result.lock().unwrap();
        let code = match result {
            AcceptanceResult::TryLater => AckCode::Ae,
            AcceptanceResult::Refused | AcceptanceResult::Quarantined => AckCode::Ar,
            _ => AckCode::Aa,
        };
        let mut answer = Reply::write_for(&arrival.payload, code, "20261121", "W1");
        let padded = *self.answer_bytes.lock().unwrap();
        answer.resize(answer.len().max(padded), b' ');
        let answers = if self.is_silent.load(Ordering::Relaxed) {
            Vec::new()
        } else {
            vec![answer.into()]
        };
        let exit = Arc::clone(&self.exit);
        Box::pin(async move {
            exit.acquire().await.unwrap().forget();
            Acceptance { answers, result }
        })
    }

    fn refuse_oversized(&self, _channel: &Channel, head: &[u8]) -> Vec<Bytes> {
        vec![Reply::write_for(head, AckCode::Ar, "20261121", "W1").into()]
    }
}
