//! Keys as the API tells of them, in words.

use serde::Deserialize;

use crate::exit::Outcome;
use crate::terminal::{harmless, seconds, table};

#[derive(Deserialize)]
pub(super) struct Keys {
    holder: String,
    version: Option<u32>,
    away: Option<String>,
    key_encryption_keys: Vec<Kek>,
    oldest_patient_key_at: Option<String>,
    erased_patients: u64,
    rewrap: Rewrap,
}

#[derive(Deserialize)]
struct Kek {
    holder: String,
    version: u32,
    current: bool,
    data_keys: u64,
    patients: u64,
    oldest_at: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Rotated {
    holder: String,
    version: u32,
}

#[derive(Deserialize)]
pub(super) struct Rewrap {
    state: String,
    data_keys_seen: u64,
    data_keys: u64,
    patients_seen: u64,
    moved: u64,
    pub(super) failure: Option<String>,
}

impl Keys {
    /// Whether the key service answers and every key is under the current one.
    pub(super) fn is_well(&self) -> bool {
        self.away.is_none() && self.key_encryption_keys.iter().all(|kek| kek.current)
    }

    pub(super) fn in_words(&self) -> String {
        let version = self.version.map_or_else(
            || "cannot be asked".to_owned(),
            |version| format!("version {version}"),
        );
        let mut text = format!(
            "data keys are wrapped by: {}, {version}\n",
            harmless(&self.holder)
        );
        if let Some(away) = &self.away {
            text.push_str("the key service is AWAY: ");
            text.push_str(&harmless(away));
            text.push('\n');
        }
        let mut rows = table(&["KEY", "VERSION", "", "OF MONTHS", "OLDEST", "OF PATIENTS"]);
        for kek in &self.key_encryption_keys {
            rows.add([
                harmless(&kek.holder),
                kek.version.to_string(),
                if kek.current { "current" } else { "older" }.to_owned(),
                kek.data_keys.to_string(),
                kek.oldest_at.as_deref().map(seconds).unwrap_or_default(),
                kek.patients.to_string(),
            ]);
        }
        text.push_str(&rows.to_string());
        text.push('\n');
        if let Some(at) = &self.oldest_patient_key_at {
            text.push_str(&format_args!("oldest key of a patient: {}\n", seconds(at)).to_string());
        }
        if self.erased_patients > 0 {
            text.push_str(&format_args!("erased records: {}\n", self.erased_patients).to_string());
        }
        text.push_str(&format_args!("move of data keys: {}\n", self.rewrap.progress()).to_string());
        text
    }
}

impl Rotated {
    pub(super) fn in_words(&self) -> String {
        let (holder, version) = (harmless(&self.holder), self.version);
        if holder == "key-file" {
            format!(
                "Version {version} of the key-encryption key is in the key file.\nCopy the file to where its copy is kept \
                 now: what is sealed from here on needs it.\n"
            )
        } else {
            format!("{holder} has version {version} of the key-encryption key.\n")
        }
    }
}

impl Rewrap {
    pub(super) fn is_running(&self) -> bool {
        self.state == "running"
    }

    pub(super) fn outcome(&self) -> Outcome {
        if self.state == "failed" {
            Outcome::Findings
        } else {
            Outcome::Done
        }
    }

    pub(super) fn progress(&self) -> String {
        format!(
            "{}: {} of {} keys of months and {} of patients looked at, {} moved",
            harmless(&self.state),
            self.data_keys_seen,
            self.data_keys,
            self.patients_seen,
            self.moved
        )
    }
}
