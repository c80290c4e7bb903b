//! What must hold for any result message: shared by the fuzz target and by the test that replays the corpus.

use wardline_hl7::Message;
use wardline_vitals::chart::{Chart, DEFAULT_SKEW_LIMIT_MS, Rules};
use wardline_vitals::freshness::Freshness;
use wardline_vitals::news2::News2;
use wardline_vitals::observation::{Observation, Value};
use wardline_vitals::reading::{LocalZone, MAX_OBSERVATIONS, MAX_PATIENTS, ReadOptions, read};
use wardline_vitals::score::{Assessment, BandPolicy, Subject};
use wardline_vitals::units::bounds;

/// 2026-01-02 03:04:05 UTC, the time of the seeds.
const RECEIVED: u64 = 1_767_323_045_000;

/// Whatever a message says, values are within their bounds, nothing is younger than its arrival, and a chart that
/// takes them twice is the same as one that takes them once.
pub(crate) fn vitals(data: &[u8]) {
    let Ok(message) = Message::parse(data) else {
        return;
    };
    let options = ReadOptions {
        received_at: RECEIVED,
        zone: LocalZone::UTC,
    };
    let Ok(report) = read(&message, &options) else {
        return;
    };
    assert!(report.patients.len() <= MAX_PATIENTS);
    let (freshness, bands) = (Freshness::default(), BandPolicy::default());
    let rules = Rules {
        freshness: &freshness,
        score: &News2,
        bands: &bands,
        skew_limit_ms: DEFAULT_SKEW_LIMIT_MS,
        trend_span_ms: wardline_vitals::trend::DEFAULT_SPAN_MS,
    };
    for patient in report.patients {
        let findings = patient.findings;
        assert!(findings.observations.len() <= MAX_OBSERVATIONS);
        findings.observations.iter().for_each(believable);
        let mut chart = Chart::new(Subject::default());
        chart.record(&findings, RECEIVED, &rules);
        let shown = chart.view(RECEIVED, &rules);
        assert!(shown.values.len() <= 2 * findings.observations.len());
        if let Assessment::Complete(complete) = &shown.score.assessment {
            assert!(complete.total <= 20 && complete.parts.len() == 7);
        }
        let later = chart.view(u64::MAX, &rules);
        assert!(later.score.assessment.total().is_none());
    }
}

fn believable(observation: &Observation) {
    assert!(observation.effective_at() <= RECEIVED);
    if let (Value::Number(number), Some((least, greatest))) =
        (observation.value, bounds(observation.parameter))
    {
        assert!((least..=greatest).contains(&number));
    }
}
