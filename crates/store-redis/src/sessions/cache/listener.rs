//! Listening at every master, and knowing when nothing was missed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use redis::{Pipeline, PushInfo, PushKind, Value};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;
use wardline_sessions::model::SessionId;

use super::super::shard::{self, Shard};
use super::{CHANNEL, Cache, Listener};
use crate::settings::{Address, Settings};
use crate::topology::Board;
use crate::transport::{Dialer, Link, Node, Push};

/// How often a master is asked.
const ASK_EVERY: Duration = Duration::from_millis(100);
/// Between two attempts to connect; twice as long after each that failed, up to a second or two.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// What the master said and nobody has looked at yet, at most. Beyond, the connection is given up.
const ROOM: usize = 8_192;

/// Listens at every master that is connected, until this is dropped.
#[derive(Debug)]
pub(in super::super) struct Listeners {
    pub(in super::super) settings: Arc<Settings>,
    pub(in super::super) board: Arc<Board>,
    pub(in super::super) cache: Arc<Cache>,
}

impl Listeners {
    pub(in super::super) fn start(self) -> AbortOnDropHandle<()> {
        AbortOnDropHandle::new(tokio::spawn(self.run()))
    }

    async fn run(self) {
        let mut changes = self.board.changes();
        let mut listening: HashMap<Address, (Arc<Node>, AbortOnDropHandle<()>)> = HashMap::new();
        loop {
            let routes = self.board.routes();
            let connected = routes.connected();
            listening.retain(|_, (node, _)| connected.iter().any(|now| Arc::ptr_eq(now, node)));
            for node in connected {
                listening.entry(node.address().clone()).or_insert_with(|| {
                    let at = At {
                        dialer: Dialer::of(&self.settings),
                        node: Arc::clone(node),
                        board: Arc::clone(&self.board),
                        cache: Arc::clone(&self.cache),
                        response: self.settings.timeouts.response,
                    };
                    (
                        Arc::clone(node),
                        AbortOnDropHandle::new(tokio::spawn(at.listen())),
                    )
                });
            }
            if changes.changed().await.is_err() {
                return;
            }
        }
    }
}

/// Listening at one master.
struct At {
    dialer: Dialer,
    node: Arc<Node>,
    board: Arc<Board>,
    cache: Arc<Cache>,
    response: Duration,
}

/// Shards that a listener is believed for; when it ends they are not.
struct Believed<'a> {
    cache: &'a Cache,
    listener: Listener,
}

impl Drop for Believed<'_> {
    fn drop(&mut self) {
        for shard in shard::all() {
            self.cache.doubt(shard, self.listener);
        }
    }
}

impl At {
    async fn listen(self) {
        let mut pause = PAUSE;
        while !self.node.is_gone() {
            let (push, pushed, overflowed) = Push::channel(ROOM);
            if let Ok(link) = self.dialer.dial(self.node.address(), Some(push)).await
                && link.subscribe(&[CHANNEL.to_owned()], self.response).await
            {
                tokio::select! {
                    () = overflowed.cancelled() => {}
                    () = link.closed() => {}
                    _ = self.node.gone() => {}
                    () = self.hear(&link, pushed) => {}
                }
                pause = PAUSE;
            } else if pause < LONGEST_PAUSE {
                pause *= 2;
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// Takes in what is said until the connection is worth nothing.
    async fn hear(&self, link: &Link, mut pushed: mpsc::Receiver<PushInfo>) {
        let listener = self.cache.new_listener();
        let _until_the_end = Believed {
            cache: &self.cache,
            listener,
        };
        let mut asks = tokio::time::interval(ASK_EVERY);
        asks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                push = pushed.recv() => match push {
                    Some(push) => self.take_in(push),
                    None => return,
                },
                _ = asks.tick() => {
                    if self.ask(link, listener, &mut pushed).await.is_none() {
                        return;
                    }
                }
            }
        }
    }

    /// Asks the master for each shard that is routed to it. When the answer is there, so is everything that was said before.
    async fn ask(
        &self,
        link: &Link,
        listener: Listener,
        pushed: &mut mpsc::Receiver<PushInfo>,
    ) -> Option<()> {
        let mut shards = Vec::new();
        {
            let routes = self.board.routes();
            for shard in shard::all() {
                let is_here = routes
                    .node(shard::tag(shard).slot())
                    .is_ok_and(|node| Arc::ptr_eq(node, &self.node));
                if !is_here {
                    self.cache.doubt(shard, listener);
                } else if self.cache.wants(shard, listener) {
                    shards.push(shard);
                }
            }
        }
        if shards.is_empty() {
            return Some(());
        }
        let mut asked = Pipeline::with_capacity(shards.len());
        for shard in &shards {
            asked.add_command(shard::of_heads(*shard, "wl_session_pulse").command());
        }
        let sent = Instant::now();
        let answers = link.send_all(&asked, self.response).await.ok()?;
        while let Ok(push) = pushed.try_recv() {
            self.take_in(push);
        }
        for (shard, answer) in shards.into_iter().zip(answers) {
            self.settle(shard, listener, sent, &answer);
        }
        Some(())
    }

    fn settle(&self, shard: Shard, listener: Listener, sent: Instant, answer: &Value) {
        match answer {
            Value::Int(there) => self.cache.believe(shard, listener, sent, *there == 0),
            // Not its master any more, or it lost its replicas, or the slot moves.
            _ => self.cache.doubt(shard, listener),
        }
    }

    /// Forgets the sessions that are named: ids, one after the other.
    fn take_in(&self, push: PushInfo) {
        if push.kind != PushKind::Message {
            return;
        }
        if let Some(Value::BulkString(ids)) = push.data.into_iter().nth(1) {
            let (ids, _) = ids.as_chunks::<16>();
            for id in ids {
                self.cache.forget(SessionId::from_bytes(*id));
            }
        }
    }
}
