//! The checks of the fuzz targets on the committed seeds, and on seeds that are changed at random for a moment.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what is missing fails the test"
)]

#[path = "../../../fuzz/checks.rs"]
mod checks;

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Changed seeds per target in an ordinary test run.
const CHANGED_SEEDS: u32 = 400;

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    let files = fs::read_dir(folder).expect("fuzz/corpus is part of the repository");
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 5);
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn replay(target: &str, check: fn(&[u8])) {
    let seeds = seeds(target);
    for seed in &seeds {
        check(seed);
    }
    let config = Config {
        cases: CHANGED_SEEDS,
        failure_persistence: None,
        ..Config::default()
    };
    let changed = TestRunner::new(config).run(&changed(seeds), |data| {
        check(&data);
        Ok(())
    });
    changed.unwrap();
}

/// Seeds with bytes replaced, parts cut out and parts repeated.
fn changed(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        any::<u8>(),
        prop::sample::select(b"|^~\\&#\r\n\"\x0b\x1cMSH01".to_vec())
    ];
    let change = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        byte,
        0..4u8,
    );
    (
        prop::sample::select(seeds),
        prop::collection::vec(change, 0..6),
    )
        .prop_map(|(seed, changes)| {
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

/// The name that selects these tests where no fuzzer can run.
mod fuzz_corpus {
    use super::{checks, replay};

    #[test]
    fn any_message_is_read_the_same_by_every_way() {
        replay("message", checks::message);
    }

    #[test]
    fn any_stream_gives_the_same_frames_however_it_is_cut() {
        replay("mllp", checks::mllp);
    }

    #[test]
    fn any_path_is_read_or_refused() {
        replay("path", checks::path);
    }

    #[test]
    fn any_bytes_are_answered_by_an_acknowledgement() {
        replay("ack", checks::ack);
    }

    #[test]
    fn any_batch_is_cut_into_bytes_of_its_own() {
        replay("batch", checks::batch);
    }
}
