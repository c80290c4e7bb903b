//! Wardline itself, in a process of its own: so that it can be killed, and is started again.

use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::layout::Layout;

/// How long a start may take.
const START: Duration = Duration::from_mins(1);
/// Pause before a killed server is started again, so that people see what is missing meanwhile.
const RESTART: Duration = Duration::from_secs(3);

/// The server's process, watched over by a task of its own.
pub(super) struct Server {
    seen: Arc<Seen>,
    orders: mpsc::Sender<Order>,
    /// What happened to it.
    pub(super) news: mpsc::Receiver<String>,
    keeper: JoinHandle<anyhow::Result<()>>,
}

/// What can be seen of it from outside.
#[derive(Debug, Default)]
struct Seen {
    /// 0 while it does not run.
    process: AtomicU32,
    starts: AtomicU32,
}

/// What it can be told.
#[derive(Clone, Copy, Debug)]
enum Order {
    Kill,
    Stop,
}

impl Server {
    /// Starts it and waits until it answers.
    pub(super) async fn start(layout: &Layout, http: SocketAddr) -> anyhow::Result<Self> {
        let seen = Arc::<Seen>::default();
        let (orders, ordered) = mpsc::channel(4);
        let (tell, news) = mpsc::channel(16);
        let mut keeper = Keeper {
            arguments: arguments(layout, http),
            log: layout.log.clone(),
            http,
            seen: Arc::clone(&seen),
            orders: ordered,
            tell,
        };
        let process = keeper.start_process().await?;
        let keeper = tokio::spawn(async move { keeper.keep(process).await });
        Ok(Self {
            seen,
            orders,
            news,
            keeper,
        })
    }

    /// Its process id, while it runs.
    pub(super) fn process_id(&self) -> Option<u32> {
        Some(self.seen.process.load(Ordering::Relaxed)).filter(|id| *id != 0)
    }

    /// How often it was started.
    pub(super) fn starts(&self) -> u32 {
        self.seen.starts.load(Ordering::Relaxed)
    }

    /// Kills it as `kill -9` does; it is started again.
    pub(super) async fn kill(&self) {
        self.order(Order::Kill).await;
    }

    /// Stops it in peace.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        self.order(Order::Stop).await;
        self.keeper.await?
    }

    async fn order(&self, order: Order) {
        if self.orders.send(order).await.is_err() {
            tracing::debug!("the server is gone already");
        }
    }
}

/// A process with what keeps it alive: the server stops when its standard input closes, so it does not
/// outlive us.
struct Process {
    child: Child,
    alive: Option<ChildStdin>,
}

struct Keeper {
    arguments: Vec<String>,
    log: PathBuf,
    http: SocketAddr,
    seen: Arc<Seen>,
    orders: mpsc::Receiver<Order>,
    tell: mpsc::Sender<String>,
}

impl Keeper {
    async fn keep(&mut self, mut process: Process) -> anyhow::Result<()> {
        loop {
            let status = tokio::select! {
                status = process.child.wait() => status?,
                order = self.orders.recv() => match order {
                    Some(Order::Kill) => {
                        process.child.start_kill()?;
                        process.child.wait().await?
                    }
                    Some(Order::Stop) | None => {
                        drop(process.alive.take());
                        process.child.wait().await?;
                        return Ok(());
                    }
                },
            };
            self.seen.process.store(0, Ordering::Relaxed);
            drop(
                self.tell
                    .send(format!("the server's process ended ({status})"))
                    .await,
            );
            sleep(RESTART).await;
            process = self.start_process().await?;
            let id = self.seen.process.load(Ordering::Relaxed);
            drop(
                self.tell
                    .send(format!("it was started again as process {id}"))
                    .await,
            );
        }
    }

    async fn start_process(&mut self) -> anyhow::Result<Process> {
        let mut process = spawn(&self.arguments, &self.log)?;
        let deadline = Instant::now() + START;
        while TcpStream::connect(self.http).await.is_err() {
            if let Some(status) = process.child.try_wait()? {
                bail!("the server did not start ({status}): {}", self.last_words());
            }
            if Instant::now() > deadline {
                bail!(
                    "the server does not answer at {}: {}",
                    self.http,
                    self.last_words()
                );
            }
            sleep(Duration::from_millis(50)).await;
        }
        self.seen
            .process
            .store(process.child.id().unwrap_or_default(), Ordering::Relaxed);
        self.seen.starts.fetch_add(1, Ordering::Relaxed);
        Ok(process)
    }

    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let last = log.lines().last().unwrap_or("its log is empty");
        format!("{last} (in {})", self.log.display())
    }
}

fn arguments(layout: &Layout, http: SocketAddr) -> Vec<String> {
    let config = layout.config.display().to_string();
    let data = layout.directory.join("data").display().to_string();
    let http = http.to_string();
    let arguments = [
        "serve",
        "--stop-with-stdin",
        "--config",
        &config,
        "--data",
        &data,
        "--http",
        &http,
        "--log-format",
        "human",
    ];
    arguments.iter().map(|text| (*text).to_owned()).collect()
}

fn spawn(arguments: &[String], log: &Path) -> anyhow::Result<Process> {
    let program = std::env::current_exe().context("cannot find this program")?;
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)
        .with_context(|| format!("cannot write {}", log.display()))?;
    let mut child = Command::new(program)
        .args(arguments)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(log)
        .kill_on_drop(true)
        // Ctrl-C in the terminal is for us: the server is stopped when the hospital has ended.
        .process_group(0)
        .spawn()
        .context("cannot start the server")?;
    let alive = child.stdin.take();
    Ok(Process { child, alive })
}
