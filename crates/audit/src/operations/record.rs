//! Records events. What it gives is the proof that whoever discloses something asks for.

use crate::error::NotRecorded;
use crate::model::Event;
use crate::service::Audit;
use crate::writer::{Asked, Recorded};

impl Audit {
    /// Records events, together, and returns when they are durable. An error means: refuse.
    ///
    /// # Errors
    /// [`NotRecorded`]
    pub async fn record(&self, events: Vec<Event>) -> Result<Recorded, NotRecorded> {
        self.ask(Asked {
            events,
            ..Asked::default()
        })
        .await
    }

    /// Records one event.
    ///
    /// # Errors
    /// [`NotRecorded`]
    pub async fn record_one(&self, event: Event) -> Result<Recorded, NotRecorded> {
        self.record(vec![event]).await
    }

    /// Records an event, and only then makes what it tells of.
    ///
    /// # Errors
    /// [`NotRecorded`]; nothing was made.
    pub async fn record_then<T>(
        &self,
        event: Event,
        make: impl FnOnce(Recorded) -> T,
    ) -> Result<T, NotRecorded> {
        self.record_one(event).await.map(make)
    }
}
