//! What each control comes to when one fact is another: at its limit, and one beyond.

use super::super::Status::{self, Fail, NotApplicable, Pass, Unknown};
use super::super::facts::{Facts, PeopleFacts, WholeVerified};
use super::facts::{DAY_MS, HOUR_MS, NOW, drill, in_order, named, on_redis, role};
use super::{NEVER_KNOWN, status};
use crate::compliance::controls;
use crate::insight::{Backup, DrillShelf, Estate, Link, Severity, Warning};

/// Changes one fact of an installation in order.
type Change = fn(&mut Facts);

/// A control, what is otherwise, and what it comes to then.
type Case = (&'static str, Change, Status);

const HERE: &[Case] = &[
    ("sealing.key-at-hand", |f| keys(f).version = None, Fail),
    ("sealing.key-at-hand", |f| keys(f).is_away = true, Fail),
    ("sealing.key-current", |f| keys(f).under_older = 1, Fail),
    (
        "sealing.key-current",
        |f| (keys(f).under_older, keys(f).is_moving) = (1, true),
        Unknown,
    ),
    ("sealing.key-current", |f| keys(f).version = None, Unknown),
    ("records.erased", |f| keys(f).not_yet_erased = 1, Fail),
    ("records.erased", |f| keys(f).not_in_ledger = 1, Fail),
    ("trail.written", |f| f.trail.refused = 1, Fail),
    (
        "trail.intact",
        |f| f.trail.end.as_mut().unwrap().fault = Some("record 17: altered".to_owned()),
        Fail,
    ),
    (
        "trail.intact",
        |f| f.trail.end.as_mut().unwrap().checkpoints = 0,
        Unknown,
    ),
    ("trail.verified", |f| f.trail.whole = Ok(None), Unknown),
    ("trail.verified", |f| whole(f).at = NOW - 31 * DAY_MS, Pass),
    (
        "trail.verified",
        |f| whole(f).at = NOW - 31 * DAY_MS - 1,
        Fail,
    ),
    ("trail.verified", |f| whole(f).is_good = false, Fail),
    (
        "trail.verified",
        |f| f.trail.whole = Err("it cannot be looked at now".to_owned()),
        Unknown,
    ),
    ("trail.signed", |f| f.trail.signed_at = None, Fail),
    (
        "trail.signed",
        |f| (f.trail.signed_at, f.trail.since) = (None, NOW - 63_000),
        Unknown,
    ),
    (
        "trail.signed",
        |f| f.trail.signed_at = Some(NOW - 63_000),
        Pass,
    ),
    (
        "trail.signed",
        |f| f.trail.signed_at = Some(NOW - 63_001),
        Fail,
    ),
    ("trail.retention", |f| f.trail.retention_days = 2_192, Pass),
    ("trail.retention", |f| f.trail.retention_days = 2_191, Fail),
    (
        "review.alerts",
        |f| f.alerts.as_mut().unwrap().oldest_unseen = Some(NOW - 7 * DAY_MS),
        Pass,
    ),
    (
        "review.alerts",
        |f| f.alerts.as_mut().unwrap().oldest_unseen = Some(NOW - 7 * DAY_MS - 1),
        Fail,
    ),
    (
        "review.alerts",
        |f| f.alerts.as_mut().unwrap().is_cut = true,
        Unknown,
    ),
    (
        "review.emergencies",
        |f| f.emergencies.as_mut().unwrap().overdue = 1,
        Fail,
    ),
    (
        "review.emergencies",
        |f| f.emergencies.as_mut().unwrap().is_cut = true,
        Unknown,
    ),
    ("people.officers", |f| people(f).security_admins = 0, Fail),
    ("people.officers", |f| people(f).privacy_officers = 0, Fail),
    (
        "people.second-factor",
        |f| people(f).roles_without_factor = vec!["nurse"],
        Fail,
    ),
    (
        "people.second-factor",
        |f| {
            people(f).roles_without_factor = vec!["nurse"];
            people(f).has_provider = true;
        },
        Unknown,
    ),
    (
        "people.second-factor",
        |f| {
            people(f).roles_without_factor = vec!["nurse"];
            people(f).readers_without_factor = 0;
        },
        Pass,
    ),
    ("people.unused", |f| people(f).unused = 1, Fail),
    (
        "people.unused",
        |f| people(f).is_use_unknown = true,
        Unknown,
    ),
    ("people.unused", |f| people(f).is_cut = true, Unknown),
    (
        "machines.keys-end",
        |f| f.machines.as_mut().unwrap().without_end = 1,
        Fail,
    ),
    (
        "machines.keys-end",
        |f| f.machines.as_mut().unwrap().last_end_at = Some(NOW + 731 * DAY_MS),
        Pass,
    ),
    (
        "machines.keys-end",
        |f| f.machines.as_mut().unwrap().last_end_at = Some(NOW + 731 * DAY_MS + 1),
        Fail,
    ),
    (
        "machines.keys-end",
        |f| f.machines.as_mut().unwrap().is_cut = true,
        Unknown,
    ),
    (
        "access.policies",
        |f| f.policies.as_mut().unwrap().findings = vec!["nobody may read notes".to_owned()],
        Fail,
    ),
    (
        "access.sessions-end",
        |f| f.sessions.roles.push(role(1_801, 43_200)),
        Fail,
    ),
    (
        "access.sessions-end",
        |f| f.sessions.roles.push(role(600, 600)),
        Fail,
    ),
    (
        "access.sessions-end",
        |f| f.sessions.roles.clear(),
        NotApplicable,
    ),
    ("backup.fresh", |f| estate(f).backup = None, Unknown),
    ("backup.fresh", |f| backup(f).last_at = None, Fail),
    (
        "backup.fresh",
        |f| backup(f).last_at = Some(NOW - 26 * HOUR_MS + 1),
        Pass,
    ),
    (
        "backup.fresh",
        |f| backup(f).last_at = Some(NOW - 26 * HOUR_MS),
        Fail,
    ),
    (
        "backup.fresh",
        |f| backup(f).last_at = Some(NOW + HOUR_MS + 1),
        Fail,
    ),
    (
        "store.room",
        |f| estate(f).embedded.as_mut().unwrap().free_bytes = 1,
        Fail,
    ),
    ("transit.http", |f| f.links.http = Link::PlainText, Unknown),
    ("transit.http", |f| f.links.http = Link::ThisMachine, Pass),
    (
        "transit.mllp-in",
        |f| f.links.listeners.push(named("lab-in", Link::PlainText)),
        Fail,
    ),
    (
        "transit.mllp-in",
        |f| f.links.listeners.clear(),
        NotApplicable,
    ),
    (
        "transit.partners",
        |f| f.links.partners.push(named("adt-in/lab", Link::PlainText)),
        Fail,
    ),
];

const ON_REDIS: &[Case] = &[
    (
        "redis.failover-drill",
        |f| *drills(f) = DrillShelf::default(),
        Unknown,
    ),
    ("redis.failover-drill", |f| drills(f).items.clear(), Fail),
    (
        "redis.failover-drill",
        |f| drills(f).items[0].drill = "partition".to_owned(),
        Fail,
    ),
    (
        "redis.failover-drill",
        |f| drills(f).items[0].lost = 1,
        Fail,
    ),
    (
        "redis.failover-drill",
        |f| drills(f).items[0].findings = vec!["slow".to_owned()],
        Fail,
    ),
    (
        "redis.failover-drill",
        |f| drills(f).items[0].began_at = NOW - 367 * DAY_MS + 1,
        Pass,
    ),
    (
        "redis.failover-drill",
        |f| drills(f).items[0].began_at = NOW - 367 * DAY_MS,
        Fail,
    ),
    (
        "redis.failover-drill",
        |f| {
            // The newest counts, wherever it stands.
            drills(f).items.insert(0, drill());
            drills(f).items[0].began_at = NOW - 90 * DAY_MS;
            drills(f).items[0].lost = 1;
        },
        Pass,
    ),
    (
        "redis.promises",
        |f| warn(f, Severity::Broken, "save"),
        Fail,
    ),
    (
        "redis.promises",
        |f| warn(f, Severity::Unseen, "save"),
        Unknown,
    ),
    (
        "redis.promises",
        |f| warn(f, Severity::Warning, "save"),
        Pass,
    ),
    (
        "redis.promises",
        |f| warn(f, Severity::Broken, "backup"),
        Pass,
    ),
    (
        "transit.redis",
        |f| f.links.redis = Some(Link::PlainText),
        Fail,
    ),
    (
        "transit.redis",
        |f| f.links.redis = Some(Link::ThisMachine),
        Pass,
    ),
];

fn keys(facts: &mut Facts) -> &mut crate::compliance::facts::KeyFacts {
    facts.keys.as_mut().unwrap()
}

fn whole(facts: &mut Facts) -> &mut WholeVerified {
    facts.trail.whole.as_mut().unwrap().as_mut().unwrap()
}

fn people(facts: &mut Facts) -> &mut PeopleFacts {
    facts.people.as_mut().unwrap()
}

fn estate(facts: &mut Facts) -> &mut Estate {
    facts.estate.as_mut().unwrap()
}

fn backup(facts: &mut Facts) -> &mut Backup {
    estate(facts).backup.as_mut().unwrap()
}

fn drills(facts: &mut Facts) -> &mut DrillShelf {
    facts.drills.as_mut().unwrap()
}

fn warn(facts: &mut Facts, severity: Severity, what: &str) {
    estate(facts).warnings.push(Warning {
        severity,
        address: None,
        what: what.to_owned(),
        says: "not as promised".to_owned(),
    });
}

#[test]
fn one_fact_that_is_not_in_order_makes_its_control_come_to_this() {
    for (begin, cases) in [(in_order as fn() -> Facts, HERE), (on_redis, ON_REDIS)] {
        for (at, (id, change, expected)) in cases.iter().enumerate() {
            let mut facts = begin();
            change(&mut facts);

            assert_eq!(status(&facts, id), *expected, "case {at}, {id}");
        }
    }
}

#[test]
fn every_control_that_can_be_known_has_a_case_in_which_it_fails() {
    let cases = || HERE.iter().chain(ON_REDIS);
    for (id, _) in controls() {
        let can_fail = cases().any(|(of, _, expected)| *of == id && *expected == Fail);
        let is_left_to_people = NEVER_KNOWN.contains(&id) || id == "transit.http";

        assert!(can_fail != is_left_to_people, "{id}");
    }
}
