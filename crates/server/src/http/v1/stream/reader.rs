//! One reader of the stream: what it has seen, and what it gets next.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{FutureExt as _, Stream, StreamExt as _, stream};
use tokio::sync::watch;
use wardline_vitals::LiveBeds;
use wardline_vitals::watch::{BedStream, Event, EventStream, Since};

use super::happening;
use super::hub::Hub;
use super::publication::{Audience, Position, Publication};
use crate::events::KEEP_ALIVE;
use crate::http::v1::beds;

/// After this the stream ends and its reader comes back with its token.
const LONGEST: Duration = Duration::from_hours(1);
/// A sign of life, for proxies.
const ALIVE: &[u8] = b": alive\n\n";

/// One reader.
pub(super) struct Reader {
    beds: LiveBeds,
    audience: Arc<Audience>,
    published: watch::Receiver<Arc<Publication>>,
    /// Everything up to here was given.
    at: Position,
    /// What it catches up with; nothing once it has.
    behind: Option<Behind>,
}

/// What a reader that has not kept up asks: the board for beds' newest state, and what is kept of happenings.
struct Behind {
    views: BedStream,
    events: EventStream,
    /// What was published when it began to catch up.
    published: Position,
}

impl Reader {
    pub(super) fn new(
        live: &LiveBeds,
        hub: &Hub,
        audience: Arc<Audience>,
        since: Since,
        last: Option<Position>,
    ) -> Self {
        let mut published = hub.published();
        let to = published.borrow_and_update().to;
        let at = Position {
            bed: last.map_or(0, |last| last.bed),
            event: last.map_or(to.event, |last| last.event),
        };
        let behind = Behind {
            views: live.subscribe(audience.unit.clone(), since),
            events: live.events(audience.unit.clone(), Some(at.event)),
            published: to,
        };
        Self {
            beds: live.clone(),
            audience,
            published,
            at,
            behind: Some(behind),
        }
    }

    /// What it gets, until the service stops, `end`, or an hour has passed. `held` is kept as long.
    pub(super) fn stream<H: Send + 'static>(
        self,
        end: impl Future<Output = ()> + Send + 'static,
        held: H,
    ) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static {
        let end = tokio::time::timeout(LONGEST, end);
        let pieces = stream::unfold((self, held), |(mut reader, held)| async move {
            let piece = reader.next().await?;
            Some((Ok(piece), (reader, held)))
        });
        pieces.take_until(end)
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(piece) = self.catch_up() {
                return Some(piece);
            }
            match tokio::time::timeout(KEEP_ALIVE, self.published.changed()).await {
                Err(_) => return Some(Bytes::from_static(ALIVE)),
                Ok(Err(_)) => return None,
                Ok(Ok(())) => {}
            }
            let publication = Arc::clone(&self.published.borrow_and_update());
            if self.at == publication.from {
                self.at = publication.to;
                let bytes = publication.bytes(&self.audience);
                if !bytes.is_empty() {
                    return Some(bytes);
                }
            } else {
                self.fall_behind(publication.to);
            }
        }
    }

    fn fall_behind(&mut self, published: Position) {
        let unit = self.audience.unit.clone();
        self.behind = Some(Behind {
            views: self.beds.subscribe(unit.clone(), Since::After(self.at.bed)),
            events: self.beds.events(unit, Some(self.at.event)),
            published,
        });
    }

    /// The next piece of what was missed; nothing once it has caught up.
    fn catch_up(&mut self) -> Option<Bytes> {
        let behind = self.behind.as_mut()?;
        let mut out = Vec::new();
        let now = self.beds.now();
        if let Some(Some(views)) = behind.views.next().now_or_never() {
            for view in &views {
                self.at.bed = view.sequence;
                self.at.write(&mut out);
                beds::write_event(&mut out, view, self.audience.masked, now);
            }
        } else {
            // Every bed that matters was given up to what was published, and perhaps beyond.
            self.at.bed = self.at.bed.max(behind.published.bed);
            let mut events: Vec<Event> = Vec::new();
            while let Some(Some(event)) = behind.events.next().now_or_never() {
                events.push(event);
            }
            for event in &events {
                self.at.event = event.sequence;
                self.at.write(&mut out);
                happening::write(&mut out, event);
            }
            self.at.event = self.at.event.max(behind.published.event);
            self.behind = None;
        }
        (!out.is_empty()).then(|| Bytes::from(out))
    }
}
