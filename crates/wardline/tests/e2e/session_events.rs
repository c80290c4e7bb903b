//! What happens to sessions is told by every instance, under the same numbers: an application whose instance dies goes on
//! at the other one.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;
use wardline_estate::description::Topology;

use crate::estate::Estate;
use crate::http;
use crate::standby::Two;
use crate::wait::until;

const PATH: &str = "/v1/sessions/events";
const SESSIONS: usize = 60;
/// Sessions that are ended before the instance that ends them is killed, at least.
const ENDED_FIRST: usize = 15;

/// An application that listens: at one instance, and when that breaks at the other, from where it was.
struct Application {
    heard: Arc<Mutex<Vec<Value>>>,
    _listens: AbortOnDropHandle<()>,
}

impl Application {
    /// Returns once it listens: what happens from then on it hears.
    async fn listening(addresses: [SocketAddr; 2], token: &str) -> Self {
        let heard: Arc<Mutex<Vec<Value>>> = Arc::default();
        let is_listening = Arc::new(AtomicBool::new(false));
        let (token, all) = (token.to_owned(), Arc::clone(&heard));
        let there = Arc::clone(&is_listening);
        let listens = async move {
            let mut last = None;
            for address in addresses.into_iter().cycle() {
                // However it ended, the other one is asked next.
                drop(listen(address, &token, &mut last, (&all, &there)).await);
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let application = Self {
            heard,
            _listens: AbortOnDropHandle::new(tokio::spawn(listens)),
        };
        until("it listens", async || is_listening.load(Ordering::SeqCst)).await;
        application
    }

    fn heard(&self) -> Vec<Value> {
        self.heard.lock().unwrap().clone()
    }

    /// How often each session's end was told.
    fn ends(&self) -> BTreeMap<String, usize> {
        let mut ends = BTreeMap::new();
        for event in self.heard().iter().filter(|it| it["type"] == "revoked") {
            let id = event["session_id"].as_str().unwrap().to_owned();
            *ends.entry(id).or_insert(0) += 1;
        }
        ends
    }
}

/// Listens until the stream ends.
async fn listen(
    address: SocketAddr,
    token: &str,
    last: &mut Option<u64>,
    (heard, is_listening): (&Mutex<Vec<Value>>, &AtomicBool),
) -> io::Result<()> {
    let mut stream = BufReader::new(TcpStream::connect(address).await?);
    let resumed = last.map_or_else(String::new, |last| format!("last-event-id: {last}\r\n"));
    let request = format!("GET {PATH} HTTP/1.0\r\nauthorization: Bearer {token}\r\n{resumed}\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut line = String::new();
    let mut id = None;
    while stream.read_line(&mut line).await? > 0 {
        if line.starts_with("HTTP/") {
            is_listening.store(line.contains(" 200 "), Ordering::SeqCst);
        } else if let Some(text) = line.strip_prefix("id: ") {
            id = text.trim().parse().ok();
        } else if let Some(data) = line.strip_prefix("data: ") {
            let event: Value = serde_json::from_str(data.trim()).unwrap();
            assert_eq!(event["sequence"].as_u64(), id);
            heard.lock().unwrap().push(event);
            *last = id;
        }
        line.clear();
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_listens_at_an_instance_that_dies_is_told_of_each_end_once_at_the_other_one() {
    let estate = Estate::raise(Topology::Sentinel).await;
    let two = Two::over(&estate).await;
    let application =
        Application::listening([two.writing.http, two.standing_by.http], &two.token).await;
    let mut sessions = Vec::new();
    for number in 0..SESSIONS {
        sessions.push(two.begin(&format!("user-{number}")).await.0);
    }
    until("it heard that they began", async || {
        application.heard().len() == SESSIONS
    })
    .await;
    let Two {
        writing,
        standing_by,
        token,
        ..
    } = two;

    // Many end at once, and the instance that ends them is killed among them.
    let acknowledged: Arc<Mutex<Vec<String>>> = Arc::default();
    let mut ending = JoinSet::new();
    for part in sessions.chunks(SESSIONS / 4) {
        let (part, token, all) = (part.to_vec(), token.clone(), Arc::clone(&acknowledged));
        let http = writing.http;
        ending.spawn(async move {
            for id in part {
                let path = format!("/v1/sessions/{id}");
                match http::request(http, Some(&token), "DELETE", &path, None).await {
                    Ok(answer) if answer.status == 204 => all.lock().unwrap().push(id),
                    _ => return,
                }
            }
        });
    }
    until("some have ended", async || {
        acknowledged.lock().unwrap().len() >= ENDED_FIRST
    })
    .await;
    writing.kill().await;
    ending.join_all().await;
    let acknowledged = acknowledged.lock().unwrap().clone();
    println!(
        "{} of {SESSIONS} ends were acknowledged",
        acknowledged.len()
    );

    // Told by the one that stands by, before it takes over.
    until("every end that was acknowledged is told", async || {
        let ends = application.ends();
        acknowledged.iter().all(|id| ends.contains_key(id))
    })
    .await;
    assert_eq!(standing_by.readiness().await, 503);
    until("the one that stood by takes over", async || {
        standing_by.readiness().await == 200
    })
    .await;
    for id in &sessions {
        let path = format!("/v1/sessions/{id}");
        let ended = http::request(standing_by.http, Some(&token), "DELETE", &path, None).await;
        assert!([204, 404].contains(&ended.unwrap().status));
    }
    until("the other ends are told", async || {
        application.ends().len() == SESSIONS
    })
    .await;

    let heard = application.heard();
    let missed = heard.iter().find(|event| event["type"] == "missed");
    assert_eq!(missed, None);
    assert!(application.ends().values().all(|count| *count == 1));
    let numbers: Vec<u64> = heard
        .iter()
        .map(|event| event["sequence"].as_u64().unwrap())
        .collect();
    assert!(numbers.windows(2).all(|two| two[1] == two[0] + 1));
    standing_by.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failover_of_redis_while_one_listens_hides_no_end_and_repeats_none() {
    let estate = Estate::raise(Topology::Sentinel).await;
    let two = Two::over(&estate).await;
    let application =
        Application::listening([two.standing_by.http, two.standing_by.http], &two.token).await;
    let mut sessions = Vec::new();
    for number in 0..SESSIONS {
        sessions.push(two.begin(&format!("user-{number}")).await.0);
    }

    for (at, id) in sessions.iter().enumerate() {
        if at == SESSIONS / 2 {
            let master = estate.lab.masters().await.unwrap()[0].name.clone();
            estate.lab.kill(&master).unwrap();
        }
        let path = format!("/v1/sessions/{id}");
        until("the end is acknowledged", async || {
            let http = two.writing.http;
            let ended = http::request(http, Some(&two.token), "DELETE", &path, None).await;
            ended.is_ok_and(|answer| [204, 404].contains(&answer.status))
        })
        .await;
    }

    until("all ends are told", async || {
        application.ends().len() == SESSIONS
    })
    .await;
    assert!(application.ends().values().all(|count| *count == 1));
    two.standing_by.stop().await;
    two.writing.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_instance_that_stands_by_tells_whom_the_other_one_would_tell() {
    let estate = Estate::raise(Topology::Sentinel).await;
    let two = Two::over(&estate).await;
    let http = two.standing_by.http;
    let reader = two.home.make_token("read").await;
    let status = async |token: Option<&str>| {
        let answer = http::request(http, token, "GET", PATH, None).await;
        answer.unwrap().status
    };

    assert_eq!(status(None).await, 401);
    assert_eq!(status(Some("wl_nobody")).await, 401);
    two.standing_by.signal("HUP").await;
    until("it knows the new token", async || {
        status(Some(&reader)).await == 403
    })
    .await;
    // An id that nobody gave is answered that events were missed, and the stream goes on.
    let (heard, is_listening) = (Mutex::default(), AtomicBool::default());
    let mut last = Some(17);
    let listening = listen(http, &two.token, &mut last, (&heard, &is_listening));
    tokio::select! {
        ended = listening => panic!("the stream ended: {ended:?}"),
        () = until("it is told", async || !heard.lock().unwrap().is_empty()) => {}
    }
    assert_eq!(heard.lock().unwrap()[0]["type"], "missed");
    let answer = http::request(http, Some(&two.token), "POST", PATH, None).await;
    assert_eq!(answer.unwrap().status, 405);

    // A stop ends streams and does not wait for them.
    let application = Application::listening([http, http], &two.token).await;
    two.begin("somebody").await;
    until("it is told", async || !application.heard().is_empty()).await;
    two.standing_by.stop().await;
    two.writing.stop().await;
}
