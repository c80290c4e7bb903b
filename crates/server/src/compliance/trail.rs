//! Controls of the audit trail: it is written, whole, signed, kept, and somebody looks at it.

use wardline_audit::settings::LEAST_RETENTION_DAYS;
use wardline_kernel::UnixMillis;

use super::control::{Control, Found, given};
use super::facts::{AlertFacts, EmergencyFacts, Facts};
use crate::insight::time_text;

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// A checkpoint is late when it is older than so many times what is configured, and a minute.
const LATE_TIMES: u64 = 3;
const LATE_MS: u64 = 60_000;
/// Days within which all of the trail is to be verified. The rule says "reasonable" and names no time.
const WHOLE_DAYS: u64 = 31;
/// Days within which somebody is to acknowledge an alert. The rule says "regularly" and names no time.
const ALERT_DAYS: u64 = 7;

pub(super) const CONTROLS: &[Control] = &[
    Control {
        id: "trail.written",
        title: "Whatever is to be in the audit trail is written there",
        citations: &["164.312(b)"],
        to_do: "Look for errors of the audit trail in the log, and for room on the store's disk: what could not be recorded was \
                refused.",
        check: written,
    },
    Control {
        id: "trail.intact",
        title: "The end of the audit trail verifies against its signed checkpoints",
        citations: &["164.312(b)", "164.312(c)(1)", "164.312(c)(2)"],
        to_do: "Verify all of it with `wardline audit verify --anchor CHECKPOINT`, and follow the runbook of the audit trail.",
        check: intact,
    },
    Control {
        id: "trail.verified",
        title: "All of the audit trail was verified within 31 days, and nothing was wrong",
        citations: &["164.312(b)", "164.312(c)(1)", "164.312(c)(2)"],
        to_do: "Run `wardline audit verify --anchor CHECKPOINT` from a timer once a week, with a checkpoint that was kept \
                elsewhere; when it finds something, follow the runbook of the audit trail.",
        check: verified,
    },
    Control {
        id: "trail.signed",
        title: "A fresh signed checkpoint covers every record",
        citations: &["164.312(b)", "164.312(c)(1)", "164.312(c)(2)"],
        to_do: "Look for errors of checkpoints in the log; `wardline audit checkpoint` signs one now.",
        check: signed,
    },
    Control {
        id: "trail.retention",
        title: "Records of the audit trail are kept for six years at least",
        citations: &["164.316(b)(2)(i)"],
        to_do: "Set audit.retention_years to 6 or more.",
        check: retention,
    },
    Control {
        id: "trail.outside",
        title: "Checkpoints of the audit trail are kept where nobody who runs the service can change them",
        citations: &["164.312(c)(1)", "164.312(c)(2)", "164.316(b)(2)(ii)"],
        to_do: "Ask who keeps what `wardline audit checkpoint` prints, where, and since when; verify with one of them as --anchor.",
        check: outside,
    },
    Control {
        id: "review.alerts",
        title: "Alerts are acknowledged within seven days",
        citations: &["164.308(a)(1)(ii)(D)"],
        to_do: "Look into them: `wardline audit alert list`, then `acknowledge` or `close` with a note.",
        check: |facts| given(&facts.alerts, |alerts| acknowledged(alerts, facts.now)),
    },
    Control {
        id: "review.emergencies",
        title: "Emergency accesses are reviewed in time",
        citations: &["164.308(a)(1)(ii)(D)", "164.312(a)(2)(ii)"],
        to_do: "Give each a verdict: `wardline emergency list`, then `wardline emergency review`.",
        check: |facts| given(&facts.emergencies, reviewed),
    },
];

fn written(facts: &Facts) -> Found {
    let trail = &facts.trail;
    Found::unless(
        trail.refused > 0,
        format!(
            "events since the start that were recorded: {}, that could not be: {}",
            trail.recorded, trail.refused
        ),
    )
}

fn intact(facts: &Facts) -> Found {
    given(&facts.trail.end, |end| {
        if let Some(fault) = &end.fault {
            return Found::fail(fault.as_str());
        }
        let told = format!(
            "verified just now, from record {} on: {} records, {} checkpoints",
            end.first, end.records, end.checkpoints
        );
        let found = match end.checkpoints {
            0 => Found::unknown(told).and("none of them is signed yet"),
            _ => Found::pass(told),
        };
        if end.first == 0 {
            return found;
        }
        found.and(
            "those before are held by the signed roots alone; `wardline audit verify` looks at all",
        )
    })
}

fn verified(facts: &Facts) -> Found {
    given(&facts.trail.whole, |whole| {
        let Some(whole) = whole else {
            return Found::unknown("nobody has had all of it verified by this service");
        };
        let is_late = facts.now.saturating_sub(whole.at) > WHOLE_DAYS * DAY_MS;
        let result = if whole.is_good {
            "nothing was wrong"
        } else {
            "something was wrong"
        };
        let told = format!("the last time at {}: {result}", time_text(whole.at));
        let found = Found::unless(is_late || !whole.is_good, told);
        match &whole.said {
            Some(said) => found.and(said.as_str()),
            None => found,
        }
    })
}

fn signed(facts: &Facts) -> Found {
    let trail = &facts.trail;
    let late_after = trail.sign_every_ms.saturating_mul(LATE_TIMES) + LATE_MS;
    let is_late = |at: UnixMillis| facts.now.saturating_sub(at) > late_after;
    match trail.signed_at {
        None => {
            let told = format!(
                "none was signed since the start at {}",
                time_text(trail.since)
            );
            if is_late(trail.since) {
                return Found::fail(told);
            }
            Found::unknown(told).and("the first one is not late yet")
        }
        Some(at) => Found::unless(
            is_late(at),
            format!(
                "the last one covered all records at {}; one is due every {} s",
                time_text(at),
                trail.sign_every_ms / 1_000
            ),
        ),
    }
}

fn retention(facts: &Facts) -> Found {
    let days = facts.trail.retention_days;
    let found = Found::unless(
        days < LEAST_RETENTION_DAYS,
        format!("they are kept {days} days; six years are {LEAST_RETENTION_DAYS}"),
    );
    match &facts.trail.holds {
        Ok(holds) => found.and(format!(
            "holds that keep what they cover for longer: {holds}"
        )),
        Err(_) => found,
    }
}

fn outside(facts: &Facts) -> Found {
    let found = Found::unknown("whether somebody keeps checkpoints cannot be seen from here");
    if facts.trail.has_archive {
        return found
            .and("segments are archived; who may change the archive cannot be seen either");
    }
    found.and("no archive is configured: nothing is ever dropped, and this store has the only copy besides its backups")
}

fn acknowledged(alerts: &AlertFacts, now: UnixMillis) -> Found {
    let AlertFacts { open, unseen, .. } = alerts;
    let is_late = |at: &UnixMillis| now.saturating_sub(*at) > ALERT_DAYS * DAY_MS;
    let told = format!("open ones of the last year: {open}; acknowledged by nobody: {unseen}");
    let found = Found::unless(alerts.oldest_unseen.as_ref().is_some_and(is_late), told);
    let found = found.unless_cut(alerts.is_cut);
    match alerts.oldest_unseen {
        Some(at) => found.and(format!(
            "the oldest of these was raised at {}",
            time_text(at)
        )),
        None => found,
    }
}

fn reviewed(emergencies: &EmergencyFacts) -> Found {
    let EmergencyFacts {
        all, open, overdue, ..
    } = emergencies;
    let told = format!("given so far: {all}; awaiting a review: {open}; overdue: {overdue}");
    let found = Found::unless(*overdue > 0, told).unless_cut(emergencies.is_cut);
    match emergencies.oldest_due_at {
        Some(at) => found.and(format!("the oldest of these was due at {}", time_text(at))),
        None => found,
    }
}
