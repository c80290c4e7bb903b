//! What a server does of the drill's own writers, who follow the change: beside [`Probe`](super::probe::Probe), which
//! does not, it says what is Wardline's doing.

use crate::description::Node;
use crate::lab::Lab;
use crate::link::{Info, Link};
use crate::{EstateError, Role};

/// Counts the writes that one server does.
pub(super) struct Taken {
    link: Link,
    before: u64,
}

impl Taken {
    /// From the server's start on, until [`begin`](Self::begin) is called.
    pub(super) async fn by(lab: &Lab, server: &Node) -> Result<Self, EstateError> {
        Ok(Self {
            link: lab.link(server.address, Role::Admin).await?,
            before: 0,
        })
    }

    /// From now on.
    pub(super) async fn begin(&mut self) -> Result<(), EstateError> {
        self.before = self.calls_done().await?;
        Ok(())
    }

    /// How many it did since then.
    pub(super) async fn count(&mut self) -> Result<u64, EstateError> {
        let now = self.calls_done().await?;
        Ok(now.saturating_sub(self.before))
    }

    /// Each write of the writers calls one function, and nobody else calls one that writes.
    async fn calls_done(&mut self) -> Result<u64, EstateError> {
        Ok(done(&self.link.info("commandstats").await?, "fcall"))
    }
}

/// Calls of a command that were not refused.
fn done(stats: &Info, command: &str) -> u64 {
    let said = stats.field(&format!("cmdstat_{command}"));
    let number = |name: &str| {
        let mut fields = said.split(',').filter_map(|field| field.split_once('='));
        fields
            .find(|(field, _)| *field == name)
            .and_then(|(_, value)| value.parse::<u64>().ok())
            .unwrap_or_default()
    };
    number("calls").saturating_sub(number("failed_calls"))
}
