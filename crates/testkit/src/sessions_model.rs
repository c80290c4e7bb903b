//! Random plays on a store of sessions and on the plain model: every answer must be the same, also of the store that
//! is opened again at the end.
//!
//! Few users, few sessions and times that often fall on a limit or go back, so that everything meets everything.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::test_runner::{Config, TestRunner};

use bytes::Bytes;
use wardline_kernel::UnixMillis;
use wardline_sessions::model::SessionId;
use wardline_sessions::port::{
    Ask, AtLimit, Change, CreateLimits, Filter, NewSession, Roles, SessionStore, State,
};

use crate::conformance::sessions::{SessionsUnderTest, given};
use crate::{MemorySessions, block_on};

/// Sessions that a play may begin.
const SESSIONS: u64 = 12;
const USERS: u64 = 3;

/// One step of a play.
#[derive(Clone, Debug)]
enum Step {
    Create {
        number: u64,
        idle_ms: u32,
        absolute_ms: u64,
        per_user: u32,
        at_limit: AtLimit,
        max_live: u64,
    },
    Check {
        number: u64,
        generation: u8,
        role: usize,
        is_activity: bool,
    },
    Lock(u64),
    Unlock(u64),
    Fields(u64, u32),
    Renew(u64, u32, u32),
    End(u64),
    EndUser(u64),
    Expire(usize),
    Look,
    WriteBehind,
    Advance(u64),
    GoBack(u64),
}

/// Plays `cases` random plays on a new store each.
pub fn check<S: SessionsUnderTest>(cases: u32, open: impl Fn() -> S) {
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    let played = runner.run(&vec(step(), 1..150), |play| {
        block_on(compare(open(), &play));
        Ok(())
    });
    if let Err(failed) = played {
        panic!("{failed}");
    }
}

fn step() -> impl Strategy<Value = Step> {
    let number = || 0..SESSIONS;
    let at_limit = prop_oneof![Just(AtLimit::Refuse), Just(AtLimit::EndOldest)];
    let create = (
        number(),
        prop_oneof![Just(1_000_u32), 1..3_000_u32],
        prop_oneof![Just(2_000_u64), 1..6_000_u64],
        1..4_u32,
        at_limit,
        prop_oneof![Just(5_u64), Just(u64::MAX)],
    );
    let create = create.prop_map(
        |(number, idle_ms, absolute_ms, per_user, at_limit, max_live)| Step::Create {
            number,
            idle_ms,
            absolute_ms,
            per_user,
            at_limit,
            max_live,
        },
    );
    let check = (number(), 1..3_u8, 0..3_usize, any::<bool>());
    let check = check.prop_map(|(number, generation, role, is_activity)| Step::Check {
        number,
        generation,
        role,
        is_activity,
    });
    prop_oneof![
        6 => create,
        10 => check,
        2 => number().prop_map(Step::Lock),
        2 => number().prop_map(Step::Unlock),
        2 => (number(), 0..4_u32).prop_map(|(number, expected)| Step::Fields(number, expected)),
        2 => (number(), 0..4_u32, 1..3_000_u32)
            .prop_map(|(number, expected, idle_ms)| Step::Renew(number, expected, idle_ms)),
        2 => number().prop_map(Step::End),
        1 => (0..USERS).prop_map(Step::EndUser),
        4 => prop_oneof![Just(1_usize), Just(2), Just(100)].prop_map(Step::Expire),
        2 => Just(Step::Look),
        1 => Just(Step::WriteBehind),
        6 => prop_oneof![Just(1_u64), Just(99), Just(1_000), 1..2_500_u64].prop_map(Step::Advance),
        1 => (1..1_500_u64).prop_map(Step::GoBack),
    ]
}

async fn compare(mut opened: impl SessionsUnderTest, play: &[Step]) {
    let store = opened.store();
    let model = MemorySessions::default();
    let mut now = given::BEGIN;
    let mut begun = BTreeSet::new();
    for step in play {
        match step {
            Step::Advance(by) => now += by,
            Step::GoBack(by) => now -= by,
            Step::Create { number, .. } => {
                // An id is never given twice.
                if begun.insert(*number) {
                    let ours = answer(store, step, now).await;
                    assert_eq!(ours, answer(&model, step, now).await, "{step:?}");
                }
            }
            _ => {
                let ours = answer(store, step, now).await;
                assert_eq!(ours, answer(&model, step, now).await, "{step:?}");
            }
        }
    }
    store.write_behind().await.unwrap();
    opened.reopen();
    let late = now + 1_000_000;
    for (step, now) in [(Step::Look, now), (Step::Expire(100), late)] {
        let ours = answer(opened.store(), &step, now).await;
        assert_eq!(ours, answer(&model, &step, now).await, "opened again");
    }
}

/// What a store answers, as text to compare.
async fn answer(store: &dyn SessionStore, step: &Step, now: UnixMillis) -> String {
    let id = |number: &u64| given::session_id(*number);
    let change = async |number: &u64, change| {
        format!("{:?}", store.change(id(number), change, now).await.unwrap())
    };
    match step {
        Step::Create {
            per_user,
            at_limit,
            max_live,
            ..
        } => {
            let limits = CreateLimits {
                max_live: *max_live,
                ..given::limits(*per_user, *at_limit)
            };
            let created = store.create(session(step, now), limits, now).await.unwrap();
            format!("{created:?}")
        }
        Step::Check {
            number,
            generation,
            role,
            is_activity,
        } => {
            let roles: [Roles; 3] =
                [&["nurse"][..], &["doctor"], &["nurse", "doctor"]].map(given::roles);
            let ask = Ask {
                id: id(number),
                token: given::token(*number, *generation),
                roles: &roles[*role],
                is_activity: *is_activity,
            };
            let one = store.check(&ask, now).await.unwrap();
            let many = store.check_many(&[ask], now).await.unwrap();
            assert_eq!(many, std::slice::from_ref(&one));
            format!("{one:?}")
        }
        Step::Lock(number) => change(number, Change::Lock).await,
        Step::Unlock(number) => change(number, Change::Unlock).await,
        Step::Fields(number, expected) => {
            let sealed = Bytes::from(format!("fields {expected}"));
            let expected = *expected;
            change(number, Change::Fields { sealed, expected }).await
        }
        Step::Renew(number, expected, idle_ms) => {
            let renewal = Change::Renew {
                token: given::token(*number, 2),
                placement: given::placement("doctor", None, "hyperspace"),
                idle_limit_ms: *idle_ms,
                ends_at: now + 2_000,
                warning_ms: 10,
                expected: *expected,
            };
            change(number, renewal).await
        }
        Step::End(number) => format!("{:?}", store.end(id(number), now).await.unwrap()),
        Step::EndUser(number) => {
            let mut ended = store.end_user(given::user(*number), now).await.unwrap();
            ended.sort_unstable_by_key(|ended| ended.id);
            format!("{ended:?}")
        }
        Step::Expire(limit) => format!("{:?}", store.expire(now, *limit).await.unwrap()),
        Step::Look => look(store, now).await,
        Step::WriteBehind => format!("{:?}", store.write_behind().await),
        Step::Advance(_) | Step::GoBack(_) => String::new(),
    }
}

fn session(step: &Step, now: UnixMillis) -> NewSession {
    let Step::Create {
        number,
        idle_ms,
        absolute_ms,
        ..
    } = step
    else {
        unreachable!("only asked for what begins a session")
    };
    let mut new = given::session(*number, now);
    new.record.user = given::user(number % USERS);
    new.record.life.idle_limit_ms = *idle_ms;
    new.record.life.ends_at = now + absolute_ms;
    new
}

/// Everything that can be seen without changing anything.
async fn look(store: &dyn SessionStore, now: UnixMillis) -> String {
    let mut seen = Vec::new();
    for number in 0..SESSIONS {
        let id: SessionId = given::session_id(number);
        seen.push(format!("{:?}", store.get(id, now).await.unwrap()));
    }
    let filters = [
        Filter::default(),
        Filter {
            user: Some(given::user(1)),
            ..Filter::default()
        },
        Filter {
            state: Some(State::Locked),
            ..Filter::default()
        },
    ];
    for filter in filters {
        let page = store.list(&filter, None, 3, now).await.unwrap();
        seen.push(format!("{page:?}"));
        let count = store.count(&filter, now).await.unwrap();
        seen.push(count.to_string());
    }
    seen.join("\n")
}
