//! Runs the checks of `census` on any bytes.

#![no_main]

#[path = "../census_checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::census(data));
