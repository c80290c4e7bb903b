//! The signals that a server listens to.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

/// Signals that may wait; more of the same say nothing new.
const CAPACITY: usize = 8;

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// To stop; the signal's name.
    Stop(&'static str),
    /// To read files again.
    Reload,
}

/// The signals of this process, from now on. Call it before anything is started, so that an early SIGTERM is
/// not the end of it.
///
/// # Errors
/// When the system does not let us listen.
pub(crate) fn signals() -> io::Result<mpsc::Receiver<Signal>> {
    let (sender, receiver) = mpsc::channel(CAPACITY);
    listen(&sender)?;
    Ok(receiver)
}

/// The signals of this process; the end of standard input is one to stop.
///
/// # Errors
/// When the system does not let us listen.
pub(crate) fn signals_and_input() -> io::Result<mpsc::Receiver<Signal>> {
    let (sender, receiver) = mpsc::channel(CAPACITY);
    listen(&sender)?;
    std::thread::spawn(move || {
        // An error ends it as well as its end does.
        drop(io::copy(&mut io::stdin().lock(), &mut io::sink()));
        if sender
            .blocking_send(Signal::Stop("end of standard input"))
            .is_err()
        {
            tracing::debug!("stopping already");
        }
    });
    Ok(receiver)
}

fn listen(sender: &mpsc::Sender<Signal>) -> io::Result<()> {
    let listened = [
        (SignalKind::terminate(), Signal::Stop("SIGTERM")),
        (SignalKind::interrupt(), Signal::Stop("SIGINT")),
        (SignalKind::hangup(), Signal::Reload),
    ];
    for (kind, meaning) in listened {
        let mut stream = signal(kind)?;
        let sender = sender.clone();
        tokio::spawn(async move {
            while stream.recv().await.is_some() {
                if sender.send(meaning).await.is_err() {
                    return;
                }
            }
        });
    }
    Ok(())
}
