//! Controls of access: what the policies say, and when sessions end.

use super::control::{Control, Found, given};
use super::facts::{Facts, PolicyFacts, SessionRole};

/// Findings and roles that are named; the number of all stands beside them.
const MOST_NAMED: usize = 5;

pub(super) const CONTROLS: &[Control] = &[
    Control {
        id: "access.policies",
        title: "The policies in force are valid, and the lint objects to nothing",
        citations: &["164.308(a)(4)(ii)(B)", "164.312(a)(1)"],
        to_do: "Mend the site's policies; `wardline policy check` says the same of a folder before it is put in force.",
        check: |facts| given(&facts.policies, policies),
    },
    Control {
        id: "access.sessions-end",
        title: "Sessions end when nobody uses them, in no role later than is configured for all",
        citations: &["164.312(a)(2)(iii)"],
        to_do: "Lower idle_timeout_seconds of the roles that are named, in the file of roles; where one needs more, write down why.",
        check: sessions_end,
    },
];

fn policies(policies: &PolicyFacts) -> Found {
    let told = format!("the set in force is {}", policies.hash);
    let found = &policies.findings;
    if found.is_empty() {
        return Found::pass(told).and("the lint objects to nothing");
    }
    Found::fail(told).and(named("the lint objects", found))
}

fn sessions_end(facts: &Facts) -> Found {
    let sessions = &facts.sessions;
    if sessions.roles.is_empty() {
        return Found::not_applicable("there are no roles, so there are no sessions");
    }
    let is_late = |role: &&SessionRole| {
        role.idle_seconds > sessions.idle_seconds || role.idle_seconds >= role.absolute_seconds
    };
    let late: Vec<String> = sessions
        .roles
        .iter()
        .filter(is_late)
        .map(|role| format!("{}: {} s", role.name, role.idle_seconds))
        .collect();
    let idle = sessions.roles.iter().map(|role| role.idle_seconds).max();
    let absolute = sessions
        .roles
        .iter()
        .map(|role| role.absolute_seconds)
        .max();
    let told = format!(
        "roles: {}; an unused session ends after {} s at most (configured: {} s), any after {} s at most",
        sessions.roles.len(),
        idle.unwrap_or_default(),
        sessions.idle_seconds,
        absolute.unwrap_or_default()
    );
    if late.is_empty() {
        return Found::pass(told);
    }
    Found::fail(told).and(named("later, or not before the session ends anyway", &late))
}

/// The first of these, and how many there are.
pub(super) fn named(what: &str, items: &[String]) -> String {
    let first: Vec<&str> = items.iter().take(MOST_NAMED).map(String::as_str).collect();
    let more = if items.len() > MOST_NAMED {
        format!("; {} in all", items.len())
    } else {
        String::new()
    };
    format!("{what}: {}{more}", first.join("; "))
}
