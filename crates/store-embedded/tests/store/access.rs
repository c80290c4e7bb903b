//! Identities and emergency accesses on the embedded store: the port's contract, and what a killed process leaves.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tempfile::TempDir;
use wardline_access::Identities;
use wardline_access::identity::{AccountKind, IdentitiesParts, NewUser, PasswordCost};
use wardline_access::model::{Role, RoleSet};
use wardline_access::policy::{Engine, PolicySet};
use wardline_access::port::{AccessStore, Kind, MAX_PAGE, Put, Row, SessionCheck, SessionFacts};
use wardline_kernel::{StoreError, SystemClock};
use wardline_phi::{KeyFile, KeyRing};
use wardline_store_embedded::{EmbeddedStore, Options};
use wardline_testkit::conformance::access::AccessUnderTest;
use wardline_testkit::{block_on, canary};

use super::support::{child, folder_of_child, open};

struct Embedded {
    folder: TempDir,
    store: Option<EmbeddedStore>,
}

impl Embedded {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Some(EmbeddedStore::open(folder.path(), Options::default()).unwrap());
        Self { folder, store }
    }
}

impl AccessUnderTest for Embedded {
    fn store(&self) -> &dyn AccessStore {
        self.store.as_ref().unwrap()
    }

    fn reopen(&mut self) {
        self.store = None;
        self.store = Some(EmbeddedStore::open(self.folder.path(), Options::default()).unwrap());
    }
}

wardline_testkit::access_conformance!(Embedded::new());

const ROUNDS: u64 = 5;
const USERS: u8 = 4;

fn row(id: u8, version: u64) -> Row {
    Row {
        kind: Kind::User,
        id: [id; 16],
        // Another lookup key with each version, so that a half-done put would show.
        key: Some(key(id, version)),
        version,
        body: Bytes::from(version.to_be_bytes().repeat(20)),
    }
}

fn key(id: u8, version: u64) -> [u8; 32] {
    let mut key = [id; 32];
    key[..8].copy_from_slice(&version.to_be_bytes());
    key
}

#[test]
fn kill_9_loses_no_put_that_was_done_and_leaves_none_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = fastrand::Rng::new();
    let mut done: BTreeMap<u8, u64> = BTreeMap::new();

    for round in 0..ROUNDS {
        let mut process = child("access::puts_until_it_is_killed", folder.path())
            .spawn()
            .unwrap();
        let killed_after = Duration::from_millis(random.u64(200..900));
        let pid = rustix::process::Pid::from_child(&process);
        let killer = std::thread::spawn(move || {
            std::thread::sleep(killed_after);
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        });
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            let said = line
                .strip_prefix("done ")
                .and_then(|rest| rest.split_once(' '));
            if let Some((id, version)) = said {
                done.insert(id.parse().unwrap(), version.parse().unwrap());
            }
        }
        killer.join().unwrap();
        assert!(!process.wait().unwrap().success());

        let store = open(folder.path());
        for id in 0..USERS {
            let acknowledged = done.get(&id).copied().unwrap_or(0);
            let there = block_on(store.get(Kind::User, [id; 16])).unwrap();
            let version = there.as_ref().map_or(0, |there| there.version);
            // What was under way when it was killed may be there too.
            assert!(
                (acknowledged..=acknowledged + 1).contains(&version),
                "round {round}: {id} is of version {version}, {acknowledged} was done"
            );
            if version == 0 {
                continue;
            }
            assert_eq!(there, Some(row(id, version)));
            for near in version.saturating_sub(2)..=version + 2 {
                let found = block_on(store.find(Kind::User, key(id, near))).unwrap();
                let expected = (near == version).then(|| row(id, version));
                assert_eq!(found, expected, "round {round}: {id} {near}");
            }
            done.insert(id, version);
        }
    }

    assert!(
        !done.is_empty(),
        "it was always killed before it put anything"
    );
}

#[test]
#[ignore = "run by the test that kills it"]
fn puts_until_it_is_killed() {
    let store = Arc::new(open(&folder_of_child()));
    block_on(async {
        let tasks = (0..USERS).map(|id| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let there = store.get(Kind::User, [id; 16]).await.unwrap();
                let first = there.map_or(0, |there| there.version) + 1;
                for version in first.. {
                    assert_eq!(store.put(row(id, version)).await.unwrap(), Put::Done);
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "done {id} {version}").unwrap();
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
    });
}

#[test]
fn many_who_change_one_row_at_once_lose_no_change() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(folder.path()));
    let (callers, each) = (8_u64, 10_u64);

    block_on(async {
        let tasks = (0..callers).map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for _ in 0..each {
                    add_one(&store).await;
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
    });

    let there = block_on(store.get(Kind::User, [1; 16])).unwrap().unwrap();
    assert_eq!(there.version, callers * each);
    assert_eq!(there.body, Bytes::from(vec![0; 80]));
}

/// One byte more, as often as it takes.
async fn add_one(store: &EmbeddedStore) {
    loop {
        let there = store.get(Kind::User, [1; 16]).await.unwrap();
        let (version, length) = there.map_or((0, 0), |row| (row.version, row.body.len()));
        let next = Row {
            body: Bytes::from(vec![0; length + 1]),
            key: None,
            ..row(1, version + 1)
        };
        if store.put(next).await.unwrap() == Put::Done {
            return;
        }
    }
}

#[test]
fn a_put_whose_caller_goes_away_is_still_seen_by_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());

    block_on(async {
        let mut gone = store.put(row(1, 1));
        // Asked once and let go, as a request is whose client hangs up.
        let poll =
            std::future::poll_fn(|context| std::task::Poll::Ready(gone.as_mut().poll(context)));
        let first = poll.await;
        drop(gone);
        let second = store.put(row(1, 1)).await.unwrap();

        assert!(first.is_pending());
        assert_eq!(second, Put::Conflict(1));
    });
}

#[test]
fn a_listing_of_a_full_page_is_given_and_one_beyond_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());

    let listed = block_on(async {
        for number in 0..=u16::try_from(MAX_PAGE).unwrap() {
            let mut id = [0; 16];
            id[..2].copy_from_slice(&number.to_be_bytes());
            let row = Row {
                id,
                key: None,
                ..row(0, 1)
            };
            store.put(row).await.unwrap();
        }
        store.list(Kind::User, None, MAX_PAGE + 1).await.unwrap()
    });

    assert_eq!(listed.len(), MAX_PAGE);
}

#[test]
fn a_backup_holds_users_and_finds_them() {
    let (folder, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(folder.path());
    block_on(store.put(row(1, 1))).unwrap();

    store.back_up(target.path(), &|| false).unwrap();

    let copy = open(Path::new(target.path()));
    let found = block_on(copy.find(Kind::User, key(1, 1))).unwrap();
    assert_eq!(found, Some(row(1, 1)));
}

/// Nobody has a session here.
struct NoSessions;

#[async_trait::async_trait]
impl SessionCheck for NoSessions {
    async fn check(&self, _: &str, _: bool) -> Result<Option<SessionFacts>, StoreError> {
        Ok(None)
    }
}

/// Identities in `folder`, with their key beside it.
fn identities(folder: &Path) -> Identities {
    let key = folder.join("key");
    if !key.exists() {
        KeyFile::generate().unwrap().write_new(&key).unwrap();
    }
    let key = KeyFile::load(&key).unwrap();
    let store = Arc::new(open(&folder.join("store")));
    let ring = KeyRing::load(Arc::new(key.provider()), store.clone()).unwrap();
    Identities::new(IdentitiesParts {
        store,
        ring: Arc::new(ring),
        blind_index: Arc::new(key.blind_index()),
        sessions: Arc::new(NoSessions),
        clock: Arc::new(SystemClock),
        cost: PasswordCost::OWASP,
        engine: Arc::new(Engine::new(PolicySet::built_in().unwrap())),
    })
}

#[test]
fn a_user_stands_in_no_file_and_a_new_start_knows_it() {
    let folder = tempfile::tempdir().unwrap();
    let user = NewUser {
        login: "canarylogin".to_owned(),
        name: "Erika Canaryname".to_owned(),
        kind: AccountKind::Person,
        roles: RoleSet::one(Role::SecurityAdmin),
        department: Some("canaryward".to_owned()),
        own_record: None,
        supervisor: None,
        expires_at: None,
    };

    let id = block_on(identities(folder.path()).create_first_user(user, "correct horse battery"))
        .unwrap();

    let markers = ["canarylogin", "Canaryname", "canaryward", "security_admin"];
    let findings = canary::scan(&folder.path().join("store"), &markers);
    assert!(findings.is_empty(), "{findings:?}");
    let again = identities(folder.path());
    let shown = block_on(again.show_user(id)).unwrap();
    assert_eq!(shown.login, "canarylogin");
}
