//! What the Security Rule asks for and no software can show. The control map says what Wardline does towards it.

use super::report::Outside;

const ALL: [(&str, &str); 16] = [
    ("164.308(a)(1)(ii)(A)", "a risk analysis of all systems"),
    ("164.308(a)(1)(ii)(B)", "deciding on risks and following up"),
    ("164.308(a)(1)(ii)(C)", "a sanction policy, and applying it"),
    ("164.308(a)(2)", "naming the security official"),
    (
        "164.308(a)(3)(ii)(C)",
        "disabling accounts on the day that somebody leaves",
    ),
    ("164.308(a)(5)(ii)(A)", "training and reminders"),
    (
        "164.308(a)(5)(ii)(B)",
        "protection of the machines from malicious software",
    ),
    (
        "164.308(a)(6)(ii)",
        "responding to incidents, and the notices of 164.404 to 164.410",
    ),
    (
        "164.308(a)(7)(ii)(B)",
        "a plan for disasters, and a second place",
    ),
    ("164.308(a)(7)(ii)(C)", "working while Wardline is down"),
    ("164.308(a)(8)", "the periodic evaluation itself"),
    ("164.308(b)(1)", "contracts with business associates"),
    ("164.310(a)(2)(i)", "the rooms, and who gets into them"),
    ("164.310(d)(2)(iii)", "where disks and machines go"),
    (
        "164.314(a)(2)(i)(B)",
        "that subcontractors, hosts of stores and archives among them, agree to the same",
    ),
    ("164.316(a)", "written policies and procedures, reviewed"),
];

pub(super) fn all() -> Vec<Outside> {
    let outside = ALL.iter().map(|(citation, what)| Outside {
        citation: (*citation).to_owned(),
        what: (*what).to_owned(),
    });
    outside.collect()
}
