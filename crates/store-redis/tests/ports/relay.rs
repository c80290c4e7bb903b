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

    /// Whether such an answer was lost.
    pub(crate) fn has_lost(&self) -> bool {
        self.shared.has_lost.load(Ordering::SeqCst)
    }
}

async fn carry(client: TcpStream, shared: Arc<Shared>) {
    let target = shared.target.load(Ordering::SeqCst);
    let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await else {
        return;
    };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let loses = AtomicBool::new(false);
    tokio::select! {
        () = there(from_client, to_server, &shared, &loses) => {}
        () = back(from_server, to_client, &shared, &loses) => {}
        () = shared.cut.notified() => {}
    }
}

async fn there(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    shared: &Shared,
    loses: &AtomicBool,
) {
    let mut bytes = vec![0; 65_536];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        {
            let mut lose = shared.lose.lock().unwrap();
            let sent = String::from_utf8_lossy(&bytes[..count]);
            if lose.is_some_and(|words| sent.contains(words)) {
                *lose = None;
                loses.store(true, Ordering::SeqCst);
            }
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

async fn back(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    shared: &Shared,
    loses: &AtomicBool,
) {
    let mut bytes = vec![0; 65_536];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if loses.load(Ordering::SeqCst) {
            shared.has_lost.store(true, Ordering::SeqCst);
            return;
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
