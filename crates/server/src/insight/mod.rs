//! What those who run the installation may see of it: the store and its servers, drills, the configuration. Nothing of a
//! patient, no secret, no path of the machine.
//!
//! The edge knows no store and no configuration file: whoever puts the process together gives it these.

mod drill;
mod estate;
mod setting;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serializer;
use tokio::sync::Mutex;
use tokio::time::{Duration, Instant};
use wardline_kernel::UnixMillis;

pub use drill::{DrillEvent, DrillHead, DrillName, DrillPattern, DrillReport, DrillShelf};
pub use estate::{
    Backup, DataServer, Embedded, Estate, EstateKind, Redis, Role, Sentinel, Severity, SlotRange,
    Warning, Writer,
};
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
    last: Arc<Mutex<Option<(Instant, Estate)>>>,
}

impl Insight {
    /// These; `drills` where a folder of reports is configured.
    pub fn new(
        estate: Arc<dyn EstateWatch>,
        drills: Option<Arc<dyn DrillReports>>,
        configuration: Configuration,
    ) -> Self {
        Self {
            estate,
            drills,
            configuration: Arc::new(configuration),
            last: Arc::default(),
        }
    }

    /// How the estate is: as of at most a second ago. One looks at a time.
    pub(crate) async fn estate(&self) -> Result<Estate, String> {
        let mut last = self.last.lock().await;
        if let Some((at, estate)) = &*last
            && at.elapsed() < LOOK_HOLDS
        {
            return Ok(estate.clone());
        }
        let estate = self.estate.look().await?;
        *last = Some((Instant::now(), estate.clone()));
        Ok(estate)
    }

    pub(crate) fn drills(&self) -> Option<&Arc<dyn DrillReports>> {
        self.drills.as_ref()
    }

    pub(crate) fn configuration(&self) -> &Configuration {
        &self.configuration
    }
}

/// Writes a time as text (RFC 3339, UTC).
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn rfc3339<S: Serializer>(at: &UnixMillis, serializer: S) -> Result<S::Ok, S::Error> {
    let at = i64::try_from(*at).ok();
    match at.and_then(|at| Timestamp::from_millisecond(at).ok()) {
        Some(at) => serializer.collect_str(&at),
        None => serializer.serialize_str(""),
    }
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
        let insight = Insight::new(Arc::<Counting>::default(), None, Configuration::default());
        let look = async || insight.estate().await.unwrap().looked_at;

        assert_eq!((look().await, look().await), (1, 1));
        tokio::time::advance(LOOK_HOLDS).await;

        assert_eq!((look().await, look().await), (2, 2));
    }
}
