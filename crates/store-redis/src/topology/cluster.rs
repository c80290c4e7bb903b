//! A Redis Cluster: who has which slot, as its nodes say and as calls learn.
//!
//! All connected masters are asked once a second, others too while fewer than three are connected; ten times a second
//! while a slot has nobody. What most say holds. A node that is gone has no say, and others than the connected masters have
//! one only as long as they are needed. What a call learns from `MOVED` holds at once, and is looked into.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::board::{Hint, NOBODY, Seat};
use super::cluster_view::{View, heard, merged};
use super::{Follower, Routes, heir_among};
use crate::failure::{ConnectError, Failure};
use crate::reply::Reply;
use crate::settings::Address;
use crate::tag::SLOTS;
use crate::transport::{Answer, Dialer, Node};

/// Between two rounds of asking while all is well.
const CALM: Duration = Duration::from_secs(1);
/// Between two rounds while a slot has nobody, or a call was sent elsewhere.
const BUSY: Duration = Duration::from_millis(100);
/// A view counts for so long.
const VIEW_AGES: Duration = Duration::from_secs(3);
/// With fewer masters connected, other nodes are asked too.
const ENOUGH_VIEWS: usize = 3;
/// Nodes asked in one round that are not connected, at most.
const MAX_STRANGERS: usize = 5;
/// Nodes known at most.
const MAX_NODES: usize = 1_000;
/// Between two attempts to connect a master: the first, and the longest.
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));

enum Event {
    Opened(Address, Result<Arc<Node>, ConnectError>),
    Gone(Address, String),
    Said(Address, Result<View, String>),
}

pub(super) async fn follow(follower: &Follower, seeds: Vec<Address>) {
    let (tell, mut events) = mpsc::channel(256);
    let Some(mut hints) = follower.board.take_hints() else {
        return;
    };
    let mut map = Map {
        follower,
        tell,
        seeds,
        seats: BTreeMap::new(),
        views: BTreeMap::new(),
        replicas: Vec::new(),
        moved: BTreeMap::new(),
        tasks: JoinSet::new(),
        next_stranger: 0,
        last_silence: String::new(),
    };
    let mut ask_at = Instant::now();
    loop {
        tokio::select! {
            Some(event) = events.recv() => {
                if map.take_in(event) {
                    ask_at = ask_at.min(Instant::now() + BUSY);
                }
            }
            Some(hint) = hints.recv() => {
                map.take_hint(hint);
                ask_at = ask_at.min(Instant::now() + BUSY);
            }
            () = sleep_until(ask_at) => {
                map.ask();
                let pause = if follower.board.routes().is_whole() { CALM } else { BUSY };
                ask_at = Instant::now() + pause;
            }
            Some(_ended) = map.tasks.join_next() => continue,
        }
        map.open_seats();
        map.publish();
    }
}

/// A master, and the attempts to connect it.
struct Place {
    node: Result<Arc<Node>, Arc<ConnectError>>,
    is_opening: bool,
    pause: Duration,
    try_at: Instant,
    /// Kept although no slot is known of it, until then.
    wanted_until: Option<Instant>,
}

struct Map<'a> {
    follower: &'a Follower,
    tell: mpsc::Sender<Event>,
    seeds: Vec<Address>,
    seats: BTreeMap<Address, Place>,
    views: BTreeMap<Address, (Instant, View)>,
    replicas: Vec<Address>,
    /// What calls were told, newer than the views.
    moved: BTreeMap<u16, (Instant, Address)>,
    tasks: JoinSet<()>,
    next_stranger: usize,
    last_silence: String,
}

impl Map<'_> {
    /// Takes in what happened. `true` when the others are to be asked soon.
    fn take_in(&mut self, event: Event) -> bool {
        match event {
            Event::Said(address, Ok(view)) => {
                self.replicas.extend(view.replicas.iter().cloned());
                self.replicas.sort_unstable();
                self.replicas.dedup();
                self.replicas.truncate(MAX_NODES);
                let now = Instant::now();
                self.views.insert(address, (now, view));
                self.views
                    .retain(|_, (at, _)| now.duration_since(*at) < VIEW_AGES);
                self.seat_masters();
                false
            }
            Event::Said(address, Err(why)) => {
                self.views.remove(&address);
                self.last_silence = why;
                false
            }
            Event::Opened(address, opened) => {
                let Some(place) = self.seats.get_mut(&address) else {
                    return false;
                };
                place.is_opening = false;
                match opened {
                    Ok(node) => {
                        tracing::info!(%address, "a master of the Cluster is connected");
                        place.pause = PAUSE.0;
                        place.node = Ok(Arc::clone(&node));
                        let (dialer, tell) = (self.follower.dialer.clone(), self.tell.clone());
                        self.tasks.spawn(async move {
                            let reason = tokio::select! {
                                reason = node.gone() => reason,
                                reason = watch_replicas(&dialer, &node) => reason,
                            };
                            node.give_up(reason.clone());
                            // Nobody listens any more at the end.
                            drop(tell.send(Event::Gone(address, reason)).await);
                        });
                    }
                    Err(error) => {
                        place.try_at = Instant::now() + place.pause;
                        place.pause = (place.pause * 2).min(PAUSE.1);
                        place.node = Err(Arc::new(error));
                    }
                }
                true
            }
            Event::Gone(address, reason) => {
                tracing::warn!(%address, reason, "a master of the Cluster was given up");
                self.views.remove(&address);
                if let Some(place) = self.seats.get_mut(&address) {
                    place.try_at = Instant::now();
                    place.node = Err(Arc::new(ConnectError::Unreachable { address, reason }));
                }
                true
            }
        }
    }

    fn take_hint(&mut self, hint: Hint) {
        match hint {
            Hint::NotHere => {}
            Hint::Moved { slot, address } => {
                self.want(&address);
                self.moved.insert(slot, (Instant::now(), address));
            }
            Hint::Wanted(address) => self.want(&address),
        }
    }

    fn want(&mut self, address: &Address) {
        if self.seats.len() < MAX_NODES {
            self.seat(address).wanted_until = Some(Instant::now() + VIEW_AGES);
        }
    }

    fn seat(&mut self, address: &Address) -> &mut Place {
        self.seats.entry(address.clone()).or_insert_with(|| Place {
            node: Err(Arc::new(ConnectError::NoMaster(format!(
                "{address} is being connected"
            )))),
            is_opening: false,
            pause: PAUSE.0,
            try_at: Instant::now(),
            wanted_until: None,
        })
    }

    /// Gives every master that somebody names a place, and takes it from those whom nobody names.
    fn seat_masters(&mut self) {
        let named: Vec<Address> = self
            .views
            .values()
            .flat_map(|(_, view)| view.masters().cloned())
            .take(MAX_NODES)
            .collect();
        for master in &named {
            self.seat(master);
        }
        let now = Instant::now();
        self.seats.retain(|address, place| {
            named.contains(address) || place.wanted_until.is_some_and(|until| now < until)
        });
    }

    /// Asks the connected masters, and others when those are few.
    fn ask(&mut self) {
        let connected: Vec<Arc<Node>> = self
            .seats
            .values()
            .filter_map(|place| place.node.as_ref().ok().cloned())
            .collect();
        let known = connected.len();
        for node in connected {
            let tell = self.tell.clone();
            self.tasks.spawn(async move {
                let said = ask_node(&node).await;
                drop(tell.send(Event::Said(node.address().clone(), said)).await);
            });
        }
        if known >= ENOUGH_VIEWS {
            return;
        }
        let strangers: Vec<Address> = self
            .seeds
            .iter()
            .chain(&self.replicas)
            .filter(|address| {
                let place = self.seats.get(*address);
                place.is_none_or(|place| place.node.is_err())
            })
            .cloned()
            .collect();
        let start = self.next_stranger.checked_rem(strangers.len()).unwrap_or(0);
        self.next_stranger = start + MAX_STRANGERS;
        for address in strangers
            .iter()
            .cycle()
            .skip(start)
            .take(MAX_STRANGERS.min(strangers.len()))
        {
            let (dialer, address, tell) = (
                self.follower.dialer.clone(),
                address.clone(),
                self.tell.clone(),
            );
            let within = self.follower.settings.timeouts.response;
            self.tasks.spawn(async move {
                let said = ask_stranger(&dialer, &address, within).await;
                drop(tell.send(Event::Said(address, said)).await);
            });
        }
    }

    /// Connects who has a place and is not connected.
    fn open_seats(&mut self) {
        let now = Instant::now();
        for (address, place) in &mut self.seats {
            if place.node.is_ok() || place.is_opening || now < place.try_at {
                continue;
            }
            place.is_opening = true;
            let (dialer, settings) = (
                self.follower.dialer.clone(),
                Arc::clone(&self.follower.settings),
            );
            let (address, tell) = (address.clone(), self.tell.clone());
            self.tasks.spawn(async move {
                let opened = Node::open(&dialer, &settings, &address).await;
                drop(tell.send(Event::Opened(address, opened)).await);
            });
        }
    }

    fn publish(&mut self) {
        let now = Instant::now();
        self.moved
            .retain(|_, (at, _)| now.duration_since(*at) < VIEW_AGES);
        let connected = self.seats.values().filter(|place| place.node.is_ok());
        let (connected, enough) = (connected.count(), ENOUGH_VIEWS);
        let views = self.views.iter().map(|(address, (_, view))| {
            let place = self.seats.get(address);
            (place.is_some_and(|place| place.node.is_ok()), view)
        });
        let views = heard(views.collect(), connected, enough);
        let rank = |address: &Address| match self.seats.get(address) {
            Some(place) if place.node.is_ok() => 2,
            Some(place) if place.is_opening => 1,
            _ => 0,
        };
        let (masters, owned) = merged(&views, rank);
        if masters.is_empty() && self.seats.is_empty() {
            let why = format!("no node of the Cluster answers: {}", self.last_silence);
            let error = Arc::new(ConnectError::NoMaster(why));
            self.follower.board.publish(Routes::One(Err(error)));
            return;
        }
        let nodes: Vec<Seat> = self
            .seats
            .iter()
            .map(|(address, place)| Seat {
                address: address.clone(),
                node: place.node.clone(),
            })
            .collect();
        let at = |address: &Address| {
            let place = nodes.binary_search_by(|seat| seat.address.cmp(address));
            place.ok().and_then(|at| u16::try_from(at).ok())
        };
        let seats: Vec<Option<u16>> = masters.iter().map(at).collect();
        let mut owners: Vec<u16> = owned
            .into_iter()
            .map(|owner| owner.and_then(|at| *seats.get(at)?).unwrap_or(NOBODY))
            .collect();
        owners.resize(usize::from(SLOTS), NOBODY);
        for (slot, (_, address)) in &self.moved {
            if let (Some(owner), Some(at)) = (owners.get_mut(usize::from(*slot)), at(address)) {
                *owner = at;
            }
        }
        self.follower.board.publish(Routes::Slots {
            owners: Arc::new(owners),
            nodes,
        });
    }
}

/// Finds out about replicas that leave or do not confirm. Returns when one was promoted.
///
/// A master that the others do not reach refuses writes by itself before they elect another (Redis Cluster
/// specification: after the node timeout; an election begins half a second later). So it is enough to ask the replicas.
async fn watch_replicas(dialer: &Dialer, node: &Arc<Node>) -> String {
    loop {
        let trouble = node.is_short().await;
        match heir_among(dialer, node, node.known_replicas()).await {
            Some(heir) => return format!("{heir} was promoted in its place"),
            None => node.lower(trouble),
        }
        tokio::time::sleep(BUSY).await;
    }
}

fn slots() -> redis::Cmd {
    let mut command = redis::cmd("CLUSTER");
    command.arg("SLOTS");
    command
}

async fn ask_node(node: &Node) -> Result<View, String> {
    let said = match node.send(vec![slots()]).await.map(|mut all| all.pop()) {
        Ok(Some(Answer::Value(value))) => View::read(Reply(value), node.address()),
        Ok(_) => Err(Failure::Unreadable("expected the slots")),
        Err(failure) => Err(failure),
    };
    said.map_err(|failure| format!("{}: {failure}", node.address()))
}

async fn ask_stranger(
    dialer: &Dialer,
    address: &Address,
    within: Duration,
) -> Result<View, String> {
    let link = dialer
        .dial(address, None)
        .await
        .map_err(|error| error.to_string())?;
    let value = link.send(&slots(), within).await;
    let said = value.and_then(|value| match Answer::of(value) {
        Answer::Value(value) => View::read(Reply(value), address),
        Answer::Refused(failure) => Err(failure),
        _ => Err(Failure::Unreadable("expected the slots")),
    });
    said.map_err(|failure| format!("{address}: {failure}"))
}
