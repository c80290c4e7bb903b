//! What waits in the server, asked of its API as anybody would.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;

use crate::client::{ClientArgs, view};

/// Between two questions.
const INTERVAL: Duration = Duration::from_secs(1);

/// One destination's queue.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct QueueNow {
    /// Messages that wait.
    pub(super) waiting: u64,
    /// Dead letters.
    #[serde(rename = "dead_letters")]
    pub(super) dead: u64,
}

/// The queues as they were when last asked, by destination. Empty while the server does not answer.
#[derive(Clone, Default)]
pub(super) struct Queues(Arc<Mutex<BTreeMap<String, QueueNow>>>);

#[derive(Deserialize)]
struct Channels {
    items: Vec<Channel>,
}

#[derive(Deserialize)]
struct Channel {
    destinations: Vec<Destination>,
}

#[derive(Deserialize)]
struct Destination {
    name: String,
    #[serde(flatten)]
    now: QueueNow,
}

impl Queues {
    /// Asks from now on, on a thread of its own, for as long as the process lives.
    pub(super) fn watch(http: SocketAddr, token: &Path) -> Self {
        let queues = Self::default();
        let (seen, args) = (queues.clone(), ClientArgs::on_this_machine(http, token));
        std::thread::spawn(move || {
            let Ok(client) = args.client() else { return };
            loop {
                let channels = client.get("/v1/channels").and_then(view::<Channels>);
                *seen.lock() = channels.map(by_destination).unwrap_or_default();
                std::thread::sleep(INTERVAL);
            }
        });
        queues
    }

    /// A destination's queue, if it is known.
    pub(super) fn of(&self, destination: &str) -> Option<QueueNow> {
        self.lock().get(destination).copied()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, QueueNow>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn by_destination(channels: Channels) -> BTreeMap<String, QueueNow> {
    let destinations = channels
        .items
        .into_iter()
        .flat_map(|channel| channel.destinations);
    destinations
        .map(|destination| (destination.name, destination.now))
        .collect()
}
