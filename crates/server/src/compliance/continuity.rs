//! Controls of the contingency plan: copies, drills, and what Redis and disks promise.

use wardline_kernel::UnixMillis;

use super::access::named;
use super::control::{Control, Found, given};
use super::facts::Facts;
use crate::insight::{Backup, DrillHead, Estate, EstateKind, Severity, time_text};

const HOUR_MS: u64 = 60 * 60 * 1_000;
/// A drill is to be repeated within so many days. The rule says "periodic" and names no time.
const DRILL_DAYS: u64 = 366;
/// How far the mark of a backup may lie ahead of this clock.
const AHEAD_MS: u64 = HOUR_MS;
/// The warning of an estate that is about backups.
const OF_BACKUPS: &str = "backup";
const FAILOVER: &str = "failover";

pub(super) const CONTROLS: &[Control] = &[
    Control {
        id: "backup.fresh",
        title: "The last backup is no older than the site allows",
        citations: &["164.308(a)(7)(ii)(A)"],
        to_do: "Set store.backup_folder (on Redis: run `wardline redis backup` and set store.backup_mark_file), and look in the log why \
                the last one failed.",
        check: backup,
    },
    Control {
        id: "backup.restored",
        title: "A backup was brought back, and worked",
        citations: &["164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(D)"],
        to_do: "Bring one back on another machine, with keys from where they are kept apart, and write down when and what came of it.",
        check: restored,
    },
    Control {
        id: "redis.failover-drill",
        title: "A failover of Redis was drilled within a year, and nothing was lost",
        citations: &["164.308(a)(7)(ii)(D)"],
        to_do: "Run `wardline redis drill` on an estate like this one, with --report into redis.drill_reports.",
        check: drill,
    },
    Control {
        id: "redis.promises",
        title: "The Redis servers keep what acknowledgements promise",
        citations: &["164.308(a)(7)(ii)(B)", "164.312(c)(1)"],
        to_do: "See `wardline redis status` and `wardline doctor`, which name the server and the setting.",
        check: promises,
    },
    Control {
        id: "store.room",
        title: "There is room to store what comes in",
        citations: &["164.308(a)(7)(ii)(C)"],
        to_do: "Make room on the store's disk: below store.min_free_bytes senders are told to try later.",
        check: room,
    },
];

fn backup(facts: &Facts) -> Found {
    given(&facts.estate, |estate| match &estate.backup {
        None => Found::unknown(
            "neither store.backup_folder nor store.backup_mark_file is set: nothing is known of backups",
        ),
        Some(backup) => of_mark(backup, facts),
    })
}

fn of_mark(backup: &Backup, facts: &Facts) -> Found {
    let Some(at) = backup.last_at else {
        return Found::fail("none was ever marked as done");
    };
    let age_ms = facts.now.saturating_sub(at);
    let is_old = age_ms / HOUR_MS >= backup.max_age_hours;
    let is_ahead = at > facts.now.saturating_add(AHEAD_MS);
    let told = format!(
        "the last one was marked as done at {}; one is due every {} hours",
        time_text(at),
        backup.max_age_hours
    );
    let found = Found::unless(is_old || is_ahead, told);
    match (is_ahead, facts.copies_itself) {
        (true, _) => found.and("that lies ahead of this clock"),
        (false, true) => found.and("the store copies itself and reads each copy through"),
        (false, false) => {
            found.and("whoever makes them marks them; what is in them cannot be seen here")
        }
    }
}

fn restored(_: &Facts) -> Found {
    Found::unknown("whether one was brought back cannot be seen from here")
}

fn drill(facts: &Facts) -> Found {
    of_redis(facts, |_| {
        given(&facts.drills, |shelf| {
            if !shelf.is_configured {
                return Found::unknown(
                    "redis.drill_reports is not set: nothing is known of drills",
                );
            }
            let newest = shelf.items.iter().filter(|drill| drill.drill == FAILOVER);
            match newest.max_by_key(|drill| drill.began_at) {
                None => {
                    Found::fail("there is no report of a failover drill in redis.drill_reports")
                }
                Some(drill) => of_drill(drill, facts.now),
            }
        })
    })
}

fn of_drill(drill: &DrillHead, now: UnixMillis) -> Found {
    let days = now.saturating_sub(drill.began_at) / (24 * HOUR_MS);
    let is_bad = drill.lost > 0 || !drill.findings.is_empty() || days > DRILL_DAYS;
    let told = format!(
        "the last one began at {}: outage {} ms, acknowledged writes lost: {}",
        time_text(drill.began_at),
        drill.outage_ms,
        drill.lost
    );
    let found = Found::unless(is_bad, told);
    if drill.findings.is_empty() {
        return found;
    }
    found.and(named("it found", &drill.findings))
}

fn promises(facts: &Facts) -> Found {
    of_redis(facts, |estate| {
        let of = |severity| {
            let warnings = estate.warnings.iter();
            let its = warnings.filter(|it| it.severity == severity && it.what != OF_BACKUPS);
            let told = its.map(|it| format!("{}: {}", it.what, it.says));
            told.collect::<Vec<String>>()
        };
        let (broken, unseen) = (of(Severity::Broken), of(Severity::Unseen));
        if !broken.is_empty() {
            return Found::fail(named("broken", &broken));
        }
        if !unseen.is_empty() {
            return Found::unknown(named("it may not be looked at", &unseen));
        }
        let warnings = of(Severity::Warning).len();
        let redis = estate.redis.as_ref();
        Found::pass(format!(
            "servers that were asked: {}; durability: {}",
            redis.map_or(0, |redis| redis.servers.len()),
            redis.map_or("unknown", |redis| redis.durability)
        ))
        .and(format!("warnings that break no promise: {warnings}"))
    })
}

fn room(facts: &Facts) -> Found {
    given(&facts.estate, |estate| match &estate.embedded {
        None => {
            Found::not_applicable("the store is on Redis; its memory is part of redis.promises")
        }
        Some(store) => Found::unless(
            store.free_bytes < store.min_free_bytes,
            format!(
                "bytes that are free: {}, that must be: {}",
                store.free_bytes, store.min_free_bytes
            ),
        ),
    })
}

fn of_redis(facts: &Facts, judge: impl FnOnce(&Estate) -> Found) -> Found {
    given(&facts.estate, |estate| match estate.kind {
        EstateKind::Embedded => Found::not_applicable("the store is on this machine"),
        EstateKind::Redis => judge(estate),
    })
}
