//! One master as it is connected now: a connection for reads and what may be lost, one for what is confirmed, and a
//! watchdog. It is never repaired: when anything is wrong it is given up as a whole, and the topology opens another.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use redis::{Cmd, Pipeline};
use tokio::sync::{Notify, Semaphore, mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::lane::{Entry, Lane};
use super::link::Link;
use super::{Answer, Dialer, Role};
use crate::failure::{ConnectError, Failure};
use crate::library;
use crate::reply::Reply;
use crate::settings::{Address, Durability, Settings};

/// A master, connected.
#[derive(Debug)]
pub(crate) struct Node {
    address: Address,
    fast: Arc<Link>,
    lane: mpsc::Sender<Entry>,
    room: Semaphore,
    vitals: Arc<Vitals>,
    queue: Duration,
    response: Duration,
    _tasks: [AbortOnDropHandle<()>; 2],
}

/// How a master is, as its watchdog and its lane see it.
#[derive(Debug)]
pub(crate) struct Vitals {
    wanted_replicas: usize,
    seen: Mutex<Seen>,
    /// Wakes the watchdog.
    look: Notify,
    gone: CancellationToken,
    why_gone: OnceLock<String>,
}

#[derive(Debug, Default)]
struct Seen {
    role: Option<Role>,
    /// Too few replicas confirmed a batch; what they must have come to before the next one is sent.
    catch_up: Option<CatchUp>,
}

#[derive(Clone, Copy, Debug)]
enum CatchUp {
    /// As far as the master is at the next look.
    NextLook,
    /// This place of the replication stream.
    To(u64),
}

impl Vitals {
    fn new(durability: Durability, role: Role) -> Self {
        Self {
            wanted_replicas: match durability {
                Durability::Replicated { replicas, .. } => usize::from(replicas.get()),
                Durability::Fsync | Durability::Memory => 0,
            },
            seen: Mutex::new(Seen {
                role: Some(role),
                catch_up: None,
            }),
            look: Notify::new(),
            gone: CancellationToken::new(),
            why_gone: OnceLock::new(),
        }
    }

    /// Why a write that is to be confirmed would not be, as far as is known.
    pub(super) fn shortage(&self) -> Option<String> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = self.wanted_replicas;
        if seen.catch_up.is_some() {
            return Some(format!(
                "replicas of the master are behind: {wanted} must confirm a write"
            ));
        }
        match &seen.role {
            Some(Role::Master { replicas, .. }) if replicas.len() < wanted => Some(format!(
                "the master has {} replicas in line, and {wanted} must confirm a write",
                replicas.len()
            )),
            _ => None,
        }
    }

    pub(super) fn fell_short(&self) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.catch_up = Some(CatchUp::NextLook);
        drop(seen);
        self.look.notify_one();
    }

    /// Takes in what the server says of itself. `false` when it is no master any more.
    fn see(&self, role: Role) -> bool {
        let Role::Master { offset, replicas } = &role else {
            return false;
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.catch_up = match seen.catch_up {
            None => None,
            Some(CatchUp::NextLook) => Some(CatchUp::To(*offset)),
            Some(CatchUp::To(place)) => {
                let there = replicas.iter().filter(|replica| replica.offset >= place);
                (there.count() < self.wanted_replicas).then_some(CatchUp::To(place))
            }
        };
        seen.role = Some(role);
        true
    }

    fn give_up(&self, why: String) {
        // The first reason is the one that matters.
        drop(self.why_gone.set(why));
        self.gone.cancel();
    }
}

impl Node {
    /// Connects to a server and makes sure that it is a master with our functions.
    pub(crate) async fn open(
        dialer: &Dialer,
        settings: &Settings,
        address: &Address,
    ) -> Result<Arc<Self>, ConnectError> {
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

        let (fast, acknowledged) = (Arc::new(fast), Arc::new(acknowledged));
        let vitals = Arc::new(Vitals::new(settings.durability, role));
        let (lane, asked) = mpsc::channel(settings.max_in_flight.max(1));
        let runs = Lane {
            link: Arc::clone(&acknowledged),
            durability: settings.durability,
            response,
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
        ];
        Ok(Arc::new(Self {
            address: address.clone(),
            fast,
            lane,
            room: Semaphore::new(settings.max_in_flight.max(1)),
            vitals,
            queue: settings.timeouts.queue,
            response,
            _tasks: tasks,
        }))
    }

    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// Resolves when it was given up, and says why.
    pub(crate) async fn gone(&self) -> String {
        self.vitals.gone.cancelled().await;
        self.vitals.why_gone.get().cloned().unwrap_or_default()
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.vitals.gone.is_cancelled()
    }

    /// Gives it up.
    pub(crate) fn give_up(&self, why: impl Into<String>) {
        self.vitals.give_up(why.into());
    }

    /// Has the watchdog look now.
    pub(crate) fn suspect(&self) {
        self.vitals.look.notify_one();
    }

    /// What it said of itself last.
    pub(crate) fn role(&self) -> Option<Role> {
        let seen = self.vitals.seen.lock();
        seen.unwrap_or_else(PoisonError::into_inner).role.clone()
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
        if let [command] = commands.as_slice() {
            let value = self.fast.send(command, self.response).await?;
            return Ok(vec![Answer::of(value)]);
        }
        let mut pipeline = Pipeline::with_capacity(commands.len());
        for command in commands {
            pipeline.add_command(command);
        }
        let values = self.fast.send_all(&pipeline, self.response).await?;
        Ok(values.into_iter().map(Answer::of).collect())
    }

    /// Sends commands whose answers say that what was done is as durable as the settings ask.
    pub(crate) async fn send_confirmed(
        &self,
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
        match self.lane.send_timeout(entry, self.queue).await {
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
        let why = self.vitals.why_gone.get().cloned().unwrap_or_default();
        Failure::Away(format!("{} was given up: {why}", self.address))
    }

    fn busy(&self) -> Failure {
        Failure::Away(format!("{} has more to do than it can", self.address))
    }
}

/// Looks at a master from time to time.
struct Watchdog {
    fast: Arc<Link>,
    acknowledged: Arc<Link>,
    vitals: Arc<Vitals>,
    every: Duration,
    response: Duration,
}

impl Watchdog {
    async fn run(self) {
        let why = tokio::select! {
            () = self.fast.closed() => "the connection ended, or an answer did not come in time".to_owned(),
            () = self.acknowledged.closed() => "the connection ended, or an answer did not come in time".to_owned(),
            () = self.vitals.gone.cancelled() => String::new(),
            why = self.look_again_and_again() => why,
        };
        self.vitals.give_up(why);
        self.fast.close();
        self.acknowledged.close();
    }

    async fn look_again_and_again(&self) -> String {
        loop {
            // Whoever wakes it wants a look now; otherwise the time has come.
            drop(timeout(self.every, self.vitals.look.notified()).await);
            let role = match self.fast.send(&redis::cmd("ROLE"), self.response).await {
                Ok(value) => Role::read(Reply(value)),
                Err(failure) => Err(failure),
            };
            match role {
                Ok(role) if self.vitals.see(role.clone()) => {}
                Ok(Role::Replica { of }) => return format!("it is a replica of {of} now"),
                Ok(_) => return "it is no master any more".to_owned(),
                Err(failure) => return failure.to_string(),
            }
        }
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
