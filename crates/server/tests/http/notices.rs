//! Those who watch emergency accesses are told outside, by a real receiver that is down at first.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use wardline_server::notices::{NoticeSettings, Notices};

use crate::break_glass::Night;
use crate::house::MARKERS;

const SECRET: &str = "a secret of more than twenty-four bytes";

/// A receiver that answers 503 a few times, then takes what comes.
struct Receiver {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    async fn that_is_down_for(times: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = Vec::new();
                let mut chunk = [0; 4096];
                while !is_whole(&request) {
                    let read = stream.read(&mut chunk).await.unwrap();
                    request.extend_from_slice(&chunk[..read]);
                }
                let seen = {
                    let mut kept = kept.lock().unwrap();
                    kept.push(String::from_utf8(request).unwrap());
                    kept.len()
                };
                let answer: &[u8] = if seen <= times {
                    b"HTTP/1.1 503 Down\r\ncontent-length: 0\r\n\r\n"
                } else {
                    b"HTTP/1.1 204 Taken\r\n\r\n"
                };
                drop(stream.write_all(answer).await);
            }
        });
        Self { address, requests }
    }

    async fn request(&self, number: usize) -> String {
        for _ in 0..2_400 {
            if let Some(request) = self.requests.lock().unwrap().get(number) {
                return request.clone();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("request {number} did not come")
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = header(head, "content-length").parse::<usize>().unwrap();
    body.len() >= length
}

fn header(head: &str, name: &str) -> String {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    let found = lines.find(|(its, _)| its.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn the_supervisor_is_told_outside_once_the_receiver_is_there_and_of_no_patient() {
    let night = Night::falls().await;
    let receiver = Receiver::that_is_down_for(1).await;
    let folder = tempfile::tempdir().unwrap();
    let secret_file = folder.path().join("secret");
    std::fs::write(&secret_file, SECRET).unwrap();
    std::fs::set_permissions(&secret_file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let settings = NoticeSettings {
        url: format!("http://{}/told", receiver.address),
        secret_file,
        ca_file: None,
    };
    let starts = || {
        let stop = CancellationToken::new();
        let notices = Notices::new(Arc::clone(&night.site.house.gate), &settings).unwrap();
        (tokio::spawn(notices.run(stop.clone())), stop)
    };

    // When the process ends after the first attempt failed, the next one goes on.
    let (running, stop) = starts();
    let granted = night.granted().await;
    let first = receiver.request(0).await;
    stop.cancel();
    running.await.unwrap();
    let (_running, stop) = starts();
    let second = receiver.request(1).await;

    // Then it is the same notice, signed, and says nothing of the patient.
    let (head, body) = second.split_once("\r\n\r\n").unwrap();
    let id = header(head, "webhook-id");
    assert_eq!(
        header(first.split_once("\r\n\r\n").unwrap().0, "webhook-id"),
        id
    );
    let stamp = header(head, "webhook-timestamp");
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let signature = hmac::sign(&key, format!("{id}.{stamp}.{body}").as_bytes());
    let signature = format!("v1,{}", STANDARD.encode(signature.as_ref()));
    assert_eq!(header(head, "webhook-signature"), signature);
    let told: Value = serde_json::from_str(body).unwrap();
    assert_eq!(told["type"], "emergency_access.requested");
    assert_eq!(told["emergency"], granted["id"]);
    assert_eq!(told["user"], "kim");
    assert_eq!(told["to"].as_array().unwrap().len(), 2);
    for marker in MARKERS {
        assert!(!second.contains(marker), "{second}");
    }
    assert!(!second.contains("stroke"), "{second}");

    // And what was taken is not told again, neither now nor by the next process.
    until_settled(&night).await;
    stop.cancel();
    let (_running, _stop) = starts();
    night.granted().await;
    let third = receiver.request(2).await;
    assert_ne!(
        header(third.split_once("\r\n\r\n").unwrap().0, "webhook-id"),
        id
    );
}

async fn until_settled(night: &Night) {
    for _ in 0..2_400 {
        let gate = &night.site.house.gate;
        if gate.notices_left().await.unwrap() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it was not settled")
}

#[tokio::test]
async fn that_somebody_was_told_is_in_the_trail() {
    use wardline_audit::model::{EventKind, Outcome};
    let night = Night::falls().await;
    night.granted().await;

    let told = night.notified(&night.supervisor).await;

    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["is_overdue"], false);
    assert_eq!(night.recorded(EventKind::Read, Outcome::Success).await, 1);
    night.site.house.audit.stop().await.unwrap();
    let refused = night
        .site
        .ask(&night.supervisor.token, "GET", "/v1/notifications");
    assert_eq!(refused.await.problem(), "audit_unavailable");
}
