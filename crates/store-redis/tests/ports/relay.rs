//! A relay between a client and a server: it can lose an answer, and lead to another server.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// Listens on a port of its own.
pub(crate) struct Relay {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    target: AtomicU16,
    /// Words of the call whose answer is to be lost.
    lose: Mutex<Option<&'static str>>,
    has_lost: AtomicBool,
    /// Connections that listen to a channel are told nothing more, and stay open.
    is_deaf: AtomicBool,
    cut: Notify,
}

impl Relay {
    pub(crate) async fn to(target: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            target: AtomicU16::new(target),
            lose: Mutex::new(None),
            has_lost: AtomicBool::new(false),
            is_deaf: AtomicBool::new(false),
            cut: Notify::new(),
        });
        let of_listener = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, Arc::clone(&of_listener)));
            }
        });
        Self { port, shared }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Cuts all connections; new ones go to another server.
    pub(crate) fn lead_to(&self, target: u16) {
        self.shared.target.store(target, Ordering::SeqCst);
        self.shared.cut.notify_waiters();
    }

    /// The connection of the next call that holds these words ends when the server has answered it.
    pub(crate) fn lose_the_answer_to(&self, words: &'static str) {
        *self.shared.lose.lock().unwrap() = Some(words);
    }

    /// From now on connections that listen to a channel are told nothing, old ones and new ones; they stay open.
    pub(crate) fn deafen(&self) {
        self.shared.is_deaf.store(true, Ordering::SeqCst);
    }

    /// Whether such an answer was lost.
    pub(crate) fn has_lost(&self) -> bool {
        self.shared.has_lost.load(Ordering::SeqCst)
    }
}

/// What a connection turned out to be.
#[derive(Default)]
struct Connection {
    loses: AtomicBool,
    listens: AtomicBool,
}

async fn carry(client: TcpStream, shared: Arc<Shared>) {
    let target = shared.target.load(Ordering::SeqCst);
    let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await else {
        return;
    };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let is = Connection::default();
    tokio::select! {
        () = there(from_client, to_server, &shared, &is) => {}
        () = back(from_server, to_client, &shared, &is) => {}
        () = shared.cut.notified() => {}
    }
}

async fn there(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, shared: &Shared, is: &Connection) {
    let mut bytes = vec![0; 65_536];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        {
            let mut lose = shared.lose.lock().unwrap();
            let sent = String::from_utf8_lossy(&bytes[..count]);
            if lose.is_some_and(|words| sent.contains(words)) {
                *lose = None;
                is.loses.store(true, Ordering::SeqCst);
            }
            if sent.contains("SUBSCRIBE") {
                is.listens.store(true, Ordering::SeqCst);
            }
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

async fn back(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, shared: &Shared, is: &Connection) {
    let mut bytes = vec![0; 65_536];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if is.listens.load(Ordering::SeqCst) && shared.is_deaf.load(Ordering::SeqCst) {
            continue;
        }
        if is.loses.load(Ordering::SeqCst) {
            shared.has_lost.store(true, Ordering::SeqCst);
            return;
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
