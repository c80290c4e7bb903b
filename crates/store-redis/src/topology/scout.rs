//! One Sentinel, listened to: what it says of the master, asked when the connection begins, when it tells of a switch,
//! and once a second.

use std::sync::Arc;
use std::time::{Duration, Instant};

use redis::PushKind;
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

use super::Board;
use crate::failure::Failure;
use crate::reply::Reply;
use crate::settings::Address;
use crate::transport::{Dialer, Link, Push};

/// On which Sentinels tell of a new master, of one to be, and of a failover that came to nothing.
const CHANNELS: [&str; 4] = [
    "+switch-master",
    "+selected-slave",
    "+promoted-slave",
    "-failover-abort-not-elected",
];
/// Pushes that wait at most; beyond, the connection begins again and the Sentinel is asked.
const ROOM: usize = 64;
/// Between two questions when nothing happens.
const EVERY: Duration = Duration::from_secs(1);
/// Between two attempts to connect: the first, and the longest.
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));
/// Replicas of which a Sentinel is believed, at most.
const MAX_REPLICAS: usize = 64;

/// What a Sentinel says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Who is the master, by which configuration, and who replicates.
    Names {
        master: Address,
        epoch: u64,
        replicas: Vec<Address>,
        /// It sees the master well, and is not about to put another in its place.
        is_content: bool,
        /// It is about to.
        fails_over: bool,
    },
    /// It does not know the master's name, or does not let us ask.
    Refuses(String),
    /// It cannot be reached.
    Silent(String),
}

/// Listens to one Sentinel.
pub(super) struct Scout {
    pub(super) index: usize,
    pub(super) address: Address,
    pub(super) master: String,
    pub(super) dialer: Dialer,
    pub(super) response: Duration,
    /// Where it leaves how often the Sentinel looks.
    pub(super) board: Arc<Board>,
    /// Wakes it to ask now.
    pub(super) wake: Arc<Notify>,
    pub(super) tell: mpsc::Sender<(usize, Word)>,
}

impl Scout {
    /// Runs until nobody listens.
    pub(super) async fn run(self) {
        let mut pause = PAUSE.0;
        loop {
            let (push, pushed, overflowed) = Push::channel(ROOM);
            let why = match self.dialer.dial(&self.address, Some(push)).await {
                Ok(link) => {
                    let channels = CHANNELS.map(str::to_owned);
                    if link.subscribe(&channels, self.response).await {
                        pause = PAUSE.0;
                        tokio::select! {
                            why = self.listen(&link, pushed) => why,
                            () = overflowed.cancelled() => "it told too much at once".to_owned(),
                            () = link.closed() => "the connection ended".to_owned(),
                        }
                    } else {
                        "it refuses the subscription".to_owned()
                    }
                }
                Err(error) => error.to_string(),
            };
            if self
                .tell
                .send((self.index, Word::Silent(why)))
                .await
                .is_err()
            {
                return;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSE.1);
        }
    }

    /// Asks again and again. Returns why it stopped.
    async fn listen(&self, link: &Link, mut pushed: mpsc::Receiver<redis::PushInfo>) -> String {
        loop {
            match self.ask(link).await {
                Ok(word) => {
                    if self.tell.send((self.index, word)).await.is_err() {
                        return String::new();
                    }
                }
                Err(failure) => return failure.to_string(),
            }
            let told = async {
                loop {
                    match pushed.recv().await {
                        Some(push) if push.kind == PushKind::Message => return,
                        Some(_) => {}
                        None => std::future::pending().await,
                    }
                }
            };
            let something = async {
                tokio::select! {
                    () = told => {}
                    () = self.wake.notified() => {}
                }
            };
            // Whichever comes first; nothing for a while is a reason to ask as well.
            drop(timeout(EVERY, something).await);
        }
    }

    async fn ask(&self, link: &Link) -> Result<Word, Failure> {
        let mut about = redis::cmd("SENTINEL");
        about.arg("MASTER").arg(&self.master);
        let fields = match link.send(&about, self.response).await? {
            redis::Value::ServerError(error) => {
                let details = error.details().unwrap_or_default();
                return Ok(Word::Refuses(format!("{} {details}", error.code())));
            }
            value => Fields::read(Reply(value))?,
        };
        // This answer names the promoted one while the others still follow the old one; the one above does not, and
        // has its configuration's number already.
        let mut who = redis::cmd("SENTINEL");
        who.arg("GET-MASTER-ADDR-BY-NAME").arg(&self.master);
        let [host, port] = Reply(link.send(&who, self.response).await?).exactly()?;
        let master = Address::new(host.text()?, port_of(port)?);
        let epoch = fields.number("config-epoch")?;
        let flags = fields.get("flags")?.text()?;
        // A master that is down says nothing to anybody.
        if flags == "master"
            && let Ok(millis) = fields.number("info-refresh")
        {
            let heard_ago = Duration::from_millis(millis);
            let attention = &self.board.attention;
            attention.saw(&self.address, heard_ago, Instant::now());
        }
        let (is_content, fails_over) = (flags == "master", flags.contains("failover_in_progress"));
        let mut about = redis::cmd("SENTINEL");
        about.arg("REPLICAS").arg(&self.master);
        let replicas = match link.send(&about, self.response).await? {
            redis::Value::ServerError(_) => Vec::new(),
            value => Reply(value)
                .list()?
                .into_iter()
                .take(MAX_REPLICAS)
                .map(|replica| Fields::read(replica)?.address())
                .collect::<Result<_, _>>()?,
        };
        Ok(Word::Names {
            master,
            epoch,
            replicas,
            is_content,
            fails_over,
        })
    }
}

/// Names and values in turn, as Sentinel describes an instance.
struct Fields(Vec<(String, Reply)>);

impl Fields {
    fn read(reply: Reply) -> Result<Self, Failure> {
        let mut words = reply.list()?.into_iter();
        let mut fields = Vec::new();
        while let (Some(name), Some(value)) = (words.next(), words.next()) {
            fields.push((name.text()?, value));
        }
        Ok(Self(fields))
    }

    fn get(&self, wanted: &str) -> Result<Reply, Failure> {
        let mut fields = self.0.iter();
        let (_, value) = fields
            .find(|(name, _)| name == wanted)
            .ok_or(Failure::Unreadable("a Sentinel leaves a field out"))?;
        Ok(value.clone())
    }

    fn number(&self, name: &str) -> Result<u64, Failure> {
        self.get(name)?.number()
    }

    fn address(&self) -> Result<Address, Failure> {
        let port = port_of(self.get("port")?)?;
        Ok(Address::new(self.get("ip")?.text()?, port))
    }
}

fn port_of(reply: Reply) -> Result<u16, Failure> {
    u16::try_from(reply.number()?).map_err(|_| Failure::Unreadable("expected a port"))
}
