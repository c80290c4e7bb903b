//! Random writes, played on an adapter and on the [`MemoryStore`]: every answer must be the same.

mod compare;
mod plan;

use proptest::test_runner::{Config, TestRunner};

use crate::conformance::StoreUnderTest;
use crate::{MemoryStore, block_on};
use plan::{Player, Step};

/// Plays `cases` random plans, each on a store that `open` opens empty. A plan that shows a difference is
/// made as short as possible and printed.
///
/// # Panics
/// When the adapter and the model answer differently.
pub fn check<S: StoreUnderTest>(cases: u32, open: impl Fn() -> S) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let result = TestRunner::new(config).run(&plan::plans(), |steps| {
        block_on(play(&steps, &mut open()));
        Ok(())
    });
    if let Err(difference) = result {
        panic!("{difference}");
    }
}

async fn play(steps: &[Step], opened: &mut impl StoreUnderTest) {
    let model = MemoryStore::new();
    let mut player = Player::default();
    for step in steps {
        if let Step::Reopen = step {
            opened.reopen();
        }
        player.play(step, opened.store(), &model).await;
        compare::point_reads(opened.store(), &model, player.last_id()).await;
    }
    opened.reopen();
    compare::point_reads(opened.store(), &model, player.last_id()).await;
    compare::every_search(opened.store(), &model).await;
}
