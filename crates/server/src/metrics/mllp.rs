//! Figures of the MLLP listeners, taken from their counts when they are asked for.

use std::sync::Arc;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use wardline_messaging::model::ChannelName;

use super::names;
use super::register::{counter, gauge};
use crate::mllp::{FramingFault, MllpStats, Rejection};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfChannel {
    channel: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRejection {
    channel: String,
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfFault {
    channel: String,
    fault: &'static str,
}

/// A number of a listener's counts.
type Count = fn(&MllpStats) -> u64;

const COUNTS: [(&str, Count); 7] = [
    (names::MLLP_ACCEPTED, MllpStats::connections_accepted),
    (names::MLLP_FRAMES, MllpStats::frames),
    (names::MLLP_ANSWERS, MllpStats::answers),
    (names::MLLP_UNANSWERED, MllpStats::unanswered),
    (names::MLLP_GARBAGE, MllpStats::garbage_bytes),
    (names::MLLP_BYTES_IN, MllpStats::bytes_in),
    (names::MLLP_BYTES_OUT, MllpStats::bytes_out),
];

/// Adds what the listeners have counted.
pub(super) fn register(registry: &mut Registry, stats: &[(ChannelName, Arc<MllpStats>)]) {
    for (name, count) in COUNTS {
        let family = Family::<OfChannel, Counter>::default();
        for (channel, stats) in stats {
            let of = OfChannel {
                channel: channel.to_string(),
            };
            family.get_or_create(&of).inc_by(count(stats));
        }
        counter(registry, name, family);
    }
    let open = Family::<OfChannel, Gauge>::default();
    let rejected = Family::<OfRejection, Counter>::default();
    let faults = Family::<OfFault, Counter>::default();
    for (channel, stats) in stats {
        let channel = channel.to_string();
        let connections = i64::try_from(stats.connections_open()).unwrap_or(i64::MAX);
        open.get_or_create(&OfChannel {
            channel: channel.clone(),
        })
        .set(connections);
        for reason in Rejection::ALL {
            let of = OfRejection {
                channel: channel.clone(),
                reason: reason.name(),
            };
            rejected.get_or_create(&of).inc_by(stats.rejected(reason));
        }
        for fault in FramingFault::ALL {
            let of = OfFault {
                channel: channel.clone(),
                fault: fault.name(),
            };
            faults.get_or_create(&of).inc_by(stats.faults(fault));
        }
    }
    gauge(registry, names::MLLP_CONNECTIONS, open);
    counter(registry, names::MLLP_REJECTED, rejected);
    counter(registry, names::MLLP_FAULTS, faults);
}
