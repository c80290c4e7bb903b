//! The `wardline` binary.
fn main() {}
