//! Listeners of channels that a test describes, before a desk.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use wardline_messaging::channel::{Channel, parse_channel};
use wardline_messaging::model::ChannelName;
use wardline_server::mllp::{FramingFault, Listeners, MllpBounds, MllpStats};

use crate::desk::Desk;
use crate::sender::Sender;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Running listeners.
pub(crate) struct Rig {
    pub(crate) listeners: Listeners,
    pub(crate) desk: Arc<Desk>,
}

impl Rig {
    /// One channel `adt` whose `[listener]` holds these lines.
    pub(crate) async fn new(listener: &str) -> Self {
        Self::within(listener, MllpBounds::default()).await
    }

    pub(crate) async fn within(listener: &str, bounds: MllpBounds) -> Self {
        let rig = Self::empty(bounds);
        rig.listeners
            .apply(&[channel("adt", listener)])
            .await
            .unwrap();
        rig
    }

    pub(crate) fn empty(bounds: MllpBounds) -> Self {
        let desk = Desk::new();
        Self {
            listeners: Listeners::new(desk.clone(), bounds),
            desk,
        }
    }

    pub(crate) fn address_of(&self, channel: &str) -> SocketAddr {
        let states = self.listeners.states();
        states
            .iter()
            .find(|state| state.channel.as_str() == channel)
            .unwrap()
            .address
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address_of("adt")
    }

    pub(crate) fn stats(&self) -> Arc<MllpStats> {
        self.listeners.stats()[0].1.clone()
    }

    pub(crate) fn faults(&self) -> Vec<(&'static str, u64)> {
        let stats = self.stats();
        let counted = FramingFault::ALL
            .into_iter()
            .map(|fault| (fault.name(), stats.faults(fault)));
        counted.filter(|(_, count)| *count > 0).collect()
    }

    pub(crate) async fn sender(&self) -> Sender {
        Sender::connect(self.address()).await
    }

    /// Waits until so many frames came in.
    pub(crate) async fn arrived(&self, count: usize) {
        until(|| self.desk.arrivals().len() >= count).await;
    }
}

/// Waits until something holds; fails when it does not within a long time.
pub(crate) async fn until(holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .expect("it never came true");
}

/// Long enough for what should not happen to happen.
pub(crate) async fn a_while() {
    tokio::time::sleep(Duration::from_millis(150)).await;
}

/// A channel on a free port of the loopback address, unless the lines say otherwise.
pub(crate) fn channel(name: &str, listener: &str) -> Arc<Channel> {
    let address = if listener.contains("address =") {
        ""
    } else {
        "address = \"127.0.0.1:0\"\n"
    };
    let text = format!("[listener]\n{address}{listener}");
    Arc::new(parse_channel(ChannelName::new(name).unwrap(), &text, name).unwrap())
}
