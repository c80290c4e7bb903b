//! Text of senders that do not say how it is encoded.

use bytes::Bytes;
use wardline_hl7::Charset;
use wardline_messaging::operations::Change;
use wardline_messaging::{AcceptanceResult, Arrival, DoubtfulText};

use crate::scene::{Scene, Script, adt, channel, eventually, scene};

const OF_THE_CHANNEL: &str = "character_set = \"8859/2\"";

fn eastern() -> Charset {
    Charset::from_name(b"8859/2").unwrap()
}

/// A message without MSH-18 about a patient Košcielny, in ISO-8859-2.
async fn take_eastern(scene: &Scene) {
    let text = adt("1", "100").replace("DOE", "Ko?cielny").into_bytes();
    let payload: Vec<u8> = text
        .into_iter()
        .map(|b| if b == b'?' { 0xb9 } else { b })
        .collect();
    let arrival = Arrival {
        payload: Bytes::from(payload),
        ..scene.arrival("")
    };

    let acceptance = scene.messaging.accept(arrival).await.await;

    assert_eq!(acceptance.result, AcceptanceResult::Stored);
}

/// Live beds and records are such partners.
#[tokio::test]
async fn what_a_channel_says_of_its_text_goes_along_to_partners() {
    let scene = scene(OF_THE_CHANNEL).await;

    take_eastern(&scene).await;
    scene.delivered(1).await;

    assert_eq!(scene.partner.sent_in(0), Some(eastern()));
    let adt = &scene.queue().channel;
    assert_eq!(scene.messaging.character_set(adt), Some(eastern()));
}

#[tokio::test]
async fn messages_whose_text_may_not_read_as_it_was_written_are_counted_by_channel() {
    let scene = scene("").await;
    let said = adt("2", "100").replace("|P|2.5.1", "|P|2.5.1||||||UNICODE UTF-8");
    let broken = said.replace("DOE", "Ko?cielny").into_bytes();
    let broken = broken.into_iter().map(|b| if b == b'?' { 0xb9 } else { b });
    let arrival = Arrival {
        payload: broken.collect(),
        ..scene.arrival("")
    };

    take_eastern(&scene).await;
    scene.messaging.accept(arrival).await.await;
    scene.take(&adt("3", "100")).await;

    let view = scene.messaging.channel(&scene.queue().channel).await;
    let (guessed, broken) = (1, 1);
    assert_eq!(
        view.unwrap().doubtful_text,
        DoubtfulText { guessed, broken }
    );
}

#[tokio::test]
async fn what_the_channel_says_how_to_read_is_no_guess() {
    let scene = scene(OF_THE_CHANNEL).await;

    take_eastern(&scene).await;

    let view = scene.messaging.channel(&scene.queue().channel).await;
    assert_eq!(view.unwrap().doubtful_text, DoubtfulText::default());
}

#[tokio::test]
async fn a_channel_that_says_otherwise_by_now_is_followed() {
    let scene = scene(OF_THE_CHANNEL).await;

    let other = channel("adt", "character_set = \"Windows-1251\"");
    scene.messaging.reload(vec![other]).await.unwrap();
    take_eastern(&scene).await;
    scene.delivered(1).await;

    let expected = Charset::from_name(b"Windows-1251").unwrap();
    assert_eq!(scene.partner.sent_in(0), Some(expected));
}

#[tokio::test]
async fn filters_see_text_as_the_channel_says_it_is_written() {
    let filter = "[[destination]]\nname = \"named\"\nkind = \"mllp\"\naddress = \"lab:2576\"\n\
                  when = [{ path = \"PID-5.1\", in = [\"Košcielny\"] }]\n";
    let scene = scene(&format!("{OF_THE_CHANNEL}\n{filter}")).await;

    take_eastern(&scene).await;

    eventually(|| scene.partner.sent().len() == 2).await;
}

#[tokio::test]
async fn an_edit_is_written_as_the_channel_says_its_text_is() {
    let scene = scene(OF_THE_CHANNEL).await;
    scene.partner.answer([Script::refused()]);
    let original = scene.store("1", "100").await;
    scene.dead(1).await;

    let values = [("PID-5.1", "Košcielny"), ("PID-5.2", "Łukasz")];
    let values = values.map(|(path, text)| (path.parse().unwrap(), text.to_owned()));
    let change = Change::Set(values.to_vec());
    let queue = scene.queue();
    let edited = scene.messaging.edit(&queue, original, change, "ops");
    edited.await.unwrap();

    scene.delivered(1).await;
    let sent = scene.partner.sent_bytes(1);
    let name = b"|Ko\xb9cielny^\xa3ukasz";
    assert!(sent.windows(name.len()).any(|part| part == name));
}
