//! One connection with many commands on their way.

use std::future::Future;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Cmd, Pipeline, PushInfo, RedisError, Value};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::Answer;
use crate::failure::Failure;

/// Where what a server pushes goes. It does not block: what finds no room closes the connection, so that whoever
/// listens learns that something is missing.
#[derive(Clone, Debug)]
pub(crate) struct Push {
    to: mpsc::Sender<PushInfo>,
    overflowed: CancellationToken,
}

impl Push {
    /// A place for pushes, and where they come out. `overflowed` is cancelled when one found no room.
    pub(crate) fn channel(room: usize) -> (Self, mpsc::Receiver<PushInfo>, CancellationToken) {
        let (to, from) = mpsc::channel(room);
        let overflowed = CancellationToken::new();
        let push = Self {
            to,
            overflowed: overflowed.clone(),
        };
        (push, from, overflowed)
    }
}

impl redis::aio::AsyncPushSender for Push {
    fn send(&self, info: PushInfo) -> Result<(), redis::aio::SendError> {
        self.to.try_send(info).map_err(|_| {
            self.overflowed.cancel();
            redis::aio::SendError
        })
    }
}

/// A connection. When it is dropped it closes.
#[derive(Debug)]
pub(crate) struct Link {
    connection: MultiplexedConnection,
    closed: CancellationToken,
    _closes_with_this: DropGuard,
}

impl Link {
    pub(super) fn new(
        connection: MultiplexedConnection,
        driver: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        let closed = CancellationToken::new();
        let of_driver = closed.clone();
        tokio::spawn(async move {
            // Ends with the stream, or drops it.
            of_driver.run_until_cancelled(driver).await;
            of_driver.cancel();
        });
        Self {
            connection,
            _closes_with_this: closed.clone().drop_guard(),
            closed,
        }
    }

    /// Resolves when it is closed, by either side.
    pub(crate) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.is_cancelled()
    }

    /// Closes it: what is on its way ends as unknown.
    pub(crate) fn close(&self) {
        self.closed.cancel();
    }

    /// Sends one command. The value may be an error of the server.
    pub(crate) async fn send(&self, command: &Cmd, within: Duration) -> Result<Value, Failure> {
        self.before()?;
        let mut connection = self.connection.clone();
        let answered = timeout(within, connection.send_packed_command(command)).await;
        self.after(answered)
    }

    /// Sends many at once; the values come in the order of the commands.
    pub(crate) async fn send_all(
        &self,
        commands: &Pipeline,
        within: Duration,
    ) -> Result<Vec<Value>, Failure> {
        self.before()?;
        let count = commands.len();
        let mut connection = self.connection.clone();
        let answered = timeout(within, connection.send_packed_commands(commands, 0, count)).await;
        let values = self.after(answered)?;
        if values.len() == count {
            Ok(values)
        } else {
            self.close();
            Err(Failure::Unreadable("expected as many answers as commands"))
        }
    }

    /// Sends commands; the answers come in their order.
    pub(crate) async fn ask(
        &self,
        commands: Vec<Cmd>,
        within: Duration,
    ) -> Result<Vec<Answer>, Failure> {
        if let [command] = commands.as_slice() {
            let value = self.send(command, within).await?;
            return Ok(vec![Answer::of(value)]);
        }
        let mut pipeline = Pipeline::with_capacity(commands.len());
        for command in commands {
            pipeline.add_command(command);
        }
        let values = self.send_all(&pipeline, within).await?;
        Ok(values.into_iter().map(Answer::of).collect())
    }

    /// Listens to channels. `false` when that failed; then it is closed.
    pub(crate) async fn subscribe(&self, channels: &[String], within: Duration) -> bool {
        let mut connection = self.connection.clone();
        let subscribed = timeout(within, connection.subscribe(channels)).await;
        let is_done = matches!(subscribed, Ok(Ok(())));
        if !is_done {
            self.close();
        }
        is_done
    }

    fn before(&self) -> Result<(), Failure> {
        if self.is_closed() {
            Err(Failure::Away("the connection has ended".to_owned()))
        } else {
            Ok(())
        }
    }

    fn after<T>(
        &self,
        answered: Result<Result<T, RedisError>, tokio::time::error::Elapsed>,
    ) -> Result<T, Failure> {
        match answered {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(_)) => {
                self.close();
                Err(Failure::Unknown("the connection ended".to_owned()))
            }
            Err(_) => {
                self.close();
                Err(Failure::Unknown("no answer in time".to_owned()))
            }
        }
    }
}
