//! `wardline bed show`.

use std::io::Write as _;

use clap::Args;
use serde_json::Value as Json;

use super::list::NOTICE;
use super::view::age;
use crate::client::ClientArgs;
use crate::exit::Outcome;
use crate::terminal::{harmless, print_json, seconds, stdout, table};

/// What `bed show` takes.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// The bed, as `wardline bed list` shows it
    #[arg(value_parser = super::act::bed)]
    bed: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn run(args: &ShowArgs) -> anyhow::Result<Outcome> {
    let bed = args
        .client
        .client()?
        .get(&format!("/v1/beds/{}", args.bed))?;
    if args.json {
        print_json(&bed)?;
        return Ok(Outcome::Done);
    }
    let mut out = stdout();
    writeln!(
        out,
        "{NOTICE}\n\nbed        {}\nstate      {}",
        text(&bed, "id"),
        text(&bed, "state")
    )?;
    for nurse in list(&bed, "nurses") {
        writeln!(
            out,
            "nurse      {} since {}",
            text(nurse, "nurse"),
            time(nurse, "since")
        )?;
    }
    for what in list(&bed, "contradictions") {
        write!(out, "CONTRADICTION  {}", text(what, "kind"))?;
        for stay in list(what, "stays") {
            write!(out, "  stay {stay}")?;
        }
        if what.get("at").is_some() {
            write!(out, "  told of {}", time(what, "at"))?;
        }
        writeln!(out)?;
    }
    for patient in list(&bed, "patients") {
        show_patient(&mut out, patient)?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}

fn show_patient(out: &mut impl std::io::Write, patient: &Json) -> anyhow::Result<()> {
    let (identity, score) = (&patient["identity"], &patient["score"]);
    let name = format!(
        "{}, {}",
        text(identity, "family_name"),
        text(identity, "given_name")
    );
    writeln!(
        out,
        "\npatient    {name}  {}  stay {}",
        text(identity, "identifier"),
        patient["stay"]
    )?;
    let total = match score["total"].as_u64() {
        Some(total) => format!("{total} ({})", text(score, "band")),
        None => text(score, "state").to_uppercase(),
    };
    writeln!(
        out,
        "{:<10} {total}  {}",
        text(score, "name"),
        text(score, "attribution")
    )?;
    for lack in ["missing", "stale"] {
        let names: Vec<String> = list(score, lack)
            .iter()
            .filter_map(|name| name.as_str().map(harmless))
            .collect();
        if !names.is_empty() {
            writeln!(out, "{:<10} {}", lack.to_uppercase(), names.join(", "))?;
        }
    }
    if let Some(standing) = score.get("standing") {
        let (band, since) = (text(standing, "band"), time(standing, "since"));
        let seen = match standing.get("acknowledged_by") {
            Some(_) => format!(", seen by {}", text(standing, "acknowledged_by")),
            None => ", acknowledged by nobody".to_owned(),
        };
        writeln!(out, "stands     {band} since {since}{seen}")?;
    }
    let mut rows = table(&[
        "PARAMETER",
        "VALUE",
        "UNIT",
        "POINTS",
        "AGE",
        "STATE",
        "METHOD",
        "DEVICE",
    ]);
    for value in list(patient, "values") {
        let number = value["number"].as_f64().map(|number| number.to_string());
        let word = text(value, "consciousness") + &text(value, "oxygen");
        let age_ms = value["age_ms"].as_u64().unwrap_or_default();
        let points = list(score, "parts")
            .iter()
            .find(|part| part["parameter"] == value["parameter"])
            .map(|part| part["points"].to_string());
        let state = match text(value, "state").as_str() {
            "stale" => "STALE".to_owned(),
            state => state.to_owned(),
        };
        rows.add([
            text(value, "parameter"),
            number.unwrap_or(word),
            text(value, "unit"),
            points.unwrap_or_default(),
            age(age_ms),
            state,
            text(value, "method"),
            text(value, "device"),
        ]);
    }
    write!(out, "\n{rows}")?;
    for apart in list(patient, "set_apart") {
        let (what, why) = (text(apart, "parameter"), text(apart, "reason"));
        writeln!(out, "set apart  {what}: {why}, {} times", apart["count"])?;
    }
    for skew in list(patient, "clock_skews") {
        writeln!(
            out,
            "clock      {} is {} ms off",
            text(skew, "device"),
            skew["skew_ms"]
        )?;
    }
    Ok(())
}

fn text(value: &Json, key: &str) -> String {
    value
        .get(key)
        .and_then(Json::as_str)
        .map(harmless)
        .unwrap_or_default()
}

fn time(value: &Json, key: &str) -> String {
    value
        .get(key)
        .and_then(Json::as_str)
        .map(seconds)
        .unwrap_or_default()
}

fn list<'a>(value: &'a Json, key: &str) -> &'a [Json] {
    value
        .get(key)
        .and_then(Json::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}
