//! Watches beds over many streams while it posts values: `TOKEN=... watchers address=127.0.0.1:8080`.
//!
//! Options, as `name=value`: `address`, `watchers` (1000), `rate` (100 values a second), `seconds` (10), `beds` (200).
//! The beds are `BENCH~1~1` to `BENCH~N~1`, each with a patient. A pulse tells which post an event shows: it is the
//! number of the post of that bed, within a band that scores nothing. Prints one line of JSON; times are in
//! microseconds, from just before a post is sent until a watcher has read the event.
#![expect(clippy::print_stdout, reason = "the report is the product")]

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use memchr::memmem;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Pulses that score nothing (51 to 90 a minute, NEWS2).
const LOWEST: usize = 51;
const PULSES: usize = 40;
/// Connections that post, in turns.
const POSTERS: usize = 8;
/// How long the last events may take.
const GRACE: Duration = Duration::from_secs(2);
const LONGEST_OPENING: Duration = Duration::from_mins(1);

/// What posters and watchers share.
struct Watch {
    address: String,
    token: String,
    began: Instant,
    /// When each pulse of each bed was posted last, in microseconds since the beginning.
    posted_us: Vec<AtomicU64>,
    beds: usize,
    open: AtomicUsize,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let options = options()?;
    let number = |name: &str, otherwise: usize| -> Outcome<usize> {
        let given = options.get(name);
        Ok(given.map_or(Ok(otherwise), |value| value.parse())?)
    };
    let beds = number("beds", 200)?.max(1);
    let watch = Arc::new(Watch {
        address: options.get("address").ok_or("address= is missing")?.clone(),
        token: std::env::var("TOKEN")?,
        began: Instant::now(),
        posted_us: (0..beds * PULSES).map(|_| AtomicU64::new(0)).collect(),
        beds,
        open: AtomicUsize::new(0),
    });
    let (rate, seconds) = (number("rate", 100)?.max(1), number("seconds", 10)?);
    let wanted = number("watchers", 1_000)?;
    let (stop, stopped) = watch::channel(false);
    let watchers: Vec<_> = (0..wanted)
        .map(|_| tokio::spawn(follow(Arc::clone(&watch), stopped.clone())))
        .collect();
    while watch.open.load(Ordering::Relaxed) < wanted {
        if watch.began.elapsed() > LONGEST_OPENING
            || watchers.iter().any(tokio::task::JoinHandle::is_finished)
        {
            return Err("a stream does not open".into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    let posts = rate * seconds;
    let began = tokio::time::Instant::now();
    let posters: Vec<_> = (0..POSTERS)
        .map(|first| {
            let numbers = (first..posts).step_by(POSTERS);
            tokio::spawn(post(Arc::clone(&watch), numbers, (began, rate)))
        })
        .collect();
    for poster in posters {
        poster.await??;
    }
    let took = began.elapsed();
    tokio::time::sleep(GRACE).await;
    stop.send(true)?;
    let mut waits = Vec::new();
    for watcher in watchers {
        waits.extend(watcher.await??);
    }

    waits.sort_unstable();
    println!(
        "{{\"watchers\":{wanted},\"posted\":{posts},\"seconds\":{:.3},\"delivered\":{},\"skipped\":{},\
         \"p50_us\":{},\"p99_us\":{},\"max_us\":{}}}",
        took.as_secs_f64(),
        waits.len(),
        (posts * wanted).saturating_sub(waits.len()),
        quantile(&waits, 50),
        quantile(&waits, 99),
        quantile(&waits, 100),
    );
    Ok(())
}

/// Reads a stream to its end, and gives how long each post took to be seen.
async fn follow(watch: Arc<Watch>, mut stopped: watch::Receiver<bool>) -> Outcome<Vec<u32>> {
    let mut stream = TcpStream::connect(&watch.address).await?;
    // HTTP/1.0, so that nothing stands between the events.
    let request = format!(
        "GET /v1/stream HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n",
        watch.token
    );
    stream.write_all(request.as_bytes()).await?;
    let mut read = Vec::with_capacity(1 << 16);
    let mut seen = vec![0; watch.beds];
    let (mut waits, mut is_open) = (Vec::new(), false);
    loop {
        tokio::select! {
            count = stream.read_buf(&mut read) => {
                if count? == 0 {
                    return Err("a stream ended".into());
                }
            }
            _ = stopped.changed() => return Ok(waits),
        }
        if !is_open && memmem::find(&read, b"event: bed\n").is_some() {
            if !read.starts_with(b"HTTP/1.0 200") && !read.starts_with(b"HTTP/1.1 200") {
                return Err("a stream is refused".into());
            }
            is_open = true;
            watch.open.fetch_add(1, Ordering::Relaxed);
        }
        let now = micros(watch.began.elapsed());
        let mut end = 0;
        for at in memmem::find_iter(&read, b"\n\n") {
            let event = read.get(end..at).unwrap_or_default();
            end = at + 2;
            let Some((bed, pulse)) = bed_and_pulse(event) else {
                continue;
            };
            let Some(last) = seen.get_mut(bed).filter(|last| **last != pulse) else {
                continue;
            };
            *last = pulse;
            let posted = slot(bed, pulse).and_then(|slot| watch.posted_us.get(slot));
            if let Some(posted) = posted.map(|it| it.load(Ordering::Acquire)) {
                waits.push(u32::try_from(now.saturating_sub(posted)).unwrap_or(u32::MAX));
            }
        }
        read.drain(..end);
    }
}

/// Posts each of these at its time, over one connection.
async fn post(
    watch: Arc<Watch>,
    numbers: impl Iterator<Item = usize>,
    (began, rate): (tokio::time::Instant, usize),
) -> Outcome<()> {
    let mut stream = TcpStream::connect(&watch.address).await?;
    stream.set_nodelay(true)?;
    for number in numbers {
        let (bed, pulse) = (number % watch.beds, LOWEST + (number / watch.beds) % PULSES);
        let due = Duration::from_micros(u64::try_from(number * 1_000_000 / rate)?);
        tokio::time::sleep_until(began + due).await;
        let body = format!(
            "{{\"items\":[{{\"bed\":\"BENCH~{}~1\",\"parameter\":\"pulse\",\"value\":{pulse},\"unit\":\"/min\",\
             \"taken_at\":\"{}\",\"device\":\"monitor-{bed}\"}}]}}",
            bed + 1,
            jiff::Timestamp::now(),
        );
        let request = format!(
            "POST /v1/vitals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            watch.token,
            body.len()
        );
        let slot = slot(bed, pulse).and_then(|slot| watch.posted_us.get(slot));
        slot.ok_or("no such pulse")?
            .store(micros(watch.began.elapsed()), Ordering::Release);
        stream.write_all(request.as_bytes()).await?;
        answered(&mut stream).await?;
    }
    Ok(())
}

/// Reads one answer, which must be 200.
async fn answered(stream: &mut TcpStream) -> Outcome<()> {
    let mut read = Vec::with_capacity(1_024);
    loop {
        if stream.read_buf(&mut read).await? == 0 {
            return Err("the server hung up".into());
        }
        let Some(head) = memmem::find(&read, b"\r\n\r\n") else {
            continue;
        };
        let text = String::from_utf8_lossy(read.get(..head).unwrap_or_default()).to_lowercase();
        if !text.starts_with("http/1.1 200") {
            return Err(format!("a value is answered with {text}").into());
        }
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.ok_or("an answer of no length")?.trim().parse()?;
        if read.len() >= head + 4 + length {
            return Ok(());
        }
    }
}

/// The place of the bed that an event is about, and its pulse, if that is one of ours.
fn bed_and_pulse(event: &[u8]) -> Option<(usize, usize)> {
    let bed = whole_after(event, b"\"id\":\"BENCH~")?.checked_sub(1)?;
    // The parts of the score, which come first, name parameters too.
    let values = event.get(memmem::find(event, b"\"values\":[")?..)?;
    let at = memmem::find(values, b"\"parameter\":\"pulse\"")?;
    let pulse = whole_after(values.get(at..)?, b"\"number\":")?;
    slot(bed, pulse)?;
    Some((bed, pulse))
}

/// The whole number that follows a text.
fn whole_after(text: &[u8], before: &[u8]) -> Option<usize> {
    let rest = text.get(memmem::find(text, before)? + before.len()..)?;
    let digits = rest.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()
}

/// Where the time of a post is kept.
fn slot(bed: usize, pulse: usize) -> Option<usize> {
    let place = pulse.checked_sub(LOWEST).filter(|place| *place < PULSES)?;
    Some(bed * PULSES + place)
}

/// What so many of 100 do not exceed, of sorted ones; 0 of none.
fn quantile(sorted: &[u32], of_100: usize) -> u32 {
    let rank = (sorted.len() * of_100).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn options() -> Outcome<BTreeMap<String, String>> {
    const KNOWN: [&str; 5] = ["address", "watchers", "rate", "seconds", "beds"];
    let pair = |argument: String| match argument.split_once('=') {
        Some((name, value)) if KNOWN.contains(&name) => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("`{argument}` is not known").into()),
    };
    std::env::args().skip(1).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_tells_its_bed_and_its_pulse() {
        let event = b"id: 7-0\nevent: bed\ndata: {\"id\":\"BENCH~12~1\",\"patients\":[{\"score\":{\"parts\":[\
            {\"parameter\":\"pulse\",\"points\":0}]},\"values\":[\
            {\"parameter\":\"temperature\",\"number\":36.8},{\"parameter\":\"pulse\",\"number\":72.0}]}]}";

        assert_eq!(bed_and_pulse(event), Some((11, 72)));
    }

    #[test]
    fn other_events_and_pulses_are_none_of_ours() {
        let with = |pulse: &str| {
            format!("\"id\":\"BENCH~1~1\" \"values\":[\"parameter\":\"pulse\",\"number\":{pulse}.0")
        };

        for (text, ours) in [
            (with("50"), None),
            (with("51"), Some((0, 51))),
            (with("90"), Some((0, 90))),
            (with("91"), None),
            ("\"id\":\"ICU~1~1\"".to_owned(), None),
        ] {
            assert_eq!(bed_and_pulse(text.as_bytes()), ours, "{text}");
        }
    }

    #[test]
    fn a_quantile_is_the_nearest_rank() {
        let sorted: Vec<u32> = (1..=200).collect();

        assert_eq!(
            [50, 99, 100].map(|of| quantile(&sorted, of)),
            [100, 198, 200]
        );
        assert_eq!(quantile(&[], 99), 0);
        assert_eq!(quantile(&[7], 1), 7);
    }
}
