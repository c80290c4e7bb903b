//! `wardline serve` as a service: what the service manager is told, reload, stop.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::program::wardline;
use crate::server::{Server, initialised};

const MESSAGE: &str = "MSH|^~\\&|ADT|H|EHR|W|2026||ADT^A01|1|P|2.5.1\rPID|1||4711\r";

#[test]
fn the_service_manager_is_told_of_its_life() {
    let mut server = Server::start(None);

    assert!(server.notified().starts_with("READY=1\n"));
    server.signal("HUP");
    let reloading = server.notified();
    assert!(
        reloading.starts_with("RELOADING=1\nMONOTONIC_USEC="),
        "{reloading}"
    );
    assert!(server.notified().starts_with("READY=1\n"));
    server.signal("TERM");
    assert!(server.notified().starts_with("STOPPING=1\n"));
    assert_eq!(server.exit_code(), 0);
}

#[test]
fn a_channel_file_that_is_wrong_is_refused_at_reload_and_the_old_one_stays() {
    let server = Server::start(None);
    server.notified();
    fs::write(
        server.path("channels/adt-in.toml"),
        "[listener]\nadress = \"x\"\n",
    )
    .unwrap();

    server.signal("HUP");

    server.notified();
    let told = server.notified();
    assert!(told.contains("STATUS=not reloaded: "), "{told}");
    assert!(told.contains("channels/adt-in.toml:2:1"), "{told}");
    assert_eq!(server.send(MESSAGE).code, 0);
}

#[test]
fn a_new_channel_listens_after_a_reload() {
    let server = Server::start(None);
    server.notified();
    let text = "[listener]\naddress = \"127.0.0.1:0\"\n";
    fs::write(server.path("channels/second.toml"), text).unwrap();

    server.signal("HUP");

    server.notified();
    server.notified();
    let channels = server.ask_json(&["channel", "list"]);
    let listening: Vec<_> = channels
        .iter()
        .map(|channel| &channel["listening"])
        .collect();
    assert_eq!(listening, [true, true]);
}

#[test]
fn tokens_come_and_go_with_a_reload() {
    let server = Server::start(None);
    server.notified();
    let create = [
        "token",
        "create",
        "ward",
        "--scope",
        "read",
        "--write",
        "ward.token",
    ];
    assert_eq!(wardline(server.folder.path(), &create).code, 0);
    assert_eq!(
        wardline(server.folder.path(), &["token", "revoke", "admin"]).code,
        0
    );

    server.signal("HUP");

    server.notified();
    server.notified();
    let list = ["channel", "list"];
    assert_eq!(server.ask_as("ward.token", &list, b"").code, 0);
    let refused = server.ask_as("admin.token", &list, b"");
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("unauthenticated"),
        "{}",
        refused.stderr
    );
}

#[test]
fn what_was_acknowledged_is_there_after_a_stop_and_a_start() {
    let mut server = Server::start(None);
    assert_eq!(server.send(MESSAGE).code, 0);
    server.signal("TERM");
    assert_eq!(server.exit_code(), 0);
    let folder = std::mem::replace(&mut server.folder, tempfile::tempdir().unwrap());
    fs::remove_file(folder.path().join("notify")).unwrap();

    let again = Server::start_in(folder);

    assert_eq!(again.ask_json(&["message", "list"]).len(), 1);
}

#[test]
fn a_configuration_that_cannot_be_used_ends_with_78_and_what_is_wrong() {
    let folder = initialised(None);
    fs::write(folder.path().join("wardline.toml"), "[htpp]\n").unwrap();
    let wrong_config = wardline(folder.path(), &["serve"]);
    fs::write(folder.path().join("wardline.toml"), "").unwrap();
    fs::write(folder.path().join("channels/adt-in.toml"), "").unwrap();
    let wrong_channel = wardline(folder.path(), &["serve"]);

    assert_eq!((wrong_config.code, wrong_channel.code), (78, 78));
    assert!(
        wrong_config.stderr.contains("did you mean `[http]`?"),
        "{}",
        wrong_config.stderr
    );
    assert!(
        wrong_channel.stderr.contains("adt-in.toml"),
        "{}",
        wrong_channel.stderr
    );
}

#[test]
fn a_batch_that_contradicts_itself_is_told_of_also_where_each_message_is_answered() {
    let server = Server::start(None);
    let mut sender = TcpStream::connect(&server.mllp).unwrap();
    let batch = format!("BHS|^~\\&|ADT|H\r{MESSAGE}BTS|3\r");

    write!(sender, "\x0b{batch}\x1c\r").unwrap();
    let mut answer = [0; 1];
    sender.read_exact(&mut answer).unwrap();

    let told = server.logged_with("a batch contradicts itself");
    for expected in ["adt-in", "declared: 3, found: 1", "127.0.0.1"] {
        assert!(told.contains(expected), "{told}");
    }
    assert!(!told.contains("PID|1") && !told.contains("|4711"), "{told}");
    assert_eq!(server.ask_json(&["message", "list"]).len(), 1);
}
