//! A server's life: ready, reloads, stop within a deadline, and what the service manager is told of it.
//!
//! `run` is the whole of it. SIGTERM and SIGINT stop, a second one stops at once; SIGHUP reloads.

mod manager;
mod signals;
#[cfg(test)]
mod tests;
mod watchdog;

use std::time::Duration;

use tokio::sync::{Notify, mpsc};

use crate::exit::in_words;

pub(crate) use manager::{Manager, Systemd};
pub(crate) use signals::{Signal, signals, signals_and_input};

/// What is kept running.
pub(crate) trait Managed {
    /// Takes channel files, tokens and certificates anew: all of them, or none and the reason.
    async fn reload(&self) -> anyhow::Result<()>;

    /// Takes nothing new in and finishes what is on its way.
    async fn stop(&self);

    /// Whether it still does its work. The watchdog goes unanswered otherwise, and the service manager
    /// restarts the process.
    fn is_alive(&self) -> bool;
}

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Everything on its way was finished.
    InTime,
    /// The deadline came first, or a second signal did. What was acknowledged is stored all the same.
    Early,
}

/// Waits for what a service needs before it can start, as its turn. `None` when a signal says to stop meanwhile; `reread`
/// is told of one that says to read files again.
pub(crate) async fn before<T>(
    needed: impl Future<Output = T>,
    signals: &mut mpsc::Receiver<Signal>,
    manager: &impl Manager,
    reread: &Notify,
) -> Option<T> {
    let watch = watchdog::answer(|| true, manager);
    tokio::pin!(needed, watch);
    loop {
        tokio::select! {
            needed = &mut needed => return Some(needed),
            signal = signals.recv() => match signal {
                // An instance that stands by has files that it goes by; any other reads them at its start.
                Some(Signal::Reload) => reread.notify_one(),
                Some(Signal::Stop(_)) | None => return None,
            },
            () = &mut watch => {}
        }
    }
}

/// Keeps `service` running until a signal says to stop; then it gets `grace` to finish.
pub(crate) async fn run(
    service: &impl Managed,
    mut signals: mpsc::Receiver<Signal>,
    manager: &impl Manager,
    grace: Duration,
) -> Ended {
    manager.ready("taking in messages");
    let watch = watchdog::answer(|| service.is_alive(), manager);
    tokio::pin!(watch);
    loop {
        let signal = tokio::select! {
            signal = signals.recv() => signal,
            () = &mut watch => continue,
        };
        match signal {
            Some(Signal::Reload) => tokio::select! {
                () = reload(service, manager) => {}
                () = &mut watch => {}
            },
            Some(Signal::Stop(name)) => {
                tracing::info!(signal = name, "stopping");
                break;
            }
            // Whoever sends signals is gone, so nobody could stop this any more.
            None => break,
        }
    }
    manager.stopping();
    stop(service, &mut signals, manager, grace).await
}

async fn reload(service: &impl Managed, manager: &impl Manager) {
    manager.reloading();
    match service.reload().await {
        Ok(()) => {
            tracing::info!("reloaded");
            manager.ready("taking in messages");
        }
        Err(error) => {
            let reason = in_words(&error);
            tracing::error!(reason, "not reloaded: everything stays as it was");
            manager.ready(&format!("not reloaded: {reason}"));
        }
    }
}

async fn stop(
    service: &impl Managed,
    signals: &mut mpsc::Receiver<Signal>,
    manager: &impl Manager,
    grace: Duration,
) -> Ended {
    let deadline = tokio::time::sleep(grace);
    let finish = service.stop();
    let watch = watchdog::answer(|| service.is_alive(), manager);
    tokio::pin!(deadline, finish, watch);
    loop {
        tokio::select! {
            () = &mut finish => {
                tracing::info!("stopped");
                return Ended::InTime;
            }
            () = &mut deadline => {
                tracing::warn!(grace_seconds = grace.as_secs(), "stopped before everything was finished");
                return Ended::Early;
            }
            signal = signals.recv() => {
                if let Some(Signal::Stop(name)) = signal {
                    tracing::warn!(signal = name, "stopped at once, as asked twice");
                    return Ended::Early;
                }
            }
            () = &mut watch => {}
        }
    }
}
