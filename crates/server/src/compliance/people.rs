//! Controls of people and machines: who answers for what, how they prove who they are, when their keys end.

use wardline_kernel::UnixMillis;

use super::control::{Control, Found, given};
use super::facts::{MachineFacts, PeopleFacts, UNUSED_DAYS};
use crate::insight::time_text;

/// A key or token of a machine is to end within so many days: two years, one of them a leap year. The rule names no time.
const MACHINE_DAYS: u64 = 731;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

pub(super) const CONTROLS: &[Control] = &[
    Control {
        id: "people.officers",
        title: "Somebody can act as security administrator, and somebody as privacy officer",
        citations: &["164.308(a)(2)"],
        to_do: "Make the missing account with `wardline user create`; without a privacy officer nobody reviews emergency accesses.",
        check: |facts| given(&facts.people, officers),
    },
    Control {
        id: "people.second-factor",
        title: "Nobody reads of patients without a second factor",
        citations: &["164.312(d)"],
        to_do: "Have those people enrol (`wardline sign-in --enrol`), or bring the policy back that asks for a second factor; of \
                people of an outside provider ask the provider.",
        check: |facts| given(&facts.people, second_factor),
    },
    Control {
        id: "people.accounts",
        title: "Accounts are those of people who work here and need them",
        citations: &["164.308(a)(3)(ii)(B)", "164.308(a)(3)(ii)(C)"],
        to_do: "Hold `wardline user list` against the list of staff, and `wardline audit report` says who was active; disable who left.",
        check: |facts| given(&facts.people, accounts),
    },
    Control {
        id: "people.unused",
        title: "No account of a person that may sign in was left unused for 90 days",
        citations: &["164.308(a)(3)(ii)(C)", "164.308(a)(4)(ii)(C)"],
        to_do: "Go through `wardline user list` with `wardline audit search --user-file`, and disable who does not need it any \
                more; an account for emergencies is signed in to and out of again now and then.",
        check: |facts| given(&facts.people, unused),
    },
    Control {
        id: "machines.keys-end",
        title: "Every key and token of a machine ends within two years",
        citations: &["164.312(d)"],
        to_do: "Replace tokens without an end (`wardline token create --expires-in-days`, then `token revoke` the old one) and keys \
                that end too late (`wardline api-key rotate`).",
        check: |facts| given(&facts.machines, |machines| keys_end(machines, facts.now)),
    },
];

fn officers(people: &PeopleFacts) -> Found {
    let (admins, officers) = (people.security_admins, people.privacy_officers);
    Found::unless(
        admins == 0 || officers == 0,
        format!("security administrators who may sign in: {admins}; privacy officers: {officers}"),
    )
}

fn second_factor(people: &PeopleFacts) -> Found {
    let without = people.readers_without_factor;
    let told = format!(
        "people with a role that reads of patients: {}; without a second factor enrolled here: {without}",
        people.readers
    );
    if people.roles_without_factor.is_empty() {
        return Found::pass(told).and("the policies let nobody read of patients without one");
    }
    let roles = people.roles_without_factor.join(", ");
    let found = match (without, people.has_provider) {
        (0, _) => Found::pass(told),
        (_, true) => Found::unknown(told)
            .and("people may come in by an outside provider, which has factors of its own"),
        (_, false) => Found::fail(told),
    };
    let found = found.unless_cut(people.is_cut);
    found.and(format!("the policies let these read without one: {roles}"))
}

fn accounts(people: &PeopleFacts) -> Found {
    let PeopleFacts {
        usable,
        disabled,
        ended,
        ..
    } = people;
    Found::unknown("who works here cannot be known from here").and(format!(
        "accounts of people that may sign in: {usable}; disabled: {disabled}; past their end: {ended}"
    ))
}

fn unused(people: &PeopleFacts) -> Found {
    let PeopleFacts { usable, unused, .. } = people;
    Found::unless(
        *unused > 0,
        format!(
            "accounts of people that may sign in: {usable}; of these older than {UNUSED_DAYS} days and unused for so long: \
             {unused}"
        ),
    )
    .unless_cut(people.is_cut || people.is_use_unknown)
}

fn keys_end(machines: &MachineFacts, now: UnixMillis) -> Found {
    let latest = now.saturating_add(MACHINE_DAYS * DAY_MS);
    let is_late = machines.last_end_at.is_some_and(|at| at > latest);
    let told = format!(
        "API keys that hold: {}; tokens of the site that hold: {}; of these without an end: {}",
        machines.api_keys, machines.tokens, machines.without_end
    );
    let found =
        Found::unless(machines.without_end > 0 || is_late, told).unless_cut(machines.is_cut);
    match machines.last_end_at {
        Some(at) => found.and(format!("the last of the others ends at {}", time_text(at))),
        None => found,
    }
}
