//! `wardline config`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tempfile::{TempDir, tempdir};

use crate::program::{wardline, wardline_with};

/// A folder that `wardline init` has written.
fn initialised() -> TempDir {
    let folder = tempdir().unwrap();
    assert_eq!(wardline(folder.path(), &["init"]).code, 0);
    folder
}

#[test]
fn a_mistake_is_named_with_its_place_and_the_exit_code_is_78() {
    let folder = initialised();
    fs::write(
        folder.path().join("wardline.toml"),
        "[http]\nadress = \"127.0.0.1:1\"\n",
    )
    .unwrap();

    let ended = wardline(folder.path(), &["config", "check"]);

    assert_eq!(ended.code, 78);
    assert_eq!(
        ended.stderr,
        "wardline.toml:2:1: unknown key `adress` in `[http]`; did you mean `address`?\n"
    );
}

#[test]
fn a_mistake_in_a_channel_file_is_named_with_its_place() {
    let folder = initialised();
    let channel = folder.path().join("channels/adt-in.toml");
    fs::write(&channel, "[listener]\nadress = \"127.0.0.1:2575\"\n").unwrap();

    let ended = wardline(folder.path(), &["config", "check"]);

    assert_eq!(ended.code, 78);
    assert!(
        ended.stderr.contains("channels/adt-in.toml:2:1"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("`address`"), "{}", ended.stderr);
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    let folder = initialised();
    let keys = folder.path().join("keys.txt");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o644)).unwrap();

    let ended = wardline(folder.path(), &["config", "check"]);

    assert_eq!(ended.code, 78);
    assert!(ended.stderr.contains("chmod 600"), "{}", ended.stderr);
}

#[test]
fn everything_wrong_in_files_is_said_at_once() {
    let folder = initialised();
    fs::remove_file(folder.path().join("keys.txt")).unwrap();
    fs::write(
        folder.path().join("tokens.toml"),
        "[[token]]\nname = \"x\"\n",
    )
    .unwrap();
    fs::write(folder.path().join("channels/adt-in.toml"), "").unwrap();

    let ended = wardline(folder.path(), &["config", "check", "--json"]);

    let answer: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(ended.code, 78);
    assert_eq!(answer["usable"], false);
    assert_eq!(answer["problems"].as_array().unwrap().len(), 3, "{answer}");
}

#[test]
fn show_says_where_each_value_came_from() {
    let folder = tempdir().unwrap();
    fs::write(
        folder.path().join("wardline.toml"),
        "[log]\nlevel = \"debug\"\n",
    )
    .unwrap();
    let variables = [("WARDLINE_NODE__NAME", "ward-7")];
    let arguments = [
        "config",
        "show",
        "--sources",
        "--set",
        "shutdown.grace_seconds=5",
    ];

    let ended = wardline_with(folder.path(), &arguments, &variables, b"");

    let source = |setting: &str| {
        let line = ended
            .stdout
            .lines()
            .find(|line| line.starts_with(setting))
            .unwrap();
        line.split_once("# ").unwrap().1.to_owned()
    };
    assert_eq!(source("level = \"debug\""), "wardline.toml:2:9");
    assert_eq!(
        source("name = \"ward-7\""),
        "environment WARDLINE_NODE__NAME"
    );
    assert_eq!(source("grace_seconds = 5"), "--set shutdown.grace_seconds");
    assert_eq!(source("address = \"127.0.0.1:8080\""), "default");
}

#[test]
fn what_show_prints_is_a_configuration() {
    let folder = tempdir().unwrap();
    let shown = wardline(folder.path(), &["config", "show", "--sources"]);
    fs::write(folder.path().join("wardline.toml"), &shown.stdout).unwrap();

    let ended = wardline(folder.path(), &["config", "show"]);

    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

#[test]
fn keys_in_the_environment_are_never_printed() {
    let folder = initialised();
    let keys = fs::read_to_string(folder.path().join("keys.txt")).unwrap();
    let secret = keys
        .lines()
        .find_map(|line| line.strip_prefix("kek 1 "))
        .unwrap();
    let secret = secret.split(' ').next().unwrap();
    let variables = [("WARDLINE_KEYS_TEXT", keys.as_str())];

    let shown = wardline_with(
        folder.path(),
        &["config", "show", "--sources"],
        &variables,
        b"",
    );
    assert!(
        shown.stdout.contains("not used: WARDLINE_KEYS_TEXT"),
        "{}",
        shown.stdout
    );
    for arguments in [
        ["config", "show", "--sources"],
        ["config", "check", "--json"],
    ] {
        let ended = wardline_with(folder.path(), &arguments, &variables, b"");

        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(!format!("{ended:?}").contains(secret));
    }
}

#[test]
fn the_doctor_finds_what_stands_in_the_way_and_says_what_to_do() {
    let folder = initialised();
    let free = "store.min_free_bytes=16777216";
    let well = wardline(
        folder.path(),
        &["doctor", "--set", free, "--http", "127.0.0.1:1"],
    );
    fs::set_permissions(
        folder.path().join("data"),
        fs::Permissions::from_mode(0o755),
    )
    .unwrap();
    let open = "[listener]\naddress = \"0.0.0.0:2575\"\n";
    fs::write(folder.path().join("channels/adt-in.toml"), open).unwrap();
    fs::remove_file(folder.path().join("keys.txt")).unwrap();

    let ill = wardline(
        folder.path(),
        &["doctor", "--set", free, "--http", "127.0.0.1:1", "--json"],
    );

    assert!(
        !well.stdout.contains("LOOK  files") && !well.stdout.contains("LOOK  data"),
        "{well:?}"
    );
    let checks: Vec<serde_json::Value> = serde_json::from_str(&ill.stdout).unwrap();
    let says = |subject: &str| {
        let found = checks
            .iter()
            .find(|check| check["subject"] == subject)
            .unwrap();
        assert_eq!(found["ok"], false, "{found}");
        found["says"].as_str().unwrap().to_owned()
    };
    assert_eq!(ill.code, 7);
    assert!(says("files").contains("keys.txt"));
    assert!(says("channel adt-in").contains("allowed_peers"));
    assert!(says("data directory").contains("chmod 700"));
}

#[test]
fn a_channel_on_the_address_of_the_api_is_refused() {
    let folder = initialised();

    let ended = wardline(
        folder.path(),
        &["config", "check", "--http", "127.0.0.1:2575"],
    );

    assert_eq!(ended.code, 78);
    assert!(
        ended.stderr.contains("is taken by http.address"),
        "{}",
        ended.stderr
    );
}

#[test]
fn messages_too_large_to_be_read_back_from_redis_are_refused_before_one_is_taken() {
    let folder = initialised();
    let largest = "[listener]\naddress = \"127.0.0.1:2575\"\nmax_message_bytes = 67108864\n";
    let beyond = largest.replace("67108864", "67108865");
    let check = |channel: &str, store: &str| {
        fs::write(folder.path().join("channels/adt-in.toml"), channel).unwrap();
        wardline(folder.path(), &["config", "check", "--set", store])
    };

    let refused = check(&beyond, "store.kind=redis");

    assert_eq!(refused.code, 78);
    let words = format!("{}{}", refused.stdout, refused.stderr);
    assert!(words.contains("listener.max_message_bytes"), "{words}");
    assert_eq!(check(largest, "store.kind=redis").code, 0);
    assert_eq!(check(&beyond, "store.kind=embedded").code, 0);
}
