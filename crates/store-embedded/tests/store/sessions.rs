//! Sessions on the embedded store: the contract, kills, and what stands in its files.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write as _};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use wardline_kernel::{ManualClock, StoreError};
use wardline_phi::{BlindIndex, KeyRing};
use wardline_sessions::model::{
    ClientFacts, EndCause, Fields, Life, Placement, PortalName, RoleName, TokenHash, UserName,
};
use wardline_sessions::operations::{Checked, ChosenLimits, NewSession};
use wardline_sessions::port::{
    self, Answer, Ask, AtLimit, Change, Changed, CreateLimits, Created, Filter, Roles, SessionStore,
};
use wardline_sessions::settings::{Role, Settings};
use wardline_sessions::{Sessions, SessionsParts};
use wardline_store_embedded::{EmbeddedStore, Options};
use wardline_testkit::conformance::sessions::{SessionsUnderTest, session_id};
use wardline_testkit::{block_on, canary, key_ring, sessions_model};

use super::support::{SmallDisk, child, folder_of_child, open, reran_where_mounting_is_allowed};

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

impl SessionsUnderTest for Embedded {
    fn store(&self) -> &dyn SessionStore {
        self.store.as_ref().unwrap()
    }

    fn reopen(&mut self) {
        self.store = None;
        self.store = Some(EmbeddedStore::open(self.folder.path(), Options::default()).unwrap());
    }
}

wardline_testkit::sessions_conformance!(Embedded::new());

#[test]
fn random_plays_on_sessions_give_the_same_answers_as_the_model() {
    sessions_model::check(24, Embedded::new);
}

const NOW: u64 = 1_795_255_200_000;

/// Session `number`, of a user of its own; its token is known to tests.
fn session(number: u64) -> port::NewSession {
    let mut secret = [7; 32];
    secret[..8].copy_from_slice(&number.to_be_bytes());
    let mut user = [3; 16];
    user[8..].copy_from_slice(&number.to_be_bytes());
    port::NewSession {
        record: port::Record {
            id: session_id(number),
            token: TokenHash::from_bytes(secret),
            user,
            placement: Arc::new(placement()),
            life: Life {
                created_at: NOW,
                last_activity_at: NOW,
                idle_limit_ms: 1_800_000,
                ends_at: NOW + 43_200_000,
                warning_ms: 120_000,
                is_locked: false,
            },
            version: 1,
        },
        facts: vec![1; 120].into(),
        fields: vec![2; 60].into(),
    }
}

fn placement() -> Placement {
    Placement {
        role: RoleName::new("nurse").unwrap(),
        department: None,
        portal: PortalName::new("portal-in-clear").unwrap(),
    }
}

fn limits(per_user: u32, at_limit: AtLimit) -> CreateLimits {
    CreateLimits {
        per_user: NonZeroU32::new(per_user),
        at_limit,
        max_live: u64::MAX,
    }
}

async fn check(store: &EmbeddedStore, number: u64) -> Answer {
    let record = session(number).record;
    let roles: Roles = [placement().role].into_iter().collect();
    let ask = Ask {
        id: record.id,
        token: record.token,
        roles: &roles,
        is_activity: true,
    };
    SessionStore::check(store, &ask, NOW + 1).await.unwrap()
}

const KILLED_WRITERS: u64 = 16;
const ROUNDS: u64 = 8;

/// What a killed process said that it did to one session.
#[derive(Default)]
struct Said {
    created: bool,
    locked: bool,
    ending: bool,
    ended: bool,
}

#[test]
fn kill_9_loses_no_acknowledged_session_lock_or_revocation() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = fastrand::Rng::new();
    let mut said: BTreeMap<u64, Said> = BTreeMap::new();

    for _ in 0..ROUNDS {
        let mut process = child(
            "sessions::begins_and_ends_until_it_is_killed",
            folder.path(),
        )
        .spawn()
        .unwrap();
        let killed_after = Duration::from_millis(random.u64(100..1_200));
        let pid = rustix::process::Pid::from_child(&process);
        let killer = std::thread::spawn(move || {
            std::thread::sleep(killed_after);
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        });
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            let Some((what, number)) = line.split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            let of = said.entry(number).or_default();
            match what {
                "created" => of.created = true,
                "locked" => of.locked = true,
                "ending" => of.ending = true,
                "ended" => of.ended = true,
                _ => {}
            }
        }
        killer.join().unwrap();
        assert!(!process.wait().unwrap().success());
        let store = open(folder.path());
        block_on(as_said(&store, &said));
    }

    let count = |of: fn(&Said) -> bool| said.values().filter(|said| of(said)).count();
    let counts = (
        count(|s| s.created),
        count(|s| s.ended),
        count(|s| s.locked),
    );
    assert!(counts.0 > 0 && counts.1 > 0 && counts.2 > 0, "{counts:?}");
}

async fn as_said(store: &EmbeddedStore, said: &BTreeMap<u64, Said>) {
    for (number, said) in said {
        let answer = check(store, *number).await;
        let as_said = match said {
            Said { ended: true, .. } => answer == Answer::Unknown,
            // Not answered yet: either way.
            Said { ending: true, .. } | Said { created: false, .. } => true,
            Said { locked: true, .. } => answer == Answer::Locked,
            _ => matches!(answer, Answer::Live(_) | Answer::Locked),
        };
        assert!(as_said, "session {number}: {answer:?}");
    }
}

#[test]
#[ignore = "run by the test that kills it"]
fn begins_and_ends_until_it_is_killed() {
    let store = Arc::new(open(&folder_of_child()));
    block_on(async {
        // Numbers that no process before has used.
        let first = fastrand::u64(..) >> 20;
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..KILLED_WRITERS {
            let store = Arc::clone(&store);
            let numbers = (first + writer..).step_by(usize::try_from(KILLED_WRITERS).unwrap());
            writers.spawn(async move {
                for number in numbers {
                    one_life(&store, number).await;
                }
            });
        }
        writers.join_next().await.unwrap().unwrap();
    });
}

/// A session is begun; every third is locked, every second ended; touches are written behind in between.
async fn one_life(store: &EmbeddedStore, number: u64) {
    let tell = |what: &str| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{what} {number}").unwrap();
    };
    let id = session_id(number);
    let new = session(number);
    let created = store.create(new, limits(9, AtLimit::Refuse), NOW).await;
    assert!(matches!(created, Ok(Created::Done { .. })));
    tell("created");
    check(store, number).await;
    if number.is_multiple_of(3) {
        store.change(id, Change::Lock, NOW).await.unwrap();
        tell("locked");
    }
    if number.is_multiple_of(7) {
        store.write_behind().await.unwrap();
    }
    if number.is_multiple_of(2) {
        tell("ending");
        assert!(store.end(id, NOW).await.unwrap().is_some());
        tell("ended");
    }
}

#[test]
fn a_users_limit_holds_when_many_begin_at_once() {
    let opened = Embedded::new();
    let store = Arc::new(opened.store.unwrap());
    block_on(async {
        let mut creating = tokio::task::JoinSet::new();
        for number in 0..64 {
            let store = Arc::clone(&store);
            creating.spawn(async move {
                let mut new = session(number);
                new.record.user = [9; 16];
                let created = store.create(new, limits(5, AtLimit::Refuse), NOW).await;
                u32::from(matches!(created.unwrap(), Created::Done { .. }))
            });
        }

        let begun: u32 = creating.join_all().await.into_iter().sum();

        assert_eq!(begun, 5);
        let all = SessionStore::count(&*store, &Filter::default(), NOW).await;
        assert_eq!(all.unwrap(), 5);
    });
}

#[test]
fn changes_of_one_session_at_once_happen_one_after_the_other() {
    let opened = Embedded::new();
    let store = Arc::new(opened.store.unwrap());
    block_on(async {
        let none = limits(9, AtLimit::Refuse);
        store.create(session(1), none, NOW).await.unwrap();
        let mut changing = tokio::task::JoinSet::new();
        for number in 0..40 {
            let store = Arc::clone(&store);
            changing.spawn(async move {
                let change = if number % 2 == 0 {
                    Change::Lock
                } else {
                    Change::Unlock
                };
                let changed = store.change(session_id(1), change, NOW).await.unwrap();
                u32::from(matches!(changed, Changed::Done(_)))
            });
        }

        let done: u32 = changing.join_all().await.into_iter().sum();

        let stored = store.get(session_id(1), NOW).await.unwrap().unwrap();
        assert_eq!(stored.record.version, 1 + done);
    });
}

#[test]
fn a_store_of_a_version_without_sessions_is_taken_up() {
    let mut opened = Embedded::new();
    opened.store = None;
    let tables = opened.folder.path().join("tables");
    assert_eq!(std::fs::read_to_string(&tables).unwrap(), "20\n");
    std::fs::remove_file(&tables).unwrap();

    opened.reopen();

    assert_eq!(std::fs::read_to_string(&tables).unwrap(), "20\n");
}

#[test]
fn a_backup_holds_no_sessions_as_one_that_was_revoked_since_would_live_again_in_it() {
    let opened = Embedded::new();
    let store = opened.store.unwrap();
    let copy = tempfile::tempdir().unwrap();
    let none = limits(9, AtLimit::Refuse);
    block_on(store.create(session(1), none, NOW)).unwrap();

    store.back_up(copy.path(), &|| false).unwrap();

    let copied = open(copy.path());
    assert_eq!(block_on(check(&copied, 1)), Answer::Unknown);
    assert!(matches!(block_on(check(&store, 1)), Answer::Live(_)));
}

#[test]
fn a_full_disk_refuses_new_sessions_and_ends_those_that_are_to_end() {
    let name = "sessions::a_full_disk_refuses_new_sessions_and_ends_those_that_are_to_end";
    if reran_where_mounting_is_allowed(name) {
        return;
    }
    let disk = SmallDisk::of(160);
    let store = Arc::new(open(&disk.store()));
    let none = limits(9, AtLimit::Refuse);
    block_on(async {
        for number in 1..=20 {
            store.create(session(number), none, NOW).await.unwrap();
        }
        // Less than half of the reserve, more than a quarter.
        let ballast = disk.take_all_but(3 << 20);

        let mut ending = tokio::task::JoinSet::new();
        for number in 1..=20 {
            let (one, other) = (Arc::clone(&store), Arc::clone(&store));
            ending.spawn(async move {
                let ended = one.end(session_id(number), NOW).await;
                assert!(ended.unwrap().is_some());
            });
            ending.spawn(async move {
                let begun = other.create(session(100 + number), none, NOW).await;
                assert!(matches!(begun, Err(StoreError::Full)));
            });
        }
        ending.join_all().await;

        for number in 1..=20 {
            let ended = Answer::Ended(EndCause::Revoked);
            assert_eq!(check(&store, number).await, ended);
            assert_eq!(check(&store, 100 + number).await, Answer::Unknown);
        }
        std::fs::remove_file(ballast).unwrap();
        store.create(session(200), none, NOW).await.unwrap();
    });
}

fn service(store: &Arc<EmbeddedStore>, keys: (&Arc<KeyRing>, &Arc<BlindIndex>)) -> Sessions {
    let roles = [(placement().role, Role::default())].into_iter().collect();
    let parts = SessionsParts {
        store: store.clone(),
        ring: Arc::clone(keys.0),
        blind_index: Arc::clone(keys.1),
        clock: Arc::new(ManualClock::at(NOW)),
    };
    Sessions::new(parts, Settings::new(roles, 100).unwrap())
}

#[test]
fn people_stand_in_no_file_and_a_new_start_knows_them() {
    let mut opened = Embedded::new();
    let store = Arc::new(opened.store.take().unwrap());
    let keys = key_ring::new();
    let keys = (Arc::new(keys.ring), Arc::new(keys.blind_index));
    let token = block_on(async {
        let sessions = service(&store, (&keys.0, &keys.1));
        let client = ClientFacts::new(None, Some("BrowserCanary/1.0"), Some("TabletCanary"));
        let created = sessions
            .create(NewSession {
                user: UserName::new("grace.canaryfield").unwrap(),
                placement: placement(),
                client: client.unwrap(),
                fields: Fields::new([("patient", "MRN-CANARY-771")]).unwrap(),
                limits: ChosenLimits::default(),
            })
            .await
            .unwrap();
        let note = [("note", Some("canary note of the ward"))];
        sessions.set_fields(created.id, &note, None).await.unwrap();
        sessions.touch(created.token.expose()).await.unwrap();
        sessions.stop().await;
        created.token
    });
    drop(store);

    let markers = [
        "grace.canaryfield",
        "BrowserCanary",
        "TabletCanary",
        "MRN-CANARY-771",
        "canary note",
        token.expose(),
    ];
    let found = canary::scan(opened.folder.path(), &markers);
    assert_eq!(found, []);
    let in_clear = canary::scan(opened.folder.path(), &["portal-in-clear"]);
    assert!(!in_clear.is_empty(), "the scan finds what is there");

    opened.reopen();
    let store = Arc::new(opened.store.take().unwrap());
    block_on(async {
        let sessions = service(&store, (&keys.0, &keys.1));
        let checked = sessions.touch(token.expose()).await.unwrap();
        let Checked::Live(live) = checked else {
            panic!("the session is gone");
        };
        assert_eq!(live.user.expose(), "grace.canaryfield");
        let shown = sessions.show(live.id).await.unwrap();
        assert_eq!(shown.fields.unwrap().iter().count(), 2);
    });
}
