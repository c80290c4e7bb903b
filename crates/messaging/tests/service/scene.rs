//! A service on a store in memory, a partner that answers as told, and messages.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use wardline_hl7::Charset;
use wardline_messaging::channel::{Channel, Destination, parse_channel};
use wardline_messaging::model::{ChannelName, DestinationName, MessageId, Queue};
use wardline_messaging::operations::SearchRequest;
use wardline_messaging::port::{ManualClock, Parcel, Partner, PartnerFactory, SendOutcome};
use wardline_messaging::{Acceptance, AcceptanceResult, Arrival, Messaging, MessagingParts};
use wardline_phi::{BlindIndex, KeyRing};
use wardline_testkit::{Faults, MemoryStore, key_ring};

/// 2026-11-21.
pub(crate) const NOW: u64 = 1_795_219_200_000;

/// How the partner answers the next messages; AA once the list is used up.
#[derive(Clone, Default)]
pub(crate) struct Script {
    answers: Arc<Mutex<VecDeque<SendOutcome>>>,
    /// Everything that the partner was sent, in order.
    sent: Arc<Mutex<Vec<Parcel>>>,
    /// Nothing is answered while this is held.
    pub(crate) gate: Arc<tokio::sync::Mutex<()>>,
}

#[async_trait]
impl Partner for Script {
    async fn send(&self, parcel: Parcel) -> SendOutcome {
        self.sent.lock().unwrap().push(parcel);
        drop(self.gate.lock().await);
        let accepted = SendOutcome::Accepted {
            answer: Bytes::from_static(b"MSH|^~\\&\rMSA|AA\r"),
        };
        self.answers.lock().unwrap().pop_front().unwrap_or(accepted)
    }
}

impl PartnerFactory for Script {
    fn partner(&self, _: &ChannelName, _: &Destination) -> Result<Arc<dyn Partner>, String> {
        Ok(Arc::new(self.clone()))
    }
}

impl Script {
    pub(crate) fn answer(&self, answers: impl IntoIterator<Item = SendOutcome>) {
        self.answers.lock().unwrap().extend(answers);
    }

    pub(crate) fn sent(&self) -> Vec<MessageId> {
        self.sent
            .lock()
            .unwrap()
            .iter()
            .map(|parcel| parcel.id)
            .collect()
    }

    pub(crate) fn sent_in(&self, index: usize) -> Option<Charset> {
        self.sent.lock().unwrap()[index].character_set
    }

    pub(crate) fn sent_bytes(&self, index: usize) -> Bytes {
        self.sent.lock().unwrap()[index].bytes.clone()
    }

    pub(crate) fn sent_text(&self, index: usize) -> String {
        String::from_utf8_lossy(&self.sent_bytes(index)).into_owned()
    }

    pub(crate) fn try_later() -> SendOutcome {
        SendOutcome::TryLater {
            answer: Bytes::from_static(b"MSA|AE|1|busy"),
        }
    }

    pub(crate) fn refused() -> SendOutcome {
        SendOutcome::Refused {
            answer: Bytes::from_static(b"MSA|AR|1|no"),
        }
    }

    pub(crate) fn unknown() -> SendOutcome {
        SendOutcome::Unknown {
            detail: "no answer in time".to_owned(),
        }
    }

    pub(crate) fn not_sent() -> SendOutcome {
        SendOutcome::NotSent {
            detail: "connection refused".to_owned(),
        }
    }
}

pub(crate) struct Scene {
    pub(crate) messaging: Messaging,
    pub(crate) partner: Script,
    pub(crate) faults: Faults,
    pub(crate) clock: Arc<ManualClock>,
    queue: Queue,
}

/// A channel `adt` with one destination `lab`, quick to retry; `more` is added to its file.
pub(crate) async fn scene(more: &str) -> Scene {
    scene_on(Faults::over(Arc::new(MemoryStore::new())), more).await
}

pub(crate) async fn scene_on(faults: Faults, more: &str) -> Scene {
    let keys = key_ring::new();
    let keys = (Arc::new(keys.ring), Arc::new(keys.blind_index));
    scene_under(keys, faults, more).await
}

/// The same under these keys.
pub(crate) async fn scene_under(
    (ring, blind_index): (Arc<KeyRing>, Arc<BlindIndex>),
    faults: Faults,
    more: &str,
) -> Scene {
    let partner = Script::default();
    let clock = Arc::new(ManualClock::at(NOW));
    let parts = MessagingParts {
        store: Arc::new(faults.clone()),
        ring,
        blind_index,
        clock: Arc::clone(&clock) as Arc<_>,
        partners: Arc::new(partner.clone()),
        min_free_bytes: 0,
        node: "test".to_owned(),
    };
    let channel = channel("adt", more);
    let messaging = Messaging::start(parts, vec![channel.clone()])
        .await
        .unwrap();
    Scene {
        messaging,
        partner,
        faults,
        clock,
        queue: Queue {
            channel: channel.name,
            destination: DestinationName::new("lab").unwrap(),
        },
    }
}

/// A channel with one destination `lab`.
pub(crate) fn channel(name: &str, more: &str) -> Channel {
    let text = format!(
        "[listener]\naddress = \"127.0.0.1:0\"\n{more}\n[[destination]]\nname = \"lab\"\nkind = \"mllp\"\n\
         address = \"lab:2575\"\nparallel_patients = 4\nretry = {{ max_attempts = 3, first_delay_ms = 1, \
         max_delay_ms = 5 }}\n"
    );
    parse_channel(ChannelName::new(name).unwrap(), &text, "channel.toml").unwrap()
}

impl Scene {
    pub(crate) fn queue(&self) -> Queue {
        self.queue.clone()
    }

    /// Sends a message to the channel and waits for its answer.
    pub(crate) async fn take(&self, raw: &str) -> Acceptance {
        self.messaging.accept(self.arrival(raw)).await.await
    }

    pub(crate) fn arrival(&self, raw: &str) -> Arrival {
        let channel = self
            .messaging
            .channel_definition(&self.queue().channel)
            .unwrap();
        let payload = Bytes::copy_from_slice(raw.as_bytes());
        Arrival {
            channel,
            peer: "10.0.0.1".to_owned(),
            payload,
        }
    }

    /// Stores a message and gives its id.
    pub(crate) async fn store(&self, control_id: &str, patient: &str) -> MessageId {
        let acceptance = self.take(&adt(control_id, patient)).await;
        assert_eq!(acceptance.result, AcceptanceResult::Stored);
        self.messaging
            .search(&SearchRequest::default(), None, 1)
            .await
            .unwrap()
            .items[0]
            .record
            .id
    }

    pub(crate) async fn delivered(&self, count: u64) {
        eventually(|| self.messaging.totals().destination(&self.queue()).delivered == count).await;
    }

    pub(crate) async fn dead(&self, count: u64) {
        eventually(|| self.messaging.totals().destination(&self.queue()).dead == count).await;
    }
}

pub(crate) fn adt(control_id: &str, patient: &str) -> String {
    format!(
        "MSH|^~\\&|APP|FAC|||20261121||ADT^A08|{control_id}|P|2.5.1\r\
         PID|1||{patient}^^^HOSP^MR||DOE^JANE\rPV1|1|I|||||||||||||||||V{patient}\r"
    )
}

/// MSA-1 of an answer.
pub(crate) fn code(answer: &Bytes) -> String {
    let text = String::from_utf8_lossy(answer);
    let msa = text
        .split('\r')
        .find_map(|segment| segment.strip_prefix("MSA|"))
        .unwrap_or_default();
    msa.split('|').next().unwrap_or_default().to_owned()
}

/// Waits for what happens in another task; fails after ten seconds.
pub(crate) async fn eventually(mut happened: impl FnMut() -> bool) {
    for _ in 0..10_000 {
        if happened() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("it did not happen within ten seconds");
}
