//! Throughput of several contenders that take turns, in processor time where the system tells it, so that other
//! work on the machine counts as little as it can.

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::contenders::Contender;

/// Rounds per contender; the median counts.
const ROUNDS: usize = 15;
/// Shortest time of one round.
const ROUND: Duration = Duration::from_millis(100);

/// Megabytes (10^6) a second for each contender.
pub fn in_turns(contenders: &[Contender], samples: &[String]) -> Vec<f64> {
    let mut speeds = vec![Vec::with_capacity(ROUNDS); contenders.len()];
    for _ in 0..ROUNDS {
        for (contender, speeds) in contenders.iter().zip(&mut speeds) {
            speeds.push(one_round(contender.read, samples));
        }
    }
    speeds.into_iter().map(median).collect()
}

/// Megabytes a second in one round.
pub fn one_round(read: fn(&str) -> usize, samples: &[String]) -> f64 {
    let bytes: usize = samples.iter().map(String::len).sum();
    let begin = Instant::now();
    let processor_begin = processor_time();
    let mut turns = 0;
    while begin.elapsed() < ROUND || turns == 0 {
        for sample in samples {
            black_box(read(black_box(sample)));
        }
        turns += 1;
    }
    let spent = match (processor_begin, processor_time()) {
        (Some(begin), Some(end)) if end > begin => end - begin,
        _ => begin.elapsed(),
    };
    (bytes * turns) as f64 / spent.as_secs_f64() / 1e6
}

/// Time this thread has been on a processor (Linux).
fn processor_time() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace()
        .next()?
        .parse()
        .ok()
        .map(Duration::from_nanos)
}

/// The middle value.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
