//! Technical controls of the HIPAA Security Rule (45 CFR Part 164, Subpart C), each looked at in this instance as it runs:
//! what was found, and whether that holds.
//!
//! A control is a function over [`facts`], which `http::v1::compliance` gathers; here nothing is asked of anybody. What
//! cannot be known from inside is `unknown`, never `pass`. No control says that somebody complies: the rule asks for much
//! that no software does, and [`outside`] lists it.

mod access;
mod continuity;
mod control;
pub(crate) mod facts;
mod keys;
mod outside;
mod page;
mod people;
mod report;
#[cfg(test)]
mod tests;
mod trail;
mod transit;

use control::Control;
use facts::Facts;

pub use page::page;
pub use report::{ControlResult, Outside, Report, Status, Totals};

/// What a report says of itself.
const NOTICE: &str = "Technical controls as this instance sees them now. Neither a certificate nor legal advice: what is \
     unknown, and what no software can show, is for people to look at.";

/// Every control, in the order of a report.
fn all() -> impl Iterator<Item = &'static Control> {
    let groups: [&'static [Control]; 6] = [
        keys::CONTROLS,
        trail::CONTROLS,
        people::CONTROLS,
        access::CONTROLS,
        continuity::CONTROLS,
        transit::CONTROLS,
    ];
    groups.into_iter().flatten()
}

/// Id and specifications of every control, as the control map lists them.
pub fn controls() -> Vec<(&'static str, &'static [&'static str])> {
    all()
        .map(|control| (control.id, control.citations))
        .collect()
}

/// What every control comes to, given these facts.
pub(crate) fn check(facts: &Facts) -> Report {
    let controls: Vec<ControlResult> = all().map(|control| control.look(facts)).collect();
    Report {
        checked_at: crate::insight::time_text(facts.now),
        trail: facts.origin.clone(),
        version: facts.version.clone(),
        notice: NOTICE.to_owned(),
        totals: Totals::of(&controls),
        controls,
        outside: outside::all(),
    }
}
