//! A server's life, with a service and a service manager made up.

use std::cell::{Cell, RefCell};

use super::*;

/// What the service manager was told, and what the service did, in order.
#[derive(Default)]
struct Log {
    lines: RefCell<Vec<String>>,
    watchdog: Option<Duration>,
}

impl Log {
    fn add(&self, line: impl Into<String>) {
        self.lines.borrow_mut().push(line.into());
    }

    fn lines(&self) -> Vec<String> {
        self.lines.borrow().clone()
    }

    fn count(&self, line: &str) -> usize {
        self.lines
            .borrow()
            .iter()
            .filter(|told| *told == line)
            .count()
    }
}

impl Manager for Log {
    fn ready(&self, status: &str) {
        self.add(format!("ready: {status}"));
    }
    fn reloading(&self) {
        self.add("reloading");
    }
    fn stopping(&self) {
        self.add("stopping");
    }
    fn alive(&self) {
        self.add("alive");
    }
    fn watchdog(&self) -> Option<Duration> {
        self.watchdog
    }
}

struct Service {
    reload_fails: bool,
    stop_takes: Duration,
    is_alive: Cell<bool>,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            reload_fails: false,
            stop_takes: Duration::ZERO,
            is_alive: Cell::new(true),
        }
    }
}

impl Managed for Service {
    async fn reload(&self) -> anyhow::Result<()> {
        anyhow::ensure!(!self.reload_fails, "channels/a.toml:1:1: no");
        Ok(())
    }
    async fn stop(&self) {
        tokio::time::sleep(self.stop_takes).await;
    }
    fn is_alive(&self) -> bool {
        self.is_alive.get()
    }
}

const GRACE: Duration = Duration::from_secs(20);
const TERM: Signal = Signal::Stop("SIGTERM");

/// Runs the service; signals come a minute after one another.
async fn live(service: &Service, manager: &Log, signals: &[Signal]) -> Ended {
    let (sender, receiver) = mpsc::channel(8);
    let signals = signals.to_vec();
    tokio::spawn(async move {
        for signal in signals {
            tokio::time::sleep(Duration::from_mins(1)).await;
            sender.send(signal).await.unwrap();
        }
        std::future::pending::<()>().await;
        drop(sender);
    });
    run(service, receiver, manager, GRACE).await
}

#[tokio::test(start_paused = true)]
async fn it_is_ready_then_stops_when_told_to() {
    let log = Log::default();

    let ended = live(&Service::default(), &log, &[TERM]).await;

    assert_eq!(ended, Ended::InTime);
    assert_eq!(log.lines(), ["ready: taking in messages", "stopping"]);
}

#[tokio::test(start_paused = true)]
async fn a_reload_is_announced_and_followed_by_ready() {
    let log = Log::default();

    live(&Service::default(), &log, &[Signal::Reload, TERM]).await;

    let expected = [
        "ready: taking in messages",
        "reloading",
        "ready: taking in messages",
        "stopping",
    ];
    assert_eq!(log.lines(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_reload_that_is_refused_leaves_it_running_and_says_why() {
    let log = Log::default();
    let service = Service {
        reload_fails: true,
        ..Service::default()
    };

    let ended = live(&service, &log, &[Signal::Reload, TERM]).await;

    assert_eq!(ended, Ended::InTime);
    assert_eq!(
        log.lines()[2],
        "ready: not reloaded: channels/a.toml:1:1: no"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_not_finished_within_the_grace_is_left() {
    let within = Service {
        stop_takes: GRACE.saturating_sub(Duration::from_millis(1)),
        ..Service::default()
    };
    let beyond = Service {
        stop_takes: GRACE + Duration::from_millis(2),
        ..Service::default()
    };

    assert_eq!(live(&within, &Log::default(), &[TERM]).await, Ended::InTime);
    assert_eq!(live(&beyond, &Log::default(), &[TERM]).await, Ended::Early);
}

#[tokio::test(start_paused = true)]
async fn a_second_signal_stops_at_once_and_a_reload_does_not() {
    let service = Service {
        stop_takes: Duration::from_hours(1),
        ..Service::default()
    };
    let (sender, receiver) = mpsc::channel(8);
    for signal in [TERM, Signal::Reload, Signal::Stop("SIGINT")] {
        sender.send(signal).await.unwrap();
    }
    let started = tokio::time::Instant::now();

    let ended = run(&service, receiver, &Log::default(), GRACE).await;

    assert_eq!(ended, Ended::Early);
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_watchdog_is_answered_twice_in_its_time() {
    let log = Log {
        watchdog: Some(Duration::from_secs(30)),
        ..Log::default()
    };

    live(&Service::default(), &log, &[TERM]).await;

    // At 0, 15, 30, 45 and 60 seconds; whether the last one is seen is a matter of turns. Then once more
    // while stopping.
    assert!((5..=6).contains(&log.count("alive")), "{:?}", log.lines());
}

#[tokio::test(start_paused = true)]
async fn the_watchdog_is_not_answered_for_a_service_that_does_not_work() {
    let log = Log {
        watchdog: Some(Duration::from_secs(30)),
        ..Log::default()
    };
    let service = Service::default();
    service.is_alive.set(false);

    live(&service, &log, &[TERM]).await;

    assert_eq!(log.count("alive"), 0);
}
