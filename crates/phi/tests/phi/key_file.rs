//! A key file is its owner's alone, is never half written, and says which line is wrong.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use wardline_phi::{Aad, IndexField, KeyFile, KeyFileError, MemoryKeyStore};

use crate::given::{NOW, ring_on, scope};

#[test]
fn a_new_key_file_can_be_read_by_its_owner_alone_and_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let file = KeyFile::generate().unwrap();

    file.write_new(&path).unwrap();

    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
        0o600
    );
    assert!(same_keys(&KeyFile::load(&path).unwrap(), &file));
}

#[test]
fn a_key_file_that_others_can_read_is_refused_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    KeyFile::generate().unwrap().write_new(&path).unwrap();

    for mode in [0o640, 0o604, 0o660, 0o644, 0o610, 0o620] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();

        let refused = KeyFile::load(&path).unwrap_err();

        assert!(matches!(refused, KeyFileError::Permissions { mode: m, .. } if m == mode));
        assert!(refused.to_string().contains("chmod 600"), "{refused}");
    }
}

#[test]
fn a_key_file_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let first = KeyFile::generate().unwrap();
    first.write_new(&path).unwrap();

    let refused = KeyFile::generate().unwrap().write_new(&path);

    assert!(matches!(refused, Err(KeyFileError::Exists(_))));
    assert!(same_keys(&KeyFile::load(&path).unwrap(), &first));
}

#[test]
fn rotation_replaces_the_file_and_keeps_the_older_kek() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let mut file = KeyFile::generate().unwrap();
    file.write_new(&path).unwrap();
    let store = Arc::new(MemoryKeyStore::new());
    let aad = Aad::new("message", 1, "body", 1);
    let ring = ring_on(&file, &store);
    let key = ring.data_key(&scope("adt"), NOW).unwrap();
    let sealed = ring.seal(key, &aad, b"body").unwrap();

    file.add_kek().unwrap();
    file.replace(&path).unwrap();

    let rotated = KeyFile::load(&path).unwrap();
    assert_eq!(
        ring_on(&rotated, &store).open(&aad, &sealed).unwrap(),
        b"body"
    );
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "something was left beside it"
    );
}

#[test]
fn a_key_file_fits_into_one_line_of_the_environment() {
    let file = KeyFile::generate().unwrap();
    let lines: Vec<String> = file
        .to_text()
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(str::to_owned)
        .collect();

    let read = KeyFile::parse(&lines.join(";")).unwrap();

    assert!(same_keys(&read, &file));
}

#[test]
fn a_mistyped_key_is_refused_by_its_line_and_not_repeated() {
    let text = KeyFile::generate().unwrap().to_text();
    let kek_line = text
        .lines()
        .position(|line| line.starts_with("kek"))
        .unwrap();
    let key = text
        .lines()
        .nth(kek_line)
        .unwrap()
        .split(' ')
        .nth(2)
        .unwrap()
        .to_owned();
    let other = if key.starts_with('A') { "B" } else { "A" };
    let mistyped = text.replace(&key, &format!("{other}{}", &key[1..]));

    let refused = KeyFile::parse(&mistyped).unwrap_err();

    assert!(matches!(refused, KeyFileError::Line { line, .. } if line == kek_line + 1));
    assert!(!format!("{refused} {refused:?}").contains(&key[1..]));
}

#[test]
fn what_is_no_key_file_is_refused_and_says_what_is_missing() {
    let text = KeyFile::generate().unwrap().to_text();
    let without = |word: &str| {
        let kept: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with(word))
            .collect();
        KeyFile::parse(&kept.join("\n"))
    };

    assert!(matches!(
        KeyFile::parse(""),
        Err(KeyFileError::Missing("kek"))
    ));
    assert!(matches!(without("kek"), Err(KeyFileError::Missing("kek"))));
    assert!(matches!(
        without("index"),
        Err(KeyFileError::Missing("index"))
    ));
    assert!(matches!(
        without("wardline-keys"),
        Err(KeyFileError::Line { .. })
    ));
    assert!(matches!(
        KeyFile::parse(&text.replace("wardline-keys 1", "wardline-keys 2")),
        Err(KeyFileError::Line { .. })
    ));
    let doubled = format!("{}{}", *text, text.lines().last().unwrap());
    assert!(matches!(
        KeyFile::parse(&doubled),
        Err(KeyFileError::Line { .. })
    ));
}

#[test]
fn a_folder_or_a_large_file_is_no_key_file() {
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large");
    fs::write(&large, vec![b'#'; 64 * 1024 + 1]).unwrap();
    fs::set_permissions(&large, fs::Permissions::from_mode(0o600)).unwrap();

    assert!(matches!(
        KeyFile::load(&large),
        Err(KeyFileError::NotAKeyFile(_))
    ));
    assert!(matches!(
        KeyFile::load(folder.path()),
        Err(KeyFileError::NotAKeyFile(_))
    ));
    assert!(matches!(
        KeyFile::load(&folder.path().join("none")),
        Err(KeyFileError::Io { .. })
    ));
}

fn same_keys(one: &KeyFile, other: &KeyFile) -> bool {
    let token = |file: &KeyFile| file.blind_index().token(IndexField::ControlId, b"1");
    *one.to_text() == *other.to_text() && token(one) == token(other)
}
