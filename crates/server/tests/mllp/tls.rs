//! F10: MLLPS, with client certificates where a channel asks for them.

use std::path::PathBuf;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use wardline_messaging::channel::PartnerTls;
use wardline_server::mllp::{MllpBounds, Rejection};
use wardline_server::tls::ClientTls;

use crate::authority::Authority;
use crate::rig::{Rig, channel, until};
use crate::sender::Sender;

fn listener(authority: &Authority, clients: Option<&Authority>) -> String {
    let (certificate, key) = authority.sign("localhost");
    let client_ca =
        clients.map(|clients| format!("client_ca_file = \"{}\"\n", clients.ca_file().display()));
    format!(
        "[listener.tls]\ncertificate_file = \"{}\"\nkey_file = \"{}\"\n{}",
        certificate.display(),
        key.display(),
        client_ca.unwrap_or_default()
    )
}

async fn connect(
    rig: &Rig,
    authority: &Authority,
    identity: Option<(PathBuf, PathBuf)>,
) -> Sender<TlsStream<TcpStream>> {
    let (certificate_file, key_file) = identity.unzip();
    let files = PartnerTls {
        ca_file: authority.ca_file(),
        server_name: None,
        certificate_file,
        key_file,
    };
    let tls = ClientTls::for_partner(&files, "localhost").unwrap();
    let socket = TcpStream::connect(rig.address()).await.unwrap();
    let stream = tls
        .connector()
        .connect(tls.server_name(), socket)
        .await
        .unwrap();
    Sender::over(stream)
}

#[tokio::test]
async fn f10_messages_come_in_under_tls() {
    let authority = Authority::new();
    let rig = Rig::new(&listener(&authority, None)).await;

    let mut sender = connect(&rig, &authority, None).await;

    assert!(sender.is_served("1").await);
    assert!(sender.is_served("2").await);
    assert!(rig.listeners.states()[0].is_tls);
}

#[tokio::test]
async fn f10_a_client_certificate_of_the_right_authority_opens_the_door() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let rig = Rig::new(&listener(&authority, Some(&clients))).await;

    let mut sender = connect(&rig, &authority, Some(clients.sign("lab.example"))).await;

    assert!(sender.is_served("1").await);
}

#[tokio::test]
async fn f10_without_a_client_certificate_nothing_comes_in() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let rig = Rig::new(&listener(&authority, Some(&clients))).await;

    let mut sender = connect(&rig, &authority, None).await;

    assert!(sender.is_closed().await);
    until(|| rig.stats().rejected(Rejection::Tls) == 1).await;
}

#[tokio::test]
async fn f10_a_client_certificate_of_another_authority_is_refused() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let rig = Rig::new(&listener(&authority, Some(&clients))).await;

    let mut sender = connect(&rig, &authority, Some(authority.sign("lab.example"))).await;

    assert!(sender.is_closed().await);
    until(|| rig.stats().rejected(Rejection::Tls) == 1).await;
}

#[tokio::test]
async fn a_sender_without_tls_gets_nothing_in() {
    let authority = Authority::new();
    let rig = Rig::new(&listener(&authority, None)).await;
    let mut plain = rig.sender().await;

    plain.send("1").await;

    until(|| rig.stats().rejected(Rejection::Tls) == 1).await;
    assert_eq!(rig.desk.arrivals().len(), 0);
}

#[tokio::test]
async fn f6_a_handshake_that_does_not_go_on_is_given_up() {
    let authority = Authority::new();
    let bounds = MllpBounds {
        handshake_timeout: Duration::from_millis(100),
        max_handshakes: 2,
        ..MllpBounds::default()
    };
    let rig = Rig::within(&listener(&authority, None), bounds).await;
    let mut silent = Vec::new();
    for _ in 0..10 {
        silent.push(rig.sender().await);
    }

    until(|| rig.stats().rejected(Rejection::Tls) == 10).await;

    assert!(connect(&rig, &authority, None).await.is_served("1").await);
}

#[tokio::test]
async fn a_handshake_that_does_not_go_on_does_not_hold_up_stopping() {
    let authority = Authority::new();
    let rig = Rig::new(&listener(&authority, None)).await;
    let mut silent = rig.sender().await;
    until(|| rig.stats().connections_open() == 1).await;

    let stopping = tokio::time::timeout(Duration::from_secs(5), rig.listeners.stop());
    stopping.await.expect("it waits for the handshake");

    assert!(silent.is_closed().await);
}

#[tokio::test]
async fn f10_a_renewed_certificate_drops_no_connection() {
    let authority = Authority::new();
    let rig = Rig::new(&listener(&authority, None)).await;
    let mut before = connect(&rig, &authority, None).await;
    assert!(before.is_served("1").await);

    let renewed = listener(&authority, None);
    rig.listeners
        .apply(&[channel("adt", &renewed)])
        .await
        .unwrap();

    let mut after = connect(&rig, &authority, None).await;
    assert!(after.is_served("2").await);
    assert!(before.is_served("3").await);
    assert_ne!(certificate(&before), certificate(&after));
}

#[tokio::test]
async fn files_that_cannot_be_used_refuse_the_whole_reload() {
    let authority = Authority::new();
    let tls = listener(&authority, None);
    let rig = Rig::new(&tls).await;
    std::fs::remove_file(authority.sign("localhost").1).unwrap();

    let refused = rig
        .listeners
        .apply(&[channel("adt", &tls), channel("lab", "")])
        .await;

    let problem = refused.unwrap_err().to_string();
    assert!(
        problem.starts_with("channel `adt`, listener: tls.key_file: cannot read"),
        "{problem}"
    );
    assert_eq!(rig.listeners.states().len(), 1);
}

fn certificate(sender: &Sender<TlsStream<TcpStream>>) -> Vec<u8> {
    let (_, session) = sender.stream.get_ref();
    session.peer_certificates().unwrap()[0].to_vec()
}
