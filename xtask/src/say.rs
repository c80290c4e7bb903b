//! What a task tells the person who runs it. The one place here that prints.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task's output is its product"
)]

use std::time::Instant;

use anyhow::Result;

/// Does one step of a task, with its name before it and its time after it.
///
/// # Errors
/// Those of the work.
pub(crate) fn step<T>(title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("\n==> {title}");
    let start = Instant::now();
    let result = work();
    println!("    {:.1} s", start.elapsed().as_secs_f64());
    result
}

/// One line below a step.
pub(crate) fn line(text: &str) {
    println!("    {text}");
}

/// A text that is laid out already.
pub(crate) fn text(text: &str) {
    print!("{text}");
}

/// Why a task failed.
pub(crate) fn error(text: &str) {
    eprintln!("\nerror: {text}");
}
