//! Reload: the whole of it or nothing, and no connection closes that need not.

use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use wardline_messaging::channel::Channel;
use wardline_server::mllp::MllpBounds;

use crate::rig::{Rig, a_while, channel};
use crate::sender::Sender;

fn rig() -> Rig {
    Rig::empty(MllpBounds::default())
}

/// An address that is free now.
fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

fn at(address: &str) -> String {
    format!("address = \"{address}\"")
}

fn redescribed(channel: &Arc<Channel>) -> Arc<Channel> {
    let mut changed = Channel::clone(channel);
    changed.description = "changed".to_owned();
    Arc::new(changed)
}

#[tokio::test]
async fn a_new_channel_is_listened_on_and_a_removed_one_is_not() {
    let rig = rig();
    rig.listeners.apply(&[channel("old", "")]).await.unwrap();
    let old = rig.address_of("old");

    rig.listeners.apply(&[channel("new", "")]).await.unwrap();

    assert!(TcpStream::connect(old).await.is_err());
    assert!(
        Sender::connect(rig.address_of("new"))
            .await
            .is_served("1")
            .await
    );
    assert_eq!(rig.listeners.states().len(), 1);
}

#[tokio::test]
async fn a_channel_that_is_not_enabled_is_not_listened_on() {
    let rig = rig();
    let mut disabled = Channel::clone(&channel("adt", ""));
    disabled.enabled = false;

    rig.listeners.apply(&[Arc::new(disabled)]).await.unwrap();

    assert_eq!(rig.listeners.states(), []);
    assert_eq!(rig.listeners.unbound(), []);
}

#[tokio::test]
async fn an_unchanged_listener_keeps_its_connections_and_its_messages_see_the_new_channel() {
    let rig = rig();
    let adt = channel("adt", "");
    rig.listeners
        .apply(std::slice::from_ref(&adt))
        .await
        .unwrap();
    let mut sender = rig.sender().await;
    assert!(sender.is_served("1").await);

    rig.listeners.apply(&[redescribed(&adt)]).await.unwrap();

    assert!(sender.is_served("2").await);
    assert_eq!(rig.desk.arrivals()[0].channel.description, "");
    assert_eq!(rig.desk.arrivals()[1].channel.description, "changed");
}

#[tokio::test]
async fn a_changed_listener_answers_what_is_in_flight_and_closes_its_old_connections() {
    let rig = rig();
    let address = free_address();
    rig.listeners
        .apply(&[channel("adt", &at(&address))])
        .await
        .unwrap();
    let mut sender = rig.sender().await;
    rig.desk.hold_answers();
    sender.send("1").await;
    rig.arrived(1).await;

    let changed = format!("{}\nmax_connections = 9", at(&address));
    rig.listeners
        .apply(&[channel("adt", &changed)])
        .await
        .unwrap();
    a_while().await;
    rig.desk.give_answers(2);

    assert_eq!(sender.ack().await, "AA 1");
    assert!(sender.is_closed().await);
    assert!(rig.sender().await.is_served("2").await);
}

#[tokio::test]
async fn an_address_that_is_taken_refuses_the_whole_reload_and_keeps_the_old() {
    let rig = rig();
    rig.listeners.apply(&[channel("adt", "")]).await.unwrap();
    let mut sender = rig.sender().await;
    assert!(sender.is_served("1").await);
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let taken = at(&taken.local_addr().unwrap().to_string());

    let refused = rig
        .listeners
        .apply(&[channel("lab", ""), channel("orm", &taken)])
        .await;

    let problem = refused.unwrap_err().to_string();
    assert!(
        problem.starts_with("channel `orm`: cannot listen on 127.0.0.1:"),
        "{problem}"
    );
    assert!(sender.is_served("2").await);
    assert_eq!(rig.listeners.states().len(), 1);
    let unbound: Vec<_> = rig
        .listeners
        .unbound()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(unbound, ["lab", "orm"]);
}

#[tokio::test]
async fn an_address_can_move_from_one_channel_to_another() {
    let rig = rig();
    let (first, second) = (free_address(), free_address());
    rig.listeners
        .apply(&[channel("a", &at(&first)), channel("b", &at(&second))])
        .await
        .unwrap();

    rig.listeners
        .apply(&[channel("a", &at(&second)), channel("b", &at(&first))])
        .await
        .unwrap();

    let mut sender = Sender::connect(first.parse().unwrap()).await;
    assert!(sender.is_served("1").await);
    assert_eq!(rig.desk.arrivals()[0].channel.name.as_str(), "b");
}

#[tokio::test]
async fn an_address_that_was_left_can_be_taken_again_at_once() {
    let rig = rig();
    let address = free_address();

    for _ in 0..20 {
        rig.listeners
            .apply(&[channel("adt", &at(&address))])
            .await
            .unwrap();
        rig.listeners.apply(&[]).await.unwrap();
    }

    assert!(std::net::TcpListener::bind(&address).is_ok());
}

#[tokio::test]
async fn counts_go_on_when_a_listener_is_started_anew() {
    let rig = rig();
    rig.listeners.apply(&[channel("adt", "")]).await.unwrap();
    assert!(rig.sender().await.is_served("1").await);

    rig.listeners.apply(&[]).await.unwrap();
    rig.listeners.apply(&[channel("adt", "")]).await.unwrap();
    assert!(rig.sender().await.is_served("2").await);

    assert_eq!(rig.stats().frames(), 2);
}
