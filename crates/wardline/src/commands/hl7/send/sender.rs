//! The sending itself: connections that take messages from one source and report to one place.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::Instant;
use wardline_server::tls::ClientTls;

use super::SendArgs;
use super::answer::{Answered, control_id_text};
use super::connection::Connection;
use super::control_ids::ControlIds;
use super::pace::Pace;
use super::report::Report;
use super::source::Source;
use crate::commands::hl7::character_set::CharacterSetArg;
use crate::exit::{Outcome, UsageError};

/// What all connections share.
struct Shared {
    address: String,
    tls: Option<ClientTls>,
    patience: Duration,
    source: Source,
    pace: Pace,
    control_ids: Option<ControlIds>,
    character_set: CharacterSetArg,
    report: Mutex<Report>,
}

impl Shared {
    fn report(&self) -> MutexGuard<'_, Report> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A sending, ready to run.
pub(super) struct Sender {
    connections: u16,
    shared: Arc<Shared>,
}

impl Sender {
    /// Checks what was asked for.
    ///
    /// # Errors
    /// When the address is none, or a file of TLS cannot be used.
    pub(super) fn new(args: SendArgs) -> anyhow::Result<Self> {
        if args.files.is_empty() && args.repeat > 1 {
            let text = "--repeat needs files: standard input can be read once only";
            return Err(UsageError(text.to_owned()).into());
        }
        let host = host(&args.address)?;
        let tls = args.tls.client(host)?;
        let source = Source::new(&args.files, args.repeat)?;
        let report = Mutex::new(Report::new(source.total_bytes(), args.quiet, args.json));
        let shared = Shared {
            tls,
            patience: Duration::from_secs(args.timeout),
            source,
            pace: Pace::new(args.rate),
            control_ids: args
                .new_control_ids
                .then(|| ControlIds::new(Timestamp::now(), args.character_set)),
            character_set: args.character_set,
            report,
            address: args.address,
        };
        Ok(Self {
            connections: args.connections,
            shared: Arc::new(shared),
        })
    }

    /// Sends everything. What stops one connection stops all: the rest is not sent.
    ///
    /// # Errors
    /// When nothing could be sent at all, or output cannot be written.
    pub(super) async fn run(self) -> anyhow::Result<Outcome> {
        // The first connection alone, so that a wrong address is said once.
        let shared = &self.shared;
        let first = Connection::open(&shared.address, shared.tls.as_ref(), shared.patience).await?;
        let mut lanes = JoinSet::new();
        lanes.spawn(lane(Arc::clone(shared), Some(first)));
        for _ in 1..self.connections {
            lanes.spawn(lane(Arc::clone(shared), None));
        }
        let mut stopped = None;
        while let Some(ended) = lanes.join_next().await {
            if let Err(error) = ended.context("a connection's task failed").flatten() {
                self.shared.source.close();
                stopped.get_or_insert(error);
            }
        }
        let shared = Arc::into_inner(self.shared).context("a connection is still in use")?;
        let report = shared
            .report
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        if report.is_empty() && stopped.is_none() {
            anyhow::bail!("no message in what was named; a message begins with MSH");
        }
        let outcome = report.finish(stopped.as_ref())?;
        match stopped {
            Some(error) => Err(error.context("stopped, the rest was not sent")),
            None => Ok(outcome),
        }
    }
}

/// One connection's work: the next message, its answer, and so on.
async fn lane(shared: Arc<Shared>, mut open: Option<Connection>) -> anyhow::Result<()> {
    while let Some(mut found) = shared.source.take()? {
        if let Some(ids) = &shared.control_ids {
            found.message = ids
                .renew(&found.message)
                .with_context(|| found.place.to_string())?;
        }
        shared.pace.wait().await;
        let mut connection = match open.take() {
            Some(connection) => connection,
            None => Connection::open(&shared.address, shared.tls.as_ref(), shared.patience).await?,
        };
        let started = Instant::now();
        let (result, usable) = connection.exchange(&found.message).await;
        if usable {
            open = Some(connection);
        } else {
            shared.report().note_late(connection.give_up());
        }
        shared.report().note(&Answered {
            control_id: control_id_text(&found.message, shared.character_set),
            bytes: found.message.len(),
            took: started.elapsed(),
            place: found.place,
            result,
        })?;
    }
    if let Some(connection) = open {
        let late_refusals = connection.close().await;
        shared.report().note_late(late_refusals);
    }
    Ok(())
}

fn host(address: &str) -> Result<&str, UsageError> {
    let wrong = || {
        UsageError(format!(
            "`{address}`: expected HOST:PORT, such as 127.0.0.1:2575"
        ))
    };
    let (host, port) = address.rsplit_once(':').ok_or_else(wrong)?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() || port.parse::<u16>().is_err() {
        Err(wrong())
    } else {
        Ok(host)
    }
}
