//! The contract of messaging's store, on the embedded one.

use tempfile::TempDir;
use wardline_messaging::port::MessageStore;
use wardline_store_embedded::{EmbeddedStore, Options};
use wardline_testkit::conformance::StoreUnderTest;

struct Embedded {
    folder: TempDir,
    store: Option<EmbeddedStore>,
}

impl Embedded {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Some(EmbeddedStore::open(folder.path(), Options::default()).unwrap());
        Self { folder, store }
    }
}

impl StoreUnderTest for Embedded {
    fn store(&self) -> &dyn MessageStore {
        self.store.as_ref().unwrap()
    }

    fn reopen(&mut self) {
        self.store = None;
        self.store = Some(EmbeddedStore::open(self.folder.path(), Options::default()).unwrap());
    }
}

wardline_testkit::conformance!(Embedded::new());

#[test]
fn random_writes_give_the_same_answers_as_the_model() {
    wardline_testkit::model_based::check(24, Embedded::new);
}
