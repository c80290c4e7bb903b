//! `wardline session` against a running server, and the file of roles on SIGHUP.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::Server;

const PATIENCE: Duration = Duration::from_mins(1);
const SCOPES: &str = "sessions:check,sessions:read,sessions:revoke,sessions:write,phi";

/// A server and a token for sessions, in `portal.token`.
struct Portal(Server);

impl Portal {
    fn open() -> Self {
        let server = Server::start(None);
        let create = [
            "token",
            "create",
            "portal",
            "--scope",
            SCOPES,
            "--write",
            "portal.token",
        ];
        assert_eq!(server.ask_as("admin.token", &create, b"").code, 0);
        let portal = Self(server);
        portal.0.signal("HUP");
        until("the token is known", || {
            portal.ask(&["session", "count"], b"").code == 0
        });
        portal
    }

    fn ask(&self, arguments: &[&str], input: &[u8]) -> crate::program::Ended {
        self.0.ask_as("portal.token", arguments, input)
    }

    fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let ended = self.ask(&[arguments, &["--json"]].concat(), b"");
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
        let read = serde_json::Deserializer::from_str(&ended.stdout).into_iter();
        read.map(Result::unwrap).collect()
    }

    /// What the API answers: applications begin and check sessions, and people at a terminal do not.
    fn post(&self, path: &str, body: &Value) -> Value {
        let token = fs::read_to_string(self.0.path("portal.token")).unwrap();
        let body = body.to_string();
        let address = self.0.url().replace("http://", "");
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            token.trim(),
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }

    fn begin(&self, user: &str) -> (String, String) {
        let body =
            json!({"user": user, "role": "nurse", "department": "icu-2", "portal": "example"});
        let begun = self.post("/v1/sessions", &body);
        let text = |name: &str| begun[name].as_str().unwrap().to_owned();
        (text("id"), text("token"))
    }

    fn check(&self, token: &str, permission: &str) -> Value {
        let body = json!({"token": token, "permission": permission, "activity": false});
        self.post("/v1/sessions/check", &body)
    }
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn sessions_are_listed_shown_and_counted() {
    let portal = Portal::open();
    let (ada, _) = portal.begin("ada");
    portal.begin("grace");

    let list = portal
        .ask(&["session", "list", "--department", "icu-2"], b"")
        .stdout;
    let row = list.lines().find(|line| line.contains(&ada)).unwrap();
    for wanted in ["ada", "nurse", "icu-2", "example", "active"] {
        assert!(row.contains(wanted), "{wanted}: {row}");
    }
    let all = portal.json(&["session", "list"]);
    assert_eq!(all.len(), 2);
    assert_eq!(all[1]["id"], ada.as_str(), "newest first");
    let one = portal.ask(&["session", "list", "--limit", "1"], b"");
    assert!(
        one.stderr.contains("the first 1 are shown"),
        "{}",
        one.stderr
    );
    let of_ada = portal.ask(&["session", "list", "--user-file", "-", "--json"], b"ada\n");
    assert_eq!(of_ada.stdout.lines().count(), 1);

    let shown = portal.ask(&["session", "show", &ada], b"").stdout;
    assert!(shown.contains("ada") && shown.contains("nurse"), "{shown}");
    assert_eq!(portal.json(&["session", "show", &ada])[0]["user"], "ada");
    assert_eq!(portal.json(&["session", "count"])[0]["count"], 2);
    let none = portal.ask(&["session", "count", "--role", "registrar"], b"");
    assert_eq!(none.stdout, "0\n");
}

#[test]
fn sessions_are_locked_unlocked_and_ended() {
    let portal = Portal::open();
    let (ada, token) = portal.begin("ada");
    let (_, other) = portal.begin("ada");
    let (_, grace) = portal.begin("grace");
    let reason = |token: &str| portal.check(token, "chart:read")["reason"].clone();

    assert_eq!(portal.ask(&["session", "lock", &ada], b"").code, 0);
    assert_eq!(reason(&token), "locked");
    assert_eq!(
        portal.json(&["session", "list", "--state", "locked"]).len(),
        1
    );
    assert_eq!(portal.ask(&["session", "unlock", &ada], b"").code, 0);
    assert_eq!(reason(&token), Value::Null);
    let ended = portal.ask(&["session", "revoke", &ada], b"");
    assert!(ended.stdout.contains("has ended"), "{}", ended.stdout);
    assert_eq!(reason(&token), "revoked");

    let all = portal.ask(&["session", "revoke", "--user-file", "-"], b"ada\n");

    assert_eq!(all.stdout, "1 sessions ended.\n");
    assert_eq!(
        (reason(&other), reason(&grace)),
        ("revoked".into(), Value::Null)
    );
}

#[test]
fn what_does_not_go_is_said_and_ends_with_an_error() {
    let portal = Portal::open();
    let unknown = "0".repeat(32);

    for (arguments, because) in [
        (&["session", "show", unknown.as_str()][..], "there is no"),
        (&["session", "revoke", &unknown], "there is no"),
        (&["session", "lock", &unknown], "there is no"),
        (&["session", "show", "ada"], "session"),
        (&["session", "revoke"], "required"),
        (
            &["session", "list", "--user-file", "nowhere.txt"],
            "nowhere.txt",
        ),
    ] {
        let refused = portal.ask(arguments, b"");
        assert_ne!(refused.code, 0, "{arguments:?}");
        assert!(
            refused.stderr.contains(because),
            "{arguments:?}: {}",
            refused.stderr
        );
    }
    let without_scope = portal.0.ask_as("portal.token", &["message", "list"], b"");
    assert_ne!(without_scope.code, 0);
}

#[test]
fn what_happens_to_sessions_is_shown_as_it_happens() {
    let portal = Portal::open();
    let mut watching = Command::new(env!("CARGO_BIN_EXE_wardline"))
        .args(["session", "watch", "--json"])
        .env("WARDLINE_SERVER", portal.0.url())
        .env("WARDLINE_TOKEN_FILE", portal.0.path("portal.token"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let read = BufReader::new(watching.stdout.take().unwrap()).lines();
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in read.map_while(Result::ok) {
            drop(sender.send(line));
        }
    });
    // What was begun before it is connected is not shown, so one is begun until the first is.
    let (begun, started) = (mpsc::channel::<String>(), Instant::now());
    let first = loop {
        let (id, _) = portal.begin("ada");
        begun.0.send(id).unwrap();
        match lines.recv_timeout(Duration::from_millis(500)) {
            Ok(line) => break line,
            Err(_) => assert!(started.elapsed() < PATIENCE, "nothing is shown"),
        }
    };
    assert!(begun.1.try_iter().any(|id| first.contains(&id)), "{first}");

    let (grace, _) = portal.begin("grace");
    portal.ask(&["session", "revoke", &grace], b"");

    for word in ["created", "revoked"] {
        let shown = |line: &String| line.contains(word) && line.contains(&grace);
        let found = std::iter::from_fn(|| lines.recv_timeout(PATIENCE).ok()).find(shown);
        let found = found.unwrap_or_else(|| panic!("{word} is not shown"));
        assert!(!found.contains("\"grace\""), "no person is named: {found}");
    }
    watching.kill().unwrap();
    watching.wait().unwrap();
}

#[test]
fn roles_are_read_again_on_a_signal_and_a_wrong_file_changes_nothing() {
    let portal = Portal::open();
    let roles = portal.0.path("roles.toml");
    let before = fs::read_to_string(&roles).unwrap();
    let (_, token) = portal.begin("ada");
    let may = |permission: &str| portal.check(&token, permission)["allowed"] == true;
    assert!(!may("pharmacy:open"));
    let given = before.replacen(
        "[roles.nurse]\npermissions = [",
        "[roles.nurse]\npermissions = [\"pharmacy:open\", ",
        1,
    );
    assert_ne!(given, before);

    fs::write(&roles, &given).unwrap();
    portal.0.signal("HUP");
    until("the permission is given", || may("pharmacy:open"));

    fs::write(&roles, given.replace("[roles.nurse]", "[roles.nurse")).unwrap();
    portal.0.signal("HUP");
    let refused = portal.0.logged_with("roles.toml");
    assert!(refused.contains("roles.toml"), "{refused}");
    assert!(may("pharmacy:open"), "a wrong file changes nothing");

    fs::write(&roles, &before).unwrap();
    portal.0.signal("HUP");
    until("the permission is taken away", || !may("pharmacy:open"));
}
