//! Figures of channels and destinations, taken from the service when they are asked for.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use wardline_messaging::CircuitState;
use wardline_messaging::model::{AttemptResult, UnixMillis};
use wardline_messaging::operations::{ChannelView, DestinationView};
use wardline_messaging::port::StoreUsage;

use super::names;
use super::register::{counter, gauge};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfChannel {
    channel: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfDestination {
    channel: String,
    destination: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfAttempts {
    channel: String,
    destination: String,
    result: &'static str,
}

/// A number of a channel.
type OfChannelView = fn(&ChannelView) -> u64;
/// Counters of seconds, which have fractions.
type SecondsCounter = Counter<f64, std::sync::atomic::AtomicU64>;
/// Gauges with fractions.
type FloatGauge = Gauge<f64, std::sync::atomic::AtomicU64>;

/// A registry of what the service shows now.
pub(super) fn registry(channels: &[ChannelView], ready: bool, now: UnixMillis) -> Registry {
    let mut registry = Registry::default();
    let is_ready: Gauge = Gauge::default();
    is_ready.set(i64::from(ready));
    gauge(&mut registry, names::READY, is_ready);
    channel_metrics(&mut registry, channels);
    let destinations: Vec<&DestinationView> = channels
        .iter()
        .flat_map(|channel| &channel.destinations)
        .collect();
    queue_metrics(&mut registry, &destinations, now);
    live_metrics(&mut registry, &destinations);
    registry
}

/// The room that the store takes and has.
pub(super) fn register_room(registry: &mut Registry, usage: StoreUsage) {
    for (name, bytes) in [
        (names::STORE_USED, usage.used_bytes),
        (names::STORE_FREE, usage.free_bytes),
    ] {
        let room: Gauge = Gauge::default();
        room.set(i64::try_from(bytes).unwrap_or(i64::MAX));
        gauge(registry, name, room);
    }
}

fn channel_metrics(registry: &mut Registry, channels: &[ChannelView]) {
    let totals: [(&str, OfChannelView); 6] = [
        (names::MESSAGES_RECEIVED, |c| c.counters.received),
        (names::MESSAGES_DUPLICATE, |c| c.counters.duplicates),
        (names::MESSAGES_QUARANTINED, |c| c.counters.quarantined),
        (names::MESSAGES_UNROUTED, |c| c.counters.unrouted),
        (names::MESSAGES_CHARSET_GUESSED, |c| c.doubtful_text.guessed),
        (names::MESSAGES_TEXT_BROKEN, |c| c.doubtful_text.broken),
    ];
    let of = |view: &ChannelView| OfChannel {
        channel: view.name.to_string(),
    };
    for (name, value) in totals {
        let family = Family::<OfChannel, Counter>::default();
        for view in channels {
            family.get_or_create(&of(view)).inc_by(value(view));
        }
        counter(registry, name, family);
    }
    let last = Family::<OfChannel, FloatGauge>::default();
    for view in channels {
        if let Some(at) = view.counters.last_received_at {
            last.get_or_create(&of(view)).set(seconds(at));
        }
    }
    gauge(registry, names::LAST_RECEIVED, last);
}

fn queue_metrics(registry: &mut Registry, views: &[&DestinationView], now: UnixMillis) {
    let (delivered, discarded, resent) = (totals(), totals(), totals());
    let (waiting, dead) = (gauges(), gauges());
    let (oldest, last) = (
        Family::<OfDestination, FloatGauge>::default(),
        Family::<OfDestination, FloatGauge>::default(),
    );
    for view in views {
        let (of, counters) = (of_destination(view), &view.counters);
        delivered.get_or_create(&of).inc_by(counters.delivered);
        discarded.get_or_create(&of).inc_by(counters.discarded);
        resent.get_or_create(&of).inc_by(counters.resent);
        waiting.get_or_create(&of).set(whole(counters.waiting));
        dead.get_or_create(&of).set(whole(counters.dead));
        let waits = view
            .oldest_waiting
            .map_or(0, |(_, since)| now.saturating_sub(since));
        oldest.get_or_create(&of).set(seconds(waits));
        if let Some(at) = counters.last_delivered_at {
            last.get_or_create(&of).set(seconds(at));
        }
    }
    counter(registry, names::DELIVERED, delivered);
    counter(registry, names::DISCARDED, discarded);
    counter(registry, names::RESENT, resent);
    gauge(registry, names::WAITING, waiting);
    gauge(registry, names::DEAD_LETTERS, dead);
    gauge(registry, names::OLDEST_WAITING, oldest);
    gauge(registry, names::LAST_DELIVERED, last);
}

fn live_metrics(registry: &mut Registry, views: &[&DestinationView]) {
    let attempts = Family::<OfAttempts, Counter>::default();
    let took = Family::<OfDestination, SecondsCounter>::default();
    let (in_flight, open) = (gauges(), gauges());
    for view in views {
        let Some(live) = &view.live else { continue };
        let of = of_destination(view);
        in_flight
            .get_or_create(&of)
            .set(i64::try_from(live.in_flight).unwrap_or(i64::MAX));
        open.get_or_create(&of)
            .set(i64::from(live.circuit != CircuitState::Closed));
        took.get_or_create(&of)
            .inc_by(live.attempts.took.as_secs_f64());
        for (result, count) in &live.attempts.by_result {
            let OfDestination {
                channel,
                destination,
            } = of.clone();
            let result = result_label(*result);
            attempts
                .get_or_create(&OfAttempts {
                    channel,
                    destination,
                    result,
                })
                .inc_by(*count);
        }
    }
    counter(registry, names::ATTEMPTS, attempts);
    counter(registry, names::ATTEMPT_SECONDS, took);
    gauge(registry, names::IN_FLIGHT, in_flight);
    gauge(registry, names::CIRCUIT_OPEN, open);
}

fn totals() -> Family<OfDestination, Counter> {
    Family::default()
}

fn gauges() -> Family<OfDestination, Gauge> {
    Family::default()
}

fn of_destination(view: &DestinationView) -> OfDestination {
    OfDestination {
        channel: view.queue.channel.to_string(),
        destination: view.queue.destination.to_string(),
    }
}

fn result_label(result: AttemptResult) -> &'static str {
    match result {
        AttemptResult::Accepted => "accepted",
        AttemptResult::TryLater => "try_later",
        AttemptResult::Refused => "refused",
        AttemptResult::Unknown => "unknown",
        AttemptResult::NotSent => "not_sent",
        AttemptResult::Unreadable => "unreadable",
    }
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 fit 53 bits until the year 287396"
)]
fn seconds(milliseconds: UnixMillis) -> f64 {
    milliseconds as f64 / 1_000.0
}
