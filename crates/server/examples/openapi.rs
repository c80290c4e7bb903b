//! Prints the API's description. `docs/reference/openapi.json` is made with it:
//! `cargo run -p wardline-server --example openapi > docs/reference/openapi.json`.

use std::error::Error;
use std::io::Write;

fn main() -> Result<(), Box<dyn Error>> {
    let json = wardline_server::http::description().to_pretty_json()?;
    writeln!(std::io::stdout(), "{json}")?;
    Ok(())
}
