//! Random plays on the service and on a model of a few lines that shares no code with it: the same answers, the
//! same events, at every moment.

use std::collections::BTreeMap;

use proptest::prelude::*;
use wardline_sessions::OperationError;
use wardline_sessions::model::SessionId;
use wardline_sessions::operations::{Checked, CreatedSession};
use wardline_testkit::block_on;

use super::scene::{BEGIN, MINUTE_MS, Scene, new, told};

const USERS: [&str; 2] = ["ada", "bob"];

#[derive(Clone, Debug)]
enum Step {
    /// A user begins a session, as a nurse or as a doctor.
    Begin(usize, bool),
    /// Checks one of the sessions begun so far; whether it is activity, and whether writing is asked for.
    Check(usize, bool, bool),
    Lock(usize),
    Unlock(usize),
    Revoke(usize),
    RevokeUser(usize),
    Advance(u64),
    Expire,
}

fn step() -> impl Strategy<Value = Step> {
    let time = prop_oneof![
        Just(1),
        Just(5 * MINUTE_MS),
        Just(10 * MINUTE_MS),
        Just(30 * MINUTE_MS - 1),
        1..40 * MINUTE_MS,
    ];
    prop_oneof![
        4 => (0..2_usize, any::<bool>()).prop_map(|(user, nurse)| Step::Begin(user, nurse)),
        8 => (0..10_usize, any::<bool>(), any::<bool>()).prop_map(|(n, a, w)| Step::Check(n, a, w)),
        1 => (0..10_usize).prop_map(Step::Lock),
        1 => (0..10_usize).prop_map(Step::Unlock),
        1 => (0..10_usize).prop_map(Step::Revoke),
        1 => (0..2_usize).prop_map(Step::RevokeUser),
        6 => time.prop_map(Step::Advance),
        3 => Just(Step::Expire),
    ]
}

/// A session as a person would keep it on paper.
struct Card {
    user: usize,
    is_nurse: bool,
    began: u64,
    active: u64,
    is_locked: bool,
    /// Why it ended, once that was told.
    ended: Option<&'static str>,
}

impl Card {
    fn expired(&self, now: u64) -> Option<&'static str> {
        let (idle, absolute) = if self.is_nurse {
            (30, 12 * 60)
        } else {
            (10, 60)
        };
        let (idle, absolute) = (
            self.active + idle * MINUTE_MS,
            self.began + absolute * MINUTE_MS,
        );
        if now < idle.min(absolute) {
            None
        } else if idle < absolute {
            Some("expired_idle")
        } else {
            Some("expired_absolute")
        }
    }

    fn lives(&self, now: u64) -> bool {
        self.ended.is_none() && self.expired(now).is_none()
    }
}

#[derive(Default)]
struct Paper {
    cards: Vec<Card>,
    told: Vec<(usize, String)>,
    now: u64,
}

impl Paper {
    fn live_of(&self, user: usize) -> Vec<usize> {
        let all = 0..self.cards.len();
        all.filter(|n| self.cards[*n].user == user && self.cards[*n].lives(self.now))
            .collect()
    }

    fn end(&mut self, number: usize, why: &'static str, told: &str) {
        self.cards[number].ended = Some(why);
        self.told.push((number, told.to_owned()));
    }

    fn begin(&mut self, user: usize, is_nurse: bool) -> bool {
        let live = self.live_of(user);
        if live.len() >= 2 {
            if !is_nurse {
                return false;
            }
            for number in &live[..live.len() - 1] {
                self.end(*number, "displaced", "revoked (displaced)");
            }
        }
        self.told.push((self.cards.len(), "created".to_owned()));
        self.cards.push(Card {
            user,
            is_nurse,
            began: self.now,
            active: self.now,
            is_locked: false,
            ended: None,
        });
        true
    }

    fn check(&mut self, number: usize, is_activity: bool, writes: bool) -> &'static str {
        let now = self.now;
        let card = &mut self.cards[number];
        if let Some(why) = card.ended.or(card.expired(now)) {
            why
        } else if card.is_locked {
            "locked"
        } else if writes && card.is_nurse {
            "permission"
        } else {
            if is_activity {
                card.active = now;
            }
            "live"
        }
    }

    fn set_locked(&mut self, number: usize, is_locked: bool) -> bool {
        let now = self.now;
        let card = &mut self.cards[number];
        if !card.lives(now) {
            return false;
        }
        if card.is_locked != is_locked {
            card.is_locked = is_locked;
            if !is_locked {
                card.active = now;
            }
            let told = if is_locked { "locked" } else { "unlocked" };
            self.told.push((number, told.to_owned()));
        }
        true
    }

    fn expire(&mut self) {
        for number in 0..self.cards.len() {
            let card = &self.cards[number];
            if let (None, Some(why)) = (card.ended, card.expired(self.now)) {
                let told = if why == "expired_idle" {
                    "expired (idle)"
                } else {
                    "expired (absolute)"
                };
                self.end(number, why, told);
            }
        }
    }
}

async fn play(steps: Vec<Step>) {
    let scene = Scene::new();
    let mut stream = scene.sessions.subscribe(None);
    let mut paper = Paper {
        now: BEGIN,
        ..Paper::default()
    };
    let mut begun: Vec<CreatedSession> = Vec::new();
    for step in &steps {
        let known = |number: &usize| (*number < begun.len()).then(|| begun[*number].id);
        match step {
            Step::Begin(user, is_nurse) => {
                let role = if *is_nurse { "nurse" } else { "doctor" };
                match scene.sessions.create(new(USERS[*user], role)).await {
                    Ok(created) => {
                        assert!(paper.begin(*user, *is_nurse), "{step:?}");
                        begun.push(created);
                    }
                    Err(OperationError::TooManySessions { .. }) => {
                        assert!(!paper.begin(*user, *is_nurse), "{step:?}");
                    }
                    Err(error) => panic!("{error}"),
                }
                // So that the oldest is the one that began first.
                scene.clock.advance(1);
                paper.now += 1;
            }
            Step::Check(number, is_activity, writes) if known(number).is_some() => {
                let permission = writes.then_some("orders:write");
                let token = begun[*number].token.expose();
                let answer = scene.ask(token, permission, *is_activity).await;
                let expected = paper.check(*number, *is_activity, *writes);
                is_answered(&answer, expected, &paper.cards[*number]);
            }
            Step::Lock(number) | Step::Unlock(number) if known(number).is_some() => {
                let (id, is_lock) = (begun[*number].id, matches!(step, Step::Lock(_)));
                let done = if is_lock {
                    scene.sessions.lock(id).await
                } else {
                    scene.sessions.unlock(id).await
                };
                assert_eq!(done.is_ok(), paper.set_locked(*number, is_lock), "{step:?}");
            }
            Step::Revoke(number) if known(number).is_some() => {
                let done = scene.sessions.revoke(begun[*number].id).await.is_ok();
                assert_eq!(done, paper.cards[*number].lives(paper.now), "{step:?}");
                if done {
                    paper.end(*number, "revoked", "revoked");
                }
            }
            Step::RevokeUser(user) => {
                let name = new(USERS[*user], "nurse").user;
                let ended = scene.sessions.revoke_user(&name).await.unwrap();
                let live = paper.live_of(*user);
                assert_eq!(ended, live.iter().map(|n| begun[*n].id).collect::<Vec<_>>());
                for number in live {
                    paper.end(number, "revoked", "revoked");
                }
            }
            Step::Advance(by) => {
                scene.clock.advance(*by);
                paper.now += by;
            }
            Step::Expire => {
                scene.sessions.expire().await.unwrap();
                paper.expire();
            }
            _ => {}
        }
    }
    let number_of: BTreeMap<SessionId, usize> = begun
        .iter()
        .enumerate()
        .map(|(n, session)| (session.id, n))
        .collect();
    let mut events: Vec<_> = told(&mut stream)
        .into_iter()
        .map(|event| (number_of[&event.id], event.kind.to_string()))
        .collect();
    // Sessions that end in one step may be told in another order.
    events.sort();
    paper.told.sort();
    assert_eq!(events, paper.told);
}

fn is_answered(answer: &Checked, expected: &str, card: &Card) {
    let name = match answer {
        Checked::Live(live) => {
            assert_eq!(live.user.expose(), USERS[card.user]);
            "live"
        }
        Checked::Denied(denial) => denial.name(),
    };
    // What ended long ago may be unknown.
    let is_forgotten = name == "unknown" && card.ended.is_some();
    assert!(name == expected || is_forgotten, "{name}, not {expected}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_service_answers_and_tells_as_the_cards_say(steps in prop::collection::vec(step(), 1..120)) {
        block_on(play(steps));
    }
}
