//! What must hold for any course of ADT messages: shared by the fuzz target and by the test that replays the corpus.

use wardline_hl7::Message;
use wardline_vitals::census::{AdtEvent, Census, CensusLimits, Reading, Trust};

/// 2026-11-22 00:00:00 UTC, after everything in the seeds.
const ARRIVED: u64 = 1_795_305_600_000;
/// Between the messages of a course, as MLLP has it.
const FILE_SEPARATOR: u8 = 0x1c;
/// Small, so that courses reach them.
const LIMITS: CensusLimits = CensusLimits {
    beds: 8,
    units: 4,
    stays: 6,
    merges: 4,
    forget_after_ms: 24 * 60 * 60 * 1000,
};

/// Whatever messages say, limits hold, nobody lies in two beds, and taking a change back leaves what was there.
pub(crate) fn census(data: &[u8]) {
    let mut census = Census::new(LIMITS);
    for message in data.split(|byte| *byte == FILE_SEPARATOR) {
        let Ok(message) = Message::parse(message) else {
            continue;
        };
        let Ok(event) = AdtEvent::read(&message, &Reading::default(), ARRIVED) else {
            continue;
        };
        let before = shown(&census);
        if let Ok(applied) = census.apply(&event, ARRIVED) {
            census.undo(applied);
        }
        assert_eq!(shown(&census), before);
        drop(census.apply(&event, ARRIVED));
        within_limits(&census);
    }
    let later = ARRIVED + 16 * LIMITS.forget_after_ms;
    drop(census.tidy(later, Trust::Believed, |_| None));
    within_limits(&census);
}

fn within_limits(census: &Census) {
    assert!(census.beds().count() <= LIMITS.beds);
    assert!(census.units().len() <= LIMITS.units);
    assert!(census.stays().count() <= LIMITS.stays);
    let mut lying = Vec::new();
    for bed in census.beds() {
        if let Some(facts) = census.facts(bed) {
            lying.extend(facts.occupants);
        }
    }
    let count = lying.len();
    lying.sort_unstable();
    lying.dedup();
    assert_eq!(lying.len(), count, "somebody lies in two beds");
}

fn shown(census: &Census) -> Vec<String> {
    let beds = census
        .beds()
        .map(|bed| format!("{bed} {:?}", census.facts(bed)));
    let stays = census.stays().map(|stay| format!("{stay:?}"));
    beds.chain(stays).collect()
}
