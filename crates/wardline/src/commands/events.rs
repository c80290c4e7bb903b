//! `wardline events`: what changes, as it changes.

use std::io::Write as _;
use std::time::Duration;

use clap::Args;
use serde_json::Value as Json;

use crate::client::{ApiProblem, Client, ClientArgs, ServerEvent};
use crate::exit::Outcome;
use crate::terminal::{self, harmless, seconds, stdout};

/// Before the stream is asked for again.
const PAUSE: Duration = Duration::from_secs(2);

/// What `events` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline events\n  wardline events --json | jq 'select(.type == \
                        \"circuit_opened\")'\n\nIt goes on until it is interrupted; what happened while \
                        the connection was lost follows, as far as the server keeps it."
)]
pub(crate) struct EventsArgs {
    /// Print one JSON object per event
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// Shows events until it is interrupted, or the server refuses.
pub(crate) fn run(args: &EventsArgs) -> anyhow::Result<Outcome> {
    follow(&args.client.client()?, "/v1/events", args.json)
}

/// Shows the events of a route until it is interrupted, or the server refuses.
pub(super) fn follow(client: &Client, path: &str, json: bool) -> anyhow::Result<Outcome> {
    let mut last: Option<String> = None;
    let mut was_there = false;
    loop {
        let mut seen = last.clone();
        let mut output_failed = false;
        let streamed = client.events(path, last.as_deref(), &mut |event| {
            seen.clone_from(&event.id);
            show(event, json).inspect_err(|_| output_failed = true)
        });
        match streamed {
            Ok(_) => was_there = true,
            // A server that was never reached is a wrong address; a refusal stays one.
            Err(error) if output_failed || !was_there || error.is::<ApiProblem>() => {
                return Err(error);
            }
            Err(error) => terminal::complain(&format!("{error:#}; trying again")),
        }
        last = seen;
        std::thread::sleep(PAUSE);
    }
}

fn show(event: &ServerEvent, json: bool) -> anyhow::Result<()> {
    let mut out = stdout();
    if json {
        writeln!(out, "{}", event.data)?;
    } else {
        let value: Json = serde_json::from_str(&event.data)?;
        writeln!(out, "{}", line(&value))?;
    }
    out.flush()?;
    Ok(())
}

/// `2026-11-21T08:30:00Z  circuit_opened  channel=adt-in destination=ehr ...`
fn line(event: &Json) -> String {
    let text = |value: &Json| match value {
        Json::String(text) => harmless(text),
        other => other.to_string(),
    };
    let of = |name: &str| event.get(name).map(text).unwrap_or_default();
    let rest = event.as_object().into_iter().flatten();
    let rest: Vec<_> = rest
        .filter(|(name, _)| !["at", "type", "sequence"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}={}", text(value)))
        .collect();
    format!("{}  {}  {}", seconds(&of("at")), of("type"), rest.join(" "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_is_one_line() {
        let event = json!({
            "sequence": 3, "at": "2026-11-21T08:30:00.123Z", "type": "circuit_opened",
            "channel": "adt-in", "destination": "ehr", "detail": "connection\nrefused",
        });

        assert_eq!(
            line(&event),
            "2026-11-21T08:30:00Z  circuit_opened  channel=adt-in destination=ehr \
             detail=connection\u{fffd}refused"
        );
    }
}
