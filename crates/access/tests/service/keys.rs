//! A key service that is away: what is not called damaged, and comes back with it.

use std::sync::Arc;

use wardline_access::AccessError;
use wardline_access::model::Role;
use wardline_phi::{BlindIndex, KeyFile, KeyRing, KeyScope, MemoryKeyStore};
use wardline_testkit::{KeyService, MemoryAccess};

use crate::scene::{PASSWORD, Scene, new_user};

/// 2026-12-01.
const DECEMBER: u64 = 1_796_083_200_000;

/// A key service, and what outlives a restart.
struct House {
    service: Arc<KeyService>,
    wrapped: Arc<MemoryKeyStore>,
    index: Arc<BlindIndex>,
    store: Arc<MemoryAccess>,
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

    fn ring(&self) -> Arc<KeyRing> {
        Arc::new(KeyRing::load(self.service.clone(), self.wrapped.clone()).unwrap())
    }

    /// Asks the service for the newest key alone, as every start does.
    fn start(&self) -> Scene {
        let keys = (self.ring(), Arc::clone(&self.index));
        Scene::under(keys, Arc::clone(&self.store))
    }
}

fn is_away<T>(asked: &Result<T, AccessError>) -> bool {
    matches!(asked, Err(AccessError::KeyServiceUnavailable(_)))
}

#[tokio::test]
async fn a_user_whose_key_cannot_be_had_now_is_not_called_damaged() {
    let house = House::new();
    let root = new_user("root", Role::SecurityAdmin);
    let before = house.start();
    let root = before.identities.create_first_user(root, PASSWORD);
    let root = root.await.unwrap();
    let december = KeyScope::access_month(DECEMBER).unwrap();
    house.ring().data_key(&december, DECEMBER).unwrap();
    let scene = house.start();
    house.service.be_away(true);

    let shown = scene.identities.show_user(root).await;

    assert!(is_away(&shown));
    house.service.be_away(false);
    assert_eq!(
        scene.identities.show_user(root).await.unwrap().login,
        "root"
    );
}

#[tokio::test]
async fn the_first_user_of_a_month_without_a_key_is_told_why_it_cannot_be_made() {
    let house = House::new();
    let scene = house.start();
    house.service.be_away(true);

    let root = new_user("root", Role::SecurityAdmin);
    let refused = scene.identities.create_first_user(root, PASSWORD).await;

    assert!(is_away(&refused));
    house.service.be_away(false);
    let root = new_user("root", Role::SecurityAdmin);
    let made = scene.identities.create_first_user(root, PASSWORD).await;
    assert!(made.is_ok());
}
