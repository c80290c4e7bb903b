//! Promise 3: what identifies a patient is found in no file, no log line, no figure and no error answer.
//!
//! A planted patient goes everywhere a message can go; then everything that was written is searched.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use wardline_testkit::canary;

use crate::home::{Home, Node, free_address};
use crate::http::{self, Response};
use crate::partner::{Recorder, acknowledgement};
use crate::sender::Sender;
use crate::wait::until;

pub(crate) const NAME: &str = "Quillzebrow";
pub(crate) const MRN: &str = "ZQ77310942";
pub(crate) const BORN: &str = "19430217";
/// What an operator types: into an edit, a search, a reason.
const CORRECTED_NAME: &str = "Xylophonsky";
const OTHER_MRN: &str = "ZQ99887766";
const MARKERS: [&str; 6] = [NAME, MRN, BORN, "1943-02-17", CORRECTED_NAME, OTHER_MRN];

const AT_PARTNER: &str = "adt-in/partner";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_planted_name_mrn_and_birth_date_are_found_in_no_file_log_figure_or_error() {
    let partner = Recorder::answering(|message| Some(quoting(message))).await;
    let listener = free_address();
    let mut home = Home::new().await;
    home.set("WARDLINE_LOG__LEVEL", "trace");
    home.channel(
        "adt-in",
        &format!(
            "[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"partner\"\nkind = \"mllp\"\n\
             address = \"{}\"\nacknowledgement_timeout_seconds = 1\n[destination.retry]\nmax_attempts = 2\n\
             first_delay_ms = 10\ncircuit_failures = 1000\n",
            partner.address
        ),
    );
    let reader = home.make_token("read").await;
    let node = home.start().await;

    let mut sender = Sender::to(listener).await;
    let codes = send_everything(&mut sender).await;
    send_broken_frames(listener).await;
    node.drained("adt-in").await;
    let seen = Seen::default();
    look_at_everything(&node, &seen).await;
    work_on_dead_letters(&node, &seen).await;
    ask_wrongly(&node, &seen).await;
    look_without_right(node.http, &reader, &seen).await;
    seen.note_events(node.http, &reader).await;
    node.drained("adt-in").await;

    // It really went everywhere, and the scan can find it.
    assert_eq!(
        codes,
        ["AA", "AA", "AA", "AA", "AA", "AR", "AR", "AR", "AE", "CA"]
    );
    let arrived = partner.received().concat();
    let planted = tempfile::tempdir().unwrap();
    fs::write(planted.path().join("arrived"), &arrived).unwrap();
    for marker in [NAME, MRN, BORN, CORRECTED_NAME] {
        assert!(
            !canary::scan(planted.path(), &[marker]).is_empty(),
            "{marker}"
        );
    }

    let found_before = found(&node, MRN, &seen).await;

    clean(&home, "while it runs");
    seen.assert_clean();
    node.stop().await;
    clean(&home, "after it stopped");
    let node = home.start().await;
    assert_eq!(found(&node, MRN, &seen).await, found_before);
    node.kill().await;
    clean(&home, "after it was killed");
}

/// Answers of which none should be written down in the clear.
pub(crate) fn quoting(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message);
    let about = format!("|{NAME} with {MRN}, born {BORN}, is not known here");
    let error =
        format!("{about}\rERR||PID^1^3|204^Unknown key^HL70357|E||{MRN}|{NAME}|{NAME} {BORN}");
    let is = |trigger: &str| {
        text.contains(&format!("|ADT^{trigger}|")) && !text.contains(CORRECTED_NAME)
    };
    if is("A08") {
        acknowledgement(message, "AR", &error)
    } else if is("A03") {
        acknowledgement(message, "AE", &error)
    } else if is("A02") {
        format!("{NAME} {MRN} {BORN} is no acknowledgement")
    } else if is("A05") {
        acknowledgement(message, "AA", "").replace("|C-A05\r", &format!("|{MRN}{about}\r"))
    } else {
        acknowledgement(message, "AA", &about)
    }
}

/// Messages that are accepted, and such that go to quarantine. Gives MSA-1 of each answer.
async fn send_everything(sender: &mut Sender) -> Vec<String> {
    let mut codes = Vec::new();
    for trigger in ["A01", "A08", "A03", "A02", "A05"] {
        codes.push(sender.send(about_patient(trigger, "").as_bytes()).await.0);
    }
    for broken in [
        format!("PID|1||{MRN}||{NAME}||{BORN}\r"),
        format!("MSH|^~{NAME}|{MRN}|{BORN}\r"),
        about_patient("A01", &format!("||||||{MRN}")),
        about_patient("A01", "").replace("C-A01", ""),
        about_patient("A01", "").replace('\r', ""),
    ] {
        codes.push(sender.send(broken.as_bytes()).await.0);
    }
    codes
}

pub(crate) fn about_patient(trigger: &str, after_version: &str) -> String {
    format!(
        "MSH|^~\\&|REG|SYNTHHOSP|ENGINE|SYNTHHOSP|20260105060000||ADT^{trigger}|C-{trigger}|P|2.5.1{after_version}\r\
         EVN|{trigger}|20260105060000\rPID|1||{MRN}^^^SYNTHHOSP^MR||{NAME}^Ada||{BORN}|F\rPV1|1|I||||||||||||||||{MRN}\r\
         OBX|1|TX|||Report on {NAME}, {MRN}, born {BORN}\r"
    )
}

/// Bytes that are no frames, or frames that do not end.
async fn send_broken_frames(listener: SocketAddr) {
    let junk = format!("{NAME} {MRN} {BORN}\r\n");
    let unfinished = format!("\x0B{}", about_patient("A01", ""));
    for bytes in [
        junk.clone(),
        unfinished.clone(),
        unfinished + "\x1C",
        junk + "\x0B\x1C\r",
    ] {
        let mut stream = TcpStream::connect(listener).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        // Until it has been dealt with.
        let mut rest = Vec::new();
        drop(stream.read_to_end(&mut rest).await);
    }
}

/// What was answered that must hold nothing of a patient.
#[derive(Default)]
struct Seen(Mutex<Vec<(String, Vec<u8>)>>);

impl Seen {
    fn note(&self, what: &str, response: &Response) {
        let whole = [response.head.as_bytes(), b"\n", &response.body].concat();
        self.0.lock().unwrap().push((what.to_owned(), whole));
    }

    /// Everything that has happened, as those see it who may not see patients.
    async fn note_events(&self, http: SocketAddr, token: &str) {
        let mut stream = TcpStream::connect(http).await.unwrap();
        let request = format!(
            "GET /v1/events HTTP/1.0\r\nauthorization: Bearer {token}\r\nlast-event-id: 0\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let (mut events, mut chunk) = (Vec::new(), [0; 4096]);
        // What happened before comes at once; then it is silent.
        while let Ok(Ok(count @ 1..)) =
            timeout(Duration::from_millis(500), stream.read(&mut chunk)).await
        {
            events.extend_from_slice(&chunk[..count]);
        }
        let text = String::from_utf8_lossy(&events);
        assert!(text.matches("data:").count() > 3, "{text}");
        self.0.lock().unwrap().push(("events".to_owned(), events));
    }

    fn assert_clean(&self) {
        let all = self.0.lock().unwrap();
        assert!(all.len() > 15, "only {} answers were looked at", all.len());
        for (what, bytes) in all.iter() {
            let findings = canary::scan_bytes(Path::new(what), bytes, &MARKERS);
            assert!(findings.is_empty(), "{}", String::from_utf8_lossy(bytes));
        }
    }
}

/// Looks at what may not show a patient, and that the rest is there for those who may see it.
async fn look_at_everything(node: &Node, seen: &Seen) {
    assert!(found(node, MRN, seen).await >= 5);
    assert_eq!(found(node, OTHER_MRN, seen).await, 0);
    for path in [
        "/metrics",
        "/readyz",
        "/v1/channels",
        "/v1/dead-letters",
        "/v1/jobs",
    ] {
        let response = node.ask("GET", path, None).await;
        assert_eq!(response.status, 200, "{path}");
        seen.note(path, &response);
    }
    let refused = node.ask("GET", "/v1/messages/2", None).await;
    let text = refused.text();
    assert!(
        text.contains("is not known here") && text.contains(NAME),
        "{text}"
    );
    for id in 1..=10 {
        assert_eq!(
            node.ask("GET", &format!("/v1/messages/{id}/raw"), None)
                .await
                .status,
            200
        );
    }
}

/// How many messages are found by a patient's number.
async fn found(node: &Node, mrn: &str, seen: &Seen) -> usize {
    let body = json!({ "filter": { "patient": mrn } }).to_string();
    let response = node.ask("POST", "/v1/messages/search", Some(&body)).await;
    seen.note("search", &response);
    response.json()["items"].as_array().unwrap().len()
}

async fn work_on_dead_letters(node: &Node, seen: &Seen) {
    let dead = |id: u64, verb: &str| format!("/v1/dead-letters/{AT_PARTNER}/{id}/{verb}");
    let edit = json!({ "set": [{ "path": "PID-5.1", "value": CORRECTED_NAME }] }).to_string();
    let edited = node.ask("POST", &dead(2, "edit"), Some(&edit)).await;
    assert_eq!(edited.status, 201, "{}", edited.text());
    seen.note("edit", &edited);
    let wrong = json!({ "set": [{ "path": format!("PID-{MRN}"), "value": NAME }] }).to_string();
    seen.note(
        "wrong edit",
        &node.ask("POST", &dead(3, "edit"), Some(&wrong)).await,
    );
    let no_message = json!({ "message_base64": NAME }).to_string();
    seen.note(
        "wrong message",
        &node.ask("POST", &dead(3, "edit"), Some(&no_message)).await,
    );
    let reason =
        json!({ "reason": format!("{CORRECTED_NAME} was merged into {OTHER_MRN}") }).to_string();
    let discarded = node.ask("POST", &dead(3, "discard"), Some(&reason)).await;
    assert_eq!(discarded.status, 204, "{}", discarded.text());
    for action in ["retry_dead_letters", "replay"] {
        let filter =
            json!({ "channel": "adt-in", "patient": MRN, "visit": MRN, "accession": OTHER_MRN });
        let job = json!({ "action": action, "filter": filter }).to_string();
        let made = node.ask("POST", "/v1/jobs", Some(&job)).await;
        assert_eq!(made.status, 201, "{}", made.text());
        seen.note("job", &made);
    }
    until("the jobs have ended", async || {
        let jobs = node.ask("GET", "/v1/jobs", None).await;
        seen.note("jobs", &jobs);
        let text = jobs.text();
        !text.contains("\"running\"")
            && !text.contains("\"queued\"")
            && !text.contains("\"waiting\"")
    })
    .await;
}

/// Requests that are refused, each with something of the patient in it.
async fn ask_wrongly(node: &Node, seen: &Seen) {
    for (method, path, body) in [
        ("GET", format!("/v1/messages/{MRN}"), None),
        ("GET", format!("/v1/{NAME}/{BORN}"), None),
        ("GET", format!("/v1/channels/{NAME}"), None),
        ("GET", format!("/v1/dead-letters?channel={NAME}"), None),
        ("GET", format!("/v1/dead-letters?cursor={MRN}"), None),
        ("GET", format!("/v1/dead-letters?{NAME}={MRN}"), None),
        (
            "POST",
            format!("/v1/dead-letters/{NAME}/{MRN}/1/retry"),
            None,
        ),
        (
            "POST",
            "/v1/messages/search".into(),
            Some(format!("{NAME} {MRN}")),
        ),
        (
            "POST",
            "/v1/messages/search".into(),
            Some(format!("{{\"{NAME}\":\"{MRN}\"}}")),
        ),
        (
            "POST",
            "/v1/messages/search".into(),
            Some(format!("{{\"filter\":\"{MRN}\"}}")),
        ),
        (
            "POST",
            "/v1/messages/search".into(),
            Some(format!("{{\"filter\":{{\"{NAME}\":1}}}}")),
        ),
        (
            "POST",
            "/v1/messages/search".into(),
            Some(format!("{{\"state\":\"{NAME}\"}}")),
        ),
        (
            "POST",
            "/v1/messages/search".into(),
            Some(format!("{{\"limit\":\"{BORN}\"}}")),
        ),
        (
            "POST",
            "/v1/messages/search".into(),
            Some(format!(
                "{{\"filter\":{{\"message_type\":\"{NAME}\",\"received_from\":\"{BORN}\"}}}}"
            )),
        ),
        (
            "POST",
            "/v1/jobs".into(),
            Some(format!("{{\"action\":\"{NAME}\"}}")),
        ),
        ("DELETE", format!("/v1/messages/{MRN}"), None),
    ] {
        let response = node.ask(method, &path, body.as_deref()).await;
        assert!(
            (400..500).contains(&response.status),
            "{method} {path}: {response:?}"
        );
        seen.note(&format!("{method} {body:?}"), &response);
    }
    let unknown = http::request(node.http, Some(MRN), "GET", "/v1/channels", None).await;
    seen.note("unknown token", &unknown.unwrap());
}

/// What a token without the scope `phi` gets to see.
async fn look_without_right(http: SocketAddr, token: &str, seen: &Seen) {
    let ask = async |method: &str, path: &str, body: Option<&str>| {
        http::request(http, Some(token), method, path, body)
            .await
            .unwrap()
    };
    for id in 1..=11 {
        let shown = ask("GET", &format!("/v1/messages/{id}"), None).await;
        assert_eq!(shown.status, 200, "{}", shown.text());
        seen.note("masked", &shown);
        let raw = ask("GET", &format!("/v1/messages/{id}/raw"), None).await;
        assert_eq!(raw.status, 403);
        seen.note("raw", &raw);
    }
    let all = ask("POST", "/v1/messages/search", Some("{}")).await;
    assert_eq!(all.status, 200, "{}", all.text());
    seen.note("all", &all);
    let body = json!({ "filter": { "patient": MRN } }).to_string();
    let by_patient = ask("POST", "/v1/messages/search", Some(&body)).await;
    assert_eq!(by_patient.status, 403);
    seen.note("by patient", &by_patient);
}

/// # Panics
/// When something of the patient stands in a file of the data directory, in a file's name, or in the log.
fn clean(home: &Home, when: &str) {
    let mut findings = canary::scan(&home.data, &MARKERS);
    let log = fs::read(home.log_path()).unwrap();
    assert!(log.len() > 10_000, "nothing was logged");
    findings.extend(canary::scan_bytes(&home.log_path(), &log, &MARKERS));
    let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{when}: {}", told.join("\n"));
}
