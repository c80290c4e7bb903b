//! A key service that is away: what waits for it, and what does not.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use wardline_messaging::model::{ChannelName, JobState, MessageId};
use wardline_messaging::operations::{JobRequest, JobWish, SearchRequest};
use wardline_messaging::{AcceptanceResult, Arrival, Health, OperationError};
use wardline_phi::{BlindIndex, KeyFile, KeyRing, KeyScope, MemoryKeyStore};
use wardline_testkit::{Fault, Faults, KeyService, MemoryStore};

use crate::scene::{NOW, Scene, Script, adt, channel, code, eventually, scene_under};

/// 2026-12-01.
const DECEMBER: u64 = NOW + 10 * 86_400_000;

/// A key service, and what outlives a restart.
struct House {
    service: Arc<KeyService>,
    wrapped: Arc<MemoryKeyStore>,
    index: Arc<BlindIndex>,
    store: Faults,
}

impl House {
    fn new() -> Self {
        Self {
            service: Arc::new(KeyService::new()),
            wrapped: Arc::new(MemoryKeyStore::new()),
            index: Arc::new(KeyFile::generate().unwrap().blind_index()),
            store: Faults::over(Arc::new(MemoryStore::new())),
        }
    }

    /// Asks the service for the newest key alone, as every start does.
    fn ring(&self) -> Arc<KeyRing> {
        Arc::new(KeyRing::load(self.service.clone(), self.wrapped.clone()).unwrap())
    }

    async fn start(&self, ring: Arc<KeyRing>) -> Scene {
        let keys = (ring, Arc::clone(&self.index));
        scene_under(keys, self.store.clone(), "").await
    }

    async fn restarted_with_a_message_of_november(&self) -> (Scene, MessageId) {
        let (scene, ids) = self.restarted_with_messages_of_november(1).await;
        (scene, ids[0])
    }

    /// Stores messages of November about so many patients, which wait, and makes December's key. Then the service is started
    /// anew and goes away: the key of November is not held, that of December is.
    async fn restarted_with_messages_of_november(&self, count: u32) -> (Scene, Vec<MessageId>) {
        let before = self.start(self.ring()).await;
        before
            .partner
            .answer(std::iter::repeat_n(Script::not_sent(), 10_000));
        let mut ids = Vec::new();
        for number in 1..=count {
            let patient = (number * 100).to_string();
            ids.push(before.store(&number.to_string(), &patient).await);
        }
        before.messaging.stop().await;
        let of_december = KeyScope::channel_month("adt", DECEMBER).unwrap();
        self.ring().data_key(&of_december, NOW).unwrap();
        let ring = self.ring();
        self.service.be_away(true);
        (self.start(ring).await, ids)
    }
}

fn to(scene: &Scene, name: &str, raw: &str) -> Arrival {
    let name = ChannelName::new(name).unwrap();
    Arrival {
        channel: scene.messaging.channel_definition(&name).unwrap(),
        peer: "10.0.0.1".to_owned(),
        payload: Bytes::copy_from_slice(raw.as_bytes()),
    }
}

#[tokio::test]
async fn while_the_key_service_is_away_queued_messages_wait_in_their_place_and_none_is_buried() {
    let house = House::new();
    let (scene, of_november) = house.restarted_with_a_message_of_november().await;
    let asked = house.service.asked();
    eventually(|| house.service.asked() >= asked + 2).await;
    scene.clock.advance(DECEMBER - NOW);
    let of_december = scene.store("2", "100").await;
    let of_another = scene.store("3", "200").await;
    eventually(|| scene.partner.sent() == [of_another]).await;

    house.service.be_away(false);

    scene.delivered(3).await;
    assert_eq!(scene.partner.sent(), [of_another, of_november, of_december]);
    assert_eq!(scene.messaging.totals().destination(&scene.queue()).dead, 0);
}

#[tokio::test]
async fn messages_without_a_key_take_no_place_from_others_and_can_be_skipped() {
    let house = House::new();
    let (scene, of_november) = house.restarted_with_messages_of_november(9).await;
    scene.clock.advance(DECEMBER - NOW);

    let of_another = scene.store("of another", "9000").await;

    eventually(|| scene.partner.sent() == [of_another]).await;
    let (queue, first) = (scene.queue(), of_november[0]);
    let skip = || scene.messaging.skip(&queue, first, "it is known there");
    let mut skipped = skip().await;
    while matches!(skipped, Err(OperationError::NotWaiting { .. })) {
        skipped = skip().await;
    }
    skipped.unwrap();
    house.service.be_away(false);
    scene.delivered(9).await;
    assert!(!scene.partner.sent().contains(&first));
}

#[tokio::test]
async fn a_message_whose_key_cannot_be_had_now_is_not_called_unreadable() {
    let house = House::new();
    let (scene, id) = house.restarted_with_a_message_of_november().await;

    let body = scene.messaging.body(id).await;

    let error = body.err().unwrap();
    assert!(
        matches!(&error, OperationError::Key(why) if why.is_unavailable()),
        "{error}"
    );
    let all = SearchRequest::default();
    let listed = scene.messaging.search(&all, None, 9).await.unwrap();
    assert_eq!(listed.items.len(), 1, "a search opens nothing");
    house.service.be_away(false);
    assert!(scene.messaging.body(id).await.is_ok());
}

#[tokio::test]
async fn a_channel_whose_key_cannot_be_made_holds_up_no_other_and_is_told_so() {
    let house = House::new();
    let scene = house.start(house.ring()).await;
    scene.store("1", "100").await;
    let channels = vec![channel("adt", ""), channel("new", "")];
    scene.messaging.reload(channels).await.unwrap();
    house.service.be_away(true);
    let asked = house.service.asked();
    let dawdling = house.service.dawdle();
    let (messaging, arrival) = (scene.messaging.clone(), to(&scene, "new", &adt("2", "200")));
    let of_new = tokio::spawn(async move { messaging.accept(arrival).await.await });
    eventually(|| house.service.asked() > asked).await;

    let other = adt("3", "300");
    let taken = tokio::time::timeout(Duration::from_secs(10), scene.take(&other)).await;

    assert_eq!(
        taken.map(|taken| taken.result),
        Ok(AcceptanceResult::Stored)
    );
    drop(dawdling);
    let refused = of_new.await.unwrap();
    assert_eq!(refused.result, AcceptanceResult::TryLater);
    assert_eq!(code(&refused.answers[0]), "AE");
    let text = String::from_utf8_lossy(&refused.answers[0]).into_owned();
    assert!(text.contains("the key service"), "{text}");
    assert_eq!(scene.messaging.health(), Health::Ready);
    scene.delivered(2).await;
    house.service.be_away(false);
    let again = scene.messaging.accept(to(&scene, "new", &adt("2", "200")));
    assert_eq!(again.await.await.result, AcceptanceResult::Stored);
}

#[tokio::test]
async fn a_month_whose_key_was_made_ahead_begins_without_the_key_service() {
    let house = House::new();
    let ring = house.ring();
    let scene = house.start(Arc::clone(&ring)).await;
    scene.store("1", "100").await;
    ring.make_ahead(NOW, DECEMBER).unwrap();
    house.service.be_away(true);

    scene.clock.advance(DECEMBER - NOW);
    scene.store("2", "100").await;

    scene.delivered(2).await;
}

/// Gives up all dead letters of a channel.
fn discard(channel: &str) -> JobRequest {
    JobRequest {
        wish: JobWish::DiscardDeadLetters {
            reason: "a test patient".to_owned(),
        },
        matching: SearchRequest {
            channel: Some(ChannelName::new(channel).unwrap()),
            ..Default::default()
        },
        destination: None,
        reason: None,
        ids: Vec::new(),
        dry_run: false,
        created_by: "test".to_owned(),
    }
}

#[tokio::test]
async fn a_job_whose_reason_finds_no_key_is_refused_and_holds_up_nobody() {
    let house = House::new();
    let scene = house.start(house.ring()).await;
    scene.store("1", "100").await;
    house.service.be_away(true);
    let asked = house.service.asked();
    let dawdling = house.service.dawdle();
    let messaging = scene.messaging.clone();
    let job = tokio::spawn(async move { messaging.start_job(discard("new")).await });
    eventually(|| house.service.asked() > asked).await;

    scene.store("2", "200").await;
    scene.delivered(2).await;

    drop(dawdling);
    let refused = job.await.unwrap();
    assert!(
        matches!(&refused, Err(OperationError::Key(why)) if why.is_unavailable()),
        "{refused:?}"
    );
    assert!(scene.messaging.jobs(None, 9).is_empty());
    house.service.be_away(false);
    assert!(scene.messaging.start_job(discard("new")).await.is_ok());
}

#[tokio::test]
async fn a_job_waits_for_the_key_of_its_reason_and_holds_up_nobody() {
    let house = House::new();
    let before = house.start(house.ring()).await;
    before.partner.answer([Script::refused()]);
    before.store("1", "100").await;
    before.dead(1).await;
    let asked = house.store.commits_asked();
    house.store.next_commits([None, Some(Fault::Unavailable)]);
    let id = before.messaging.start_job(discard("adt")).await.unwrap().id;
    eventually(|| house.store.commits_asked() >= asked + 2).await;
    before.messaging.stop().await;
    let of_december = KeyScope::channel_month("adt", DECEMBER).unwrap();
    house.ring().data_key(&of_december, NOW).unwrap();
    let (ring, asked) = (house.ring(), house.service.asked());
    let dawdling = house.service.dawdle();

    let scene = house.start(ring).await;
    eventually(|| house.service.asked() > asked).await;
    scene.clock.advance(DECEMBER - NOW);
    scene.store("2", "200").await;
    scene.delivered(1).await;

    let state = || scene.messaging.job(id).unwrap().state;
    assert_eq!(state(), JobState::Running);
    drop(dawdling);
    eventually(|| state() == JobState::Finished).await;
    let totals = scene.messaging.totals().destination(&scene.queue());
    assert_eq!((totals.dead, totals.discarded), (0, 1));
}

#[test]
fn a_hundred_senders_of_a_new_channel_take_one_thread_and_leave_the_others_theirs() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let house = House::new();
        let scene = house.start(house.ring()).await;
        scene.store("1", "100").await;
        let channels = vec![channel("adt", ""), channel("new", "")];
        scene.messaging.reload(channels).await.unwrap();
        let asked = house.service.asked();
        let dawdling = house.service.dawdle();
        let senders: Vec<_> = (0..100)
            .map(|sender| {
                let messaging = scene.messaging.clone();
                let arrival = to(&scene, "new", &adt(&format!("N{sender}"), "100"));
                tokio::spawn(async move { messaging.accept(arrival).await.await })
            })
            .collect();
        eventually(|| house.service.asked() > asked).await;

        // It is so long that it is read on a thread for long work.
        let long = adt("2", "200") + "NTE|1||" + &"x".repeat(1024 * 1024);
        let taken = tokio::time::timeout(Duration::from_secs(10), scene.take(&long)).await;

        assert_eq!(
            taken.map(|taken| taken.result),
            Ok(AcceptanceResult::Stored)
        );
        drop(dawdling);
        for sender in senders {
            assert_eq!(sender.await.unwrap().result, AcceptanceResult::Stored);
        }
        assert_eq!(house.service.asked(), asked + 1);
    });
}
