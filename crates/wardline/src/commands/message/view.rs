//! What the commands need of the API's answers. `--json` prints the answers themselves.

use serde::Deserialize;

/// A message in a list.
#[derive(Deserialize)]
pub(super) struct MessageItem {
    pub(super) state: String,
    pub(super) message: MessageHead,
}

/// The part of a message that holds nothing of a patient.
#[derive(Deserialize)]
pub(crate) struct MessageHead {
    pub(crate) id: u64,
    pub(crate) channel: String,
    pub(crate) received_at: String,
    pub(crate) peer: String,
    pub(crate) message_type: String,
    pub(crate) size_bytes: u64,
    pub(crate) accepted_as: String,
    #[serde(default)]
    pub(crate) problem: Option<ReadingProblem>,
    #[serde(default)]
    pub(crate) destinations: Vec<String>,
    #[serde(default)]
    pub(crate) parent_id: Option<u64>,
}

/// What could not be read.
#[derive(Deserialize)]
pub(crate) struct ReadingProblem {
    pub(crate) code: u16,
    pub(crate) place: String,
    pub(crate) text: String,
}

/// A message with everything that is known of it.
#[derive(Deserialize)]
pub(super) struct MessageDetail {
    pub(super) message: MessageHead,
    pub(super) state: String,
    pub(super) masked: bool,
    #[serde(default)]
    pub(super) identifiers: Option<Identifiers>,
    pub(super) content: Content,
    #[serde(default)]
    pub(super) answers: Vec<Content>,
    #[serde(default)]
    pub(super) deliveries: Vec<Delivery>,
}

/// The numbers that a message can be found by.
#[derive(Deserialize)]
pub(super) struct Identifiers {
    pub(super) control_id: String,
    #[serde(default)]
    pub(super) patients: Vec<String>,
    #[serde(default)]
    pub(super) visit: Option<String>,
    #[serde(default)]
    pub(super) accessions: Vec<String>,
}

/// A message or an answer, parsed.
#[derive(Deserialize)]
pub(super) struct Content {
    #[serde(default)]
    pub(super) segments: Vec<Segment>,
    #[serde(default)]
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) truncated: bool,
}

/// A segment.
#[derive(Deserialize)]
pub(super) struct Segment {
    pub(super) name: String,
    #[serde(default)]
    pub(super) values: Vec<PathValue>,
}

/// A value at its path; none asks to delete.
#[derive(Deserialize)]
pub(super) struct PathValue {
    pub(super) path: String,
    #[serde(default)]
    pub(super) value: Option<String>,
}

/// What became of a message at one destination.
#[derive(Deserialize)]
pub(super) struct Delivery {
    pub(super) destination: String,
    pub(super) state: String,
    #[serde(default)]
    pub(super) changed_at: Option<String>,
    #[serde(default)]
    pub(super) dead_reason: Option<String>,
    #[serde(default)]
    pub(super) reason: Option<String>,
    pub(super) attempt_count: u32,
    #[serde(default)]
    pub(super) attempts: Vec<Attempt>,
}

/// One attempt to deliver.
#[derive(Deserialize)]
pub(super) struct Attempt {
    pub(super) at: String,
    pub(super) took_ms: u32,
    pub(super) result: String,
    #[serde(default)]
    pub(super) detail: String,
    #[serde(default)]
    pub(super) answer: Option<Content>,
}

impl Content {
    /// The value at a path, if it is shown.
    pub(super) fn value(&self, path: &str) -> Option<&str> {
        let values = self.segments.iter().flat_map(|segment| &segment.values);
        values
            .filter(|value| value.path == path)
            .find_map(|value| value.value.as_deref())
    }

    /// An acknowledgement in a few words: MSA-1 and MSA-3.
    pub(super) fn in_short(&self) -> String {
        let code = self.value("MSA-1").unwrap_or("no acknowledgement");
        match self.value("MSA-3") {
            Some(said) => format!("{code} {said}"),
            None => code.to_owned(),
        }
    }
}
