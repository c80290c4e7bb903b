//! The check of a session over HTTP, beside Redis's `HGETALL` of a like hash: both with 64 connections.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::options::Options;
use super::programs::Programs;
use super::table::Table;
use super::wardline::Wardline;
use super::{empty_folder, free_port, machine, record};
use crate::{process, say};

const CONNECTIONS: u64 = 64;
/// Sessions of one call of `check-many`.
pub(super) const OF_ONE_CALL: usize = 100;
/// Connections that begin sessions.
const BEGINNERS: usize = 32;
/// Sessions that are asked for at most: the load keeps a request for each in memory.
const MOST_ASKED: usize = 100_000;
const LONGEST_START: Duration = Duration::from_secs(20);

/// What one measurement came to.
#[derive(Clone)]
pub(super) struct Figures {
    pub(super) per_second: f64,
    pub(super) p50: String,
    pub(super) p99: String,
}

/// A Redis that runs until this is dropped, and keeps nothing.
pub(super) struct Redis {
    child: Child,
    pub(super) port: u16,
}

/// Measures both servers in turns; of each, the middle round counts.
///
/// # Errors
/// A program is missing, or a server does not answer.
pub(super) fn run(options: &Options) -> Result<()> {
    let sessions = usize::try_from(options.number("sessions", 10_000))?;
    let seconds = options.number("seconds", 5);
    let rounds = options.number("rounds", 3);
    let machine = machine::sentence()?;
    let programs = Programs::build()?;
    let folder = empty_folder("sessions")?;
    let redis = Redis::start(sessions)?;
    let wardline = Wardline::initialise(&programs.wardline, &folder, &[])?;
    let token = wardline.make_token("bench", "sessions:check,sessions:write")?;
    let running = wardline.start()?;
    let began = Instant::now();
    let tokens = begin(wardline.http_port, &token, sessions)?;
    let begun_in = began.elapsed();
    let asked = spread(tokens, MOST_ASKED);
    let check = script(&folder.join("check.lua"), (&token, &asked), 1)?;
    let many = script(&folder.join("many.lua"), (&token, &asked), OF_ONE_CALL)?;

    let (mut of_redis, mut of_check, mut of_many) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        of_redis.push(redis.measure(sessions, ["hgetall", "s:__rand_int__"])?);
        of_check.push(wrk(&check, wardline.http_port, seconds)?);
        of_many.push(wrk(&many, wardline.http_port, seconds)?);
    }
    let peak = running.peak_memory_bytes()?;
    running.stop()?;

    let of_redis = middle(of_redis)?;
    let mut table = Table::new(&["", "sessions a second", "beside Redis", "p50", "p99"]);
    let mut row = |name: &str, figures: &Figures, of_one: f64| {
        let rate = figures.per_second * of_one;
        table.row(vec![
            name.to_owned(),
            format!("{rate:.0}"),
            format!("{:.2}", rate / of_redis.per_second),
            figures.p50.clone(),
            figures.p99.clone(),
        ]);
    };
    row(
        "Redis, `HGETALL`, `redis-benchmark -P 1 -c 64`",
        &of_redis,
        1.0,
    );
    row("Wardline, `check`", &middle(of_check)?, 1.0);
    let of_one_call = u32::try_from(OF_ONE_CALL)?;
    let name = format!("Wardline, `check-many` of {OF_ONE_CALL}");
    row(&name, &middle(of_many)?, f64::from(of_one_call));
    let asked = if asked.len() < sessions {
        format!("; {} of them, spread over all, are asked for", asked.len())
    } else {
        String::new()
    };
    let body = format!(
        "{machine}\n\n{sessions} live sessions, begun and synced in {:.1} s{asked}; {CONNECTIONS} connections; the middle one \
         of {rounds} rounds of {seconds} s. Every check is activity and asks for a permission; the load of Wardline is \
         `wrk -t1`. Redis answers from one thread, Wardline's HTTP from one for every two cores. A hash has nine fields. \
         The server held {} MiB at most.\n\n{table}",
        begun_in.as_secs_f64(),
        peak / (1 << 20),
        table = table.markdown(),
    );
    say::line(&body);
    if options.has("record") {
        record::write(&format!("Checks of {sessions} sessions"), &body)?;
    }
    Ok(())
}

/// At most so many of them, as far from each other as can be.
fn spread(tokens: Vec<String>, most: usize) -> Vec<String> {
    let step = tokens.len().div_ceil(most).max(1);
    tokens.into_iter().step_by(step).collect()
}

/// The one whose rate is in the middle.
pub(super) fn middle(mut all: Vec<Figures>) -> Result<Figures> {
    all.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
    let place = all.len() / 2;
    all.into_iter().nth(place).context("no round was measured")
}

impl Redis {
    /// Starts one with so many hashes.
    pub(super) fn start(hashes: usize) -> Result<Self> {
        let port = free_port()?;
        let child = Command::new("redis-server")
            .args([
                "--port",
                &port.to_string(),
                "--save",
                "",
                "--appendonly",
                "no",
            ])
            .stdout(Stdio::null())
            .spawn()
            .context("cannot start redis-server")?;
        let redis = Self { child, port };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(
                began.elapsed() < LONGEST_START,
                "redis-server does not start"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut filling = Command::new("redis-cli")
            .args(["-p", &port.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        let mut input = filling.stdin.take().context("no input")?;
        for number in 0..hashes {
            writeln!(
                input,
                "HSET s:{number:012} user user{number} role nurse department icu-2 portal hyperspace created \
                 1795249800500 activity 1795249800500 ip 10.1.2.3 agent Mozilla/5.0 device WS4"
            )?;
        }
        drop(input);
        ensure!(filling.wait()?.success(), "redis-cli failed");
        Ok(redis)
    }

    /// Asks for one of so many keys at random, again and again.
    pub(super) fn measure(&self, keys: usize, query: [&str; 2]) -> Result<Figures> {
        let printed = process::output(Command::new("redis-benchmark").args([
            "-p",
            &self.port.to_string(),
            "-P",
            "1",
            "-c",
            &CONNECTIONS.to_string(),
            "-n",
            "300000",
            "-r",
            &keys.to_string(),
            "--csv",
            query[0],
            query[1],
        ]))?;
        of_csv(&printed)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Figures out of what `redis-benchmark --csv` prints.
pub(super) fn of_csv(printed: &str) -> Result<Figures> {
    // "test","rps","avg","min","p50","p95","p99","max", all in milliseconds.
    let last = printed
        .lines()
        .last()
        .context("redis-benchmark is silent")?;
    let cells: Vec<&str> = last.split("\",\"").collect();
    let cell = |place: usize| cells.get(place).context("redis-benchmark says less");
    Ok(Figures {
        per_second: cell(1)?.parse()?,
        p50: format!("{} ms", cell(4)?),
        p99: format!("{} ms", cell(6)?),
    })
}

/// Begins that many sessions, over some connections, and gives their tokens.
pub(super) fn begin(port: u16, token: &str, count: usize) -> Result<Vec<String>> {
    let beginners: Vec<_> = (0..BEGINNERS)
        .map(|first| {
            let token = token.to_owned();
            std::thread::spawn(move || begin_each(port, &token, (first..count).step_by(BEGINNERS)))
        })
        .collect();
    let mut tokens = Vec::with_capacity(count);
    for beginner in beginners {
        let begun = beginner.join().ok().context("a thread panicked")?;
        tokens.extend(begun?);
    }
    Ok(tokens)
}

fn begin_each(port: u16, token: &str, numbers: impl Iterator<Item = usize>) -> Result<Vec<String>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    let mut answers = BufReader::new(stream.try_clone()?);
    let mut tokens = Vec::new();
    for number in numbers {
        let body = json!({
            "user": format!("user{number}"), "role": "nurse", "department": "icu-2", "portal": "hyperspace",
            "client": {"ip": "10.1.2.3", "user_agent": "Mozilla/5.0", "device": "WS4"},
        })
        .to_string();
        let length = body.len();
        let request = format!(
            "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: \
             application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes())?;
        let created = answer(&mut answers)?;
        let token = created.get("token").and_then(Value::as_str);
        tokens.push(token.context("a session has no token")?.to_owned());
    }
    Ok(tokens)
}

/// The body of the next answer.
fn answer(answers: &mut BufReader<TcpStream>) -> Result<Value> {
    let mut status = String::new();
    answers.read_line(&mut status)?;
    ensure!(
        status.contains(" 201 "),
        "a session is answered with {status}"
    );
    let mut length = 0_usize;
    loop {
        let mut line = String::new();
        answers.read_line(&mut line)?;
        let line = line.trim_end().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    answers.read_exact(&mut body)?;
    Ok(serde_json::from_slice(&body)?)
}

/// A script for wrk: every request made beforehand, sent in a scattered order.
pub(super) fn script(
    path: &Path,
    (token, tokens): (&str, &[String]),
    of_one: usize,
) -> Result<PathBuf> {
    let bodies = path.with_extension("bodies");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&bodies)?);
    for some in tokens.chunks(of_one) {
        let checks: Vec<Value> = some
            .iter()
            .map(|token| json!({"token": token, "permission": "vitals:read", "activity": true}))
            .collect();
        match checks.as_slice() {
            [check] if of_one == 1 => writeln!(file, "{check}")?,
            _ => writeln!(file, "{}", json!({ "checks": checks }))?,
        }
    }
    file.flush()?;
    let route = if of_one == 1 { "check" } else { "check-many" };
    let text = format!(
        "local requests = {{}}\nfunction init(args)\n  wrk.method = \"POST\"\n  wrk.headers[\"Authorization\"] = \
         \"Bearer {token}\"\n  wrk.headers[\"Content-Type\"] = \"application/json\"\n  for line in \
         io.lines(\"{}\") do\n    requests[#requests + 1] = wrk.format(nil, \"/v1/sessions/{route}\", nil, line)\n  \
         end\nend\nlocal n = 0\nfunction request()\n  n = n + 1\n  return requests[(n * 7919) % #requests + \
         1]\nend\n",
        bodies.display()
    );
    std::fs::write(path, text)?;
    Ok(path.to_owned())
}

/// Puts a script's load on a port of this machine for so long; every answer must be 2xx.
pub(super) fn wrk(script: &Path, port: u16, seconds: u64) -> Result<Figures> {
    let printed = process::output(
        Command::new("wrk")
            .args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{seconds}s")])
            .args(["--latency", "-s"])
            .arg(script)
            .arg(format!("http://127.0.0.1:{port}")),
    )?;
    ensure!(
        !printed.contains("Non-2xx"),
        "not every request was answered with 2xx:\n{printed}"
    );
    let after = |label: &str| {
        let line = printed
            .lines()
            .find_map(|line| line.trim().strip_prefix(label));
        line.map(|rest| rest.trim().to_owned())
            .with_context(|| format!("wrk says nothing of {label}"))
    };
    Ok(Figures {
        per_second: after("Requests/sec:")?.parse()?,
        p50: after("50%")?,
        p99: after("99%")?,
    })
}
