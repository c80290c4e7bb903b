//! `wardline bed` and `wardline unit` against a running server.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::server::{Server, initialised};

const BED: &str = "ICU~101~A";
const PATIENCE: Duration = Duration::from_mins(1);

fn ago(minutes: i64) -> String {
    let at = Timestamp::now() - SignedDuration::from_mins(minutes);
    format!("{}+0000", at.strftime("%Y%m%d%H%M%S"))
}

fn admission(id: &str, number: u32, bed: &str) -> String {
    let at = ago(30);
    format!(
        "MSH|^~\\&|ADT|H|W|H|{at}||ADT^A01|{id}|P|2.5.1\rEVN|A01|{at}\r\
         PID|1||M{number}^^^H^MR||Quillzebrow^Ada||19430217|F\r\
         PV1|1|I|ICU^101^{bed}||||||||||||||||V{number}^^^H^VN\r"
    )
}

/// A whole set as a nurse charts it: 7 points.
fn ill(id: &str) -> String {
    let at = ago(0);
    let row = |number: u32, kind: &str, code: &str, value: &str, unit: &str| {
        format!("OBX|{number}|{kind}|{code}^^LN||{value}|{unit}|||||F|||{at}\r")
    };
    let rows = [
        row(1, "NM", "9279-1", "26", "/min"),
        row(2, "NM", "59408-5", "93", "%"),
        row(3, "NM", "8480-6", "124", "mm[Hg]"),
        row(4, "NM", "8867-4", "118", "/min"),
        row(5, "NM", "8310-5", "36.8", "Cel"),
        row(6, "NM", "3151-8", "0", "L/min"),
        row(7, "ST", "80288-4", "A", ""),
    ];
    format!(
        "MSH|^~\\&|CHART|H|W|H|{at}||ORU^R01|{id}|P|2.5.1\rPID|1||M1^^^H^MR\r\
         PV1|1|I|ICU^101^A\rOBR|1|||85353-1^^LN|||{at}\r{}",
        rows.concat()
    )
}

/// A server with one ill patient in ICU~101~A and an empty bed beside.
fn ward() -> Server {
    let folder = initialised(None);
    let channel = "[listener]\naddress = \"127.0.0.1:0\"\n[[destination]]\nname = \"beds\"\nkind = \"beds\"\n";
    fs::write(folder.path().join("channels/adt-in.toml"), channel).unwrap();
    let server = Server::start_in(folder);
    let left = admission("A2", 2, "B")
        .replace("ADT^A01", "ADT^A03")
        .replace("|A01|", "|A03|");
    for message in [
        admission("A1", 1, "A"),
        admission("A3", 2, "B"),
        left,
        ill("O1"),
    ] {
        assert_eq!(server.send(&message).code, 0);
    }
    server.ask_until(&["bed", "show", BED], |bed| {
        bed[0]["patients"][0]["score"]["standing"]["band"] == "high"
    });
    server
}

/// A command that goes on; killed when dropped.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(server: &Server, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wardline"))
            .args(arguments)
            .env("WARDLINE_SERVER", server.url())
            .env("WARDLINE_TOKEN_FILE", server.path("admin.token"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let read = BufReader::new(child.stdout.take().unwrap()).lines();
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in read.map_while(Result::ok) {
                drop(sender.send(line));
            }
        });
        Self { child, lines }
    }

    /// Waits for a line with all of this.
    fn shows(&self, wanted: &[&str]) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap();
            if wanted.iter().all(|part| line.contains(part)) {
                return line;
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn beds_are_listed_shown_and_counted_with_the_notice_above() {
    let server = ward();

    let list = server.ask(&["bed", "list"]);
    assert!(list.starts_with("Not for primary monitoring"), "{list}");
    let row = list.lines().find(|line| line.contains(BED)).unwrap();
    for wanted in ["occupied", "Quillzebrow", "high", "118"] {
        assert!(row.contains(wanted), "{wanted}: {row}");
    }
    let json = |arguments: &[&str]| server.ask_json(arguments);
    assert_eq!(json(&["bed", "list"]).len(), 2);
    let high = json(&["bed", "list", "--unit", "ICU", "--band", "high"]);
    assert_eq!(high.len(), 1);
    assert_eq!(high[0]["id"], BED);
    assert_eq!(
        json(&["bed", "list", "--state", "dirty"])[0]["id"],
        "ICU~101~B"
    );

    let shown = server.ask(&["bed", "show", BED]);
    for wanted in ["Not for primary", "Quillzebrow, Ada", "7 (high)", "pulse"] {
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }

    let units = server.ask(&["unit", "list"]);
    assert!(units.starts_with("Not for primary"), "{units}");
    let unit = &json(&["unit", "list"])[0];
    assert_eq!((&unit["id"], &unit["beds"]), (&"ICU".into(), &2.into()));
    assert_eq!(unit["by_band"]["high"], 1);
}

#[test]
fn what_people_do_at_a_bed_is_done_and_what_does_not_go_is_said() {
    let server = ward();
    let ask = |arguments: &[&str]| server.ask_as("admin.token", arguments, b"");

    server.ask(&["bed", "nurses", BED, "ada", "grace"]);
    server.ask(&[
        "bed",
        "acknowledge",
        BED,
        "--band",
        "high",
        "--by",
        "dr.grey",
    ]);
    server.ask(&["bed", "status", "ICU~101~B", "cleaning"]);

    let bed = &server.ask_json(&["bed", "show", BED])[0];
    assert_eq!(bed["nurses"].as_array().map(Vec::len), Some(2));
    let standing = &bed["patients"][0]["score"]["standing"];
    assert_eq!(standing["acknowledged_by"], "dr.grey");
    let beside = &server.ask_json(&["bed", "show", "ICU~101~B"])[0];
    assert_eq!(beside["state"], "cleaning");

    for (arguments, because) in [
        (
            &["bed", "acknowledge", BED, "--band", "low"][..],
            "another band",
        ),
        (&["bed", "status", BED, "clean"], "somebody lies"),
        (&["bed", "show", "ICU~9~Z"], "no such bed"),
        (&["bed", "show", "../units"], "expected the id of a bed"),
    ] {
        let refused = ask(arguments);
        assert_ne!(refused.code, 0, "{arguments:?}");
        assert!(refused.stderr.contains(because), "{}", refused.stderr);
        assert!(refused.stdout.is_empty(), "{}", refused.stdout);
    }
}

#[test]
fn a_token_without_the_scope_is_told_so() {
    let server = ward();
    let made = server.ask_as(
        "admin.token",
        &[
            "token",
            "create",
            "other",
            "--scope",
            "read",
            "--write",
            "other.token",
        ],
        b"",
    );
    assert_eq!(made.code, 0, "{}", made.stderr);
    server.signal("HUP");

    for arguments in [&["bed", "list"][..], &["unit", "list"]] {
        let mut refused = server.ask_as("other.token", arguments, b"");
        for _ in 0..100 {
            if refused.stderr.contains("beds:read") {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
            refused = server.ask_as("other.token", arguments, b"");
        }
        assert_ne!(refused.code, 0);
        assert!(refused.stderr.contains("beds:read"), "{}", refused.stderr);
    }
}

#[test]
fn the_board_is_drawn_again_when_a_bed_changes() {
    let server = ward();
    let watching = Watching::start(&server, &["bed", "list", "--watch", "--unit", "ICU"]);
    watching.shows(&["Not for primary monitoring"]);
    watching.shows(&[BED, "high", "118"]);

    let changed: String = ill("O2").replace("||118|", "||131|");
    assert_eq!(server.send(&changed).code, 0);

    watching.shows(&[BED, "131"]);
}

#[test]
fn the_boards_own_json_is_one_object_for_each_line() {
    let server = ward();

    let lines = server.ask(&["bed", "list", "--json"]);

    for line in lines.lines() {
        let bed: Value = serde_json::from_str(line).unwrap();
        assert!(bed["id"].is_string());
    }
}
