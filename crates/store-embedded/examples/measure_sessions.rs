//! Measures many sessions in the embedded store, as the service sees them: beginning, checking one by one and many
//! in a call, writing behind, looking, ending, opening again, and the memory that the process takes.
//!
//! ```text
//! measure_sessions FOLDER SESSIONS
//! ```
//!
//! Figures are of this machine and this moment; they are printed, never asserted.
#![expect(clippy::print_stdout, reason = "it prints what it measures")]
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measurement that fails is no measurement"
)]

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wardline_kernel::SystemClock;
use wardline_phi::{BlindIndex, KeyRing};
use wardline_sessions::model::{
    ClientFacts, DepartmentName, Fields, PermissionName, Placement, PortalName, RoleName, UserName,
};
use wardline_sessions::operations::{CheckAsk, Checked, ChosenLimits, NewSession, SessionFilter};
use wardline_sessions::port::SessionStore;
use wardline_sessions::settings::{Role, Settings};
use wardline_sessions::{Sessions, SessionsParts};
use wardline_store_embedded::{EmbeddedStore, Options};
use wardline_testkit::key_ring;

/// Calls that begin sessions at a time.
const CALLERS: usize = 512;
const CHECKS: usize = 2_000_000;
const MANY: usize = 100;
/// Users: a hospital's staff, each signed in at a few places.
const USERS: usize = 100_000;
const ROLES: [&str; 4] = ["nurse", "doctor", "pharmacist", "clerk"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, sessions] = arguments.as_slice() else {
        panic!("usage: measure_sessions FOLDER SESSIONS");
    };
    let sessions = sessions.parse().expect("a number of sessions");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(run(Path::new(folder), sessions));
}

struct Measured {
    store: Arc<EmbeddedStore>,
    sessions: Sessions,
}

fn opened(folder: &Path, keys: &(Arc<KeyRing>, Arc<BlindIndex>)) -> Measured {
    let store = Arc::new(EmbeddedStore::open(folder, Options::default()).expect("the store opens"));
    let role = |name: &&str| {
        let permissions = [PermissionName::new("vitals:read").unwrap()].into();
        let role = Role {
            permissions,
            per_user: NonZeroU32::new(1_000).unwrap(),
            ..Role::default()
        };
        (RoleName::new(name).unwrap(), role)
    };
    let settings = Settings::new(ROLES.iter().map(role).collect(), u64::MAX).unwrap();
    let parts = SessionsParts {
        store: store.clone(),
        ring: Arc::clone(&keys.0),
        blind_index: Arc::clone(&keys.1),
        clock: Arc::new(SystemClock),
    };
    let sessions = Sessions::new(parts, settings);
    Measured { store, sessions }
}

async fn run(folder: &Path, number: usize) {
    let keys = key_ring::new();
    let keys = (Arc::new(keys.ring), Arc::new(keys.blind_index));
    let measured = opened(folder, &keys);
    println!("empty: {} MB resident", resident_mb());

    let begun = Instant::now();
    let tokens = Arc::new(begin(&measured.sessions, number).await);
    rate("begun, 512 callers", number, begun.elapsed());
    println!(
        "  {} MB resident, {} of them tokens",
        resident_mb(),
        number * 100 / 1_000_000
    );

    check(&measured.sessions, &tokens, 1).await;
    check(&measured.sessions, &tokens, 2).await;
    check_many(&measured.sessions, &tokens).await;

    let begun = Instant::now();
    measured.store.write_behind().await.unwrap();
    println!("activity written behind: {:?}", begun.elapsed());

    look(&measured.sessions).await;
    let begun = Instant::now();
    let expired = measured.sessions.expire().await.unwrap();
    println!("nothing to expire ({expired}): {:?}", begun.elapsed());

    drop(measured);
    let begun = Instant::now();
    let measured = opened(folder, &keys);
    println!(
        "opened again: {:?}, {} MB resident",
        begun.elapsed(),
        resident_mb()
    );
    let begun = Instant::now();
    let all = measured.sessions.count(&SessionFilter::default()).await;
    println!("counted {}: {:?}", all.unwrap(), begun.elapsed());
    check(&measured.sessions, &tokens, 1).await;
    check(&measured.sessions, &tokens, 1).await;

    let begun = Instant::now();
    let late = measured.sessions.now() + 24 * 3_600_000;
    let mut ended = 0;
    loop {
        let step = measured.store.expire(late, 500).await.unwrap().len();
        ended += step;
        if step < 500 {
            break;
        }
    }
    rate("expired, by 500", ended, begun.elapsed());
    let begun = Instant::now();
    measured.store.write_behind().await.unwrap();
    println!("their rows removed: {:?}", begun.elapsed());
}

async fn begin(sessions: &Sessions, number: usize) -> Vec<String> {
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        let sessions = sessions.clone();
        callers.spawn(async move {
            let mut tokens = Vec::new();
            for session in (caller..number).step_by(CALLERS) {
                let created = sessions.create(new(session)).await.expect("it begins");
                tokens.push(created.token.expose().to_owned());
            }
            tokens
        });
    }
    let mut tokens: Vec<String> = callers.join_all().await.into_iter().flatten().collect();
    fastrand::shuffle(&mut tokens);
    tokens
}

fn new(session: usize) -> NewSession {
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let address = Some([10, 1, 2, 3].into());
    let department = format!("dept-{}", session % 50);
    NewSession {
        user: UserName::new(&format!("user-{:06}@hospital.example", session % USERS)).unwrap(),
        placement: Placement {
            role: RoleName::new(ROLES[session % ROLES.len()]).unwrap(),
            department: Some(DepartmentName::new(&department).unwrap()),
            portal: PortalName::new("hyperspace").unwrap(),
        },
        client: ClientFacts::new(address, Some(agent), Some("WS-3West-04")).unwrap(),
        fields: Fields::new([("theme", "dark"), ("unit", "3 West")]).unwrap(),
        limits: ChosenLimits::default(),
    }
}

fn ask(token: &str) -> CheckAsk<'_> {
    CheckAsk {
        token,
        permission: Some("vitals:read"),
        is_activity: true,
    }
}

async fn check(sessions: &Sessions, tokens: &Arc<Vec<String>>, tasks: usize) {
    let begun = Instant::now();
    let mut checking = tokio::task::JoinSet::new();
    for task in 0..tasks {
        let (sessions, tokens) = (sessions.clone(), Arc::clone(tokens));
        checking.spawn(async move {
            let from = task * tokens.len() / tasks;
            let mut slowest = Duration::ZERO;
            for token in tokens.iter().cycle().skip(from).take(CHECKS / tasks) {
                let one = Instant::now();
                let checked = sessions.check(ask(token)).await.unwrap();
                assert!(matches!(checked, Checked::Live(_)));
                slowest = slowest.max(one.elapsed());
            }
            slowest
        });
    }
    let slowest = checking.join_all().await.into_iter().max().unwrap();
    rate(
        &format!("checked with activity, {tasks} tasks"),
        CHECKS,
        begun.elapsed(),
    );
    println!("  slowest {slowest:?}");
}

async fn check_many(sessions: &Sessions, tokens: &[String]) {
    let begun = Instant::now();
    let mut done = 0;
    for some in tokens.chunks(MANY).cycle() {
        let asks: Vec<_> = some.iter().map(|token| ask(token)).collect();
        done += sessions.check_many(&asks).await.unwrap().len();
        if done >= CHECKS {
            break;
        }
    }
    rate("checked, 100 in a call", done, begun.elapsed());
}

async fn look(sessions: &Sessions) {
    let nurse = SessionFilter {
        role: RoleName::new("nurse").ok(),
        ..SessionFilter::default()
    };
    let nobody = SessionFilter {
        role: RoleName::new("nobody").ok(),
        ..SessionFilter::default()
    };
    for (what, filter) in [
        ("any", SessionFilter::default()),
        ("nurses", nurse),
        ("nobody", nobody),
    ] {
        let begun = Instant::now();
        let page = sessions.list(&filter, None, 100).await.unwrap();
        let listed = begun.elapsed();
        let begun = Instant::now();
        let count = sessions.count(&filter).await.unwrap();
        let counted = begun.elapsed();
        println!(
            "{what}: {} listed in {listed:?}, {count} counted in {counted:?}",
            page.items.len()
        );
    }
}

fn rate(what: &str, number: usize, elapsed: Duration) {
    let each = elapsed.as_nanos() / number.max(1) as u128;
    let seconds = 1_000_000_000 / each.max(1);
    println!("{what}: {number} in {elapsed:?}: {each} ns each, {seconds}/s");
}

fn resident_mb() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says so");
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    kilobytes
        .and_then(|text| text.parse::<usize>().ok())
        .unwrap_or(0)
        / 1_024
}
