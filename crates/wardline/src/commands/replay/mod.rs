//! `wardline replay`: stored messages are delivered again, and the jobs that do it. Jobs that retry or discard
//! dead letters are listed here too.

mod view;
mod watch;

use std::io::Write as _;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::message::FilterArgs;
use crate::client::{Client, ClientArgs, items, query, view as view_of};
use crate::exit::{Outcome, UsageError};
use crate::terminal::{self, print_json, seconds, stdout, table};
use view::Job;

/// Deliver stored messages again, and see how far jobs are.
#[derive(Debug, Subcommand)]
pub(crate) enum ReplayCommand {
    /// Start a job that delivers stored messages again, whatever became of them before.
    Start(Box<StartArgs>),
    /// List jobs, newest first.
    List(ListArgs),
    /// Show a job.
    Show(ShowArgs),
    /// End a job. What it did stays done.
    Cancel(CancelArgs),
}

/// How a job is started.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct StartFlags {
    /// Only count, change nothing
    #[arg(long)]
    dry_run: bool,
    /// Wait until the job has ended, and show its progress
    #[arg(long)]
    watch: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl StartFlags {
    /// Whether anything was asked for that only a job can do.
    pub(crate) fn is_for_jobs(self) -> bool {
        self.dry_run || self.watch || self.json
    }
}

/// What `replay start` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline replay start --channel adt-in --destination ehr \
                        --from 2026-11-20T00:00:00Z --dry-run --watch\n\n\
                        The partner sees the messages again with the MSH-10 they had. The job runs on the \
                        server and goes on after a restart."
)]
pub(crate) struct StartArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// Only to this destination
    #[arg(long)]
    destination: Option<String>,
    #[command(flatten)]
    flags: StartFlags,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `replay list` takes.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// At most that many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = crate::commands::place::limit)]
    limit: usize,
    /// Print one JSON object per job
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `replay show` takes.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// The job's id
    id: u64,
    /// Wait until it has ended, and show its progress
    #[arg(long)]
    watch: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `replay cancel` takes.
#[derive(Args, Debug)]
pub(crate) struct CancelArgs {
    /// The job's id
    id: u64,
    #[command(flatten)]
    client: ClientArgs,
}

/// Runs a `replay` command.
pub(crate) fn run(command: ReplayCommand) -> anyhow::Result<Outcome> {
    match command {
        ReplayCommand::Start(args) => {
            if args.filter.channel().is_none() {
                let text = "a replay needs --channel: everything at once cannot be asked for";
                return Err(UsageError(text.to_owned()).into());
            }
            let filter = args.filter.to_json()?;
            let body =
                json!({ "action": "replay", "filter": filter, "destination": args.destination });
            start(&args.client.client()?, body, args.flags)
        }
        ReplayCommand::List(args) => list(&args),
        ReplayCommand::Show(args) => {
            let client = args.client.client()?;
            let job = client.get(&path(args.id))?;
            follow(&client, job, args.watch, args.json)
        }
        ReplayCommand::Cancel(args) => {
            args.client
                .client()?
                .act(&format!("{}/cancel", path(args.id)), None)?;
            terminal::print(&format!(
                "Job {} ends after what it is doing now.\n",
                args.id
            ))?;
            Ok(Outcome::Done)
        }
    }
}

/// Starts a job and shows it, at once or when it has ended.
pub(crate) fn start(client: &Client, mut body: Json, flags: StartFlags) -> anyhow::Result<Outcome> {
    if let Some(body) = body.as_object_mut() {
        body.retain(|_, value| !value.is_null());
        body.insert("dry_run".to_owned(), Json::Bool(flags.dry_run));
    }
    let job = client.create("/v1/jobs", &body)?;
    follow(client, job, flags.watch, flags.json)
}

fn list(args: &ListArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let mut fetch = |cursor: Option<&str>, limit: usize| {
        let (cursor, limit) = (cursor.map(str::to_owned), Some(limit.to_string()));
        client.get(&format!(
            "/v1/jobs{}",
            query(&[("cursor", cursor), ("limit", limit)])
        ))
    };
    if args.json {
        let mut out = stdout();
        items(Some(args.limit), &mut fetch, &mut |item| {
            Ok(writeln!(out, "{item}")?)
        })?;
        out.flush()?;
        return Ok(Outcome::Done);
    }
    let mut rows = table(&[
        "ID", "STARTED", "BY", "ACTION", "CHANNEL", "STATE", "EXAMINED", "CHANGED", "SKIPPED",
    ]);
    items(Some(args.limit), &mut fetch, &mut |item| {
        let job: Job = view_of(item)?;
        rows.add([
            job.id.to_string(),
            seconds(&job.created_at),
            job.created_by.clone(),
            job.what(),
            job.selection.channel.clone().unwrap_or_default(),
            job.state.clone(),
            job.counts.examined.to_string(),
            job.counts.changed.to_string(),
            job.counts.skipped.to_string(),
        ]);
        Ok(())
    })?;
    terminal::print(&rows.to_string())?;
    Ok(Outcome::Done)
}

fn follow(client: &Client, mut job: Json, watched: bool, json: bool) -> anyhow::Result<Outcome> {
    if watched {
        job = watch::until_ended(client, job)?;
    }
    if json {
        print_json(&job)?;
        return view_of::<Job>(job)?.outcome();
    }
    let job: Job = view_of(job)?;
    terminal::print(&job.summary())?;
    job.outcome()
}

fn path(id: u64) -> String {
    format!("/v1/jobs/{id}")
}
