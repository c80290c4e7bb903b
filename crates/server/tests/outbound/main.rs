//! Sending over real sockets: what is told about an attempt must be true.

#![cfg(test)]

mod authority;
mod beds;
mod file_drop;
mod mllp;
mod mllp_partner;
mod tls;
mod webhook;
mod webhook_endpoint;

use std::sync::Arc;

use bytes::Bytes;
use wardline_messaging::channel::{Channel, parse_channel};
use wardline_messaging::model::{ChannelName, MessageId, Queue};
use wardline_messaging::port::{ManualClock, Parcel, Partner, PartnerFactory, SendOutcome};
use wardline_server::outbound::Partners;

/// 2026-11-21T12:00:00Z.
const NOON_MS: u64 = 1_795_262_400_000;

/// The partner that a destination's TOML lines describe.
fn partner(destination: &str) -> Arc<dyn Partner> {
    try_partner(destination).unwrap()
}

fn try_partner(destination: &str) -> Result<Arc<dyn Partner>, String> {
    let channel = channel(destination);
    let clock = Arc::new(ManualClock::at(NOON_MS));
    Partners::new(clock).partner(&channel.name, &channel.destinations[0])
}

fn channel(destination: &str) -> Channel {
    let text = format!(
        "[listener]\naddress = \"127.0.0.1:0\"\n[[destination]]\nname = \"lab\"\n{destination}"
    );
    parse_channel(ChannelName::new("adt").unwrap(), &text, "adt.toml").unwrap()
}

/// A parcel whose MSH-10 is its number; `conditions` are MSH-15 and MSH-16.
fn parcel_asking(number: u64, conditions: &str) -> Parcel {
    let message =
        format!("MSH|^~\\&|A|B|C|D|2026||ADT^A01|{number}|P|2.5.1|||{conditions}\rPID|1||77\r");
    parcel_of(number, message.into())
}

fn parcel(number: u64) -> Parcel {
    parcel_asking(number, "")
}

fn parcel_of(number: u64, bytes: Bytes) -> Parcel {
    let channel = channel("kind = \"file\"\ndirectory = \"/\"");
    let queue = Queue {
        channel: channel.name,
        destination: channel.destinations[0].name.clone(),
    };
    Parcel {
        id: MessageId(number),
        queue,
        attempt: 1,
        bytes,
        character_set: None,
    }
}

#[track_caller]
fn assert_accepted(outcome: &SendOutcome) {
    assert!(
        matches!(outcome, SendOutcome::Accepted { .. }),
        "{outcome:?}"
    );
}

#[track_caller]
fn assert_not_sent(outcome: &SendOutcome) {
    assert!(
        matches!(outcome, SendOutcome::NotSent { .. }),
        "{outcome:?}"
    );
}

#[track_caller]
fn assert_unknown(outcome: &SendOutcome, because: &str) {
    let SendOutcome::Unknown { detail } = outcome else {
        panic!("{outcome:?}")
    };
    assert!(detail.contains(because), "{detail}");
}
