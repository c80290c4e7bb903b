//! Delivery: many patients and a slow partner, one fast partner, a restart with a long queue, searches.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::load::{Load, Until};
use super::options::Options;
use super::partner::Partner;
use super::programs::Programs;
use super::table::{Table, megabytes, real, whole};
use super::wardline::{Destination, Wardline};
use super::{empty_folder, free_port, machine, record, search};
use crate::say;

/// Patients at once, and messages about each of them, for the slow partner.
const PATIENTS: u64 = 64;
const EACH: u64 = 60;
const SLOW: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_mins(30);

/// How many messages the long phases take.
struct Sizes {
    fast: u64,
    queued: u64,
    searched: u64,
}

impl Sizes {
    fn asked(options: &Options) -> Self {
        let times = if options.has("full") { 100 } else { 1 };
        Self {
            fast: options.number("fast", 20_000 * times.min(5)),
            queued: options.number("queued", 10_000 * times),
            searched: options.number("searched", 50_000 * times),
        }
    }
}

/// One line of the result.
type Row = [String; 4];

/// Measures and prints; writes the figures down when asked to.
pub(super) fn run(options: &Options) -> Result<()> {
    let sizes = Sizes::asked(options);
    let about = machine::sentence()?;
    let programs = say::step("build", Programs::build)?;

    let mut table = Table::new(&["measured", "figure", "goal", "peak memory"]);
    let mut add = |rows: Vec<Row>| rows.into_iter().for_each(|row| table.row(row.to_vec()));
    add(say::step(
        "64 patients, a partner that takes 200 ms",
        || slow_partner(&programs),
    )?);
    add(say::step("one fast partner", || {
        fast_partner(&programs, sizes.fast)
    })?);
    add(say::step("restart with a long queue, searches", || {
        long_queue(&programs, &sizes)
    })?);

    let text = format!(
        "{about}\n\n1 KiB ADT^A08, sealed and indexed.\n\n{}",
        table.markdown()
    );
    say::text(&format!("\n{text}"));
    if options.has("record") {
        record::write("Delivery", &text)
    } else {
        Ok(())
    }
}

fn slow_partner(programs: &Programs) -> Result<Vec<Row>> {
    let folder = empty_folder("delivery-slow")?;
    let mut partner = Partner::start(&programs.partner, 0, SLOW)?;
    let to = Destination {
        port: partner.port,
        parallel: PATIENTS,
    };
    let wardline = Wardline::initialise(&programs.wardline, &folder, &[to])?;
    let running = wardline.start()?;
    let count = PATIENTS * EACH;

    let began = Instant::now();
    load(programs, &wardline, 1, 16, PATIENTS).put(Until::Messages(count))?;
    let (arrived, last) = partner.await_messages(count, LONGEST)?;

    ensure!(
        arrived.missing == 0,
        "{} messages are missing at the partner",
        arrived.missing
    );
    let rate = real(count) / last.duration_since(began).as_secs_f64();
    let memory = megabytes(running.peak_memory_bytes()?);
    running.stop()?;
    Ok(vec![
        row(
            "messages/s to a partner that takes 200 ms, 64 patients",
            &whole(rate),
            "at least 300",
            &memory,
        ),
        row(
            "inversions within a patient",
            &arrived.inversions.to_string(),
            "0",
            &memory,
        ),
        row("duplicates", &arrived.duplicates.to_string(), "0", &memory),
    ])
}

fn fast_partner(programs: &Programs, count: u64) -> Result<Vec<Row>> {
    let folder = empty_folder("delivery-fast")?;
    let mut partner = Partner::start(&programs.partner, 0, Duration::ZERO)?;
    let to = Destination {
        port: partner.port,
        parallel: 16,
    };
    let wardline = Wardline::initialise(&programs.wardline, &folder, &[to])?;
    let running = wardline.start()?;

    let began = Instant::now();
    let report = load(programs, &wardline, 1, 16, 1_000).put(Until::Messages(count))?;
    let (arrived, last) = partner.await_messages(count, LONGEST)?;

    ensure!(
        arrived.missing == 0,
        "{} messages are missing at the partner",
        arrived.missing
    );
    let rate = real(count) / last.duration_since(began).as_secs_f64();
    let memory = megabytes(running.peak_memory_bytes()?);
    running.stop()?;
    let title = format!(
        "messages/s end to end, one fast partner, {} messages",
        whole(real(count))
    );
    Ok(vec![
        row(&title, &whole(rate), "at least 2 000", &memory),
        row(
            "taken in meanwhile, messages/s",
            &whole(report.rate),
            "",
            &memory,
        ),
        row(
            "inversions within a patient",
            &arrived.inversions.to_string(),
            "0",
            &memory,
        ),
    ])
}

fn long_queue(programs: &Programs, sizes: &Sizes) -> Result<Vec<Row>> {
    let folder = empty_folder("delivery-queue")?;
    // Nobody listens there: everything waits.
    let nobody = Destination {
        port: free_port()?,
        parallel: 8,
    };
    let wardline = Wardline::initialise(&programs.wardline, &folder, &[nobody])?;

    let running = wardline.start()?;
    let taken = load(programs, &wardline, 1, 64, 100_000).put(Until::Messages(sizes.queued))?;
    taken.must_acknowledge(sizes.queued)?;
    let (while_filling, bytes) = (
        megabytes(running.peak_memory_bytes()?),
        wardline.data_bytes()?,
    );
    running.kill()?;
    let running = wardline.start()?;
    let ready_after = running.ready_after;

    let more = sizes.searched.saturating_sub(sizes.queued);
    let report = load(programs, &wardline, 2, 64, 900_000).put(Until::Messages(more))?;
    report.must_acknowledge(more)?;
    let ids = report
        .samples
        .iter()
        .map(|(control_id, _)| control_id.as_str());
    let by_control_id = search::measure(&wardline, "control_id", ids)?;
    let mrns = report.samples.iter().map(|(_, mrn)| mrn.as_str());
    let by_mrn = search::measure(&wardline, "patient", mrns)?;
    let memory = megabytes(running.peak_memory_bytes()?);
    running.stop()?;

    let (queued, searched) = (whole(real(sizes.queued)), whole(real(sizes.searched)));
    let times = |times: &search::Times| {
        format!(
            "{:.1} / {:.1} / {:.1}",
            times.p50_ms, times.p99_ms, times.max_ms
        )
    };
    let found = |by: &str, number: usize| {
        format!("{number} searches by {by} among {searched}: p50 / p99 / max ms")
    };
    Ok(vec![
        row(
            &format!("{queued} messages taken in while nobody takes them, messages/s"),
            &whole(taken.rate),
            "",
            &while_filling,
        ),
        row(
            &format!("{queued} messages on disk, bytes each"),
            &whole(real(bytes) / real(sizes.queued)),
            "",
            "",
        ),
        row(
            &format!("ready after kill -9 with {queued} queued, s"),
            &format!("{:.2}", ready_after.as_secs_f64()),
            "below 5",
            &memory,
        ),
        row(
            &found("control id", by_control_id.searches),
            &times(&by_control_id),
            "below 50",
            &memory,
        ),
        row(
            &found("MRN", by_mrn.searches),
            &times(&by_mrn),
            "below 50",
            &memory,
        ),
    ])
}

fn load<'a>(
    programs: &'a Programs,
    wardline: &Wardline,
    run: u64,
    connections: u64,
    patients: u64,
) -> Load<'a> {
    Load {
        program: &programs.load,
        port: wardline.mllp_port,
        run,
        connections,
        depth: 1,
        patients,
    }
}

fn row(measured: &str, figure: &str, goal: &str, memory: &str) -> Row {
    [measured, figure, goal, memory].map(str::to_owned)
}
