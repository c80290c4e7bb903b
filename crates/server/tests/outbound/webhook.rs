//! The webhook sender: what a request says, and what answers mean.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use aws_lc_rs::hmac;
use base64::Engine;
use wardline_messaging::port::SendOutcome;

use crate::webhook_endpoint::{CLOSE, Endpoint};
use crate::{
    NOON_MS, assert_accepted, assert_not_sent, assert_unknown, parcel, partner, try_partner,
};

const SECRET: &str = "a secret of more than twenty-four bytes";

struct Secret(tempfile::TempDir);

impl Secret {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, format!("{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        Self(folder)
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("secret")
    }
}

fn destination(port: u16, secret: &Path) -> String {
    format!(
        "kind = \"webhook\"\nurl = \"http://127.0.0.1:{port}/hl7\"\nsecret_file = {secret:?}\ntimeout_seconds = 1"
    )
}

fn answer(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn a_request_holds_the_message_as_it_came_and_a_signature_that_can_be_checked() {
    let mut endpoint = Endpoint::new(vec![answer("204 No Content", "")]).await;
    let secret = Secret::new(SECRET);
    let partner = partner(&destination(endpoint.port, &secret.path()));

    assert_accepted(&partner.send(parcel(42)).await);

    let request = endpoint.arrived.recv().await.unwrap();
    assert!(
        request.head.starts_with("POST /hl7 HTTP/1.1\r\n"),
        "{}",
        request.head
    );
    assert_eq!(request.body, parcel(42).bytes);
    assert_eq!(request.header("content-type"), "application/hl7-v2");
    assert_eq!(request.header("webhook-id"), "adt/lab/42");
    assert_eq!(request.header("idempotency-key"), "\"adt/lab/42\"");
    assert_eq!(
        request.header("webhook-timestamp"),
        (NOON_MS / 1000).to_string()
    );
    assert_eq!(request.header("wardline-attempt"), "1");
    let signed = [
        format!("adt/lab/42.{}.", NOON_MS / 1000).as_bytes(),
        &request.body,
    ]
    .concat();
    let signature = request
        .header("webhook-signature")
        .strip_prefix("v1,")
        .unwrap();
    let signature = base64::engine::general_purpose::STANDARD
        .decode(signature)
        .unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    hmac::verify(&key, &signed, &signature).unwrap();
}

#[tokio::test]
async fn requests_share_one_connection() {
    let endpoint = Endpoint::new(vec![answer("200 OK", "fine"), answer("503 Busy", "later")]).await;
    let secret = Secret::new(SECRET);
    let partner = partner(&destination(endpoint.port, &secret.path()));

    assert_accepted(&partner.send(parcel(1)).await);
    for number in 2..=10 {
        let outcome = partner.send(parcel(number)).await;
        assert!(
            matches!(outcome, SendOutcome::TryLater { .. }),
            "{outcome:?}"
        );
    }

    assert_eq!(endpoint.connections(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let redirect = "HTTP/1.1 307 Elsewhere\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n";
    let mut endpoint = Endpoint::new(vec![redirect.to_owned()]).await;
    let secret = Secret::new(SECRET);
    let partner = partner(&destination(endpoint.port, &secret.path()));

    let outcome = partner.send(parcel(1)).await;

    assert!(
        matches!(outcome, SendOutcome::TryLater { .. }),
        "{outcome:?}"
    );
    assert!(endpoint.arrived.recv().await.is_some());
    assert!(endpoint.arrived.try_recv().is_err());
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_cut_and_its_connection_closed() {
    let endpoint = Endpoint::new(vec![answer("422 No", &"x".repeat(1 << 20))]).await;
    let secret = Secret::new(SECRET);
    let partner = partner(&destination(endpoint.port, &secret.path()));

    let outcome = partner.send(parcel(1)).await;
    partner.send(parcel(2)).await;

    let SendOutcome::Refused { answer } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(answer.len(), "HTTP 422\r\n\r\n".len() + 64 * 1024);
    assert_eq!(endpoint.connections(), 2);
}

#[tokio::test]
async fn an_endpoint_that_closes_without_an_answer_means_unknown() {
    let endpoint = Endpoint::new(vec![CLOSE.to_owned(), answer("200 OK", "")]).await;
    let secret = Secret::new(SECRET);
    let partner = partner(&destination(endpoint.port, &secret.path()));

    let first = partner.send(parcel(1)).await;
    let again = partner.send(parcel(1)).await;

    assert_unknown(&first, "the exchange failed");
    assert_accepted(&again);
}

#[tokio::test]
async fn an_endpoint_that_is_silent_means_unknown_after_the_timeout() {
    let endpoint = Endpoint::new(vec!["HTTP/1.1 200 OK\r\n".to_owned()]).await;
    let secret = Secret::new(SECRET);
    let partner = partner(&destination(endpoint.port, &secret.path()));

    let outcome = partner.send(parcel(1)).await;

    assert_unknown(&outcome, "no answer within 1 s");
}

#[tokio::test]
async fn a_connection_that_the_endpoint_closed_while_idle_is_replaced() {
    let closing = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_owned();
    let endpoint = Endpoint::new(vec![closing]).await;
    let secret = Secret::new(SECRET);
    let partner = partner(&destination(endpoint.port, &secret.path()));

    for number in 1..=5 {
        assert_accepted(&partner.send(parcel(number)).await);
    }

    assert_eq!(endpoint.connections(), 5);
}

#[tokio::test]
async fn a_connection_that_the_endpoint_closed_without_a_word_is_replaced_before_sending() {
    let endpoint = Endpoint::new(vec![answer("200 OK", "") + CLOSE]).await;
    let secret = Secret::new(SECRET);
    let partner = partner(&destination(endpoint.port, &secret.path()));

    for number in 1..=10 {
        assert_accepted(&partner.send(parcel(number)).await);
        // The endpoint's FIN is on its way; loopback delivers it before the next request is built.
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }

    assert_eq!(endpoint.connections(), 10);
}

#[tokio::test]
async fn nobody_listening_means_not_sent() {
    let secret = Secret::new(SECRET);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);

    let outcome = partner(&destination(port, &secret.path()))
        .send(parcel(1))
        .await;

    assert_not_sent(&outcome);
}

#[test]
fn a_secret_that_others_can_read_is_refused() {
    let secret = Secret::new(SECRET);
    fs::set_permissions(secret.path(), fs::Permissions::from_mode(0o644)).unwrap();

    let problem = try_partner(&destination(1, &secret.path())).err().unwrap();

    assert!(
        problem.contains("secret_file") && problem.contains("chmod 600"),
        "{problem}"
    );
    assert!(!problem.contains(SECRET));
}

#[test]
fn a_secret_that_is_too_short_is_refused() {
    let secret = Secret::new("short");

    let problem = try_partner(&destination(1, &secret.path())).err().unwrap();

    assert!(problem.contains("shorter than 24 bytes"), "{problem}");
}
