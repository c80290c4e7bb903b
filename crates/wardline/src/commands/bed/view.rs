//! What the terminal needs of a bed, and the line that it becomes. What is stale is louder than what is bad: a bad
//! value is at least known.

use serde::Deserialize;
use serde_json::Value as Json;

use crate::terminal::{Rows, harmless, table};

/// Columns of the board.
const HEADINGS: [&str; 13] = [
    "BED", "STATE", "PATIENT", "SCORE", "BAND", "RESP", "SPO2", "O2", "SYS", "PULSE", "ACVPU",
    "TEMP", "NOTES",
];
/// The parameters of the chart, in its order.
const PARAMETERS: [&str; 7] = [
    "respiratory_rate",
    "oxygen_saturation",
    "supplemental_oxygen",
    "systolic_pressure",
    "pulse",
    "consciousness",
    "temperature",
];

/// A bed.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Bed {
    pub(super) id: String,
    state: String,
    #[serde(default)]
    isolated: bool,
    patients: Vec<Patient>,
    #[serde(default)]
    contradictions: Vec<Json>,
}

#[derive(Clone, Debug, Deserialize)]
struct Patient {
    identity: Identity,
    score: Score,
    values: Vec<Value>,
    #[serde(default)]
    pending: Option<Plan>,
    #[serde(default)]
    away: Option<Plan>,
}

#[derive(Clone, Debug, Deserialize)]
struct Identity {
    #[serde(default)]
    family_name: Option<String>,
    #[serde(default)]
    given_name: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Plan {
    kind: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Score {
    state: String,
    #[serde(default)]
    total: Option<u8>,
    #[serde(default)]
    at_least: Option<String>,
    #[serde(default)]
    missing: Vec<String>,
    #[serde(default)]
    standing: Option<Standing>,
}

#[derive(Clone, Debug, Deserialize)]
struct Standing {
    band: String,
    #[serde(default)]
    acknowledged_at: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Value {
    parameter: String,
    #[serde(default)]
    number: Option<f64>,
    #[serde(default)]
    consciousness: Option<String>,
    #[serde(default)]
    oxygen: Option<String>,
    #[serde(default)]
    contradicted: bool,
    age_ms: u64,
    limit_ms: u64,
}

/// An empty table of beds.
pub(super) fn board() -> Rows {
    table(&HEADINGS)
}

impl Bed {
    /// Adds the lines of a bed: one per patient, or one without. The bed was told `later_ms` ago.
    pub(super) fn add_to(&self, rows: &mut Rows, later_ms: u64) {
        if self.patients.is_empty() {
            let mut cells: [String; 13] = Default::default();
            let [bed, state, .., notes] = &mut cells;
            (*bed, *state) = (harmless(&self.id), self.state());
            *notes = self.notes(None);
            rows.add(cells);
        }
        for patient in &self.patients {
            let [resp, spo2, o2, sys, pulse, acvpu, temp] =
                PARAMETERS.map(|parameter| patient.value(parameter, later_ms));
            rows.add([
                harmless(&self.id),
                self.state(),
                patient.name(),
                patient.score.text(patient.has_stale(later_ms)),
                patient.score.band(),
                resp,
                spo2,
                o2,
                sys,
                pulse,
                acvpu,
                temp,
                self.notes(Some(patient)),
            ]);
        }
    }

    /// The higher, the sooner somebody should look: the band that stands, then what is not known.
    pub(super) fn urgency(&self, later_ms: u64) -> u8 {
        let of = |patient: &Patient| {
            let band = match patient.score.standing.as_ref().map(|s| s.band.as_str()) {
                Some("high") => 8,
                Some("medium") => 6,
                Some("low_medium") => 4,
                _ => 0,
            };
            let is_unknown = patient.score.state == "incomplete" || patient.has_stale(later_ms);
            band + u8::from(is_unknown)
        };
        self.patients.iter().map(of).max().unwrap_or_default()
    }

    fn state(&self) -> String {
        harmless(&self.state).replace('_', " ")
    }

    fn notes(&self, patient: Option<&Patient>) -> String {
        let mut notes = Vec::new();
        if self.isolated {
            notes.push("isolated".to_owned());
        }
        if let Some(patient) = patient {
            let away = patient.away.iter().chain(&patient.pending);
            notes.extend(away.map(|plan| harmless(&plan.kind).replace('_', " ")));
        }
        let kinds = self
            .contradictions
            .iter()
            .filter_map(|c| c.get("kind")?.as_str());
        notes.extend(kinds.map(|kind| format!("CONTRADICTION {}", harmless(kind))));
        notes.join(", ")
    }
}

impl Patient {
    fn name(&self) -> String {
        let parts = [&self.identity.family_name, &self.identity.given_name];
        let parts: Vec<String> = parts
            .into_iter()
            .flatten()
            .map(|part| harmless(part))
            .collect();
        parts.join(", ")
    }

    fn has_stale(&self, later_ms: u64) -> bool {
        let of_score = |value: &&Value| PARAMETERS.contains(&value.parameter.as_str());
        let mut values = self.values.iter().filter(of_score);
        values.any(|value| value.age_ms + later_ms > value.limit_ms)
    }

    /// The newest value of a parameter, with its age once that is worth a look.
    fn value(&self, parameter: &str, later_ms: u64) -> String {
        let of = self
            .values
            .iter()
            .filter(|value| value.parameter == parameter);
        let Some(value) = of.min_by_key(|value| value.age_ms) else {
            return "-".to_owned();
        };
        let (text, age_ms) = (value.text(), value.age_ms + later_ms);
        if age_ms > value.limit_ms {
            format!("STALE {} ({text})", age(age_ms))
        } else if value.contradicted {
            format!("CONTRADICTED {text} {}", age(age_ms))
        } else {
            format!("{text} {}", age(age_ms))
        }
    }
}

impl Value {
    fn text(&self) -> String {
        let words = [&self.consciousness, &self.oxygen];
        match self.number {
            Some(number) if self.parameter == "temperature" => format!("{number:.1}"),
            Some(number) => format!("{number:.0}"),
            None => words
                .into_iter()
                .flatten()
                .map(|word| harmless(word))
                .collect(),
        }
    }
}

impl Score {
    fn text(&self, has_stale: bool) -> String {
        match (self.total, self.state.as_str()) {
            (Some(total), _) if !has_stale => total.to_string(),
            (_, "not_applicable") => "not scored".to_owned(),
            _ => {
                let least = self
                    .at_least
                    .as_deref()
                    .map(|band| format!(", at least {band}"));
                let what = if has_stale { "STALE" } else { "INCOMPLETE" };
                let missing = match self.missing.len() {
                    0 => String::new(),
                    count => format!(", {count} missing"),
                };
                format!("{what}{missing}{}", least.unwrap_or_default())
            }
        }
    }

    fn band(&self) -> String {
        let Some(standing) = &self.standing else {
            return "-".to_owned();
        };
        let band = harmless(&standing.band).replace('_', "-");
        match standing.acknowledged_at {
            Some(_) => format!("{band} (seen)"),
            None => band,
        }
    }
}

/// An age as people say it.
pub(super) fn age(age_ms: u64) -> String {
    let seconds = age_ms / 1_000;
    match seconds {
        0..=119 => format!("{seconds}s"),
        120..=7_199 => format!("{}min", seconds / 60),
        _ => format!("{}h", seconds / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bed(pulse_age_ms: u64) -> Bed {
        serde_json::from_value(json!({
            "id": "ICU~1~A", "state": "occupied", "isolated": false,
            "patients": [{
                "identity": {"family_name": "[name]"},
                "score": {"state": "complete", "total": 7, "missing": [],
                          "standing": {"band": "high"}},
                "values": [{"parameter": "pulse", "number": 131.0, "age_ms": pulse_age_ms,
                            "limit_ms": 60_000, "state": "fresh"}],
            }],
            "contradictions": [],
        }))
        .unwrap()
    }

    fn line(bed: &Bed, later_ms: u64) -> String {
        let mut rows = board();
        bed.add_to(&mut rows, later_ms);
        rows.to_string()
    }

    #[test]
    fn a_value_is_shown_with_its_age_and_a_stale_one_says_so_first() {
        let fresh = line(&bed(4_000), 1_000);
        assert!(fresh.contains("131 5s"), "{fresh}");
        assert!(fresh.contains(" 7 "), "{fresh}");

        let stale = line(&bed(4_000), 60_000);
        assert!(stale.contains("STALE 64s (131)"), "{stale}");
        // A score from a value that is stale by now is no score.
        assert!(!stale.contains(" 7 "), "{stale}");
    }

    #[test]
    fn oxygen_that_another_source_denies_says_so() {
        let mut told = bed(0);
        told.patients[0].values.push(Value {
            parameter: "supplemental_oxygen".to_owned(),
            number: None,
            consciousness: None,
            oxygen: Some("supplemental".to_owned()),
            contradicted: true,
            age_ms: 4_000,
            limit_ms: 60_000,
        });

        let line = line(&told, 0);

        assert!(line.contains("CONTRADICTED supplemental 4s"), "{line}");
    }

    #[test]
    fn ages_are_said_as_people_do() {
        let ages = [0, 119_999, 120_000, 7_199_999, 7_200_000].map(age);
        assert_eq!(ages, ["0s", "119s", "2min", "119min", "2h"]);
    }

    #[test]
    fn who_is_ill_stands_before_who_is_not_known() {
        assert!(bed(0).urgency(0) < bed(0).urgency(61_000));
        assert!(bed(0).urgency(0) >= 8);
    }
}
