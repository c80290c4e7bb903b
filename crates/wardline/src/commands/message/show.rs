//! `wardline message show`.

use std::io::{self, Write};

use clap::Args;
use serde_json::Value as Json;

use super::view::{Content, Delivery, MessageDetail, MessageHead};
use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal::{harmless, print_json, seconds, stdout};

/// What `message show` takes.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// The message's id
    #[arg(value_parser = crate::commands::place::message_id)]
    id: u64,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn run(args: &ShowArgs) -> anyhow::Result<Outcome> {
    let answer = args
        .client
        .client()?
        .get(&format!("/v1/messages/{}", args.id))?;
    show(answer, args.json)
}

/// Shows the answer of `/v1/messages/{id}`.
pub(crate) fn show(answer: Json, json: bool) -> anyhow::Result<Outcome> {
    if json {
        print_json(&answer)?;
        return Ok(Outcome::Done);
    }
    let detail: MessageDetail = view(answer)?;
    let mut out = stdout();
    head(&mut out, &detail)?;
    for delivery in &detail.deliveries {
        writeln!(out)?;
        write_delivery(&mut out, &detail.message, delivery)?;
    }
    for (at, answer) in detail.answers.iter().enumerate() {
        writeln!(
            out,
            "\nanswer {} to the sender: {}",
            at + 1,
            harmless(&answer.in_short())
        )?;
    }
    writeln!(out, "\ncontent")?;
    content(&mut out, &detail.content)?;
    out.flush()?;
    Ok(Outcome::Done)
}

fn head(out: &mut impl Write, detail: &MessageDetail) -> io::Result<()> {
    let message = &detail.message;
    writeln!(out, "message     {} ({})", message.id, detail.state)?;
    writeln!(
        out,
        "received    {} from {}",
        seconds(&message.received_at),
        harmless(&message.peer)
    )?;
    writeln!(out, "channel     {}", message.channel)?;
    writeln!(
        out,
        "type        {}, {} bytes, taken as {}",
        harmless(&message.message_type),
        message.size_bytes,
        message.accepted_as
    )?;
    if let Some(parent) = message.parent_id {
        writeln!(out, "parent      {parent}")?;
    }
    if let Some(problem) = &message.problem {
        let (place, text) = (harmless(&problem.place), harmless(&problem.text));
        writeln!(out, "problem     {place}: {text} ({})", problem.code)?;
    }
    if let Some(identifiers) = &detail.identifiers {
        let shown = |list: &[String]| harmless(&list.join(", "));
        writeln!(out, "control id  {}", harmless(&identifiers.control_id))?;
        writeln!(out, "patient     {}", shown(&identifiers.patients))?;
        if let Some(visit) = &identifiers.visit {
            writeln!(out, "visit       {}", harmless(visit))?;
        }
        if !identifiers.accessions.is_empty() {
            writeln!(out, "orders      {}", shown(&identifiers.accessions))?;
        }
    }
    if detail.masked {
        writeln!(
            out,
            "            values are masked: the token has not the scope phi"
        )?;
    }
    Ok(())
}

fn write_delivery(
    out: &mut impl Write,
    message: &MessageHead,
    delivery: &Delivery,
) -> io::Result<()> {
    let since = delivery.changed_at.as_deref().map(seconds);
    let since = since.map_or_else(String::new, |since| format!(" since {since}"));
    let why = delivery
        .dead_reason
        .as_deref()
        .map(|why| format!(", {why}"))
        .unwrap_or_default();
    writeln!(
        out,
        "to {}: {}{since}{why}",
        delivery.destination, delivery.state
    )?;
    if let Some(reason) = &delivery.reason {
        writeln!(out, "  reason given: {}", harmless(reason))?;
    }
    if delivery.state == "dead" {
        let place = format!(
            "{}/{}/{}",
            message.channel, delivery.destination, message.id
        );
        writeln!(
            out,
            "  decide: wardline dlq retry {place}, or discard, or edit"
        )?;
    }
    let shown = u32::try_from(delivery.attempts.len()).unwrap_or(u32::MAX);
    if delivery.attempt_count > shown {
        writeln!(out, "  {} earlier attempts", delivery.attempt_count - shown)?;
    }
    for attempt in &delivery.attempts {
        let answer = attempt
            .answer
            .as_ref()
            .map(Content::in_short)
            .unwrap_or_default();
        let said = format!("{} {answer}", attempt.detail);
        let line = format!(
            "  {}  {}  {} ms  {}",
            seconds(&attempt.at),
            attempt.result,
            attempt.took_ms,
            harmless(said.trim())
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn content(out: &mut impl Write, content: &Content) -> io::Result<()> {
    if let Some(text) = &content.text {
        for line in text.split(['\r', '\n']) {
            writeln!(out, "  {}", harmless(line))?;
        }
    }
    for segment in &content.segments {
        writeln!(
            out,
            "{}",
            if segment.name.is_empty() {
                "(text)"
            } else {
                &segment.name
            }
        )?;
        for value in &segment.values {
            let text = value
                .value
                .as_deref()
                .map_or_else(|| "\"\" (delete)".to_owned(), harmless);
            writeln!(out, "  {:<14} {text}", value.path)?;
        }
    }
    if content.truncated {
        writeln!(out, "(there is more; wardline message raw has all of it)")?;
    }
    Ok(())
}
