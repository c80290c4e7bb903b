//! A key service that is away: what opens all the same, what waits for it, and what it holds up.

use std::sync::Arc;

use wardline_phi::{BlindIndex, KeyFile, KeyRing, KeyScope, MemoryKeyStore};
use wardline_sessions::OperationError;
use wardline_sessions::model::SessionId;
use wardline_sessions::operations::SessionFilter;
use wardline_testkit::{KeyService, MemorySessions, block_on};

use super::scene::{BEGIN, MINUTE_MS, Scene, new};

/// 2026-12-01.
const DECEMBER: u64 = 1_796_083_200_000;

/// A key service, and what outlives a restart.
struct House {
    service: Arc<KeyService>,
    wrapped: Arc<MemoryKeyStore>,
    index: Arc<BlindIndex>,
    store: Arc<MemorySessions>,
}

impl House {
    fn new() -> Self {
        Self {
            service: Arc::new(KeyService::new()),
            wrapped: Arc::new(MemoryKeyStore::new()),
            index: Arc::new(KeyFile::generate().unwrap().blind_index()),
            store: Arc::default(),
        }
    }

    /// Asks the service for the newest key alone, as every start does.
    fn start(&self, at: u64) -> Scene {
        let ring = KeyRing::load(self.service.clone(), self.wrapped.clone()).unwrap();
        let keys = (Arc::new(ring), Arc::clone(&self.index));
        let scene = Scene::under(keys, Arc::clone(&self.store));
        scene.clock.advance(at - BEGIN);
        scene
    }

    /// Begins a session in the last minute of November, and makes December's key. Then the service is started anew: the
    /// key of November is not held, that of December is.
    async fn restarted_with_a_session_of_november(&self) -> (Scene, SessionId) {
        let before = self.start(DECEMBER - MINUTE_MS);
        let session = before.begin("ada", "nurse").await.id;
        let ring = KeyRing::load(self.service.clone(), self.wrapped.clone()).unwrap();
        let of_december = KeyScope::sessions_month(DECEMBER).unwrap();
        ring.data_key(&of_december, DECEMBER).unwrap();
        (self.start(DECEMBER), session)
    }
}

fn is_away<T>(asked: &Result<T, OperationError>) -> bool {
    matches!(asked, Err(OperationError::KeyServiceUnavailable(_)))
}

#[test]
fn a_session_whose_key_cannot_be_had_now_is_not_called_damaged() {
    block_on(async {
        let house = House::new();
        let (scene, id) = house.restarted_with_a_session_of_november().await;
        house.service.be_away(true);

        let shown = scene.sessions.show(id).await;
        let listed = scene
            .sessions
            .list(&SessionFilter::default(), None, 9)
            .await;

        assert!(is_away(&shown));
        assert!(is_away(&listed));
        house.service.be_away(false);
        let shown = scene.sessions.show(id).await.unwrap();
        assert_eq!(shown.user.expose(), "ada");
    });
}

#[test]
fn the_first_session_of_a_month_without_a_key_is_told_why_it_cannot_begin() {
    block_on(async {
        let house = House::new();
        let scene = house.start(BEGIN);
        house.service.be_away(true);

        let refused = scene.sessions.create(new("ada", "nurse")).await;

        assert!(is_away(&refused));
        house.service.be_away(false);
        assert!(scene.sessions.create(new("ada", "nurse")).await.is_ok());
    });
}

#[tokio::test]
async fn who_waits_for_the_key_service_holds_up_nobody_else() {
    let house = House::new();
    let (scene, id) = house.restarted_with_a_session_of_november().await;
    let (sessions, asked) = (scene.sessions.clone(), house.service.asked());
    let dawdling = house.service.dawdle();
    let shown = tokio::spawn(async move { sessions.show(id).await });
    while house.service.asked() == asked {
        tokio::task::yield_now().await;
    }

    let begun = scene.begin("bob", "nurse").await;

    assert_eq!(scene.live(begun.token.expose()).await.user.expose(), "bob");
    drop(dawdling);
    assert_eq!(shown.await.unwrap().unwrap().user.expose(), "ada");
}
