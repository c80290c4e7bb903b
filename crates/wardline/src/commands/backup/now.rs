//! `wardline backup now`: a copy that a running service makes of itself.

use std::time::Duration;

use clap::Args;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::client::{Client, ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal::{self, harmless, print_json};

const ADDRESS: &str = "/v1/estate/backups";
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// What `backup now` takes.
#[derive(Args, Debug)]
pub(crate) struct NowArgs {
    /// Do not wait for it to be done
    #[arg(long)]
    no_wait: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// How it goes.
#[derive(Deserialize)]
struct Status {
    under_way_since: Option<String>,
    last: Option<Last>,
}

#[derive(Deserialize)]
struct Last {
    name: Option<String>,
    rows: Option<u64>,
}

pub(super) fn run(args: &NowArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let mut answer = client.change(ADDRESS, &json!({}))?;
    if !args.no_wait {
        answer = until_done(&client, answer)?;
    }
    let status: Status = view(answer.clone())?;
    if args.json {
        print_json(&answer)?;
    } else {
        terminal::print(&status.text())?;
    }
    Ok(status.outcome())
}

fn until_done(client: &Client, mut answer: Json) -> anyhow::Result<Json> {
    while view::<Status>(answer.clone())?.under_way_since.is_some() {
        std::thread::sleep(BETWEEN_LOOKS);
        answer = client.get(ADDRESS)?;
    }
    Ok(answer)
}

impl Status {
    fn outcome(&self) -> Outcome {
        let failed = self.last.as_ref().is_none_or(|last| last.name.is_none());
        if self.under_way_since.is_none() && failed {
            Outcome::Findings
        } else {
            Outcome::Done
        }
    }

    fn text(&self) -> String {
        if let Some(since) = &self.under_way_since {
            return format!("A backup is being made since {}.\n", harmless(since));
        }
        match self
            .last
            .as_ref()
            .and_then(|last| last.name.as_deref().zip(last.rows))
        {
            Some((name, rows)) => format!(
                "{}: {rows} rows, all read. It is in store.backup_folder; keep the keys elsewhere.\n",
                harmless(name)
            ),
            None => "No backup was made; the log of the service says why.\n".to_owned(),
        }
    }
}
