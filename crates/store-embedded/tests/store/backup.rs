//! A copy is looked through, and brought back.

use std::fs;
use std::path::{Path, PathBuf};

use wardline_messaging::model::MessageId;
use wardline_messaging::port::MessageStore as _;
use wardline_store_embedded::{BackupError, OpenError, restore, verify};
use wardline_testkit::block_on;

use crate::support::{SMALL, all_there, fill, open};

/// A store with so many messages, closed, and a copy of it from when it had half of them.
fn stored(folder: &Path, messages: u64) -> (PathBuf, PathBuf) {
    let (original, copy) = (folder.join("store"), folder.join("copy"));
    let store = open(&original);
    block_on(fill(&store, 1..=messages / 2, 2_000)).unwrap();
    store.back_up(&copy, &|| false).unwrap();
    block_on(fill(&store, messages / 2 + 1..=messages, 2_000)).unwrap();
    (original, copy)
}

#[test]
fn a_copy_is_read_through_and_told_in_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let (original, copy) = stored(folder.path(), 400);

    let of_copy = verify(&copy, &SMALL, &|| false).unwrap();

    assert_eq!(of_copy, verify(&copy, &SMALL, &|| false).unwrap());
    let of_original = verify(&original, &SMALL, &|| false).unwrap();
    assert!(0 < of_copy.commits && of_copy.commits < of_original.commits);
    assert!(0 < of_copy.rows && of_copy.rows < of_original.rows);
}

#[test]
fn a_byte_that_changed_in_a_copy_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (_, copy) = stored(folder.path(), 400);
    let mut paths = vec![copy.join("engine")];
    let (mut largest, mut bytes) = (PathBuf::new(), Vec::new());
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(path).unwrap();
            paths.extend(entries.map(|entry| entry.unwrap().path()));
            continue;
        }
        let found = fs::read(&path).unwrap();
        // A journal is made at its full length, with nothing in it.
        if found.len() > bytes.len() && found[found.len() / 2] != 0 {
            (largest, bytes) = (path, found);
        }
    }
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(largest, bytes).unwrap();

    let looked = verify(&copy, &SMALL, &|| false);

    assert!(looked.is_err(), "{looked:?}");
}

#[test]
fn a_copy_takes_the_place_of_the_store_which_is_laid_aside() {
    let folder = tempfile::tempdir().unwrap();
    let (original, copy) = stored(folder.path(), 400);

    let restored = restore(&copy, &original, &SMALL).unwrap();

    assert_eq!(restored.whole, verify(&copy, &SMALL, &|| false).unwrap());
    let store = open(&original);
    block_on(async {
        all_there(&store, 1..=200, 2_000).await;
        assert_eq!(store.last_message_id().await.unwrap(), MessageId(200));
        fill(&store, 201..=210, 2_000).await.unwrap();
    });
    let aside = restored.aside.unwrap();
    block_on(all_there(&open(&aside), 1..=400, 2_000));
    drop(store);
    let again = restore(&copy, &original, &SMALL).unwrap();
    assert_ne!(again.aside.unwrap(), aside);
}

#[test]
fn a_store_that_is_gone_or_damaged_is_brought_back_too() {
    let folder = tempfile::tempdir().unwrap();
    let (original, copy) = stored(folder.path(), 100);
    fs::remove_dir_all(original.join("engine")).unwrap();
    restore(&copy, &original, &SMALL).unwrap();
    block_on(all_there(&open(&original), 1..=50, 2_000));
    fs::remove_dir_all(&original).unwrap();

    let restored = restore(&copy, &original, &SMALL).unwrap();

    assert_eq!(restored.aside, None);
    block_on(all_there(&open(&original), 1..=50, 2_000));
}

#[test]
fn a_store_in_use_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (original, copy) = stored(folder.path(), 100);
    let store = open(&original);

    let refused = restore(&copy, &original, &SMALL);

    let is_in_use = matches!(&refused, Err(BackupError::Target(OpenError::InUse { .. })));
    assert!(is_in_use, "{refused:?}");
    block_on(all_there(&store, 1..=100, 2_000));
}

#[test]
fn a_folder_without_a_copy_is_refused_and_nothing_is_made_there() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("nothing");

    assert!(matches!(
        verify(&empty, &SMALL, &|| false),
        Err(BackupError::NoCopy(_))
    ));
    let (original, _) = stored(folder.path(), 10);
    let refused = restore(&empty, &original, &SMALL);

    assert!(matches!(refused, Err(BackupError::NoCopy(_))));
    assert!(!empty.exists());
    block_on(all_there(&open(&original), 1..=10, 2_000));
}

#[test]
fn a_copy_that_is_given_up_says_so_and_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    let store = open(&folder.path().join("store"));
    block_on(fill(&store, 1..=50, 2_000)).unwrap();

    let given_up = store.back_up(&copy, &|| true);

    assert!(
        matches!(given_up, Err(BackupError::Store(_))),
        "{given_up:?}"
    );
    let copy = folder.path().join("another");
    store.back_up(&copy, &|| false).unwrap();
    assert!(verify(&copy, &SMALL, &|| true).is_err());
}
