//! The contract of messaging's store, on the embedded one.

use tempfile::TempDir;
use wardline_messaging::port::MessageStore;
use wardline_store_embedded::{EmbeddedStore, Options};
use wardline_testkit::conformance::StoreUnderTest;

struct Embedded {
    folder: TempDir,
    options: Options,
    store: Option<EmbeddedStore>,
}

impl Embedded {
    fn new() -> Self {
        Self::with(Options::default())
    }

    /// Brings what it stores into the index tables all the time.
    fn indexing_always() -> Self {
        Self::with(Options {
            index_at_once: 3,
            ..Options::default()
        })
    }

    fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Some(EmbeddedStore::open(folder.path(), options).unwrap());
        Self {
            folder,
            options,
            store,
        }
    }
}

impl StoreUnderTest for Embedded {
    fn store(&self) -> &dyn MessageStore {
        self.store.as_ref().unwrap()
    }

    fn reopen(&mut self) {
        self.store = None;
        self.store = Some(EmbeddedStore::open(self.folder.path(), self.options).unwrap());
    }
}

wardline_testkit::conformance!(Embedded::new());

mod indexing_always {
    use super::Embedded;

    wardline_testkit::conformance!(Embedded::indexing_always());
}

#[test]
fn random_writes_give_the_same_answers_as_the_model() {
    wardline_testkit::model_based::check(24, Embedded::new);
}

#[test]
fn random_writes_give_the_same_answers_however_often_they_are_indexed() {
    wardline_testkit::model_based::check(24, Embedded::indexing_always);
}
