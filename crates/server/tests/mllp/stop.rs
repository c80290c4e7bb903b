//! Stopping: what was taken in is answered, then connections close.

use std::time::Duration;

use tokio::net::TcpStream;
use wardline_server::mllp::{ListenError, MllpBounds};

use crate::rig::{Rig, a_while, channel};
use crate::sender::frame;

#[tokio::test]
async fn a_message_in_flight_is_answered_before_the_connection_closes() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;
    rig.desk.hold_answers();
    sender.send("1").await;
    rig.arrived(1).await;

    let (desk, listeners) = (rig.desk.clone(), &rig.listeners);
    let answering = async {
        a_while().await;
        desk.give_answers(1);
        (sender.ack().await, sender.is_closed().await)
    };
    let ((), (ack, closed)) = tokio::join!(listeners.stop(), answering);

    assert_eq!(ack, "AA 1");
    assert!(closed);
}

#[tokio::test]
async fn a_frame_that_has_begun_may_end() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;
    let whole = frame("1");
    let (begin, end) = whole.split_at(20);
    sender.write(begin).await;
    a_while().await;

    let ending = async {
        a_while().await;
        sender.write(end).await;
        (sender.ack().await, sender.is_closed().await)
    };
    let ((), (ack, closed)) = tokio::join!(rig.listeners.stop(), ending);

    assert_eq!(ack, "AA 1");
    assert!(closed);
}

#[tokio::test]
async fn nobody_can_connect_after_it() {
    let rig = Rig::new("").await;
    let address = rig.address();

    rig.listeners.stop().await;

    assert!(TcpStream::connect(address).await.is_err());
    let again = rig.listeners.apply(&[channel("adt", "")]).await;
    assert!(matches!(again, Err(ListenError::Stopped)), "{again:?}");
}

#[tokio::test]
async fn a_store_that_never_answers_holds_up_stopping_no_longer_than_the_grace() {
    let bounds = MllpBounds {
        stop_grace: Duration::from_millis(200),
        ..MllpBounds::default()
    };
    let rig = Rig::within("", bounds).await;
    let mut sender = rig.sender().await;
    rig.desk.hold_answers();
    sender.send("1").await;
    rig.arrived(1).await;

    let stopping = tokio::time::timeout(Duration::from_secs(20), rig.listeners.stop());
    stopping.await.expect("it never stopped");

    assert!(sender.is_closed().await);
}
