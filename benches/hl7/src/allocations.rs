//! How often memory is asked for per message.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use crate::contenders::{READ_FOR_ACCEPTING, READ_WHOLE, agree};

#[global_allocator]
static COUNTING: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Prints allocations per message, the mean and the most over all samples.
pub fn report(samples: &[String]) {
    let differing = samples.iter().filter(|sample| !agree(sample)).count();
    println!(
        "\nsamples in which wardline-hl7 and hl7-parser find different components: {differing}"
    );
    println!("\nallocations per message (mean, most)");
    for (what, contenders) in [
        ("accepting", READ_FOR_ACCEPTING),
        ("full index", READ_WHOLE),
    ] {
        for contender in contenders {
            let counts: Vec<_> = samples
                .iter()
                .map(|sample| count(contender.read, sample))
                .collect();
            let mean = counts.iter().sum::<usize>() as f64 / counts.len() as f64;
            let most = counts.iter().max().copied().unwrap_or_default();
            println!("{:<12} {:<28} {mean:>8.1} {most:>8}", what, contender.name);
        }
    }
}

fn count(read: fn(&str) -> usize, sample: &str) -> usize {
    let region = Region::new(COUNTING);
    std::hint::black_box(read(sample));
    let change = region.change();
    change.allocations + change.reallocations
}
