//! Messages between instances: a connection of its own that listens, and begins again when it ends.

use std::sync::Arc;

use bytes::Bytes;
use redis::{PushInfo, PushKind, Value};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use crate::settings::{Address, Settings};
use crate::topology::Board;
use crate::transport::{Dialer, Link, Push};

/// Messages that wait to be taken, at most. Beyond, the connection is closed and begun again, and a gap is told.
const ROOM: usize = 4_096;
/// Between two attempts.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(100);

/// What a subscription hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It listens from here on. What was said before is not told: look at what there is.
    Began,
    /// A message.
    Message {
        /// On which channel.
        channel: Bytes,
        /// What.
        payload: Bytes,
    },
}

/// Listens to channels, whichever server is the master. A message is told at most once; after each [`Heard::Began`]
/// messages may be missing.
#[derive(Debug)]
pub struct Subscription {
    heard: mpsc::Receiver<Heard>,
    _listens: AbortOnDropHandle<()>,
}

impl Subscription {
    /// The next thing heard. `None` never comes while the connection to Redis is held.
    pub async fn next(&mut self) -> Option<Heard> {
        self.heard.recv().await
    }

    pub(crate) fn begin(
        settings: &Arc<Settings>,
        board: Arc<Board>,
        channels: Vec<String>,
    ) -> Self {
        let (tell, heard) = mpsc::channel(ROOM);
        let listener = Listener {
            dialer: Dialer::of(settings),
            settings: Arc::clone(settings),
            board,
            channels,
            tell,
        };
        Self {
            heard,
            _listens: AbortOnDropHandle::new(tokio::spawn(listener.run())),
        }
    }
}

struct Listener {
    dialer: Dialer,
    settings: Arc<Settings>,
    board: Arc<Board>,
    channels: Vec<String>,
    tell: mpsc::Sender<Heard>,
}

impl Listener {
    async fn run(self) {
        loop {
            let addresses: Vec<Address> = {
                let routes = self.board.routes();
                let connected = routes.connected();
                connected
                    .iter()
                    .map(|node| node.address().clone())
                    .collect()
            };
            for address in &addresses {
                if self.listen(address).await.is_none() {
                    return;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Listens at one server until that ends. `None` when nobody wants to hear.
    async fn listen(&self, address: &Address) -> Option<()> {
        let (push, mut pushed, overflowed) = Push::channel(ROOM);
        let Ok(link) = self.dialer.dial(address, Some(push)).await else {
            return Some(());
        };
        if !link
            .subscribe(&self.channels, self.settings.timeouts.response)
            .await
        {
            return Some(());
        }
        let mut changes = self.board.changes();
        self.tell.send(Heard::Began).await.ok()?;
        loop {
            tokio::select! {
                () = overflowed.cancelled() => return Some(()),
                () = link.closed() => return Some(()),
                () = self.answers_not(&link) => return Some(()),
                _ = changes.changed() => {
                    if self.board.routes().at(address).is_none() {
                        return Some(());
                    }
                }
                push = pushed.recv() => {
                    if let Some(message) = push.and_then(message) {
                        self.tell.send(message).await.ok()?;
                    }
                }
            }
        }
    }

    /// Resolves when the server does not answer.
    async fn answers_not(&self, link: &Link) {
        let within = self.settings.timeouts.response;
        loop {
            tokio::time::sleep(self.settings.timeouts.watchdog).await;
            if link.send(&redis::cmd("PING"), within).await.is_err() {
                return;
            }
        }
    }
}

fn message(push: PushInfo) -> Option<Heard> {
    if push.kind != PushKind::Message {
        return None;
    }
    let mut data = push.data.into_iter();
    let mut bytes = || match data.next() {
        Some(Value::BulkString(bytes)) => Some(Bytes::from(bytes)),
        _ => None,
    };
    Some(Heard::Message {
        channel: bytes()?,
        payload: bytes()?,
    })
}
