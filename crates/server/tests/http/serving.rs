//! The server itself: it stops without cutting off what is under way, and speaks TLS.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use hyper::StatusCode;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;
use wardline_server::http::{HttpOptions, HttpServer};
use wardline_server::tls::{ServerTls, ServerTlsFiles};

use crate::client::Call;

const ANY_PORT: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// A server whose one route begins, and ends when it is told to.
struct Slow {
    address: SocketAddr,
    begun: Arc<Notify>,
    may_end: Arc<Notify>,
    stop: CancellationToken,
    serving: tokio::task::JoinHandle<()>,
}

async fn slow(stop_grace: Duration) -> Slow {
    let (begun, may_end) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let server = bound(stop_grace, (&begun, &may_end)).await;
    let (address, stop) = (server.local_address().unwrap(), CancellationToken::new());
    let serving = tokio::spawn(server.serve(stop.clone()));
    Slow {
        address,
        begun,
        may_end,
        stop,
        serving,
    }
}

async fn bound(stop_grace: Duration, (begun, may_end): (&Arc<Notify>, &Arc<Notify>)) -> HttpServer {
    let (tell, wait) = (Arc::clone(begun), Arc::clone(may_end));
    let handler = move || async move {
        tell.notify_one();
        wait.notified().await;
        "done"
    };
    let router = Router::new().route("/healthz", get(handler));
    let options = HttpOptions {
        stop_grace,
        ..HttpOptions::default()
    };
    HttpServer::bind(ANY_PORT.into(), router, options, None)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_request_that_is_under_way_is_answered_when_the_server_stops() {
    let server = slow(Duration::from_secs(20)).await;
    let call = tokio::spawn(Call::new(server.address, "GET", "/healthz").send());
    server.begun.notified().await;

    server.stop.cancel();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!server.serving.is_finished());
    server.may_end.notify_one();

    assert_eq!(call.await.unwrap().text(), "done");
    server.serving.await.unwrap();
}

#[tokio::test]
async fn a_request_that_does_not_end_is_cut_off_after_the_grace() {
    let server = slow(Duration::from_millis(50)).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    server.begun.notified().await;

    server.stop.cancel();

    server.serving.await.unwrap();
    assert_eq!(stream.read(&mut [0; 16]).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn the_address_is_free_while_a_request_is_under_way_and_the_request_is_answered_all_the_same()
{
    let (begun, may_end) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let server = bound(Duration::from_secs(20), (&begun, &may_end)).await;
    let (address, stop) = (server.local_address().unwrap(), CancellationToken::new());
    let accepting = tokio::spawn(server.accept_until(stop.clone()));
    let call = tokio::spawn(Call::new(address, "GET", "/healthz").send());
    begun.notified().await;

    stop.cancel();
    let ending = accepting.await.unwrap();
    let next = HttpServer::bind(address, Router::new(), HttpOptions::default(), None).await;

    assert!(next.is_ok());
    assert!(!call.is_finished());
    may_end.notify_one();
    assert_eq!(call.await.unwrap().text(), "done");
    ending.ended().await;
}

#[tokio::test]
async fn a_server_with_a_certificate_speaks_tls_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["wardline.test".to_owned()]).unwrap();
    let (certificate, key) = (
        folder.path().join("cert.pem"),
        folder.path().join("key.pem"),
    );
    fs::write(&certificate, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let files = ServerTlsFiles {
        certificate,
        key,
        client_ca: None,
    };
    let tls = ServerTls::load(files, &[b"http/1.1"]).unwrap();
    let router = Router::new().route("/", get(|| async { "sealed" }));
    let options = HttpOptions::default();
    let server = HttpServer::bind(ANY_PORT.into(), router, options, Some(tls))
        .await
        .unwrap();
    let address = server.local_address().unwrap();
    tokio::spawn(server.serve(CancellationToken::new()));

    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("wardline.test").unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    let mut stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("sealed"),
        "{answer}"
    );

    let mut plain = TcpStream::connect(address).await.unwrap();
    plain
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    drop(plain.read_to_end(&mut answer).await);
    assert!(
        !String::from_utf8_lossy(&answer).contains(StatusCode::OK.as_str()),
        "{answer:?}"
    );
}
