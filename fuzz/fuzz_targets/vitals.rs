//! Runs the checks of `vitals` on any bytes.

#![no_main]

#[path = "../vitals_checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::vitals(data));
