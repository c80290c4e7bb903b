//! TLS files: what is refused, and how a renewed certificate takes effect.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::net::{TcpListener, TcpStream};
use wardline_messaging::channel::PartnerTls;

use super::*;

#[path = "../../tests/outbound/authority.rs"]
mod authority;

use authority::Authority;

fn write_owner_only(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

fn server_files(authority: &Authority) -> ServerTlsFiles {
    let (certificate, key) = authority.sign("localhost");
    ServerTlsFiles {
        certificate,
        key,
        client_ca: None,
    }
}

fn refusal(files: ServerTlsFiles) -> String {
    ServerTls::load(files, &[])
        .err()
        .expect("must be refused")
        .to_string()
}

#[test]
fn a_missing_file_is_named_with_its_setting() {
    let authority = Authority::new();
    let files = ServerTlsFiles {
        certificate: "/nowhere/x.pem".into(),
        ..server_files(&authority)
    };

    let error = refusal(files);

    assert!(
        error.starts_with("tls.certificate_file: cannot read /nowhere/x.pem"),
        "{error}"
    );
}

#[test]
fn a_private_key_that_others_can_read_is_refused() {
    let authority = Authority::new();
    let files = server_files(&authority);
    fs::set_permissions(&files.key, fs::Permissions::from_mode(0o640)).unwrap();

    let error = refusal(files);

    assert!(
        error.contains("mode 640") && error.contains("chmod 600"),
        "{error}"
    );
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let authority = Authority::new();
    let (_, other_key) = authority.sign("other.example");
    let files = ServerTlsFiles {
        key: other_key,
        ..server_files(&authority)
    };

    let error = refusal(files);

    assert!(
        error.starts_with("tls.key_file: the private key cannot be used"),
        "{error}"
    );
}

#[test]
fn a_file_without_a_pem_block_is_refused() {
    let authority = Authority::new();
    let files = server_files(&authority);
    write_owner_only(&files.key, "nothing here\n");

    let error = refusal(files);

    assert!(
        error.contains("holds no private key in PEM form"),
        "{error}"
    );
}

#[test]
fn a_client_certificate_without_its_key_is_refused() {
    let authority = Authority::new();
    let (certificate, _) = authority.sign("client.example");
    let tls = PartnerTls {
        ca_file: authority.ca_file(),
        server_name: None,
        certificate_file: Some(certificate),
        key_file: None,
    };

    let error = ClientTls::for_partner(&tls, "localhost")
        .err()
        .unwrap()
        .to_string();

    assert!(error.contains("tls.key_file is not"), "{error}");
}

#[test]
fn a_partner_name_that_no_certificate_can_hold_is_refused() {
    let authority = Authority::new();

    let error = ClientTls::for_webhook(Some(authority.ca_file()), "no name")
        .err()
        .unwrap();

    assert!(
        error
            .to_string()
            .contains("neither a DNS name nor an IP address"),
        "{error}"
    );
}

#[tokio::test]
async fn f10_a_renewed_certificate_serves_the_next_connection() {
    let authority = Authority::new();
    let files = server_files(&authority);
    let tls = ServerTls::load(files.clone(), &[]).unwrap();
    let first = presented_certificate(&tls, &authority).await;

    authority.sign("localhost");
    set_modified(&files.certificate, Duration::from_secs(5));
    let second = presented_certificate(&tls, &authority).await;

    assert_ne!(first, second);
}

#[tokio::test]
async fn f10_files_that_cannot_be_used_leave_the_former_certificate_in_place() {
    let authority = Authority::new();
    let files = server_files(&authority);
    let tls = ServerTls::load(files.clone(), &[]).unwrap();
    let first = presented_certificate(&tls, &authority).await;

    fs::write(&files.certificate, "half a file").unwrap();
    let second = presented_certificate(&tls, &authority).await;

    assert_eq!(first, second);
    assert!(tls.reload().is_err());
}

async fn presented_certificate(tls: &ServerTls, authority: &Authority) -> Vec<u8> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = ClientTls::for_webhook(Some(authority.ca_file()), "localhost").unwrap();
    let address = listener.local_addr().unwrap();
    let accepting = async {
        let (socket, _) = listener.accept().await.unwrap();
        tls.acceptor().accept(socket).await.unwrap()
    };
    let name = ServerName::try_from("localhost").unwrap();
    let connecting = async {
        let socket = TcpStream::connect(address).await.unwrap();
        client.connector().connect(name, socket).await.unwrap()
    };

    let (_, connected) = tokio::join!(accepting, connecting);

    let (_, session) = connected.get_ref();
    session.peer_certificates().unwrap()[0].to_vec()
}

fn set_modified(path: &Path, later_by: Duration) {
    let changed = fs::metadata(path).unwrap().modified().unwrap() + later_by;
    fs::File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(changed)
        .unwrap();
}
