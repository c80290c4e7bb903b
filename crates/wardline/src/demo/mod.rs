//! `wardline demo`: a synthetic hospital sends to Wardline, which delivers to two partner systems, all over real
//! sockets. The server runs in a process of its own, so that it can be killed.
//!
//! `layout` writes the files, `server` keeps the process running, `screen` shows what happens, `console` hears
//! what people type, `verdict` compares what was acknowledged with what arrived.

mod console;
mod layout;
mod people;
mod queues;
mod screen;
mod server;
mod verdict;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use tokio::time::MissedTickBehavior;
use wardline_messaging::port::{Clock as _, SystemClock};
use wardline_simulator::hospital::{BedsideOptions, EVERY, VirtualTime};
use wardline_simulator::partner::{Behaviour, Partner, PartnerOptions};
use wardline_simulator::scenario::{self, Action};
use wardline_simulator::sender::{Pace, Traffic, TrafficOptions};

use crate::exit::Outcome;
use crate::lifecycle::{self, Signal};
use console::Wish;
use layout::Layout;
use queues::Queues;
use screen::Screen;
use server::Server;

/// Between two messages of a monitor.
const MONITOR_SECONDS: f64 = 10.0;
/// Between two looks at the figures.
const TICK: Duration = Duration::from_secs(1);

/// What `demo` takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct DemoArgs {
    /// Where messages are kept; a temporary directory that is removed at the end when not given
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where the HTTP API listens
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    http: SocketAddr,
    /// Where messages come in
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:2575")]
    mllp: SocketAddr,
    /// Beds of the hospital
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    beds: u32,
    /// How much faster than the clock the hospital lives
    #[arg(long, value_name = "FACTOR", default_value_t = 60.0, value_parser = speed)]
    speed: f64,
    /// The same seed gives the same hospital
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Something that goes wrong
    #[arg(long, value_name = "SCENARIO")]
    scenario: Option<Scenario>,
}

/// Something that goes wrong in the demonstration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// A partner system stops answering for a while
    PartnerDown,
    /// Many patients arrive at once
    Surge,
    /// A sender makes mistakes
    Malformed,
    /// One patient falls ill with sepsis: watch the beds
    Sepsis,
}

impl DemoArgs {
    fn story(&self) -> scenario::Scenario {
        match self.scenario {
            None => scenario::Scenario::Steady,
            Some(Scenario::PartnerDown) => scenario::Scenario::PartnerDown,
            Some(Scenario::Surge) => scenario::Scenario::Surge,
            Some(Scenario::Malformed) => scenario::Scenario::Malformed,
            Some(Scenario::Sepsis) => scenario::Scenario::Sepsis,
        }
    }
}

/// Runs the demonstration until it is told to stop.
pub(crate) fn run(args: &DemoArgs) -> anyhow::Result<Outcome> {
    let temporary = match &args.data {
        Some(_) => None,
        None => Some(
            tempfile::Builder::new()
                .prefix("wardline-demo-")
                .tempdir()?,
        ),
    };
    let directory = match (&args.data, &temporary) {
        (Some(directory), _) => std::path::absolute(directory)?,
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => std::env::current_dir()?,
    };
    let layout = Layout::prepare(&directory)?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let outcome = runtime.block_on(play(args, &layout));
    // Whoever waits for a line of standard input cannot be interrupted.
    runtime.shutdown_timeout(Duration::from_millis(100));
    outcome
}

async fn play(args: &DemoArgs, layout: &Layout) -> anyhow::Result<Outcome> {
    let mut signals = lifecycle::signals()?;
    let partners = [
        partner(args.seed, 0).await?,
        partner(args.seed + 1, 1).await?,
    ];
    layout.write_channel(args.mllp, partners[0].address(), partners[1].address())?;
    let mut server = Server::start(layout, args.http).await?;
    let traffic = Traffic::start(TrafficOptions {
        seed: args.seed,
        beds: args.beds,
        pace: Pace {
            speed: args.speed,
            ..Pace::default()
        },
        remember_acknowledged: true,
        bedside: Some(bedside(args)),
        wall_clock: Some(wall_clock),
        ..TrafficOptions::to(&args.mllp.to_string())
    });
    let queues = Queues::watch(args.http, &layout.token);
    let mut screen = Screen::new(args.data.is_some(), queues);
    screen.welcome(layout, args.http, &server)?;
    match people::people(layout, args.http).await {
        Ok(people) => Screen::introduce(people.as_ref(), args.http)?,
        Err(error) => screen.say(&format!("there is nobody to sign in as: {error:#}"))?,
    }

    let mut wishes = console::listen();
    let told = std::sync::Mutex::new(Vec::new());
    loop {
        // The script holds the partners while it runs, so it is left for each thing that somebody wants.
        let script = scenario::play(args.story(), &traffic, &partners, |action| {
            lock(&told).push(action);
        });
        let wish = tokio::select! {
            wish = watch(&mut server, &mut screen, (&traffic, &partners), &told) => wish?,
            Some(wish) = wishes.recv() => wish,
            Some(Signal::Stop(_)) = signals.recv() => Wish::Quit,
            () = forever(script) => Wish::Quit,
        };
        match wish {
            Wish::Quit => break,
            Wish::Partner(number) => toggle(&partners, number, &mut screen).await?,
            Wish::Kill => server.kill().await,
        }
    }
    finish(traffic, server, partners, &mut screen).await
}

/// Shows what happens, for as long as nobody wants anything.
async fn watch(
    server: &mut Server,
    screen: &mut Screen,
    (traffic, partners): (&Traffic, &[Partner; 2]),
    told: &std::sync::Mutex<Vec<Action>>,
) -> anyhow::Result<Wish> {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            news = server.news.recv() => match news {
                Some(news) => screen.say(&news)?,
                None => return Ok(Wish::Quit),
            },
            _ = ticks.tick() => {
                let actions = std::mem::take(&mut *lock(told));
                for action in actions {
                    screen.say(describe(action))?;
                }
                screen.show(server, &traffic.counts(), partners)?;
            }
        }
    }
}

/// A script that has ended leaves everything as it is.
async fn forever(script: impl Future<Output = ()>) {
    script.await;
    std::future::pending::<()>().await;
}

/// Lets everything that was acknowledged arrive, then compares.
async fn finish(
    mut traffic: Traffic,
    server: Server,
    partners: [Partner; 2],
    screen: &mut Screen,
) -> anyhow::Result<Outcome> {
    screen.say("the hospital sends nothing new; what was acknowledged is delivered")?;
    for partner in &partners {
        partner.start_again().await?;
    }
    let unanswered = tokio::time::timeout(Duration::from_secs(10), traffic.finish()).await;
    if unanswered.is_err() {
        screen.say("some messages were not answered in time")?;
    }
    let verdict = verdict::reach(&traffic, &partners).await;
    screen.show(&server, &traffic.counts(), &partners)?;
    screen.conclude(&verdict)?;
    server.stop().await?;
    Ok(if verdict.is_good() {
        Outcome::Done
    } else {
        Outcome::Findings
    })
}

/// Monitors that send every 10 s by the clock on the wall, however fast the hospital lives.
fn bedside(args: &DemoArgs) -> BedsideOptions {
    let every = Duration::try_from_secs_f64(MONITOR_SECONDS * args.speed);
    BedsideOptions {
        every: every
            .unwrap_or(*EVERY.end())
            .clamp(*EVERY.start(), *EVERY.end()),
        sepsis_after: args.story().sepsis_after(),
        ..BedsideOptions::default()
    }
}

/// What a clock on the wall shows.
fn wall_clock() -> VirtualTime {
    VirtualTime::from_unix_seconds(SystemClock.now() / 1_000)
}

async fn partner(seed: u64, number: u8) -> anyhow::Result<Partner> {
    let slow = u64::from(number) * 30;
    let behaviour = Behaviour {
        min_delay: Duration::from_millis(5 + slow),
        max_delay: Duration::from_millis(50 + 4 * slow),
        error_percent: 2,
        reject_percent: u32::from(number),
        hang_up_percent: 0,
    };
    Ok(Partner::start(PartnerOptions {
        behaviour,
        seed,
        ..PartnerOptions::default()
    })
    .await?)
}

async fn toggle(partners: &[Partner; 2], number: usize, screen: &mut Screen) -> anyhow::Result<()> {
    let Some(partner) = partners.get(number) else {
        return Ok(());
    };
    let name = screen::PARTNERS.get(number).copied().unwrap_or_default();
    if partner.is_running() {
        partner.stop().await;
        screen.say(&format!(
            "{name} was stopped: its messages wait in Wardline"
        ))?;
    } else {
        partner.start_again().await?;
        screen.say(&format!(
            "{name} was started again: its messages arrive in order"
        ))?;
    }
    Ok(())
}

fn describe(action: Action) -> &'static str {
    match action {
        Action::StopPartner => "scenario: lab stopped",
        Action::StartPartner => "scenario: lab started again",
        Action::Multiply { pressure, .. } if pressure > 1.0 => "scenario: many patients at once",
        Action::Multiply { .. } => "scenario: a normal day again",
        Action::MalformedPercent(_) => "scenario: a sender makes mistakes",
    }
}

fn speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.parse().map_err(|_| "expected a number".to_owned())?;
    let allowed = 0.01..=100_000.0;
    if allowed.contains(&speed) {
        Ok(speed)
    } else {
        Err("expected 0.01 to 100000".to_owned())
    }
}

fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
