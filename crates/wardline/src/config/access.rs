//! `[access]`: who may do what, and what the settings mean to it.

use std::path::PathBuf;

use wardline_access::emergency::EmergencySettings;

use super::section::section;

section! {
    /// Who may do what with patients' data.
    pub struct Access in "access" {
        /// The folder with the site's policies, files that end in `.cedar`; they take the place of those that Wardline
        /// comes with. It is read at the start and again on SIGHUP; a folder that cannot be used is refused whole.
        /// `wardline policy check` tells before. Not set: the policies that Wardline comes with.
        policies_directory: Option<PathBuf> = "";
        /// An emergency access holds so many minutes.
        emergency_minutes: u64 [1..=240] = "60";
        /// An emergency access is to be reviewed within so many hours; later it is shown as overdue.
        emergency_review_hours: u64 [1..=720] = "24";
    }
}

impl Access {
    /// What the site decided on emergency accesses.
    pub fn emergency(&self) -> EmergencySettings {
        EmergencySettings {
            grant_ms: self.emergency_minutes.saturating_mul(60_000),
            review_ms: self.emergency_review_hours.saturating_mul(3_600_000),
        }
    }
}
