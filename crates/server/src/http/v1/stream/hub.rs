//! The one task that follows live beds and publishes what changed.
//!
//! A change after some quiet is published at once; of changes that come faster, those of one interval go together.
//! So a thousand readers are woken at most so often, and each gets one piece of bytes.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use wardline_vitals::LiveBeds;
use wardline_vitals::score::BandEvent;
use wardline_vitals::watch::{BedView, Event, EventKind, EventStream, Since};

use super::happening;
use super::publication::{Position, Publication};
use crate::metrics::BedMetrics;

/// Publications are at least this far apart.
const INTERVAL: Duration = Duration::from_millis(15);
/// Beds and happenings of one publication.
const MOST: usize = 1_024;

/// Where readers wait for what changes. Copies are of the same hub.
#[derive(Clone)]
pub(in crate::http) struct Hub {
    published: watch::Receiver<Arc<Publication>>,
}

impl Hub {
    /// Follows live beds until they or the server stop.
    pub(in crate::http) fn start(
        beds: &LiveBeds,
        metrics: BedMetrics,
        stop: CancellationToken,
    ) -> Self {
        // A number below which nothing was given out since this process started.
        let begin = beds.now();
        let at = Position {
            bed: begin,
            event: begin,
        };
        let (publish, published) = watch::channel(Arc::new(Publication::nothing(at)));
        let follower = Follower {
            views: beds.subscribe(None, Since::Now),
            events: beds.events(None, None),
            at,
            publish,
            metrics,
        };
        tokio::spawn(async move {
            tokio::select! {
                () = follower.follow() => {}
                () = stop.cancelled() => {}
            }
        });
        Self { published }
    }

    pub(super) fn published(&self) -> watch::Receiver<Arc<Publication>> {
        self.published.clone()
    }
}

struct Follower {
    views: wardline_vitals::watch::BedStream,
    events: EventStream,
    at: Position,
    publish: watch::Sender<Arc<Publication>>,
    metrics: BedMetrics,
}

impl Follower {
    async fn follow(mut self) {
        let mut next = Instant::now();
        loop {
            let (mut views, mut events) = (Vec::new(), Vec::new());
            tokio::select! {
                more = self.views.next() => match more {
                    Some(more) => views.extend(more),
                    None => return,
                },
                event = self.events.next() => match event {
                    Some(event) => events.push(event),
                    None => return,
                },
            }
            sleep_until(next).await;
            self.gather(&mut views, &mut events);
            self.publish(views, events);
            next = Instant::now() + INTERVAL;
        }
    }

    /// Takes what else there is by now. A bed that changed again counts once, with its newest state.
    fn gather(&mut self, views: &mut Vec<Arc<BedView>>, events: &mut Vec<Event>) {
        while views.len() < MOST
            && let Some(Some(more)) = self.views.next().now_or_never()
        {
            views.extend(more);
        }
        while events.len() < MOST
            && let Some(Some(event)) = self.events.next().now_or_never()
        {
            events.push(event);
        }
        let newest: std::collections::BTreeMap<_, _> = views
            .iter()
            .map(|view| (view.bed.clone(), view.sequence))
            .collect();
        views.retain(|view| newest.get(&view.bed) == Some(&view.sequence));
    }

    fn publish(&mut self, views: Vec<Arc<BedView>>, events: Vec<Event>) {
        for event in &events {
            self.metrics.event(happening::name(&event.kind));
            if let EventKind::Score {
                event: BandEvent::Changed { to, .. },
                ..
            } = &event.kind
            {
                self.metrics.band_changed(*to);
            }
        }
        let from = self.at;
        let bed = views.last().map_or(from.bed, |view| view.sequence);
        let event = events.last().map_or(from.event, |event| event.sequence);
        self.at = Position { bed, event };
        let publication = Publication::new(from, self.at, views, events);
        self.publish.send_replace(Arc::new(publication));
    }
}
