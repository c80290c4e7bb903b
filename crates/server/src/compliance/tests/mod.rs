//! Every control over facts: when it passes, when it fails, and what nobody can know.

mod facts;
mod judged;

use super::facts::Facts;
use super::{Report, Status, check, controls, page};
use facts::{in_order, on_redis};

/// Controls that are for people to look at, whatever the facts are.
const NEVER_KNOWN: [&str; 3] = ["trail.outside", "people.accounts", "backup.restored"];

fn status(facts: &Facts, id: &str) -> Status {
    let report = check(facts);
    let control = report.controls.iter().find(|it| it.id == id);
    control.unwrap_or_else(|| panic!("no control {id}")).status
}

fn with_status(report: &Report, status: Status) -> Vec<&str> {
    let controls = report.controls.iter().filter(|it| it.status == status);
    controls.map(|it| it.id.as_str()).collect()
}

#[test]
fn of_an_installation_in_order_everything_passes_that_can_be_known() {
    let here = check(&in_order());
    let on_redis = check(&on_redis());

    assert_eq!(with_status(&here, Status::Fail), [""; 0]);
    assert_eq!(with_status(&here, Status::Unknown), NEVER_KNOWN);
    assert_eq!(
        with_status(&here, Status::NotApplicable),
        ["redis.failover-drill", "redis.promises", "transit.redis"]
    );
    assert_eq!(with_status(&on_redis, Status::Fail), [""; 0]);
    assert_eq!(with_status(&on_redis, Status::Unknown), NEVER_KNOWN);
    assert_eq!(
        with_status(&on_redis, Status::NotApplicable),
        ["store.room"]
    );
}

#[test]
fn what_does_not_answer_is_unknown_and_never_passes() {
    let why = || "it cannot be looked at now".to_owned();
    let mut facts = in_order();
    facts.keys = Err(why());
    facts.trail.end = Err(why());
    facts.trail.whole = Err(why());
    facts.alerts = Err(why());
    facts.emergencies = Err(why());
    facts.people = Err(why());
    facts.machines = Err(why());
    facts.policies = Err(why());
    facts.estate = Err(why());

    let report = check(&facts);

    assert_eq!(
        with_status(&report, Status::Pass),
        [
            "trail.written",
            "trail.signed",
            "trail.retention",
            "access.sessions-end",
            "transit.http",
            "transit.mllp-in",
            "transit.partners",
        ]
    );
    assert_eq!(with_status(&report, Status::Fail), [""; 0]);
}

#[test]
fn whatever_does_not_pass_says_what_to_do_and_whatever_does_says_what_shows_it() {
    for facts in [in_order(), on_redis()] {
        for control in check(&facts).controls {
            let is_open = matches!(control.status, Status::Fail | Status::Unknown);
            assert_eq!(control.to_do.is_some(), is_open, "{}", control.id);
            assert!(!control.evidence.is_empty(), "{}", control.id);
        }
    }
}

#[test]
fn a_control_has_one_name_and_a_specification_of_the_rule() {
    let controls = controls();

    let mut ids: Vec<&str> = controls.iter().map(|(id, _)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), controls.len());
    for (id, citations) in controls {
        let of_the_rule = citations.iter().filter(|it| it.starts_with("164.3"));
        assert!(of_the_rule.count() == citations.len().max(1), "{id}");
    }
}

#[test]
fn a_report_counts_what_it_lists_and_claims_no_compliance() {
    let report = check(&in_order());

    let totals = report.totals;
    let all = totals.pass + totals.fail + totals.unknown + totals.not_applicable;
    assert_eq!(all, report.controls.len());
    assert_eq!(report.checked_at, "2026-11-21T08:30:00Z");
    assert!(report.notice.contains("Neither a certificate"));
    assert!(
        report
            .outside
            .iter()
            .any(|it| it.what.contains("contracts"))
    );
}

#[test]
fn the_page_has_every_control_and_nothing_in_it_is_markup() {
    let mut facts = in_order();
    facts.origin = "<script>".to_owned();
    let report = check(&facts);

    let page = page(&report);

    assert!(page.contains("Trail &lt;script&gt;") && !page.contains("<script"));
    for control in &report.controls {
        assert!(page.contains(&control.id), "{}", control.id);
    }
    assert!(page.contains("Reviewed by"));
}
