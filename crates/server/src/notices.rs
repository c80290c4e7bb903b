//! Tells those who watch emergency accesses outside, by a webhook of the site: that one was given, and that its review is
//! overdue. What is told names the staff and the access, never the patient, and is signed as messages of webhooks are.
//!
//! What is still to be told stands in the store, so a restart loses nothing; a receiver may get a notice twice, with the
//! same `webhook-id`. Attempts are spaced out, up to an hour; what is refused, or not taken for a week, is given up, and
//! the log says so. The queue of `GET /v1/notifications` does not depend on any of it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use wardline_access::AccessError;
use wardline_access::emergency::{Notice, ReasonCode, Told};
use wardline_access::model::UserId;
use wardline_kernel::UnixMillis;

use crate::gate::Gate;
use crate::outbound::{SigningKey, Site};

/// How often it is looked for what is to be told.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long an answer is waited for.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Between the first two attempts; doubled each time.
const FIRST_DELAY_MS: u64 = 1_000;
/// Between two attempts at most: an hour.
const LONGEST_DELAY_MS: u64 = 60 * 60_000;
/// What was not taken for so long is given up: a week.
const GIVEN_UP_AFTER_MS: u64 = 7 * 24 * 60 * 60_000;

/// Where the site wants to be told.
#[derive(Clone, Debug)]
pub struct NoticeSettings {
    /// `https://`, or `http://` for this machine.
    pub url: String,
    /// The file with the secret that notices are signed with.
    pub secret_file: PathBuf,
    /// PEM file: authorities that may have signed its certificate.
    pub ca_file: Option<PathBuf>,
}

/// Tells what is to be told, until it is stopped.
pub struct Notices {
    gate: Arc<Gate>,
    site: Site,
    key: SigningKey,
    /// Attempts that failed and when to try next, by the notice's id.
    waiting: BTreeMap<String, Waiting>,
}

#[derive(Clone, Copy)]
struct Waiting {
    failures: u32,
    next_at: UnixMillis,
}

impl Notices {
    /// Notices to this receiver.
    ///
    /// # Errors
    /// A sentence that names the setting which cannot be used.
    pub fn new(gate: Arc<Gate>, settings: &NoticeSettings) -> Result<Self, String> {
        let site = Site::at(&settings.url, settings.ca_file.clone());
        Ok(Self {
            gate,
            site: site.map_err(|problem| format!("notify_url: {problem}"))?,
            key: SigningKey::read(&settings.secret_file)?,
            waiting: BTreeMap::new(),
        })
    }

    /// Runs until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                looked = self.look() => if let Err(error) = looked {
                    tracing::error!(%error, "it cannot be looked for notices of emergency accesses");
                }
            }
        }
    }

    async fn look(&mut self) -> Result<(), AccessError> {
        let notices = self.gate.emergencies().notices().await?;
        let open: Vec<String> = notices.iter().map(Notice::id).collect();
        self.waiting.retain(|id, _| open.contains(id));
        for notice in notices {
            let now = self.gate.now();
            let waits = self.waiting.get(&notice.id()).copied();
            if waits.is_none_or(|waiting| waiting.next_at <= now) {
                self.tell(&notice, now).await?;
            }
        }
        Ok(())
    }

    async fn tell(&mut self, notice: &Notice, now: UnixMillis) -> Result<(), AccessError> {
        let id = notice.id();
        let emergencies = self.gate.emergencies();
        let problem = match self.send(notice, now).await? {
            Ok(status) if (200..300).contains(&status) => {
                self.waiting.remove(&id);
                // It is there again, so the others do not wait for their hour.
                self.waiting.values_mut().for_each(|it| it.next_at = now);
                tracing::info!(notice = id, "told outside of an emergency access");
                return emergencies.settle(notice, Told::Delivered).await;
            }
            Ok(status) => format!("it answered {status}"),
            Err(problem) => problem,
        };
        if now.saturating_sub(notice.about.requested_at) > GIVEN_UP_AFTER_MS {
            self.waiting.remove(&id);
            tracing::error!(
                notice = id,
                problem,
                "gave up telling outside of an emergency access"
            );
            return emergencies.settle(notice, Told::GivenUp).await;
        }
        let failures = self
            .waiting
            .get(&id)
            .map_or(1, |waiting| waiting.failures.saturating_add(1));
        let next_at = now.saturating_add(delay_ms(failures));
        self.waiting
            .insert(id.clone(), Waiting { failures, next_at });
        tracing::warn!(
            notice = id,
            failures,
            problem,
            "cannot tell outside of an emergency access yet"
        );
        Ok(())
    }

    async fn send(
        &self,
        notice: &Notice,
        now: UnixMillis,
    ) -> Result<Result<u16, String>, AccessError> {
        let body = self.body(notice).await?;
        let (id, seconds) = (notice.id(), now / 1_000);
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id.clone()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", self.key.sign(&id, seconds, &body)),
        ];
        let answered = self.site.post(&headers, body, TIMEOUT).await;
        Ok(answered.map(|answer| answer.status.as_u16()))
    }

    /// What is told. Nothing of the patient, and nothing that somebody wrote.
    async fn body(&self, notice: &Notice) -> Result<Bytes, AccessError> {
        let about = &notice.about;
        let mut to = Vec::with_capacity(notice.to.len());
        for user in &notice.to {
            to.push(self.login(*user).await?);
        }
        let body = json!({
            "type": notice.kind.as_str(),
            "emergency": about.id.to_string(),
            "user": self.login(about.user).await?,
            "to": to,
            "reason": reason(about.reason),
            "requested_at": time(about.requested_at),
            "expires_at": time(about.expires_at),
            "review_due_at": time(about.review_due_at),
            "is_conspicuous": about.is_conspicuous,
        });
        Ok(Bytes::from(body.to_string()))
    }

    async fn login(&self, user: UserId) -> Result<String, AccessError> {
        match self.gate.identities().show_user(user).await {
            Ok(view) => Ok(view.login),
            Err(AccessError::NotFound(_)) => Ok(user.to_string()),
            Err(error) => Err(error),
        }
    }
}

fn delay_ms(failures: u32) -> u64 {
    let doubled = 1_u64
        .checked_shl(failures.saturating_sub(1))
        .unwrap_or(u64::MAX);
    FIRST_DELAY_MS.saturating_mul(doubled).min(LONGEST_DELAY_MS)
}

const fn reason(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::EmergencyTreatment => "emergency_treatment",
        ReasonCode::UnitCover => "unit_cover",
        ReasonCode::Consult => "consult",
        ReasonCode::SystemFailure => "system_failure",
        ReasonCode::Other => "other",
    }
}

fn time(at: UnixMillis) -> String {
    let at = i64::try_from(at).ok();
    let at = at.and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
    at.map(|at| at.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_spaced_out_up_to_an_hour() {
        let delays: Vec<u64> = (1..=4).map(delay_ms).collect();

        assert_eq!(delays, [1_000, 2_000, 4_000, 8_000]);
        assert_eq!(delay_ms(64), LONGEST_DELAY_MS);
        assert_eq!(delay_ms(u32::MAX), LONGEST_DELAY_MS);
    }
}
