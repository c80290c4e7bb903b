//! MLLPS towards a partner: who is trusted, and who we show ourselves as.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wardline_server::tls::{ServerTls, ServerTlsFiles};

use crate::authority::Authority;
use crate::mllp_partner::ack_of;
use crate::{assert_accepted, assert_not_sent, parcel, partner};

/// A receiver under TLS that answers the message with MSH-10 = 1, and wants client certificates of
/// `clients`.
async fn receiver(authority: &Authority, clients: Option<&Authority>) -> u16 {
    let (certificate, key) = authority.sign("lab.example");
    let client_ca = clients.map(Authority::ca_file);
    let tls = ServerTls::load(
        ServerTlsFiles {
            certificate,
            key,
            client_ca,
        },
        &[],
    )
    .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let Ok(mut stream) = tls.acceptor().accept(socket).await else {
                continue;
            };
            let mut chunk = [0; 4096];
            while stream.read(&mut chunk).await.is_ok_and(|count| count > 0) {
                stream
                    .write_all(ack_of("AA", "1").as_bytes())
                    .await
                    .unwrap();
            }
        }
    });
    port
}

fn destination(port: u16, tls: &str) -> String {
    format!("kind = \"mllp\"\naddress = \"127.0.0.1:{port}\"\ntls = {{ {tls} }}")
}

#[tokio::test]
async fn a_partner_of_a_trusted_authority_and_the_right_name_gets_messages() {
    let authority = Authority::new();
    let port = receiver(&authority, None).await;
    let ca = authority.ca_file();
    let tls = format!("ca_file = {ca:?}, server_name = \"lab.example\"");
    let partner = partner(&destination(port, &tls));

    assert_accepted(&partner.send(parcel(1)).await);
    assert_accepted(&partner.send(parcel(1)).await);
}

#[tokio::test]
async fn a_partner_of_another_authority_gets_nothing() {
    let port = receiver(&Authority::new(), None).await;
    let ca = Authority::new();
    let tls = format!(
        "ca_file = {:?}, server_name = \"lab.example\"",
        ca.ca_file()
    );

    let outcome = partner(&destination(port, &tls)).send(parcel(1)).await;

    assert_not_sent(&outcome);
}

#[tokio::test]
async fn a_partner_of_another_name_gets_nothing() {
    let authority = Authority::new();
    let port = receiver(&authority, None).await;
    let tls = format!("ca_file = {:?}", authority.ca_file());

    let outcome = partner(&destination(port, &tls)).send(parcel(1)).await;

    assert_not_sent(&outcome);
}

#[tokio::test]
async fn we_show_our_certificate_to_a_partner_that_asks_for_it() {
    let (authority, ours) = (Authority::new(), Authority::new());
    let port = receiver(&authority, Some(&ours)).await;
    let (certificate, key) = ours.sign("wardline.example");
    let tls = format!(
        "ca_file = {:?}, server_name = \"lab.example\", certificate_file = {certificate:?}, key_file = {key:?}",
        authority.ca_file()
    );

    let outcome = partner(&destination(port, &tls)).send(parcel(1)).await;

    assert_accepted(&outcome);
}

#[tokio::test]
async fn a_partner_that_refuses_our_missing_certificate_got_nothing() {
    let authority = Authority::new();
    let port = receiver(&authority, Some(&Authority::new())).await;
    let tls = format!(
        "ca_file = \"{}\", server_name = \"lab.example\"",
        authority.ca_file().display()
    );

    let outcome = partner(&destination(port, &tls)).send(parcel(1)).await;

    assert_not_sent(&outcome);
}
