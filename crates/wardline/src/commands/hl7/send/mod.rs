//! `wardline hl7 send`: messages out of files, over MLLP, and how they are answered.

mod answer;
mod connection;
mod control_ids;
mod pace;
mod report;
mod sender;
mod source;
mod tls;

use std::path::PathBuf;

use clap::Args;

use super::character_set::CharacterSetArg;
use crate::exit::Outcome;
use sender::Sender;

/// What `hl7 send` takes.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  wardline hl7 send 127.0.0.1:2575 message.hl7\n  \
                        wardline hl7 send 10.0.0.7:2575 folder/ --connections 4 --rate 200 --quiet\n  \
                        wardline hl7 send lab.example.org:6661 results.hl7 --tls-ca ca.pem \
                        --tls-certificate us.pem --tls-key us.key\n\n\
                        Files may hold one message, several, a batch, or a recording of MLLP. Each \
                        connection waits for the answer to a message before it sends the next one; with \
                        several connections the order of messages does not hold.\n\
                        The exit code is 3 when a message was refused or not answered."
)]
pub(crate) struct SendArgs {
    /// Where to: host and port
    #[arg(value_name = "HOST:PORT")]
    address: String,
    /// Files or folders; standard input when none is given
    files: Vec<PathBuf>,
    /// Connections at once
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=1024))]
    connections: u16,
    /// Messages a second at most, over all connections
    #[arg(long, value_name = "N", value_parser = positive)]
    rate: Option<f64>,
    /// Send everything that many times
    #[arg(long, value_name = "TIMES", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Give each message a new MSH-10, so that a receiver does not take it for a repeat
    #[arg(long)]
    new_control_ids: bool,
    /// Seconds to wait for a connection, and for an acknowledgement
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=3_600))]
    timeout: u64,
    /// Show only what was not accepted, and the summary
    #[arg(long, short)]
    quiet: bool,
    /// Print one JSON object per message, and one for the summary
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    character_set: CharacterSetArg,
    #[command(flatten)]
    tls: tls::TlsArgs,
}

/// Sends the messages.
pub(super) fn run(args: SendArgs) -> anyhow::Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(Sender::new(args)?.run())
}

fn positive(text: &str) -> Result<f64, &'static str> {
    let rate: f64 = text.parse().map_err(|_| "expected a number")?;
    if rate.is_finite() && rate > 0.0 {
        Ok(rate)
    } else {
        Err("expected more than 0")
    }
}
