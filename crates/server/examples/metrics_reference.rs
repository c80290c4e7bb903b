//! Prints the reference of all metrics. `docs/reference/metrics.md` is made with it:
//! `cargo run -p wardline-server --example metrics_reference > docs/reference/metrics.md`.

use std::error::Error;
use std::io::Write;

fn main() -> Result<(), Box<dyn Error>> {
    write!(
        std::io::stdout(),
        "{}",
        wardline_server::metrics::reference()
    )?;
    Ok(())
}
