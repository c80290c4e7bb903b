//! The connection over which large values are read, so that whoever waits for one keeps nobody else waiting, and a server
//! that closes it closes nothing else. It is opened when it is first wanted, and again when it has ended.
//!
//! A server closes a connection for which more waits than its `client-output-buffer-limit` allows, and what was asked for
//! together waits together. So values are asked for only while few bytes are on their way.

use std::sync::Arc;
use std::time::Duration;

use redis::Cmd;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::link::Link;
use super::{Answer, Dialer};
use crate::failure::Failure;
use crate::settings::Address;

/// Bytes of values that are on their way together, at most: below the limit of servers that were set up for 64 MB. A
/// single value beyond it goes alone.
const MAX_ON_THEIR_WAY: usize = 48 << 20;
/// What is counted, in bytes.
const UNIT: usize = 1_024;
const UNITS: usize = MAX_ON_THEIR_WAY / UNIT;
/// What a network carries in a second at the least, in bytes; a slower one does not carry messages of many MiB.
const CARRIED_EACH_SECOND: u64 = 8 << 20;

/// How long a network may take for so many bytes.
pub(super) fn time_to_carry(size_bytes: usize) -> Duration {
    let bytes = u64::try_from(size_bytes).unwrap_or(u64::MAX);
    Duration::from_millis(bytes.saturating_mul(1_000) / CARRIED_EACH_SECOND)
}

/// Large values of one server.
#[derive(Debug)]
pub(super) struct LargeValues {
    dialer: Dialer,
    address: Address,
    response: Duration,
    link: Mutex<Option<Arc<Link>>>,
    room: Arc<Semaphore>,
}

impl LargeValues {
    pub(super) fn of(dialer: Dialer, address: Address, response: Duration) -> Self {
        Self {
            dialer,
            address,
            response,
            link: Mutex::default(),
            room: Arc::new(Semaphore::new(UNITS)),
        }
    }

    /// Sends commands whose answers have so many bytes together, when there is room for them.
    pub(super) async fn read(
        self: &Arc<Self>,
        commands: Vec<Cmd>,
        size_bytes: usize,
    ) -> Result<Vec<Answer>, Failure> {
        let units = size_bytes.div_ceil(UNIT).clamp(1, UNITS);
        let room = Arc::clone(&self.room).acquire_many_owned(u32::try_from(units).unwrap_or(1));
        // What is on its way now has come by then, and as much that was asked for before this.
        let patience = self.response + 2 * time_to_carry(MAX_ON_THEIR_WAY);
        let Ok(Ok(room)) = timeout(patience, room).await else {
            let why = format!("{} has more large values to read than it can", self.address);
            return Err(Failure::Away(why));
        };
        let this = Arc::clone(self);
        // A task of its own: whoever waits may go away, and what was asked for comes all the same.
        let read = tokio::spawn(async move { this.read_now(commands, size_bytes, room).await });
        read.await
            .unwrap_or_else(|_| Err(Failure::Unknown("the reading ended".to_owned())))
    }

    async fn read_now(
        &self,
        commands: Vec<Cmd>,
        size_bytes: usize,
        _room: OwnedSemaphorePermit,
    ) -> Result<Vec<Answer>, Failure> {
        let link = self.link().await?;
        let on_their_way = (UNITS - self.room.available_permits().min(UNITS)) * UNIT;
        let within = self.response + time_to_carry(on_their_way.max(size_bytes));
        link.ask(commands, within).await.map_err(|failure| {
            Failure::Away(format!(
                "{} did not hand over a value of {size_bytes} bytes ({failure}): compare its client-output-buffer-limit",
                self.address
            ))
        })
    }

    /// The connection, opened if need be. Whoever comes while another one opens it waits for as long as that may take: a
    /// server that nobody reaches does not keep one after the other waiting.
    async fn link(&self) -> Result<Arc<Link>, Failure> {
        let Ok(mut kept) = timeout(self.dialer.patience(), self.link.lock()).await else {
            let why = format!(
                "{} opens no connection for large values in time",
                self.address
            );
            return Err(Failure::Away(why));
        };
        if let Some(link) = kept.as_ref().filter(|link| !link.is_closed()) {
            return Ok(Arc::clone(link));
        }
        let dialled = self.dialer.dial(&self.address, None).await;
        let link = Arc::new(dialled.map_err(|error| Failure::Away(error.to_string()))?);
        *kept = Some(Arc::clone(&link));
        Ok(link)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};

    use tokio::task::JoinSet;
    use tokio::time::Instant;

    use super::*;
    use crate::settings::{Settings, Topology};

    #[tokio::test(start_paused = true)]
    async fn readers_of_a_server_that_lets_nobody_in_are_refused_together_and_not_one_after_the_other()
     {
        // It takes connections, and says nothing.
        let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = Address::new("127.0.0.1", silent.local_addr().unwrap().port());
        let settings = Settings::new(Topology::Standalone {
            address: address.clone(),
        });
        let dialer = Dialer::of(&settings);
        let values = Arc::new(LargeValues::of(dialer, address, settings.timeouts.response));
        let asked = Instant::now();

        let mut readers = JoinSet::new();
        for _ in 0..20 {
            let values = Arc::clone(&values);
            readers.spawn(async move { values.read(vec![redis::cmd("PING")], 1 << 20).await });
        }
        let answers = readers.join_all().await;

        let all_are_refused = answers
            .iter()
            .all(|answer| matches!(answer, Err(Failure::Away(_))));
        assert!(all_are_refused, "{answers:?}");
        assert!(asked.elapsed() <= 2 * settings.timeouts.connect + Duration::from_millis(100));
    }
}
