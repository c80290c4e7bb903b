//! Which records: the flags that searches share. Names of people and patients come out of files, as everybody on the
//! machine sees a command line.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::{Map, Value as Json};

/// Which records; every flag given must match.
#[derive(Args, Debug)]
pub(super) struct FilterArgs {
    /// Of the user whose name stands in this file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    user_file: Option<PathBuf>,
    /// About the patient whose reference (`mrn:HOSP:4711`) stands in this file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    patient_file: Option<PathBuf>,
    /// Of this kind, such as read, access-denied, emergency-used
    #[arg(long)]
    kind: Option<String>,
    /// That ended so: success, denied or failed
    #[arg(long)]
    outcome: Option<String>,
    /// Recorded at this time or later, such as 2026-11-21T08:30:00Z
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Recorded before this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

impl FilterArgs {
    pub(super) fn to_json(&self) -> anyhow::Result<Json> {
        let user = self.user_file.as_deref().map(name_in).transpose()?;
        let patient = self.patient_file.as_deref().map(name_in).transpose()?;
        let parts = [
            ("user", user),
            ("patient", patient),
            ("kind", self.kind.clone()),
            ("outcome", self.outcome.clone()),
            ("from", self.from.clone()),
            ("until", self.until.clone()),
        ];
        let given = parts
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), Json::String(value?))));
        Ok(Json::Object(given.collect::<Map<_, _>>()))
    }
}

/// The name that stands in a file; `-` is standard input.
pub(super) fn name_in(path: &Path) -> anyhow::Result<String> {
    let text = if path.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
