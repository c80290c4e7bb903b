//! The one handle to Redis that adapters use.

use std::sync::Arc;
use std::time::Duration;

use redis::Cmd;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

use crate::call::{Call, Class};
use crate::failure::{ConnectError, Failure};
use crate::library;
use crate::reply::Reply;
use crate::settings::{Address, Settings, Topology};
use crate::state::{NodeState, State};
use crate::subscription::Subscription;
use crate::tag::Tag;
use crate::topology::{Board, Hint, follow};
use crate::transport::{Answer, Node, Role};

/// How often a call follows the Cluster to another server.
const MAX_REDIRECTIONS: usize = 8;
/// Between two attempts while a slot moves.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(20);

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
            let failure = match node.send(vec![command]).await.map(|mut a| a.pop()) {
                Ok(Some(Answer::Value(_))) => {
                    loaded.push(node.address().clone());
                    continue;
                }
                Ok(Some(answer)) => redis.refused(node, answer),
                Ok(None) => MISSING,
                Err(failure) => failure,
            };
            return Err(ConnectError::NotAllowed {
                address: node.address().clone(),
                command: "FUNCTION LOAD",
                reason: failure.to_string(),
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
        answers.pop().unwrap_or(Err(MISSING))
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
        self.go(tag.slot(), Class::BestEffort, commands, 0).await
    }

    /// Calls a function.
    ///
    /// # Errors
    /// [`Failure`]. After [`Failure::Unknown`] it may have been done: a function that changes something must give a
    /// repeated request the same answer.
    pub async fn function(&self, call: Call, class: Class) -> Result<Reply, Failure> {
        let mut answers = self.functions(vec![call], class).await?;
        answers.pop().unwrap_or(Err(MISSING))
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
        self.go(slot, class, commands, size_bytes).await
    }

    /// Sends a message to every subscription. Nobody hears it twice; who does not listen just now does not hear it.
    ///
    /// # Errors
    /// [`Failure`]
    pub async fn publish(&self, channel: &str, payload: &[u8]) -> Result<(), Failure> {
        let routes = self.board.routes();
        let node = match routes.connected().first() {
            Some(node) => Arc::clone(node),
            None => Arc::clone(routes.node(0)?),
        };
        let mut command = redis::cmd("PUBLISH");
        command.arg(channel).arg(payload);
        match node.send(vec![command]).await?.pop() {
            Some(Answer::Value(_)) => Ok(()),
            Some(answer) => Err(self.refused(&node, answer)),
            None => Err(MISSING),
        }
    }

    /// Listens to channels over a connection of its own. Channels are named `wl:…`.
    pub fn subscribe(&self, channels: Vec<String>) -> Subscription {
        Subscription::begin(&self.settings, Arc::clone(&self.board), channels)
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
        }
    }

    async fn go(
        &self,
        slot: u16,
        class: Class,
        commands: Vec<Cmd>,
        size_bytes: usize,
    ) -> Result<Vec<Result<Reply, Failure>>, Failure> {
        let mut results: Vec<Option<Result<Reply, Failure>>> = vec![None; commands.len()];
        let mut open: Vec<(usize, Cmd)> = commands.into_iter().enumerate().collect();
        let mut node = Arc::clone(self.board.routes().node(slot)?);
        for _ in 0..=MAX_REDIRECTIONS {
            let sent = open.iter().map(|(_, command)| command.clone()).collect();
            let answers = send(&node, class, sent, size_bytes).await?;
            let mut again = Vec::new();
            let mut next = None;
            for ((place, command), answer) in std::mem::take(&mut open).into_iter().zip(answers) {
                let result = match answer {
                    Answer::Value(value) => Ok(Reply(value)),
                    answer @ (Answer::Moved { .. } | Answer::Ask(_) | Answer::TryAgain) => {
                        next.get_or_insert(answer);
                        again.push((place, command));
                        continue;
                    }
                    answer => Err(self.refused(&node, answer)),
                };
                if let Some(slot) = results.get_mut(place) {
                    *slot = Some(result);
                }
            }
            let Some(next) = next else {
                return Ok(results
                    .into_iter()
                    .map(|result| result.unwrap_or(Err(MISSING)))
                    .collect());
            };
            open = again;
            node = self.elsewhere(slot, next).await?;
        }
        Err(Failure::Away(format!(
            "slot {slot} moves: the Cluster sent the call from server to server"
        )))
    }

    /// The server to ask after a redirection.
    async fn elsewhere(&self, slot: u16, answer: Answer) -> Result<Arc<Node>, Failure> {
        if let Answer::Moved { slot, address } = answer {
            self.board.hint(Hint::Moved { slot, address });
        }
        tokio::time::sleep(TRY_AGAIN_AFTER).await;
        Ok(Arc::clone(self.board.routes().node(slot)?))
    }

    /// What a refusal means, having told whom it concerns.
    fn refused(&self, node: &Node, answer: Answer) -> Failure {
        match answer {
            Answer::NotHere(words) => {
                node.suspect();
                self.board.hint(Hint::NotHere(node.address().clone()));
                Failure::Away(words)
            }
            Answer::Refused(failure) => failure,
            Answer::Value(_) | Answer::Moved { .. } | Answer::Ask(_) | Answer::TryAgain => {
                Failure::Away("the call was sent elsewhere".to_owned())
            }
        }
    }
}

const MISSING: Failure = Failure::Unreadable("expected one answer for each command");

async fn send(
    node: &Node,
    class: Class,
    commands: Vec<Cmd>,
    size_bytes: usize,
) -> Result<Vec<Answer>, Failure> {
    match class {
        Class::Acknowledged => node.send_confirmed(commands, size_bytes).await,
        Class::BestEffort => node.send(commands).await,
    }
}

fn state_of(node: &Node) -> NodeState {
    let (offset, replicas) = match node.role() {
        Some(Role::Master { offset, replicas }) => (offset, replicas),
        _ => (0, Vec::new()),
    };
    let best = replicas.iter().map(|replica| replica.offset).max();
    NodeState {
        address: node.address().clone(),
        replicas: replicas.len(),
        lag_bytes: best.map(|best| offset.saturating_sub(best)),
    }
}
