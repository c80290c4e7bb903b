//! Checks of sessions over HTTP, one and many in a call, beside raw Redis: `HGETALL` of a like hash, and the function
//! that a check calls.

use std::process::Command;

use anyhow::Result;

use super::super::empty_folder;
use super::super::options::Options;
use super::super::programs::Programs;
use super::super::sessions::{self, Figures, OF_ONE_CALL};
use super::super::table::{Table, whole};
use super::super::wardline::Wardline;
use super::lab::Lab;
use super::{WITH_TLS, name_of, raise};
use crate::say;

/// Where the raw sessions are: a shard of their own, which Wardline does not look at.
const RAW: &str = "wl:{bench}:h";
/// Operations a second through one instance that are asked for.
const GOAL: f64 = 100_000.0;

/// The figures of one round of everything.
#[derive(Default)]
struct Rounds {
    hgetall: Vec<Figures>,
    function: Vec<Figures>,
    check: Vec<Figures>,
    many: Vec<Figures>,
}

pub(super) fn run(options: &Options, programs: &Programs) -> Result<String> {
    let sessions = usize::try_from(options.number("sessions", 10_000))?;
    let seconds = options.number("seconds", 4);
    let rounds = options.number("rounds", 3).max(1);
    let mut table = Table::new(&[
        "",
        "TLS",
        "sessions a second",
        "beside `HGETALL`",
        "p50",
        "p99",
    ]);
    let mut goals = String::new();
    for tls in WITH_TLS {
        let title = format!("checks, {}", name_of(tls));
        let measured = say::step(&title, || {
            let lab = raise(programs, "checks", tls)?;
            measure(&lab, programs, (sessions, seconds, rounds))
        })?;
        add(&mut table, &mut goals, measured, tls)?;
    }
    Ok(format!(
        "{sessions} live sessions on a master with two replicas and three Sentinels, all on this machine; 64 connections; \
         the middle one of {rounds} rounds of {seconds} s (Redis: 200 000 calls). Every check is activity and asks for a \
         permission; the load is `wrk -t1`. Redis: `redis-benchmark -P 1 -c 64` on the same master, over the same TLS, a \
         hash of nine fields, and the function `wl_session_check` on one session, which extends nothing there.\n\n{}\n{goals}",
        table.markdown()
    ))
}

fn measure(
    lab: &Lab,
    programs: &Programs,
    (count, seconds, rounds): (usize, u64, u64),
) -> Result<Rounds> {
    lab.fill((0..count).map(|number| {
        format!(
            "HSET wl:{{bench}}:s:{number:012} user user{number} role nurse department icu-2 portal hyperspace created \
             1795249800500 activity 1795249800500 ip 10.1.2.3 agent Mozilla/5.0 device WS4"
        )
    }))?;
    lab.fill((0..count).map(|number| format!("HSET {RAW} idid{number:012} \"{}\"", head())))?;
    let folder = empty_folder(&format!("redis-checks-on-{}", name_of(lab.tls)))?;
    let wardline = Wardline::initialise(&programs.wardline, &folder, &[])?;
    let token = wardline.make_token("bench", "sessions:check,sessions:write")?;
    let mut serve = Command::new(wardline.program());
    serve.envs(lab.environment.iter().cloned());
    let running = wardline.start_below(&mut serve)?;
    let tokens = sessions::begin(wardline.http_port, &token, count)?;
    let check = sessions::script(&folder.join("check.lua"), (&token, &tokens), 1)?;
    let many = sessions::script(&folder.join("many.lua"), (&token, &tokens), OF_ONE_CALL)?;
    let hash = "wl:{bench}:s:__rand_int__";
    let token_hash = "t".repeat(32);
    let call = [
        "FCALL",
        "wl_session_check",
        "1",
        RAW,
        "1795249800600",
        "1",
        "\nnurse\n",
        "idid__rand_int__",
        &token_hash,
        "0",
        "0",
    ];

    let mut measured = Rounds::default();
    for _ in 0..rounds {
        measured
            .hgetall
            .push(lab.measure(count, &["HGETALL", hash])?);
        measured.function.push(lab.measure(count, &call)?);
        measured
            .check
            .push(sessions::wrk(&check, wardline.http_port, seconds)?);
        measured
            .many
            .push(sessions::wrk(&many, wardline.http_port, seconds)?);
    }
    running.stop()?;
    Ok(measured)
}

/// The head of a session in the words of `redis-cli`, as `functions/sessions.lua` describes it: a nurse, who was active
/// at 1795249800500, with an idle limit of half an hour.
fn head() -> String {
    let began = hex(&1_795_249_800_500_u64.to_be_bytes());
    let idle = hex(&1_800_000_u32.to_be_bytes());
    let ends = hex(&1_795_293_000_500_u64.to_be_bytes());
    let warning = hex(&120_000_u32.to_be_bytes());
    let (token, user) = ("t".repeat(32), "u".repeat(16));
    // Each name with its length before it.
    let names = "\\x05nurse\\x05icu-2\\x0ahyperspace";
    format!("L{token}{user}{began}{began}{idle}{ends}{warning}\\x00\\x00\\x00\\x00\\x01{names}")
}

fn hex(bytes: &[u8]) -> String {
    let written: Vec<String> = bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    written.concat()
}

fn add(table: &mut Table, goals: &mut String, measured: Rounds, tls: bool) -> Result<()> {
    let hgetall = sessions::middle(measured.hgetall)?;
    let check = sessions::middle(measured.check)?;
    let many = sessions::middle(measured.many)?;
    let of_one_call = f64::from(u32::try_from(OF_ONE_CALL)?);
    let many_name = format!("Wardline, `check-many` of {OF_ONE_CALL}");
    let mut row = |name: &str, figures: &Figures, of_one: f64| {
        let rate = figures.per_second * of_one;
        table.row(vec![
            name.to_owned(),
            if tls { "1.3" } else { "no" }.to_owned(),
            whole(rate),
            format!("{:.2}", rate / hgetall.per_second),
            figures.p50.clone(),
            figures.p99.clone(),
        ]);
        rate
    };
    row("Redis, `HGETALL`", &hgetall, 1.0);
    let function = sessions::middle(measured.function)?;
    row("Redis, `FCALL wl_session_check`", &function, 1.0);
    let checks = row("Wardline, `check`", &check, 1.0);
    let many = row(&many_name, &many, of_one_call);
    let word = |is_reached: bool| if is_reached { "reached" } else { "missed" };
    let ratio = checks / hgetall.per_second;
    let goal = format!(
        "- {}: checks ahead of raw unpipelined `HGETALL`: {} ({ratio:.2}); 100 000 a second with many in one call: {} \
         ({})\n",
        name_of(tls),
        word(ratio > 1.0),
        word(many >= GOAL),
        whole(many),
    );
    goals.push_str(&goal);
    Ok(())
}
