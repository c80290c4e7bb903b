//! `wardline token`.

use std::fs;

use tempfile::{TempDir, tempdir};

use crate::program::wardline;

fn initialised() -> TempDir {
    let folder = tempdir().unwrap();
    assert_eq!(wardline(folder.path(), &["init"]).code, 0);
    folder
}

#[test]
fn a_token_is_written_to_its_file_and_only_its_hash_is_kept() {
    let folder = initialised();
    let create = [
        "token",
        "create",
        "alice",
        "--scope",
        "read,phi",
        "--write",
        "alice.token",
    ];

    let ended = wardline(folder.path(), &create);

    let token = fs::read_to_string(folder.path().join("alice.token")).unwrap();
    let kept = fs::read_to_string(folder.path().join("tokens.toml")).unwrap();
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(!kept.contains(token.trim()) && !ended.stdout.contains(token.trim()));
    let list = wardline(folder.path(), &["token", "list"]);
    assert!(list.stdout.contains("alice"), "{}", list.stdout);
    assert!(list.stdout.contains("read,phi"), "{}", list.stdout);
    assert!(!list.stdout.contains("sha256"), "{}", list.stdout);
}

#[test]
fn a_name_that_is_taken_is_refused_and_no_token_is_written() {
    let folder = initialised();
    let create = [
        "token",
        "create",
        "admin",
        "--scope",
        "read",
        "--write",
        "second.token",
    ];

    let ended = wardline(folder.path(), &create);

    assert_eq!(ended.code, 1);
    assert!(!folder.path().join("second.token").exists());
}

#[test]
fn a_token_whose_name_cannot_be_kept_is_taken_back() {
    let folder = initialised();
    let before = fs::read_to_string(folder.path().join("tokens.toml")).unwrap();
    let create = [
        "token",
        "create",
        "Al ice",
        "--scope",
        "read",
        "--write",
        "alice.token",
    ];

    let ended = wardline(folder.path(), &create);

    assert_eq!(ended.code, 2);
    assert!(!folder.path().join("alice.token").exists());
    assert_eq!(
        fs::read_to_string(folder.path().join("tokens.toml")).unwrap(),
        before
    );
}

#[test]
fn a_revoked_token_is_gone() {
    let folder = initialised();

    let ended = wardline(folder.path(), &["token", "revoke", "admin"]);

    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let list = wardline(folder.path(), &["token", "list", "--json"]);
    assert_eq!(list.stdout, "[]\n");
    assert_eq!(
        wardline(folder.path(), &["token", "revoke", "admin"]).code,
        1
    );
}

#[test]
fn an_unknown_scope_is_refused_by_name() {
    let folder = initialised();
    let create = [
        "token", "create", "a", "--scope", "root", "--write", "a.token",
    ];

    let ended = wardline(folder.path(), &create);

    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains("read, phi, operate, sessions:check, sessions:read, sessions:revoke, sessions:write, admin"),
        "{}",
        ended.stderr
    );
}
