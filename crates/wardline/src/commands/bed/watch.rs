//! `wardline bed list --watch`: the board, redrawn as beds change and as values grow old. Nothing flashes and
//! nothing sounds.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use super::list::{ListArgs, NOTICE};
use super::view::{Bed, board};
use crate::client::{ApiProblem, ClientArgs, query, view};
use crate::exit::Outcome;
use crate::terminal;

/// Between two drawings, while nothing changes: ages grow.
const TICK: Duration = Duration::from_secs(1);
/// Between two drawings where there is no terminal.
const TICK_WITHOUT_TERMINAL: Duration = Duration::from_secs(10);
/// Drawings are at least this far apart.
const LEAST: Duration = Duration::from_millis(200);
/// Before the stream is asked for again.
const PAUSE: Duration = Duration::from_secs(2);
/// Beds that are remembered.
const MAX_BEDS: usize = 100_000;

/// What the reader of the stream says.
enum News {
    Bed(Box<Bed>),
    /// A bed is shown no more.
    Hidden(String),
    /// The connection is there, or is not.
    Connected(bool),
    /// The server refuses.
    Refused(anyhow::Error),
}

/// The board as far as it is known.
#[derive(Default)]
struct Board {
    beds: BTreeMap<String, (Bed, Instant)>,
    /// Since when nothing comes.
    lost: Option<Instant>,
}

/// Shows beds until it is interrupted, or the server refuses.
pub(super) fn run(args: &ListArgs) -> anyhow::Result<Outcome> {
    let path = format!("/v1/stream{}", query(&[("unit", args.unit.clone())]));
    let (tell, news) = channel();
    let client = args.client.clone();
    std::thread::spawn(move || follow(&client, &path, &tell));
    let on_terminal = io::stdout().is_terminal();
    let tick = if on_terminal {
        TICK
    } else {
        TICK_WITHOUT_TERMINAL
    };
    let mut known = Board::default();
    loop {
        gather(&news, &mut known, tick, on_terminal)?;
        draw(&known, on_terminal)?;
    }
}

/// Waits for what is new, but no longer than until the next drawing is due.
fn gather(
    news: &Receiver<News>,
    known: &mut Board,
    tick: Duration,
    on_terminal: bool,
) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut due = tick;
    loop {
        match news.recv_timeout(due.saturating_sub(begun.elapsed())) {
            Ok(news) => known.take(news)?,
            Err(RecvTimeoutError::Timeout) => return Ok(()),
            Err(RecvTimeoutError::Disconnected) => anyhow::bail!("the stream of beds ended"),
        }
        if on_terminal {
            due = LEAST;
        }
    }
}

impl Board {
    fn take(&mut self, news: News) -> anyhow::Result<()> {
        match news {
            News::Bed(bed) => {
                if self.beds.len() < MAX_BEDS || self.beds.contains_key(&bed.id) {
                    self.beds.insert(bed.id.clone(), (*bed, Instant::now()));
                }
                self.lost = None;
            }
            News::Hidden(bed) => {
                self.beds.remove(&bed);
                self.lost = None;
            }
            News::Connected(true) => self.lost = None,
            News::Connected(false) => {
                self.lost.get_or_insert_with(Instant::now);
            }
            News::Refused(error) => return Err(error),
        }
        Ok(())
    }

    fn text(&self, lines: usize) -> String {
        let lost = self.lost.map(|lost| {
            let seconds = lost.elapsed().as_secs();
            format!("NO CONNECTION for {seconds} s: nothing below is current\n")
        });
        let mut text = format!("{NOTICE}\n{}", lost.unwrap_or_default());
        let mut beds: Vec<(&Bed, u64)> = self
            .beds
            .values()
            .map(|(bed, at)| {
                (
                    bed,
                    u64::try_from(at.elapsed().as_millis()).unwrap_or(u64::MAX),
                )
            })
            .collect();
        beds.sort_by_key(|(bed, later)| std::cmp::Reverse(bed.urgency(*later)));
        let room = lines.saturating_sub(text.lines().count() + 2);
        let mut rows = board();
        for (bed, later_ms) in beds.iter().take(room) {
            bed.add_to(&mut rows, *later_ms);
        }
        text.push_str(&rows.to_string());
        if beds.len() > room {
            let more = beds.len() - room;
            let line = format!("{more} beds more, less urgent; see one unit with --unit\n");
            text.push_str(&line);
        }
        text
    }
}

fn draw(known: &Board, on_terminal: bool) -> anyhow::Result<()> {
    if !on_terminal {
        terminal::print(&format!("{}\n", known.text(usize::MAX)))?;
        return Ok(());
    }
    // Home, each line cleared behind its end, the rest of the screen cleared: nothing flickers.
    let lines = terminal::lines().unwrap_or(24);
    let text = known
        .text(lines)
        .lines()
        .take(lines.saturating_sub(1))
        .fold(String::from("\x1b[H"), |mut text, line| {
            text.push_str(line);
            text.push_str("\x1b[K\r\n");
            text
        });
    terminal::print(&format!("{text}\x1b[J"))?;
    Ok(())
}

/// The bed that may be seen no more, if that is what is told: its id alone.
fn hidden(told: &Json) -> Option<String> {
    let told = told.as_object().filter(|told| told.len() == 1)?;
    told.get("id")?.as_str().map(str::to_owned)
}

/// Follows the stream, also over lost connections.
fn follow(args: &ClientArgs, path: &str, tell: &Sender<News>) {
    let mut last: Option<String> = None;
    let mut was_there = false;
    loop {
        let mut seen = last.clone();
        let streamed = args.client().and_then(|client| {
            client.events(path, last.as_deref(), &mut |event| {
                was_there = true;
                seen.clone_from(&event.id);
                let value: Json = serde_json::from_str(&event.data)?;
                let news = match (value.get("patients"), hidden(&value)) {
                    (Some(_), _) => News::Bed(Box::new(view(value)?)),
                    (None, Some(bed)) => News::Hidden(bed),
                    (None, None) => News::Connected(true),
                };
                tell.send(news)
                    .map_err(|_| anyhow::anyhow!("nobody watches"))
            })
        });
        last = seen;
        let news = match streamed {
            // A server that was never reached is a wrong address; a refusal stays one.
            Err(error) if !was_there || error.is::<ApiProblem>() => News::Refused(error),
            Ok(_) | Err(_) => News::Connected(false),
        };
        let is_over = matches!(news, News::Refused(_));
        if tell.send(news).is_err() || is_over {
            return;
        }
        std::thread::sleep(PAUSE);
    }
}
