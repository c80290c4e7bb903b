//! Files that are cut short or altered while Wardline is down: everything acknowledged is there, or it is told.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use fastrand::Rng;
use wardline_simulator::load::{self, LoadEnd, LoadOptions, Report};
use wardline_simulator::partner::{Partner, PartnerOptions};

use crate::home::{Home, free_address};
use crate::ledger::none_is_lost;
use crate::wait::LONGEST;

/// Messages that wait when it is killed.
const MESSAGES: u64 = 160;

/// What is done to a file.
#[derive(Clone, Copy, Debug)]
enum Damage {
    /// Its last byte that is not zero and all behind it are gone.
    Shortened,
    /// Half of it is gone.
    Halved,
    /// One bit of its written part is another.
    Altered,
    /// It is gone.
    Removed,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_store_starts_with_every_acknowledged_message_or_says_what_is_damaged_and_what_to_do()
 {
    let (home, listener, report) = killed_with_messages_waiting().await;
    let kept = tempfile::tempdir().unwrap();
    copy(&home.data, kept.path());
    let mut rng = Rng::new();
    println!("seed {}", rng.get_seed());

    let (mut whole, mut told) = (0, 0);
    for (path, damage) in cases(&home.data, &mut rng) {
        fs::remove_dir_all(&home.data).unwrap();
        copy(&kept.path().join("data"), home.data.parent().unwrap());
        home.clear_log();
        do_damage(&path, damage, &mut rng);
        println!("{damage:?} {}", path.display());
        match outcome(&home, listener, &report).await {
            Outcome::AllThere => whole += 1,
            Outcome::Told => told += 1,
        }
    }

    println!("{whole} started whole, {told} were told");
    assert!(whole > 0 && told > 0, "{whole} whole, {told} told");
}

enum Outcome {
    AllThere,
    Told,
}

/// Starts it with a partner that takes everything.
///
/// # Panics
/// When a message is missing and nothing is said.
async fn outcome(home: &Home, listener: SocketAddr, report: &Report) -> Outcome {
    let partner = Partner::start(PartnerOptions::default()).await.unwrap();
    home.channel("adt-in", &channel(listener, partner.address()));
    match home.try_start().await {
        Ok(node) => {
            node.drained("adt-in").await;
            none_is_lost(&partner, report);
            node.kill().await;
            Outcome::AllThere
        }
        Err(ended) => {
            let log = home.log();
            assert_eq!(ended.code(), Some(1), "{log}");
            let said = log.lines().last().unwrap_or_default();
            assert!(said.starts_with("wardline: "), "{log}");
            assert!(said.contains(home.data.to_str().unwrap()), "{log}");
            assert!(said.contains("is damaged"), "{log}");
            assert!(said.contains("restore"), "{log}");
            assert_eq!(partner.summary().received, 0);
            Outcome::Told
        }
    }
}

/// A store with acknowledged messages that no partner has taken yet.
pub(crate) async fn killed_with_messages_waiting() -> (Home, SocketAddr, Report) {
    let home = Home::new().await;
    let listener = free_address();
    home.channel("adt-in", &channel(listener, free_address()));
    let node = home.start().await;
    let options = LoadOptions {
        connections: 4,
        depth: 16,
        message_bytes: 8_192,
        end: LoadEnd::Messages(MESSAGES),
        answer_timeout: LONGEST,
        remember_acknowledged: true,
        ..LoadOptions::to(listener)
    };
    let report = load::run(&options).await.unwrap();
    assert_eq!(report.acknowledged, MESSAGES);
    node.kill().await;
    (home, listener, report)
}

pub(crate) fn channel(listener: SocketAddr, partner: SocketAddr) -> String {
    format!(
        "[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"partner\"\nkind = \"mllp\"\n\
         address = \"{partner}\"\nparallel_patients = 32\n"
    )
}

/// All that can happen to the journal and the mark, one missing folder, and some of the rest by chance.
fn cases(data: &Path, rng: &mut Rng) -> Vec<(PathBuf, Damage)> {
    const EACH: [Damage; 4] = [
        Damage::Shortened,
        Damage::Halved,
        Damage::Altered,
        Damage::Removed,
    ];
    let (always, mut others): (Vec<_>, Vec<_>) = files(data)
        .into_iter()
        .filter(|path| written_bytes(path) > 0)
        .flat_map(|path| EACH.map(|damage| (path.clone(), damage)))
        .partition(|(path, _)| path.ends_with("0.jnl") || path.ends_with("mark"));
    assert_eq!(always.len(), 8, "the store's files have other names now");
    rng.shuffle(&mut others);
    let folder = data.join(format!("engine/keyspaces/{}", rng.u8(1..=9)));
    let current = data.join(format!("engine/keyspaces/{}/current", rng.u8(1..=9)));
    always
        .into_iter()
        .chain(others.into_iter().take(8))
        .chain([(folder, Damage::Removed), (current, Damage::Removed)])
        .collect()
}

/// Bytes before the zeros at a file's end.
fn written_bytes(path: &Path) -> usize {
    let bytes = fs::read(path).unwrap();
    bytes
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |last| last + 1)
}

fn do_damage(path: &Path, damage: Damage, rng: &mut Rng) {
    if path.is_dir() {
        fs::remove_dir_all(path).unwrap();
        return;
    }
    let last = written_bytes(path) - 1;
    let file = fs::File::options()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    match damage {
        Damage::Shortened => file.set_len(last as u64).unwrap(),
        Damage::Halved => file.set_len((last / 2) as u64).unwrap(),
        Damage::Altered => {
            let (at, bit) = (rng.usize(..=last) as u64, 1 << rng.u8(..8));
            let mut byte = [0];
            file.read_exact_at(&mut byte, at).unwrap();
            file.write_all_at(&[byte[0] ^ bit], at).unwrap();
        }
        Damage::Removed => fs::remove_file(path).unwrap(),
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(copied.unwrap().success());
}
