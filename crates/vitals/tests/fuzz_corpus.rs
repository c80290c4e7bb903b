//! The checks of the fuzz targets on the committed seeds, and on seeds that are changed at random for a moment.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what is missing fails the test"
)]

#[path = "../../../fuzz/census_checks.rs"]
mod census;
#[path = "../../../fuzz/vitals_checks.rs"]
mod checks;

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Changed seeds in an ordinary test run.
const CHANGED_SEEDS: u32 = 2_000;

fn seeds(of: &str) -> Vec<Vec<u8>> {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let folder = corpus.join(of);
    let files = fs::read_dir(folder).expect("fuzz/corpus is part of the repository");
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 5);
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Seeds with bytes replaced, parts cut out and parts repeated.
fn changed(of: &str) -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        any::<u8>(),
        prop::sample::select(b"|^~\\&.\r0123456789-+XRFWD".to_vec())
    ];
    let change = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        byte,
        0..4_u8,
    );
    let changes = prop::collection::vec(change, 0..6);
    (prop::sample::select(seeds(of)), changes).prop_map(|(seed, changes)| {
        changes
            .into_iter()
            .fold(seed, |mut data, (one, other, byte, kind)| {
                let (one, other) = (one.index(data.len() + 1), other.index(data.len() + 1));
                let range = one.min(other)..one.max(other);
                match kind {
                    0 => data.insert(range.start, byte),
                    1 => drop(data.splice(range.start..range.end.min(range.start + 1), [byte])),
                    2 => drop(data.drain(range)),
                    _ if data.len() < 10_000 => data.extend_from_within(range),
                    _ => {}
                }
                data
            })
    })
}

#[test]
fn any_result_is_read_into_values_that_can_be_believed() {
    holds_for_all("vitals", checks::vitals);
}

#[test]
fn any_course_of_adt_messages_leaves_a_census_that_is_whole() {
    holds_for_all("census", census::census);
}

fn holds_for_all(of: &str, check: impl Fn(&[u8])) {
    for seed in seeds(of) {
        check(&seed);
    }
    let config = Config {
        cases: CHANGED_SEEDS,
        failure_persistence: None,
        ..Config::default()
    };
    let run = TestRunner::new(config).run(&changed(of), |data| {
        check(&data);
        Ok(())
    });
    run.unwrap();
}
