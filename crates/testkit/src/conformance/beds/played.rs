//! Random commits, on an adapter and on the model.

use bytes::Bytes;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use wardline_vitals::model::StayId;
use wardline_vitals::port::{BedStore, Durability, Row, Write};

use super::{BedsUnderTest, all_entries, all_rows};
use crate::MemoryBeds;

/// What is done with the store.
#[derive(Clone, Debug)]
enum Step {
    Commit(Vec<Write>, Durability),
    Reopen,
}

/// All of it at once: after random commits and reopenings the adapter holds what the model holds.
pub async fn random_writes_give_the_same_as_the_model(opened: &mut impl BedsUnderTest) {
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    let steps = prop::collection::vec(step(), 300);
    let steps = steps.new_tree(&mut runner).unwrap().current();
    let model = MemoryBeds::default();

    for (number, step) in steps.into_iter().enumerate() {
        match step {
            Step::Commit(writes, durability) => {
                model.commit(writes.clone(), durability).await.unwrap();
                opened.store().commit(writes, durability).await.unwrap();
            }
            Step::Reopen => opened.reopen(),
        }
        if number % 10 == 0 {
            let limit = 1 + number % 7;
            let (rows, entries) = (all_rows(opened.store(), limit), all_entries(&model, 100));
            assert_eq!(
                rows.await,
                all_rows(&model, 100).await,
                "after step {number}"
            );
            let found = all_entries(opened.store(), limit).await;
            assert_eq!(found, entries.await, "after step {number}");
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let durability = prop_oneof![Just(Durability::Written), Just(Durability::Synced)];
    let commit = (prop::collection::vec(write(), 0..8), durability);
    prop_oneof![
        20 => commit.prop_map(|(writes, durability)| Step::Commit(writes, durability)),
        1 => Just(Step::Reopen),
    ]
}

fn write() -> impl Strategy<Value = Write> {
    let row = (0_u8..6, 0_u8..6).prop_map(|(kind, id)| match kind {
        0 => Row::Bed([id; 16]),
        1 => Row::Stay(StayId(id.into())),
        2 => Row::Chart(StayId(id.into())),
        3 => Row::Merge(id.into()),
        4 => Row::Aside(id.into()),
        _ => Row::Clock,
    });
    let sealed = prop::collection::vec(any::<u8>(), 0..40).prop_map(Bytes::from);
    let entry = (0_u64..4, 0_u64..20, sealed.clone());
    prop_oneof![
        3 => (row.clone(), sealed).prop_map(|(row, sealed)| Write::Put { row, sealed }),
        1 => row.prop_map(Write::Remove),
        6 => entry.prop_map(|(stay, number, sealed)| Write::Append {
            stay: StayId(stay),
            number,
            sealed,
        }),
        1 => (0_u64..4, 0_u64..20).prop_map(|(stay, up_to)| Write::Trim {
            stay: StayId(stay),
            up_to,
        }),
    ]
}
