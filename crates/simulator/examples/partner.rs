//! A partner system on its own: `partner 127.0.0.1:2600 200` takes 200 ms for each message.
//!
//! Prints `ready ADDRESS`, and for each line on standard input what has arrived so far, as one line of
//! JSON. Ends at the end of standard input. Duplicates are told apart by the patient's sequence alone, so
//! that millions of messages cost no memory.
#![expect(clippy::print_stdout, reason = "the counts are the product")]

use std::error::Error;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use wardline_simulator::partner::{Behaviour, Partner, PartnerOptions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let bind = arguments
        .next()
        .ok_or("usage: partner ADDRESS [DELAY_MS]")?
        .parse()?;
    let delay_ms = arguments.next().map_or(Ok(0), |delay| delay.parse())?;
    let partner = Partner::start(PartnerOptions {
        bind,
        behaviour: Behaviour::taking(Duration::from_millis(delay_ms)),
        remember_control_ids: false,
        ..PartnerOptions::default()
    })
    .await?;
    println!("ready {}", partner.address());

    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while lines.next_line().await?.is_some() {
        let seen = partner.summary();
        println!(
            "{{\"received\":{},\"duplicates\":{},\"inversions\":{},\"missing\":{},\"patients\":{},\
             \"unsigned\":{},\"connections\":{}}}",
            seen.received,
            seen.duplicates,
            seen.inversions,
            seen.missing,
            seen.patients,
            seen.unsigned,
            partner.connections(),
        );
    }
    Ok(())
}
