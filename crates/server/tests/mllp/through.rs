//! Real messages through the whole house: listener, store, delivery, and a receiver at the other end.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use wardline_messaging::channel::{Channel, parse_channel};
use wardline_messaging::model::ChannelName;
use wardline_messaging::port::{Clock, SystemClock};
use wardline_messaging::{Messaging, MessagingParts};
use wardline_phi::{KeyFile, KeyRing};
use wardline_server::mllp::{Listeners, MllpBounds};
use wardline_server::outbound::Partners;
use wardline_store_embedded::{EmbeddedStore, Options};

use crate::rig::{Rig, until};
use crate::sender::{Sender, framed, message};

#[tokio::test(flavor = "multi_thread")]
async fn real_messages_arrive_at_the_partner_to_the_byte() {
    let receiver = Rig::new("").await;
    let folder = tempfile::tempdir().unwrap();
    let messaging = service(folder.path(), channel_to(&receiver)).await;
    let listeners = Listeners::new(Arc::new(messaging.clone()), MllpBounds::default());
    listeners
        .apply(&messaging.channel_definitions())
        .await
        .unwrap();
    let mut sender = Sender::connect(listeners.states()[0].address).await;
    let mut samples = samples();

    for sample in &samples {
        sender.write(&framed(sample)).await;
    }
    for _ in &samples {
        let ack = sender.ack().await;
        assert!(ack.starts_with("AA ") || ack.starts_with("CA "), "{ack}");
    }
    receiver.arrived(samples.len()).await;

    let mut arrived = receiver.desk.payloads();
    arrived.sort();
    samples.sort();
    assert!(
        arrived == samples,
        "a message was changed, lost or doubled on its way"
    );
    listeners.stop().await;
    messaging.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_wait_for_a_partner_that_is_away_and_then_arrive_in_order() {
    let receiver = Rig::new("").await;
    let folder = tempfile::tempdir().unwrap();
    let channel = channel_to(&receiver);
    let away = receiver.address();
    receiver.listeners.stop().await;
    let messaging = service(folder.path(), channel).await;
    let listeners = Listeners::new(Arc::new(messaging.clone()), MllpBounds::default());
    listeners
        .apply(&messaging.channel_definitions())
        .await
        .unwrap();
    let mut sender = Sender::connect(listeners.states()[0].address).await;

    for id in 1..=20 {
        assert!(sender.is_served(&id.to_string()).await);
    }
    let back = Rig::new(&format!("address = \"{away}\"")).await;
    back.arrived(20).await;

    let ids = |payload: &Bytes| {
        let text = String::from_utf8_lossy(payload).into_owned();
        text.split('|').nth(9).unwrap().parse::<u32>().unwrap()
    };
    let arrived: Vec<u32> = back.desk.payloads().iter().map(ids).collect();
    assert_eq!(arrived, (1..=20).collect::<Vec<_>>());
    listeners.stop().await;
    messaging.stop().await;
    until(|| back.stats().connections_open() == 0).await;
}

/// MSH-15 empty and MSH-16 NE: one of both is valued, so the sender asks for neither answer.
#[tokio::test(flavor = "multi_thread")]
async fn a1_a_message_that_asks_for_no_answer_gets_none_is_delivered_and_counted() {
    let receiver = Rig::new("").await;
    let folder = tempfile::tempdir().unwrap();
    let messaging = service(folder.path(), channel_to(&receiver)).await;
    let listeners = Listeners::new(Arc::new(messaging.clone()), MllpBounds::default());
    listeners
        .apply(&messaging.channel_definitions())
        .await
        .unwrap();
    let mut sender = Sender::connect(listeners.states()[0].address).await;
    let silent = message("1").replace("|P|2.5.1\r", "|P|2.5.1||||NE\r");

    sender.write(&framed(silent.as_bytes())).await;
    sender.send("2").await;

    assert_eq!(sender.ack().await, "AA 2", "the first answer");
    assert_eq!(listeners.stats()[0].1.unanswered(), 1);
    receiver.arrived(2).await;
    listeners.stop().await;
    messaging.stop().await;
}

fn samples() -> Vec<Bytes> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/hl7");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let messages = files.filter(|path| path.extension().is_some_and(|ending| ending == "hl7"));
    let samples: Vec<Bytes> = messages
        .map(|path| std::fs::read(path).unwrap().into())
        .collect();
    assert!(samples.len() > 50);
    samples
}

fn channel_to(receiver: &Rig) -> Channel {
    let text = format!(
        "[listener]\naddress = \"127.0.0.1:0\"\n[[destination]]\nname = \"ehr\"\nkind = \"mllp\"\n\
         address = \"{}\"\nretry = {{ first_delay_ms = 20, max_delay_ms = 50 }}",
        receiver.address()
    );
    parse_channel(ChannelName::new("adt").unwrap(), &text, "adt.toml").unwrap()
}

async fn service(folder: &Path, channel: Channel) -> Messaging {
    let options = Options {
        reserve_bytes: 0,
        ..Options::default()
    };
    let store = Arc::new(EmbeddedStore::open(&folder.join("data"), options).unwrap());
    let keys = KeyFile::generate().unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let ring = KeyRing::load(Arc::new(keys.provider()), store.clone()).unwrap();
    let parts = MessagingParts {
        store,
        ring: Arc::new(ring),
        blind_index: Arc::new(keys.blind_index()),
        partners: Arc::new(Partners::new(Arc::clone(&clock))),
        clock,
        min_free_bytes: 0,
        node: "test".to_owned(),
    };
    Messaging::start(parts, vec![channel]).await.unwrap()
}
