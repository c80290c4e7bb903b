//! What those who run the installation may see of it: the store and its servers, drills, the configuration. Nothing of a
//! patient, no secret, no path of the machine.
//!
//! The edge knows no store and no configuration file: whoever puts the process together gives it these.

mod copies;
mod drill;
mod estate;
mod protection;
mod setting;

use std::convert::Infallible;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serializer;
use tokio::sync::Mutex;
use tokio::time::{Duration, Instant};
use wardline_kernel::UnixMillis;

use crate::compliance::Report;

pub use copies::{CopiesItself, CopyRefused, CopyStatus, LastCopy};
pub use drill::{DrillEvent, DrillHead, DrillName, DrillPattern, DrillReport, DrillShelf};
pub use estate::{
    Backup, DataServer, Embedded, Estate, EstateKind, Redis, Role, Sentinel, Severity, SlotRange,
    Warning, Writer,
};
pub use protection::{Link, Protection};
pub use setting::{Configuration, Given, SettingShown};

/// One look at the estate serves everybody who asks within this time.
const LOOK_HOLDS: Duration = Duration::from_secs(1);

/// Looks at the store that this instance uses.
#[async_trait]
pub trait EstateWatch: Send + Sync {
    /// How it is now. What does not answer is part of the answer.
    ///
    /// # Errors
    /// In words, when nothing can be said at all. Never a path, nor a secret.
    async fn look(&self) -> Result<Estate, String>;
}

/// The reports that drills left behind.
pub trait DrillReports: Send + Sync {
    /// The newest of them. It reads files: call it where that may block.
    ///
    /// # Errors
    /// In words.
    fn list(&self) -> Result<DrillShelf, String>;

    /// One of them; `None` when there is none of this name. It reads a file.
    ///
    /// # Errors
    /// In words.
    fn read(&self, name: &DrillName) -> Result<Option<DrillReport>, String>;
}

/// What the edge is given to show.
#[derive(Clone)]
pub struct Insight {
    estate: Arc<dyn EstateWatch>,
    drills: Option<Arc<dyn DrillReports>>,
    configuration: Arc<Configuration>,
    protection: Protection,
    copies: Option<Arc<dyn CopiesItself>>,
    last: Kept<Estate>,
    last_report: Kept<Report>,
}

/// What was last seen, and when.
type Kept<T> = Arc<Mutex<Option<(Instant, T)>>>;

impl Insight {
    /// These; `drills` where a folder of reports is configured.
    pub fn new(
        estate: Arc<dyn EstateWatch>,
        drills: Option<Arc<dyn DrillReports>>,
        configuration: Configuration,
        protection: Protection,
    ) -> Self {
        Self {
            estate,
            drills,
            configuration: Arc::new(configuration),
            protection,
            copies: None,
            last: Arc::default(),
            last_report: Arc::default(),
        }
    }

    /// With a store that copies itself.
    #[must_use]
    pub fn with_copies(mut self, copies: Option<Arc<dyn CopiesItself>>) -> Self {
        self.copies = copies;
        self
    }

    pub(crate) fn copies(&self) -> Option<&Arc<dyn CopiesItself>> {
        self.copies.as_ref()
    }

    /// How the estate is: as of at most a second ago. One looks at a time.
    pub(crate) async fn estate(&self) -> Result<Estate, String> {
        kept(&self.last, self.estate.look()).await
    }

    /// What the controls came to: as of at most a second ago. One looks at a time.
    pub(crate) async fn report(&self, look: impl Future<Output = Report> + Send) -> Report {
        let look = async { Ok::<_, Infallible>(look.await) };
        let Ok(report) = kept(&self.last_report, look).await;
        report
    }

    pub(crate) fn protection(&self) -> Protection {
        self.protection
    }

    pub(crate) fn drills(&self) -> Option<&Arc<dyn DrillReports>> {
        self.drills.as_ref()
    }

    pub(crate) fn configuration(&self) -> &Configuration {
        &self.configuration
    }
}

/// What was seen within [`LOOK_HOLDS`], else what this look sees.
async fn kept<T: Clone, E>(
    last: &Kept<T>,
    look: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let mut last = last.lock().await;
    if let Some((at, seen)) = &*last
        && at.elapsed() < LOOK_HOLDS
    {
        return Ok(seen.clone());
    }
    let seen = look.await?;
    *last = Some((Instant::now(), seen.clone()));
    Ok(seen)
}

/// A time as text (RFC 3339, UTC). The years that a clock can show always have one.
pub(crate) fn time_text(at: UnixMillis) -> String {
    let at = i64::try_from(at).ok();
    let at = at.and_then(|at| Timestamp::from_millisecond(at).ok());
    at.map(|at| at.to_string()).unwrap_or_default()
}

/// Writes a time as text.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn rfc3339<S: Serializer>(at: &UnixMillis, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time_text(*at))
}

/// Writes a time as text, if there is one.
#[expect(clippy::ref_option, reason = "serde hands over a reference")]
fn rfc3339_option<S: Serializer>(
    at: &Option<UnixMillis>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => rfc3339(at, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[derive(Default)]
    struct Counting(AtomicU64);

    #[async_trait]
    impl EstateWatch for Counting {
        async fn look(&self) -> Result<Estate, String> {
            Ok(Estate {
                looked_at: self.0.fetch_add(1, Ordering::Relaxed) + 1,
                kind: EstateKind::Embedded,
                writer: Writer {
                    instance: "ward-1".to_owned(),
                    since: 0,
                    has_lease: false,
                },
                backup: None,
                embedded: None,
                redis: None,
                warnings: Vec::new(),
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_look_serves_everybody_within_its_time_and_nobody_after_it() {
        let protection = Protection {
            http: Link::Tls,
            redis: None,
            idle_timeout_seconds: 1_800,
            copies_itself: false,
        };
        let watch = Arc::<Counting>::default();
        let insight = Insight::new(watch, None, Configuration::default(), protection);
        let look = async || insight.estate().await.unwrap().looked_at;

        assert_eq!((look().await, look().await), (1, 1));
        tokio::time::advance(LOOK_HOLDS).await;

        assert_eq!((look().await, look().await), (2, 2));
    }
}
