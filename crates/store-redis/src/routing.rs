//! One call on its way to the server that has its slot, wherever a Cluster sends it.

use std::sync::Arc;
use std::time::Duration;

use redis::Cmd;
use tokio::time::{Instant, sleep, timeout_at};

use crate::call::Class;
use crate::failure::Failure;
use crate::reply::Reply;
use crate::settings::Address;
use crate::topology::{Board, Hint};
use crate::transport::{Answer, Node};

/// How often a call follows the Cluster to another server.
const MAX_REDIRECTIONS: usize = 16;
/// Between two attempts while the keys of a call are on two servers.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(10);

/// An answer that is not there.
pub(crate) const MISSING: Failure = Failure::Unreadable("expected one answer for each command");

/// Over which connection of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    /// The one whose writes are confirmed.
    Confirmed,
    /// The same, before what waits there.
    Urgent,
    /// The one for everything else.
    Quick,
    /// The one for large values.
    Large,
}

impl From<Class> for Via {
    fn from(class: Class) -> Self {
        match class {
            Class::Acknowledged => Self::Confirmed,
            Class::BestEffort => Self::Quick,
        }
    }
}

/// Sends commands to who has their slot.
pub(crate) struct Router<'a> {
    pub(crate) board: &'a Board,
    /// How long it follows a slot that moves.
    pub(crate) patience: Duration,
}

/// Where a command is to be sent next.
enum Next {
    /// To the slot's server.
    Home,
    /// To this server, which has the slot from now on.
    Moved(Address),
    /// To this server, this once.
    Ask(Address),
}

impl Router<'_> {
    /// Sends commands of one slot. Each has its own answer. The bytes are those that are sent, or where large values are
    /// read those that come.
    pub(crate) async fn go(
        &self,
        slot: u16,
        via: Via,
        commands: Vec<Cmd>,
        size_bytes: usize,
    ) -> Result<Vec<Result<Reply, Failure>>, Failure> {
        let deadline = Instant::now() + self.patience;
        let node = Arc::clone(self.board.routes().node(slot)?);
        let mut results = Vec::with_capacity(commands.len());
        let mut open = Vec::new();
        // Almost always this is all that happens.
        for (command, answer) in commands
            .iter()
            .zip(send(&node, via, commands.clone(), size_bytes).await?)
        {
            match self.settle(&node, answer) {
                Ok(result) => results.push(result),
                Err(next) => {
                    open.push((results.len(), command.clone(), next));
                    results.push(Err(MISSING));
                }
            }
        }
        for (place, command, next) in open {
            let size_bytes = match via {
                Via::Large => size_bytes,
                Via::Confirmed | Via::Urgent | Via::Quick => {
                    size_bytes.min(command.get_packed_command().len())
                }
            };
            let result = self
                .pursue((slot, via), &command, size_bytes, next, deadline)
                .await;
            if let Some(open) = results.get_mut(place) {
                *open = result;
            }
        }
        if results.len() == commands.len() {
            Ok(results)
        } else {
            Err(MISSING)
        }
    }

    /// Sends a command that any connected server may answer.
    pub(crate) async fn anywhere(&self, command: Cmd) -> Result<Reply, Failure> {
        let routes = self.board.routes();
        let node = match routes.connected().first() {
            Some(node) => Arc::clone(node),
            None => Arc::clone(routes.node(0)?),
        };
        let answer = node.send(vec![command]).await?.pop().ok_or(MISSING)?;
        match self.settle(&node, answer) {
            Ok(result) => result,
            Err(_) => Err(MISSING),
        }
    }

    /// Follows one command until it is answered, or the time is over.
    async fn pursue(
        &self,
        (slot, via): (u16, Via),
        command: &Cmd,
        size_bytes: usize,
        mut next: Next,
        deadline: Instant,
    ) -> Result<Reply, Failure> {
        let mut redirections = 0;
        loop {
            let (node, commands) = match &next {
                Next::Home => {
                    sleep(TRY_AGAIN_AFTER).await;
                    let node = Arc::clone(self.board.routes().node(slot)?);
                    (node, vec![command.clone()])
                }
                Next::Moved(address) => {
                    self.board.hint(Hint::Moved {
                        slot,
                        address: address.clone(),
                    });
                    let node = self.connected(address, deadline).await?;
                    (node, vec![command.clone()])
                }
                Next::Ask(address) => {
                    self.board.hint(Hint::Wanted(address.clone()));
                    let node = self.connected(address, deadline).await?;
                    (node, vec![redis::cmd("ASKING"), command.clone()])
                }
            };
            let answer = send(&node, via, commands, size_bytes).await?.pop();
            next = match self.settle(&node, answer.ok_or(MISSING)?) {
                Ok(result) => return result,
                Err(next) => next,
            };
            redirections += usize::from(!matches!(next, Next::Home));
            if redirections > MAX_REDIRECTIONS || Instant::now() >= deadline {
                return Err(Failure::Away(format!(
                    "slot {slot} moves between servers and did not settle in time"
                )));
            }
        }
    }

    /// The server of an address, once it is connected.
    async fn connected(&self, address: &Address, deadline: Instant) -> Result<Arc<Node>, Failure> {
        let mut changes = self.board.changes();
        loop {
            if let Some(node) = self.board.routes().at(address) {
                return Ok(Arc::clone(node));
            }
            if !matches!(timeout_at(deadline, changes.changed()).await, Ok(Ok(()))) {
                return Err(Failure::Away(format!(
                    "the Cluster sends the call to {address}, which is not connected"
                )));
            }
        }
    }

    /// An answer, or where to go next.
    fn settle(&self, node: &Node, answer: Answer) -> Result<Result<Reply, Failure>, Next> {
        match answer {
            Answer::Value(value) => Ok(Ok(Reply(value))),
            Answer::Refused(failure) => Ok(Err(failure)),
            Answer::NotHere(words) => {
                node.suspect();
                self.board.hint(Hint::NotHere);
                Ok(Err(Failure::Away(words)))
            }
            Answer::TryAgain => Err(Next::Home),
            Answer::Moved(address) => Err(Next::Moved(address)),
            Answer::Ask(address) => Err(Next::Ask(address)),
        }
    }
}

async fn send(
    node: &Node,
    via: Via,
    commands: Vec<Cmd>,
    size_bytes: usize,
) -> Result<Vec<Answer>, Failure> {
    match via {
        Via::Confirmed => node.send_confirmed(commands, size_bytes).await,
        Via::Urgent => node.send_urgent(commands, size_bytes).await,
        Via::Quick => node.send(commands).await,
        Via::Large => node.send_large(commands, size_bytes).await,
    }
}
