//! `[access]`: who may do what, and what the settings mean to it.

use std::path::PathBuf;

use wardline_access::emergency::EmergencySettings;
use wardline_server::notices::NoticeSettings;

use super::section::section;
use super::value::WebAddress;

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
        /// Where it is told outside that an emergency access was given or that its review is overdue, by signed POST
        /// requests without anything of the patient: `https://`, or `http://` for this machine. Not set: nowhere but in
        /// `GET /v1/notifications`.
        notify_url: Option<WebAddress> = "";
        /// The file with the secret that these are signed with, readable by its owner only. Needed with `notify_url`.
        notify_secret_file: Option<PathBuf> = "";
        /// PEM file: authorities that may have signed the receiver's certificate. Not set: those of the machine.
        notify_ca_file: Option<PathBuf> = "";
        /// Searches by what identifies a patient that one caller may make in a minute; more are answered 429.
        searches_per_minute: u64 [1..=6_000] = "60";
        /// For so many hours what one privacy officer asked to be erased may be approved by another one.
        erasure_approval_hours: u64 [1..=720] = "72";
        /// The file that says which outside provider signs people in (OpenID Connect), and what its claims are here. It
        /// is read again on SIGHUP. Not set: none.
        oidc_file: Option<PathBuf> = "";
    }
}

impl Access {
    /// Where it is told outside of emergency accesses.
    ///
    /// # Errors
    /// Which setting is missing.
    pub fn notices(&self) -> Result<Option<NoticeSettings>, &'static str> {
        let Some(url) = &self.notify_url else {
            return Ok(None);
        };
        let secret_file = self.notify_secret_file.clone();
        Ok(Some(NoticeSettings {
            url: url.0.clone(),
            secret_file: secret_file
                .ok_or("access.notify_secret_file: expected a path, as notify_url is set")?,
            ca_file: self.notify_ca_file.clone(),
        }))
    }

    /// What the site decided on emergency accesses.
    pub fn emergency(&self) -> EmergencySettings {
        EmergencySettings {
            grant_ms: self.emergency_minutes.saturating_mul(60_000),
            review_ms: self.emergency_review_hours.saturating_mul(3_600_000),
        }
    }
}
