//! The `wardline` program. Everything is in the library beside it.

use std::process::ExitCode;

/// Messages and rows are many small allocations that one thread makes and another frees, which is where the
/// system's allocator spends its time (`docs/decisions/0006-allocator.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    wardline::main()
}
