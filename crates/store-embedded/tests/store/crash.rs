//! The store alone, killed at any moment: what it acknowledged is there.

use std::io::{BufRead, BufReader, Write as _};
use std::time::Duration;

use super::support::{all_there, child, folder_of_child, open, put};
use wardline_messaging::model::MessageId;
use wardline_messaging::port::MessageStore;
use wardline_testkit::{block_on, sample};

const BODY_BYTES: usize = 2_000;
const ROUNDS: u64 = 8;

#[test]
fn what_was_acknowledged_is_there_after_kill_9_and_nothing_is_there_in_part() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = fastrand::Rng::new();
    let (mut acknowledged, mut stored) = (0, 0);

    for round in 0..ROUNDS {
        let mut writer = child("crash::commits_until_it_is_killed", folder.path())
            .spawn()
            .unwrap();
        let killed_after = Duration::from_millis(random.u64(50..1_500));
        let pid = rustix::process::Pid::from_child(&writer);
        let killer = std::thread::spawn(move || {
            std::thread::sleep(killed_after);
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        });
        for line in BufReader::new(writer.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(id) = line.strip_prefix("acknowledged ") {
                acknowledged = id.parse().unwrap();
            }
        }
        killer.join().unwrap();
        assert!(!writer.wait().unwrap().success());

        let store = open(folder.path());
        let last = block_on(store.last_message_id()).unwrap().0;
        assert!(
            last >= acknowledged,
            "round {round}: {last} of {acknowledged} acknowledged"
        );
        block_on(all_there(&store, stored + 1..=last, BODY_BYTES));
        stored = last;
        drop(store);
    }

    assert!(
        acknowledged > 0,
        "the writer was always killed before it wrote"
    );
    let store = open(folder.path());
    block_on(all_there(&store, 1..=stored, BODY_BYTES));
}

#[test]
#[ignore = "run by the test that kills it"]
fn commits_until_it_is_killed() {
    let store = open(&folder_of_child());
    let mut random = fastrand::Rng::new();
    block_on(async {
        let mut next = store.last_message_id().await.unwrap().0 + 1;
        loop {
            let batch = next..next + random.u64(1..40);
            next = batch.end;
            store
                .commit(sample::batch(batch.map(|id| put(id, BODY_BYTES))))
                .await
                .unwrap();
            let mut out = std::io::stdout().lock();
            writeln!(out, "acknowledged {}", MessageId(next - 1)).unwrap();
        }
    });
}

#[test]
fn a_second_process_is_refused_and_told_who_has_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path());

    let second = child("crash::opens_once", folder.path()).output().unwrap();

    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stdout);
    assert!(
        said.contains(&format!("in use by process {}", std::process::id())),
        "{said}"
    );
    drop(first);
    assert!(
        child("crash::opens_once", folder.path())
            .status()
            .unwrap()
            .success()
    );
}

#[test]
#[ignore = "run by the test that refuses it"]
fn opens_once() {
    let opened =
        wardline_store_embedded::EmbeddedStore::open(&folder_of_child(), super::support::SMALL);
    if let Err(error) = &opened {
        println!("{error}");
    }
    assert!(opened.is_ok());
}
