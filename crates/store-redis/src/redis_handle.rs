//! The one handle to Redis that adapters use.

use std::sync::Arc;
use std::time::Instant;

use futures_util::future::join_all;
use redis::Cmd;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

use crate::call::{Call, Class};
use crate::failure::{ConnectError, Failure};
use crate::library;
use crate::reply::Reply;
use crate::routing::{self, Router, Via};
use crate::settings::{Address, Settings, Topology};
use crate::state::{NodeState, State};
use crate::subscription::Subscription;
use crate::tag::Tag;
use crate::topology::{Board, Routes, follow};
use crate::transport::{Answer, Node};

/// A connection to Redis, whatever its topology. Copies share it.
///
/// Nothing here waits for a master: while none is known, calls end at once with [`Failure::Away`], and service
/// resumes by itself.
#[derive(Clone, Debug)]
pub struct Redis {
    settings: Arc<Settings>,
    board: Arc<Board>,
    _follows: Arc<AbortOnDropHandle<()>>,
}

impl Redis {
    /// Connects, and returns when every slot has a server.
    ///
    /// # Errors
    /// [`ConnectError`]: at once when an administrator has to change something, else when
    /// [`Timeouts::start`](crate::Timeouts::start) is over.
    pub async fn connect(settings: Settings) -> Result<Self, ConnectError> {
        let settings = Arc::new(settings);
        let board = Arc::new(Board::new());
        let mut changes = board.changes();
        let redis = Self {
            _follows: Arc::new(follow(&settings, &board)),
            settings,
            board,
        };
        let ready = async {
            loop {
                let routes = redis.board.routes();
                match routes.error() {
                    Some(error) if error.needs_a_change() => return Err(error),
                    _ if routes.is_whole() => return Ok(()),
                    _ => {}
                }
                if changes.changed().await.is_err() {
                    return Ok(());
                }
            }
        };
        match timeout(redis.settings.timeouts.start, ready).await {
            Ok(Ok(())) => Ok(redis),
            Ok(Err(error)) => Err(error.as_ref().clone()),
            Err(_) => Err(redis.board.routes().error().map_or_else(
                || ConnectError::NoMaster("the Cluster does not serve every slot".to_owned()),
                |error| error.as_ref().clone(),
            )),
        }
    }

    /// Loads the functions into every master, as a user that may `FUNCTION LOAD`, and names the servers. Replicas get
    /// them from their masters.
    ///
    /// # Errors
    /// [`ConnectError`]
    pub async fn load_functions(settings: Settings) -> Result<Vec<Address>, ConnectError> {
        let settings = Settings {
            demands_functions: false,
            ..settings
        };
        let redis = Self::connect(settings).await?;
        let mut loaded = Vec::new();
        for node in redis.board.routes().connected() {
            let mut command = redis::cmd("FUNCTION");
            command.arg("LOAD").arg("REPLACE").arg(library::source());
            let reason = match node.send(vec![command]).await.map(|mut all| all.pop()) {
                Ok(Some(Answer::Value(_))) => {
                    loaded.push(node.address().clone());
                    continue;
                }
                Ok(Some(Answer::Refused(failure))) | Err(failure) => failure.to_string(),
                Ok(_) => "it is not the server to ask just now; try again".to_owned(),
            };
            return Err(ConnectError::NotAllowed {
                address: node.address().clone(),
                command: "FUNCTION LOAD",
                reason,
            });
        }
        Ok(loaded)
    }

    /// Reads from the master of the tag's slot. A command that writes belongs into a function.
    ///
    /// # Errors
    /// [`Failure`]; reading again is always right.
    pub async fn read(&self, tag: &Tag, command: Cmd) -> Result<Reply, Failure> {
        let mut answers = self.read_many(tag, vec![command]).await?;
        answers.pop().unwrap_or(Err(routing::MISSING))
    }

    /// Reads many things of one tag, in one go. Each has its own answer.
    ///
    /// # Errors
    /// [`Failure`] when none of them has.
    pub async fn read_many(
        &self,
        tag: &Tag,
        commands: Vec<Cmd>,
    ) -> Result<Vec<Result<Reply, Failure>>, Failure> {
        self.router().go(tag.slot(), Via::Quick, commands, 0).await
    }

    /// Reads a value of so many bytes, without keeping others waiting: it comes over a connection of its own, when there
    /// is room for it.
    pub(crate) async fn read_large(
        &self,
        tag: &Tag,
        command: Cmd,
        size_bytes: usize,
    ) -> Result<Reply, Failure> {
        let router = self.router();
        let mut answers = router
            .go(tag.slot(), Via::Large, vec![command], size_bytes)
            .await?;
        answers.pop().unwrap_or(Err(routing::MISSING))
    }

    /// Calls a function.
    ///
    /// # Errors
    /// [`Failure`]. After [`Failure::Unknown`] it may have been done: a function that changes something must give a
    /// repeated request the same answer.
    pub async fn function(&self, call: Call, class: Class) -> Result<Reply, Failure> {
        let mut answers = self.functions(vec![call], class).await?;
        answers.pop().unwrap_or(Err(routing::MISSING))
    }

    /// Calls a function as one of [`Class::Acknowledged`], before calls of this class that wait: its order with them must
    /// not matter, and it must be small.
    pub(crate) async fn urgent(&self, call: Call) -> Result<Reply, Failure> {
        let (slot, commands) = (call.tag().slot(), vec![call.command()]);
        let router = self.router();
        let sent = router.go(slot, Via::Urgent, commands, call.size_bytes());
        sent.await?.pop().unwrap_or(Err(routing::MISSING))
    }

    /// Calls functions of one tag, in one go and in this order. Each has its own answer, and what one refuses does not
    /// keep the next from being done.
    ///
    /// # Errors
    /// [`Failure`] when none of them has an answer.
    pub async fn functions(
        &self,
        calls: Vec<Call>,
        class: Class,
    ) -> Result<Vec<Result<Reply, Failure>>, Failure> {
        let Some(slot) = calls.first().map(|call| call.tag().slot()) else {
            return Ok(Vec::new());
        };
        let size_bytes = calls.iter().map(Call::size_bytes).sum();
        let commands = calls.iter().map(Call::command).collect();
        self.router()
            .go(slot, class.into(), commands, size_bytes)
            .await
    }

    /// Sends a message to every subscription. Nobody hears it twice; who does not listen just now does not hear it.
    ///
    /// # Errors
    /// [`Failure`]
    pub async fn publish(&self, channel: &str, payload: &[u8]) -> Result<(), Failure> {
        let mut command = redis::cmd("PUBLISH");
        command.arg(channel).arg(payload);
        self.router().anywhere(command).await.map(drop)
    }

    /// Listens to channels over a connection of its own. Channels are named `wl:…`.
    pub fn subscribe(&self, channels: Vec<String>) -> Subscription {
        Subscription::begin(&self.settings, Arc::clone(&self.board), channels)
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn shared_settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings)
    }

    pub(crate) fn board(&self) -> Arc<Board> {
        Arc::clone(&self.board)
    }

    /// Every master that is connected.
    pub(crate) fn masters(&self) -> Vec<Arc<Node>> {
        let routes = self.board.routes();
        routes.connected().into_iter().cloned().collect()
    }

    /// What each master that is connected says to a command.
    pub(crate) async fn of_each_master(&self, command: &Cmd) -> Vec<Result<Reply, Failure>> {
        let asked = self.masters().into_iter().map(|node| async move {
            match node.send(vec![command.clone()]).await?.pop() {
                Some(Answer::Value(value)) => Ok(Reply(value)),
                Some(Answer::Refused(failure)) => Err(failure),
                _ => Err(routing::MISSING),
            }
        });
        join_all(asked).await
    }

    /// Which server is asked for what, as it is now.
    pub(crate) fn routes(&self) -> Arc<Routes> {
        self.board.routes()
    }

    fn router(&self) -> Router<'_> {
        Router {
            board: &self.board,
            patience: self.settings.timeouts.response,
        }
    }

    /// How it is.
    pub fn state(&self) -> State {
        let routes = self.board.routes();
        let connected = routes.connected();
        let mut problems: Vec<String> = connected
            .iter()
            .filter_map(|node| Some(format!("{}: {}", node.address(), node.shortage()?)))
            .collect();
        if !routes.is_whole() {
            let error = routes.error();
            problems.push(error.map_or_else(
                || "the Cluster does not serve every slot".to_owned(),
                |error| error.to_string(),
            ));
        }
        State {
            topology: match &self.settings.topology {
                Topology::Standalone { .. } => "standalone",
                Topology::Sentinel { .. } => "sentinel",
                Topology::Cluster { .. } => "cluster",
            },
            is_ready: problems.is_empty(),
            away_for: self.board.away_for(),
            problems,
            masters: connected.into_iter().map(|node| state_of(node)).collect(),
            seldom: self.board.attention.seldom(Instant::now()),
        }
    }
}

fn state_of(node: &Node) -> NodeState {
    let (offset, replicas) = node.line();
    let best = replicas.iter().map(|replica| replica.offset).max();
    NodeState {
        address: node.address().clone(),
        replicas: replicas.len(),
        lag_bytes: best.map(|best| offset.saturating_sub(best)),
    }
}
