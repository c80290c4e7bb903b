//! The commands that ask a running server.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use wardline_hl7::ack::AckCode;

use crate::receiver::{Answer, Receiver};
use crate::server::Server;

fn message(control_id: &str, mrn: &str) -> String {
    format!("MSH|^~\\&|ADT|H|EHR|W|2026||ADT^A01|{control_id}|P|2.5.1\rPID|1||{mrn}||DOE^JANE\r")
}

/// A partner that refuses until it is told to accept.
struct Partner {
    receiver: Receiver,
    accepts: Arc<AtomicBool>,
}

impl Partner {
    fn refusing() -> Self {
        let accepts = Arc::new(AtomicBool::new(false));
        let now = Arc::clone(&accepts);
        let receiver = Receiver::answering(move |_| {
            let accepts = now.load(Ordering::SeqCst);
            Answer::Code(if accepts { AckCode::Aa } else { AckCode::Ar })
        });
        Self { receiver, accepts }
    }

    fn accept_from_now_on(&self) {
        self.accepts.store(true, Ordering::SeqCst);
    }

    fn control_ids(&self) -> Vec<String> {
        let id = |message: &Vec<u8>| {
            let header = wardline_hl7::Header::parse(message).unwrap();
            String::from_utf8(header.control_id().to_vec()).unwrap()
        };
        self.receiver.received().iter().map(id).collect()
    }
}

/// A server with one dead letter: message 1 at the destination `ehr`.
fn with_a_dead_letter() -> (Server, Partner) {
    let partner = Partner::refusing();
    let server = Server::start(Some(&partner.receiver.address));
    assert_eq!(server.send(&message("A1", "4711")).code, 0);
    server.ask_until(&["dlq", "list"], |letters| letters.len() == 1);
    (server, partner)
}

fn delivered(server: &Server, count: u64) {
    server.ask_until(&["channel", "show", "adt-in"], |channel| {
        channel[0]["destinations"][0]["delivered"] == count
    });
}

#[test]
fn messages_are_found_by_what_identifies_them_and_shown() {
    let server = Server::start(None);
    for (id, mrn) in [("A1", "4711"), ("A2", "0815"), ("A3", "4711")] {
        assert_eq!(server.send(&message(id, mrn)).code, 0);
    }
    let ids = |arguments: &[&str]| -> Vec<u64> {
        let found = server.ask_json(arguments);
        found
            .iter()
            .map(|item| item["message"]["id"].as_u64().unwrap())
            .collect()
    };

    assert_eq!(ids(&["message", "list"]), [3, 2, 1]);
    assert_eq!(ids(&["message", "list", "--limit", "2"]), [3, 2]);
    assert_eq!(ids(&["message", "list", "--patient", "4711"]), [3, 1]);
    assert_eq!(ids(&["message", "list", "--control-id", "A2"]), [2]);
    let from_stdin = server.ask_as(
        "admin.token",
        &["message", "list", "--patient", "-"],
        b"0815\n",
    );
    assert_eq!(
        from_stdin.stdout.lines().count(),
        2,
        "{}",
        from_stdin.stdout
    );
    let shown = server.ask(&["message", "show", "2"]);
    for expected in [
        "control id  A2",
        "patient     0815",
        "PID-5.2        JANE",
        "AA",
    ] {
        assert!(shown.contains(expected), "{expected}\n{shown}");
    }
    assert_eq!(server.ask(&["message", "raw", "2"]), message("A2", "0815"));
}

#[test]
fn a_channel_that_there_is_not_is_told_from_one_that_is_empty() {
    let server = Server::start(None);

    for command in ["message", "dlq"] {
        let ask = |name: &str| {
            let arguments = [command, "list", "--channel", name];
            server.ask_as("admin.token", &arguments, b"")
        };
        let (empty, wrong) = (ask("adt-in"), ask("adt-inn"));

        assert_eq!(empty.code, 0, "{}", empty.stderr);
        assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
        let expected = "--channel: there is no channel `adt-inn`; expected adt-in";
        assert!(wrong.stderr.contains(expected), "{}", wrong.stderr);
    }
}

#[test]
fn without_the_scope_phi_nothing_of_the_patient_is_shown() {
    let server = Server::start(None);
    server.send(&message("A1", "MRN4711"));
    let create = [
        "token",
        "create",
        "ward",
        "--scope",
        "read",
        "--write",
        "ward.token",
    ];
    assert_eq!(
        crate::program::wardline(server.folder.path(), &create).code,
        0
    );
    server.signal("HUP");
    server.logged("reloaded", "");

    let shown = server.ask_as("ward.token", &["message", "show", "1"], b"");
    let raw = server.ask_as("ward.token", &["message", "raw", "1"], b"");
    let searched = server.ask_as(
        "ward.token",
        &["message", "list", "--patient", "MRN4711"],
        b"",
    );

    assert_eq!(shown.code, 0, "{}", shown.stderr);
    assert!(
        shown.stdout.contains("values are masked"),
        "{}",
        shown.stdout
    );
    assert!(
        !shown.stdout.contains("MRN4711") && !shown.stdout.contains("JANE"),
        "{}",
        shown.stdout
    );
    assert_eq!((raw.code, searched.code), (1, 1));
    assert!(raw.stderr.contains("scope_missing"), "{}", raw.stderr);
}

#[test]
fn a_dead_letter_is_listed_shown_and_retried() {
    let (server, partner) = with_a_dead_letter();

    let listed = server.ask(&["dlq", "list"]);
    assert!(
        listed
            .lines()
            .any(|line| line.starts_with("adt-in/ehr/1  ADT^A01")),
        "{listed}"
    );
    let shown = server.ask(&["dlq", "show", "adt-in/ehr/1"]);
    assert!(
        shown.contains("to ehr: dead") && shown.contains("refused"),
        "{shown}"
    );
    partner.accept_from_now_on();
    server.ask(&["dlq", "retry", "adt-in/ehr/1"]);

    delivered(&server, 1);
    assert_eq!(partner.control_ids(), ["A1", "A1"]);
    assert!(server.ask_json(&["dlq", "list"]).is_empty());
}

#[test]
fn a_dry_run_counts_and_changes_nothing_and_then_the_job_does_it() {
    let (server, partner) = with_a_dead_letter();
    partner.accept_from_now_on();
    let retry = [
        "dlq",
        "retry",
        "--channel",
        "adt-in",
        "--why",
        "refused",
        "--watch",
    ];

    let counted = server.ask_json(&[&retry[..], &["--dry-run"]].concat());
    let still_there = server.ask_json(&["dlq", "list"]);
    let done = server.ask_json(&retry);

    assert_eq!(
        (&counted[0]["counts"]["changed"], still_there.len()),
        (&1.into(), 1)
    );
    assert_eq!(done[0]["counts"]["changed"], 1);
    delivered(&server, 1);
}

#[test]
fn a_discard_needs_a_reason_and_keeps_it() {
    let (server, _partner) = with_a_dead_letter();

    let without = server.ask_as("admin.token", &["dlq", "discard", "adt-in/ehr/1"], b"");
    server.ask(&["dlq", "discard", "adt-in/ehr/1", "--reason", "sent by fax"]);

    assert_eq!(without.code, 2);
    let shown = server.ask(&["message", "show", "1"]);
    assert!(shown.contains("to ehr: discarded"), "{shown}");
    assert!(shown.contains("reason given: sent by fax"), "{shown}");
}

#[test]
fn an_edited_copy_goes_in_the_originals_place_and_names_it_as_parent() {
    let (server, partner) = with_a_dead_letter();
    partner.accept_from_now_on();

    server.ask(&["dlq", "edit", "adt-in/ehr/1", "--set", "PID-5.1=ROE"]);

    delivered(&server, 1);
    let copy = server.ask_json(&["message", "show", "2"]);
    assert_eq!(copy[0]["message"]["parent_id"], 1);
    let sent = String::from_utf8(partner.receiver.received().pop().unwrap()).unwrap();
    assert!(sent.contains("||ROE^JANE\r"), "{sent}");
    assert_ne!(partner.control_ids().last().unwrap(), "A1");
}

#[test]
fn a_whole_changed_message_can_be_given_too() {
    let (server, partner) = with_a_dead_letter();
    partner.accept_from_now_on();
    fs::write(server.path("changed.hl7"), message("A1", "0815")).unwrap();

    server.ask(&["dlq", "edit", "adt-in/ehr/1", "--message", "changed.hl7"]);

    delivered(&server, 1);
    let sent = String::from_utf8(partner.receiver.received().pop().unwrap()).unwrap();
    assert!(sent.contains("|0815||DOE^JANE\r"), "{sent}");
}

#[test]
fn what_is_not_there_does_not_keep_the_others_from_being_decided_on() {
    let (server, partner) = with_a_dead_letter();
    partner.accept_from_now_on();

    let retry = ["dlq", "retry", "adt-in/ehr/99", "adt-in/ehr/1"];
    let ended = server.ask_as("admin.token", &retry, b"");

    assert_eq!(ended.code, 3, "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stderr.contains("adt-in/ehr/99: "), "{}", ended.stderr);
    delivered(&server, 1);
}

#[test]
fn a_replay_delivers_again_what_was_delivered() {
    let partner = Partner::refusing();
    partner.accept_from_now_on();
    let server = Server::start(Some(&partner.receiver.address));
    server.send(&message("A1", "4711"));
    delivered(&server, 1);

    let done = server.ask(&["replay", "start", "--channel", "adt-in", "--watch"]);

    assert!(done.contains("1 changed"), "{done}");
    delivered(&server, 2);
    assert_eq!(partner.control_ids(), ["A1", "A1"]);
    let jobs = server.ask_json(&["replay", "list"]);
    assert_eq!((jobs.len(), &jobs[0]["created_by"]), (1, &"admin".into()));
}

#[test]
fn a_stuck_message_can_be_parked_and_skipped() {
    let unreachable = "127.0.0.1:1";
    let server = Server::start(Some(unreachable));
    for id in ["A1", "A2"] {
        server.send(&message(id, "4711"));
    }
    let waits = |channel: &[serde_json::Value]| channel[0]["destinations"][0]["waiting"] == 2;
    server.ask_until(&["channel", "show", "adt-in"], waits);
    // A message that is on its way now is not moved.
    let eventually = |arguments: &[&str]| {
        while server.ask_as("admin.token", arguments, b"").code != 0 {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    };

    eventually(&["queue", "park", "adt-in/ehr/1"]);
    eventually(&["queue", "skip", "adt-in/ehr/2", "--reason", "test"]);

    let channel = server.ask_json(&["channel", "show", "adt-in"]);
    let destination = &channel[0]["destinations"][0];
    assert_eq!(
        (&destination["waiting"], &destination["dead_letters"]),
        (&0.into(), &1.into())
    );
    server.ask(&["queue", "try-now", "adt-in", "ehr"]);
}

#[test]
fn events_are_shown_as_they_come() {
    let partner = Partner::refusing();
    let server = Server::start(Some(&partner.receiver.address));
    let mut events = Command::new(env!("CARGO_BIN_EXE_wardline"))
        .args([
            "events",
            "--json",
            "--server",
            &server.url(),
            "--token-file",
        ])
        .arg(server.path("admin.token"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(events.stdout.take().unwrap()).lines();
    let (sender, first) = mpsc::channel();
    std::thread::spawn(move || sender.send(lines.next().unwrap().unwrap()));

    // Whether the stream or the message is first is open: messages are sent until an event comes.
    let line = (0..)
        .find_map(|number| {
            server.send(&message(&format!("A{number}"), "4711"));
            first.try_recv().ok()
        })
        .unwrap();
    events.kill().unwrap();
    events.wait().unwrap();

    let event: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        (&event["type"], &event["destination"]),
        (&"dead_lettered".into(), &"ehr".into())
    );
}

#[test]
fn a_server_that_is_not_there_and_a_token_that_is_missing_are_named() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(crate::program::wardline(folder.path(), &["init"]).code, 0);
    let nowhere = [
        "channel",
        "list",
        "--server",
        "http://127.0.0.1:1",
        "--token-file",
    ];

    let no_server =
        crate::program::wardline(folder.path(), &[&nowhere[..], &["admin.token"]].concat());
    let no_token = crate::program::wardline(folder.path(), &["channel", "list"]);

    assert_eq!(no_server.code, 1);
    assert!(
        no_server
            .stderr
            .contains("cannot reach the server at 127.0.0.1:1"),
        "{}",
        no_server.stderr
    );
    assert_eq!(no_token.code, 2);
    assert!(
        no_token.stderr.contains("--token-file"),
        "{}",
        no_token.stderr
    );
}
