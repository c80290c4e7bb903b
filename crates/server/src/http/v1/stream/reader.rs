//! One reader of the stream: what it has seen, and what it gets next.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{FutureExt as _, Stream, StreamExt as _, stream};
use tokio::sync::watch;
use wardline_vitals::LiveBeds;
use wardline_vitals::watch::{BedStream, BedView, Event, EventStream, Since};

use super::happening;
use super::hub::Hub;
use super::publication::{Audience, Position, Publication, Shown, write_hidden};
use super::witness::Witness;
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
    /// Decides and records whom it sees; nothing for one to whom patients are masked.
    witness: Option<Witness>,
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
        (since, last): (Since, Option<Position>),
        witness: Option<Witness>,
    ) -> Self {
        let mut published = hub.published();
        let to = published.borrow_and_update().to;
        let at = Position {
            bed: last.map_or(0, |last| last.bed),
            event: last.map_or(to.event, |last| live.known_event(last.event)),
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
            witness,
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
            if let Some(missed) = self.catch_up() {
                let piece = self.told(missed).await?;
                if piece.is_empty() {
                    continue;
                }
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
                let bytes = self.published(&publication).await?;
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

    /// The next part of what was missed; nothing once it has caught up.
    fn catch_up(&mut self) -> Option<Missed> {
        let behind = self.behind.as_mut()?;
        let mut missed = Missed::default();
        if let Some(Some(views)) = behind.views.next().now_or_never() {
            missed.views = views;
        } else {
            // Every bed that matters was given up to what was published, and perhaps beyond.
            self.at.bed = self.at.bed.max(behind.published.bed);
            while let Some(Some(event)) = behind.events.next().now_or_never() {
                missed.events.push(event);
            }
            missed.events_to = self.at.event.max(behind.published.event);
            self.behind = None;
        }
        Some(missed)
    }

    /// What was missed, as events; nothing when the reader may be told nothing any more.
    async fn told(&mut self, missed: Missed) -> Option<Bytes> {
        if let Some(witness) = &mut self.witness {
            witness.sees(missed.views.iter()).await?;
        }
        let mut out = Vec::new();
        let now = self.beds.now();
        for view in &missed.views {
            self.at.bed = view.sequence;
            match self.witness.as_mut().map(|it| it.shown(view)) {
                None | Some(Shown::Whole) => {
                    self.at.write(&mut out);
                    beds::write_event(&mut out, view, self.audience.masked, now);
                }
                Some(Shown::NoMore) => {
                    self.at.write(&mut out);
                    write_hidden(&mut out, view);
                }
                Some(Shown::Not) => {}
            }
        }
        for event in &missed.events {
            self.at.event = event.sequence;
            self.at.write(&mut out);
            happening::write(&mut out, event);
        }
        self.at.event = self.at.event.max(missed.events_to);
        Some(Bytes::from(out))
    }

    /// What was published, as events: the bytes that others get too, unless it may not see one of these beds.
    async fn published(&mut self, publication: &Publication) -> Option<Bytes> {
        let Some(witness) = &mut self.witness else {
            return Some(publication.bytes(&self.audience));
        };
        let views = || publication.views(&self.audience);
        witness.sees(views()).await?;
        let shown: Vec<Shown> = views().map(|view| witness.shown(view)).collect();
        if shown.iter().all(|shown| *shown == Shown::Whole) {
            return Some(publication.bytes(&self.audience));
        }
        let out = publication.encode(&self.audience, shown);
        Some(Bytes::from(out))
    }
}

/// Part of what a reader missed.
#[derive(Default)]
struct Missed {
    views: Vec<Arc<BedView>>,
    events: Vec<Event>,
    /// Up to where happenings were given with it.
    events_to: u64,
}
