//! The `wardline` program. Everything is in the library beside it.

use std::process::ExitCode;

/// What one thread allocates another one lets go, for nearly every request and message.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    wardline::main()
}
