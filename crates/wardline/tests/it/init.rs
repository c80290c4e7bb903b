//! `wardline init`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tempfile::tempdir;

use crate::program::wardline;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_it_writes_can_be_used_as_it_is() {
    let folder = tempdir().unwrap();

    let init = wardline(folder.path(), &["init", "etc/wardline"]);

    let config = ["config", "check", "--config", "etc/wardline/wardline.toml"];
    let check = wardline(folder.path(), &config);
    assert_eq!(
        (init.code, check.code),
        (0, 0),
        "{}{}",
        init.stderr,
        check.stderr
    );
    assert!(
        check.stdout.contains("channels: adt-in"),
        "{}",
        check.stdout
    );
}

#[test]
fn its_example_of_live_beds_loads_when_the_marks_of_the_comment_are_taken_off() {
    let folder = tempdir().unwrap();
    wardline(folder.path(), &["init"]);
    let path = folder.path().join("channels/adt-in.toml");
    let channel = fs::read_to_string(&path).unwrap();
    let before: Vec<&str> = channel.lines().collect();
    let named = before.iter().position(|line| *line == "#kind = \"beds\"");
    let example = named.expect("there is an example of live beds") - 2..named.unwrap() + 2;
    let lines = before.iter().enumerate().map(|(at, line)| match line {
        line if example.contains(&at) => line.strip_prefix('#').unwrap(),
        line => line,
    });
    let written: Vec<&str> = lines.collect();
    fs::write(&path, written.join("\n")).unwrap();

    let check = wardline(folder.path(), &["config", "check"]);
    let channels = wardline_messaging::channel::load_directory(&folder.path().join("channels"));

    assert_eq!(check.code, 0, "{}{}", check.stdout, check.stderr);
    let channels = channels.unwrap();
    let [destination] = channels[0].destinations.as_slice() else {
        panic!("one destination: {channels:?}")
    };
    assert_eq!(destination.name.to_string(), "beds");
    assert!(matches!(
        destination.kind,
        wardline_messaging::channel::DestinationKind::Beds
    ));
}

#[test]
fn secrets_are_for_their_owner_only() {
    let folder = tempdir().unwrap();

    wardline(folder.path(), &["init"]);

    for file in ["keys.txt", "audit-key.txt", "tokens.toml", "admin.token"] {
        assert_eq!(mode(&folder.path().join(file)), 0o600, "{file}");
    }
    assert_eq!(mode(&folder.path().join("data")), 0o700);
}

#[test]
fn the_token_stands_in_its_own_file_and_nowhere_else() {
    let folder = tempdir().unwrap();

    let ended = wardline(folder.path(), &["init"]);

    let token = fs::read_to_string(folder.path().join("admin.token")).unwrap();
    let token = token.trim();
    assert!(token.starts_with("wl_"));
    assert!(!format!("{ended:?}").contains(token));
    for file in ["tokens.toml", "wardline.toml", "channels/adt-in.toml"] {
        assert!(
            !fs::read_to_string(folder.path().join(file))
                .unwrap()
                .contains(token),
            "{file}"
        );
    }
}

#[test]
fn nothing_is_overwritten_and_nothing_new_is_written_beside_it() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("keys.txt"), "precious").unwrap();

    let ended = wardline(folder.path(), &["init"]);

    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("keys.txt"), "{}", ended.stderr);
    assert_eq!(
        fs::read_to_string(folder.path().join("keys.txt")).unwrap(),
        "precious"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_failure_halfway_leaves_nothing_behind() {
    let folder = tempdir().unwrap();
    // The channel's folder cannot be made where a file stands.
    fs::write(folder.path().join("channels"), "").unwrap();

    let ended = wardline(folder.path(), &["init"]);

    assert_eq!(ended.code, 1);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
