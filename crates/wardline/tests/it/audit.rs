//! `wardline audit`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use wardline_audit::signing::{NoteKey, SigningKeys};

use crate::program::wardline;
use crate::server::{Server, initialised};

#[test]
fn without_its_key_the_server_does_not_start_and_says_what_to_run() {
    let folder = initialised(None);
    fs::remove_file(folder.path().join("audit-key.txt")).unwrap();

    let refused = wardline(folder.path(), &["serve"]);

    assert_eq!(refused.code, 78);
    assert!(
        refused.stderr.contains("wardline audit key create"),
        "{}",
        refused.stderr
    );
    let made = wardline(
        folder.path(),
        &[
            "audit",
            "key",
            "create",
            "--origin",
            "hospital.example/audit/1",
        ],
    );
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert!(made.stdout.contains("hospital.example/audit/1+"));
    let key = folder.path().join("audit-key.txt");
    let mode = fs::metadata(&key).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    assert_eq!(wardline(folder.path(), &["config", "check"]).code, 0);
}

#[test]
fn a_key_that_is_there_is_not_overwritten() {
    let folder = initialised(None);
    let key = folder.path().join("audit-key.txt");
    let before = fs::read_to_string(&key).unwrap();

    let refused = wardline(folder.path(), &["audit", "key", "create"]);

    assert_eq!(refused.code, 1);
    assert_eq!(fs::read_to_string(&key).unwrap(), before);
}

#[test]
fn a_renewal_keeps_the_older_verifier_key_and_shows_no_secret() {
    let folder = initialised(None);
    let before = wardline(folder.path(), &["audit", "key", "show"]);

    let renewed = wardline(folder.path(), &["audit", "key", "renew"]);

    let after = wardline(folder.path(), &["audit", "key", "show"]);
    assert_eq!((before.code, renewed.code, after.code), (0, 0, 0));
    assert!(after.stdout.starts_with(&before.stdout), "{}", after.stdout);
    let keys: Vec<_> = after.stdout.lines().map(NoteKey::parse).collect();
    assert!(keys.len() == 2 && keys.iter().all(Result::is_ok));
    let text = fs::read_to_string(folder.path().join("audit-key.txt")).unwrap();
    let seed = text.lines().last().unwrap().split(' ').nth(2).unwrap();
    assert!(!renewed.stdout.contains(seed) && !after.stdout.contains(seed));
    assert!(SigningKeys::load(&folder.path().join("audit-key.txt")).is_ok());
}

#[test]
fn a_key_that_others_can_read_and_a_wrong_file_of_shifts_are_found() {
    let folder = initialised(None);
    let key = folder.path().join("audit-key.txt");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let shifts = folder.path().join("shifts.toml");
    fs::write(&shifts, "[roles]\nnurse = [\"always\"]\n").unwrap();

    let set = "audit.shifts_file=shifts.toml";
    let found = wardline(folder.path(), &["doctor", "--set", set]);

    assert_eq!(found.code, 7);
    assert!(found.stdout.contains("chmod 600"), "{}", found.stdout);
    assert!(found.stdout.contains("shifts.toml:2:"), "{}", found.stdout);
}

/// What the trail's commands print; names of people come out of files.
#[test]
fn the_trail_is_searched_reported_verified_and_held_from_the_command_line() {
    let folder = initialised(None);
    let scopes = "audit:read,audit:write,phi";
    let create = ["token", "create", "officer", "--scope", scopes];
    let create = [&create[..], &["--write", "officer.token"]].concat();
    assert_eq!(wardline(folder.path(), &create).code, 0);
    let server = Server::start_in(folder);
    let ask = |arguments: &[&str], input: &str| {
        let ended = server.ask_as("officer.token", arguments, input.as_bytes());
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
        ended.stdout
    };
    let period = [
        "--from",
        "2020-01-01T00:00:00Z",
        "--until",
        "2100-01-01T00:00:00Z",
    ];

    let verified = ask(&["audit", "verify"], "");
    let search = ["audit", "search", "--user-file", "-", "--json"];
    let found = ask(&search, "token:officer\n");
    let report = ask(&[&["audit", "report"], &period[..]].concat(), "");
    let csv = [&["audit", "report", "--format", "csv"], &period[..]].concat();
    let csv = ask(&csv, "");
    let checkpoint = ask(&["audit", "checkpoint"], "");
    let proof = ask(&["audit", "prove", "--record", "0"], "");
    let exported = ask(&["audit", "export", "--kind", "audit-read"], "");
    let disclosures = ["audit", "accounting", "--patient-file", "-"];
    let disclosures = ask(&disclosures, "mrn:HOSP:4711\n");
    let placed = ["audit", "hold", "place", "--reason", "suit 17"];
    let placed = ask(&placed, "");
    let holds = ask(&["audit", "hold", "list"], "");
    let alerts = ask(&["audit", "alert", "list"], "");
    let nobody = server.ask_as("admin.token", &["audit", "search"], b"");

    assert!(verified.starts_with("Nothing is wrong"), "{verified}");
    assert!(found.contains("\"kind\":\"audit-read\""), "{found}");
    assert!(report.contains("token:officer"), "{report}");
    assert!(csv.contains("kind,audit-read,"), "{csv}");
    assert!(
        checkpoint.contains("\u{2014} wardline/audit/"),
        "{checkpoint}"
    );
    assert!(proof.contains("\"leaf_hash\""), "{proof}");
    assert!(exported.lines().all(|line| line.contains("AuditEvent")));
    assert!(disclosures.contains("need no accounting"), "{disclosures}");
    assert_eq!(placed, "Hold 1 is placed.\n");
    assert_eq!(holds.lines().count(), 2, "{holds}");
    assert_eq!(alerts.lines().count(), 1, "{alerts}");
    assert_eq!(nobody.code, 1);
    assert!(nobody.stderr.contains("audit:read"), "{}", nobody.stderr);
}
