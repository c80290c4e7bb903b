//! `wardline audit`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tempfile::{TempDir, tempdir};
use wardline_audit::signing::{NoteKey, SigningKeys};

use crate::program::wardline;

/// A folder that `wardline init` has written.
fn initialised() -> TempDir {
    let folder = tempdir().unwrap();
    assert_eq!(wardline(folder.path(), &["init"]).code, 0);
    folder
}

#[test]
fn without_its_key_the_server_does_not_start_and_says_what_to_run() {
    let folder = initialised();
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
    let folder = initialised();
    let key = folder.path().join("audit-key.txt");
    let before = fs::read_to_string(&key).unwrap();

    let refused = wardline(folder.path(), &["audit", "key", "create"]);

    assert_eq!(refused.code, 1);
    assert_eq!(fs::read_to_string(&key).unwrap(), before);
}

#[test]
fn a_renewal_keeps_the_older_verifier_key_and_shows_no_secret() {
    let folder = initialised();
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
    let folder = initialised();
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
