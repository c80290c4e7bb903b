//! The folder as a partner.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use bytes::Bytes;
use wardline_messaging::port::{Parcel, SendOutcome};

use crate::{assert_accepted, assert_not_sent, parcel, parcel_of, partner, try_partner};

fn destination(directory: &Path) -> String {
    format!("kind = \"file\"\ndirectory = \"{}\"", directory.display())
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_message_becomes_one_file_that_only_its_owner_may_read() {
    let folder = tempfile::tempdir().unwrap();

    let outcome = partner(&destination(folder.path())).send(parcel(42)).await;

    assert_accepted(&outcome);
    assert_eq!(names(folder.path()), ["adt.lab.00000000000000000042.hl7"]);
    let file = folder.path().join("adt.lab.00000000000000000042.hl7");
    assert_eq!(fs::read(&file).unwrap(), parcel(42).bytes);
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[tokio::test]
async fn names_sort_as_messages_arrived() {
    let folder = tempfile::tempdir().unwrap();
    let partner = partner(&destination(folder.path()));

    for number in [9, 10, 100] {
        let text = Bytes::from(number.to_string());
        assert_accepted(&partner.send(parcel_of(number, text)).await);
    }

    let contents: Vec<_> = names(folder.path())
        .iter()
        .map(|name| fs::read_to_string(folder.path().join(name)).unwrap())
        .collect();
    assert_eq!(contents, ["9", "10", "100"]);
}

#[tokio::test]
async fn a_message_that_is_sent_again_replaces_its_own_file() {
    let folder = tempfile::tempdir().unwrap();
    let partner = partner(&destination(folder.path()));
    partner.send(parcel(1)).await;

    let outcome = partner
        .send(Parcel {
            attempt: 2,
            ..parcel(1)
        })
        .await;

    assert_accepted(&outcome);
    assert_eq!(names(folder.path()).len(), 1);
}

#[tokio::test]
async fn what_a_crash_left_half_written_does_not_stand_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let leftover = folder
        .path()
        .join(".adt.lab.00000000000000000001.hl7.1.part");
    fs::write(leftover, "half").unwrap();

    let outcome = partner(&destination(folder.path())).send(parcel(1)).await;

    assert_accepted(&outcome);
    assert_eq!(names(folder.path()), ["adt.lab.00000000000000000001.hl7"]);
}

#[tokio::test]
async fn a_folder_that_is_gone_means_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let partner = partner(&destination(folder.path()));
    folder.close().unwrap();

    let outcome: SendOutcome = partner.send(parcel(1)).await;

    assert_not_sent(&outcome);
}

#[test]
fn a_destination_whose_folder_does_not_exist_is_refused() {
    let problem = try_partner(&destination(Path::new("/nowhere")))
        .err()
        .unwrap();

    assert!(
        problem.contains("directory: cannot use /nowhere"),
        "{problem}"
    );
}
