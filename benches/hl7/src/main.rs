//! Measures what accepting a message costs, and what a full index costs, beside hl7-parser and rust-hl7 on the
//! same messages in one run; then whether cost grows linearly with size, and how often memory is asked for.
//!
//! `cargo run --release` in this folder. Contenders take turns in short rounds, so that noise of the machine
//! meets all of them; the median of the rounds counts.

mod allocations;
mod contenders;
mod growth;
mod measure;
mod messages;

use contenders::{Contender, READ_FOR_ACCEPTING, READ_WHOLE};

fn main() {
    let samples = messages::samples();
    let bytes: usize = samples.iter().map(String::len).sum();
    println!(
        "{} sample messages, {bytes} bytes, {} each",
        samples.len(),
        bytes / samples.len()
    );

    compare(
        "accepting: MSH, PID-3 and the other routing fields",
        &READ_FOR_ACCEPTING,
        &samples,
    );
    compare(
        "full index: every field, component and sub-component",
        &READ_WHOLE,
        &samples,
    );
    growth::report();
    allocations::report(&samples);
}

/// Prints a table with the first contender as the one that others are held against.
fn compare(title: &str, contenders: &[Contender], samples: &[String]) {
    println!("\n{title}");
    println!(
        "{:<28} {:>10} {:>12} {:>9}",
        "", "MB/s", "ns/message", "ratio"
    );
    let speeds = measure::in_turns(contenders, samples);
    let ours = speeds.first().copied().unwrap_or(f64::NAN);
    let bytes: usize = samples.iter().map(String::len).sum();
    for (contender, speed) in contenders.iter().zip(&speeds) {
        let nanos = 1e9 * bytes as f64 / (speed * 1e6) / samples.len() as f64;
        let ratio = ours / speed;
        println!(
            "{:<28} {speed:>10.0} {nanos:>12.0} {ratio:>8.1}x",
            contender.name
        );
    }
}
