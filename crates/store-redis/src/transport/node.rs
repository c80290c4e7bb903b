//! One master as it is connected now: a connection for reads and what may be lost, one for what is confirmed, one for
//! large values, and a watchdog. It is never repaired: when anything is wrong it is given up as a whole, and the topology opens another.

use std::sync::Arc;
use std::time::Duration;

use redis::Cmd;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

use super::lane::{Asked, Entry, Lane};
use super::large::LargeValues;
use super::link::Link;
use super::recovery::Recovery;
use super::role::Replica;
use super::vitals::Vitals;
use super::watchdog::Watchdog;
use super::{Answer, Dialer, Lineage, Role, Syncs};
use crate::failure::{ConnectError, Failure};
use crate::library;
use crate::reply::Reply;
use crate::settings::{Address, Settings};

/// Renewals that wait at most: an instance has a few leases, and asks again when one failed.
const MAX_URGENT: usize = 16;

/// A master, connected.
#[derive(Debug)]
pub(crate) struct Node {
    address: Address,
    lineage: Option<Lineage>,
    fast: Arc<Link>,
    lane: mpsc::Sender<Entry>,
    urgent: mpsc::Sender<Entry>,
    large: Arc<LargeValues>,
    room: Semaphore,
    vitals: Arc<Vitals>,
    syncs: Option<Syncs>,
    queue: Duration,
    response: Duration,
    _tasks: [AbortOnDropHandle<()>; 3],
}

impl Node {
    /// Connects to a server and makes sure that it is a master with our functions.
    pub(crate) async fn open(
        dialer: &Dialer,
        settings: &Settings,
        address: &Address,
    ) -> Result<Arc<Self>, ConnectError> {
        // Side by side: while a master is changed, writes wait for both.
        let (fast, acknowledged) =
            tokio::try_join!(dialer.dial(address, None), dialer.dial(address, None))?;
        let response = settings.timeouts.response;
        let role = ask_role(&fast, address, response).await?;
        match &role {
            Role::Master { .. } => {}
            Role::Replica { of } => return Err(not_master(address, format!("a replica of {of}"))),
            Role::Other => return Err(not_master(address, "no server of data".to_owned())),
        }
        if settings.demands_functions {
            compare_functions(&fast, address, response).await?;
        }
        let lineage = ask_lineage(&fast, response).await;
        let syncs = if settings.durability.is_synced() {
            let asked = Syncs::ask(&fast, response).await;
            Some(asked.map_err(|failure| unreachable(address, &failure))?)
        } else {
            None
        };
        let (fast, acknowledged) = (Arc::new(fast), Arc::new(acknowledged));
        let vitals = Arc::new(Vitals::new(settings.durability, &role));
        let (lane, usual) = mpsc::channel(settings.max_in_flight.max(1));
        let (urgent, first) = mpsc::channel(MAX_URGENT);
        let asked = Asked {
            usual,
            urgent: first,
        };
        let runs = Lane {
            link: Arc::clone(&acknowledged),
            durability: settings.durability,
            syncs,
            response,
            vitals: Arc::clone(&vitals),
        };
        let recovery = Recovery {
            link: Arc::clone(&acknowledged),
            within: response.saturating_add(settings.durability.patience()),
            vitals: Arc::clone(&vitals),
        };
        let watchdog = Watchdog {
            fast: Arc::clone(&fast),
            acknowledged,
            vitals: Arc::clone(&vitals),
            every: settings.timeouts.watchdog,
            response,
        };
        let tasks = [
            AbortOnDropHandle::new(tokio::spawn(runs.run(asked))),
            AbortOnDropHandle::new(tokio::spawn(watchdog.run())),
            AbortOnDropHandle::new(tokio::spawn(recovery.run())),
        ];
        Ok(Arc::new(Self {
            address: address.clone(),
            lineage,
            fast,
            lane,
            urgent,
            large: Arc::new(LargeValues::of(dialer.clone(), address.clone(), response)),
            room: Semaphore::new(settings.max_in_flight.max(1)),
            vitals,
            syncs,
            queue: settings.timeouts.queue,
            response,
            _tasks: tasks,
        }))
    }

    /// Whether the server at an address has been promoted and goes on where this one was the master.
    pub(crate) async fn is_inherited_by(&self, dialer: &Dialer, address: &Address) -> bool {
        let Some(own) = &self.lineage else {
            return false;
        };
        let Ok(link) = dialer.dial(address, None).await else {
            return false;
        };
        let role = ask_role(&link, address, self.response).await;
        let lineage = ask_lineage(&link, self.response).await;
        matches!(role, Ok(Role::Master { .. }))
            && lineage.is_some_and(|other| other.is_heir_of(own))
    }

    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// Which data it has, if it may be asked.
    pub(crate) fn lineage(&self) -> Option<&Lineage> {
        self.lineage.as_ref()
    }

    /// Whether it waits for its disk when it is asked to; `None` where it need not.
    pub(crate) fn syncs(&self) -> Option<Syncs> {
        self.syncs
    }

    /// Resolves when it was given up, and says why.
    pub(crate) async fn gone(&self) -> String {
        self.vitals.gone().await
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.vitals.is_gone()
    }

    /// Gives it up.
    pub(crate) fn give_up(&self, why: impl Into<String>) {
        self.vitals.give_up(why.into());
    }

    /// Has the watchdog look now.
    pub(crate) fn suspect(&self) {
        self.vitals.look_now();
    }

    /// Its offset and the replicas in line, as it said last.
    pub(crate) fn line(&self) -> (u64, Vec<Replica>) {
        self.vitals.line()
    }

    /// Everybody who has been in line since it was connected.
    pub(crate) fn known_replicas(&self) -> Vec<Address> {
        self.vitals.known_replicas()
    }

    /// Resolves while writes that are to be confirmed are held up: whoever follows the topology then finds out whether
    /// a replica was promoted, and gives this master up or [lowers](Self::lower) what it asks for.
    /// The number of the trouble goes with what was found out.
    pub(crate) async fn is_short(&self) -> u64 {
        self.vitals.is_short().await
    }

    /// Nobody was promoted since that trouble: the replicas that confirm now suffice, as far as the settings allow.
    pub(crate) fn lower(&self, trouble: u64) {
        self.vitals.lower(trouble);
    }

    /// Why writes that are to be confirmed are refused now.
    pub(crate) fn shortage(&self) -> Option<String> {
        self.vitals.shortage()
    }

    /// Sends commands whose answers promise nothing beyond the master.
    pub(crate) async fn send(&self, commands: Vec<Cmd>) -> Result<Vec<Answer>, Failure> {
        let count = u32::try_from(commands.len()).unwrap_or(u32::MAX);
        // A call of more commands than there is room for would wait in vain.
        let wanted = count.clamp(
            1,
            u32::try_from(self.room.available_permits())
                .unwrap_or(1)
                .max(1),
        );
        let Ok(Ok(_room)) = timeout(self.queue, self.room.acquire_many(wanted)).await else {
            return Err(self.busy());
        };
        self.send_now(commands).await
    }

    async fn send_now(&self, commands: Vec<Cmd>) -> Result<Vec<Answer>, Failure> {
        if self.is_gone() {
            return Err(self.away());
        }
        self.fast.ask(commands, self.response).await
    }

    /// Sends commands whose answers have so many bytes together, over the connection for large values.
    pub(crate) async fn send_large(
        &self,
        commands: Vec<Cmd>,
        size_bytes: usize,
    ) -> Result<Vec<Answer>, Failure> {
        if self.is_gone() {
            return Err(self.away());
        }
        tokio::select! {
            answers = self.large.read(commands, size_bytes) => answers,
            _ = self.gone() => Err(self.away()),
        }
    }

    /// Sends commands whose answers say that what was done is as durable as the settings ask.
    pub(crate) async fn send_confirmed(
        &self,
        commands: Vec<Cmd>,
        size_bytes: usize,
    ) -> Result<Vec<Answer>, Failure> {
        self.ask_lane(&self.lane, commands, size_bytes).await
    }

    /// The same of few bytes, before all that waits to be sent so.
    pub(crate) async fn send_urgent(
        &self,
        commands: Vec<Cmd>,
        size_bytes: usize,
    ) -> Result<Vec<Answer>, Failure> {
        self.ask_lane(&self.urgent, commands, size_bytes).await
    }

    async fn ask_lane(
        &self,
        lane: &mpsc::Sender<Entry>,
        commands: Vec<Cmd>,
        size_bytes: usize,
    ) -> Result<Vec<Answer>, Failure> {
        if self.is_gone() {
            return Err(self.away());
        }
        let (answer, answered) = oneshot::channel();
        let entry = Entry {
            commands,
            size_bytes,
            answer,
        };
        match lane.send_timeout(entry, self.queue).await {
            Ok(()) => {}
            Err(mpsc::error::SendTimeoutError::Timeout(_)) => return Err(self.busy()),
            Err(mpsc::error::SendTimeoutError::Closed(_)) => return Err(self.away()),
        }
        // Dropped without an answer: the lane ended before it was sent, or while it was on its way.
        answered
            .await
            .unwrap_or_else(|_| Err(Failure::Unknown("the connection ended".to_owned())))
    }

    fn away(&self) -> Failure {
        let why = self.vitals.why_gone();
        Failure::Away(format!("{} was given up: {why}", self.address))
    }

    fn busy(&self) -> Failure {
        Failure::Away(format!("{} has more to do than it can", self.address))
    }
}

async fn ask_role(
    link: &Link,
    address: &Address,
    response: Duration,
) -> Result<Role, ConnectError> {
    let value = ask(link, address, &redis::cmd("ROLE"), "ROLE", response).await?;
    Role::read(Reply(value)).map_err(|failure| unreachable(address, &failure))
}

/// `None` where the user may not `INFO`: then nobody is taken for an heir.
async fn ask_lineage(link: &Link, response: Duration) -> Option<Lineage> {
    let mut command = redis::cmd("INFO");
    command.arg("replication");
    let text = Reply(link.send(&command, response).await.ok()?)
        .text()
        .ok()?;
    Lineage::read(&text)
}

async fn compare_functions(
    link: &Link,
    address: &Address,
    response: Duration,
) -> Result<(), ConnectError> {
    let mut about = redis::cmd("FCALL_RO");
    about.arg("wl_about").arg(0);
    let found = match ask(link, address, &about, "FCALL_RO", response).await {
        Err(ConnectError::Unreachable { reason, .. }) if reason.contains("Function not found") => {
            Some("missing")
        }
        answer => {
            library::difference(Reply(answer?)).map_err(|failure| unreachable(address, &failure))?
        }
    };
    match found {
        None => Ok(()),
        Some(found) => Err(ConnectError::Functions {
            address: address.clone(),
            found,
        }),
    }
}

async fn ask(
    link: &Link,
    address: &Address,
    command: &Cmd,
    name: &'static str,
    response: Duration,
) -> Result<redis::Value, ConnectError> {
    let sent = link.send(command, response).await;
    let value = sent.map_err(|failure| unreachable(address, &failure))?;
    match &value {
        redis::Value::ServerError(error) if error.code() == "NOPERM" => {
            Err(ConnectError::NotAllowed {
                address: address.clone(),
                command: name,
                reason: error.details().unwrap_or_default().to_owned(),
            })
        }
        redis::Value::ServerError(error) => {
            let words = super::answer::words(error.code(), error.details().unwrap_or_default());
            Err(unreachable(address, &words))
        }
        _ => Ok(value),
    }
}

fn unreachable(address: &Address, reason: &dyn ToString) -> ConnectError {
    ConnectError::Unreachable {
        address: address.clone(),
        reason: reason.to_string(),
    }
}

fn not_master(address: &Address, role: String) -> ConnectError {
    ConnectError::NotMaster {
        address: address.clone(),
        role,
    }
}
