//! How this instance looks at its own store, and what else it shows to those who run it.

use std::sync::Arc;

use async_trait::async_trait;
use wardline_messaging::port::{Clock, MessageStore};
use wardline_server::insight::{
    DrillReports, Embedded, Estate, EstateKind, EstateWatch, Insight, Severity, Warning, Writer,
};
use wardline_store_redis::Redis;

use super::stores::Stores;
use crate::config::{Config, Effective};
use crate::insight::{BackupMark, DrillFolder, configuration, estate_of_redis, protection};

/// What a node shows.
pub(super) fn of(
    config: &Config,
    effective: &[Effective],
    stores: &Stores,
    clock: &Arc<dyn Clock>,
) -> Insight {
    let now = clock.now();
    let place = stores.redis.clone().map_or_else(
        || Place::Here {
            store: Arc::clone(&stores.messages),
            min_free_bytes: config.store.min_free_bytes,
        },
        Place::Redis,
    );
    let writer = Writer {
        instance: config.node.name.as_str().to_owned(),
        since: now,
        has_lease: stores.redis.is_some(),
    };
    let watch = Watch {
        backups: BackupMark::of(&config.store),
        place,
        writer,
        clock: Arc::clone(clock),
    };
    let drills = config.redis.drill_reports.as_deref().map(DrillFolder::at);
    let drills = drills.map(|folder| Arc::new(folder) as Arc<dyn DrillReports>);
    let shown = configuration(effective, now);
    Insight::new(Arc::new(watch), drills, shown, protection(config))
}

/// Where everything is kept.
enum Place {
    Here {
        store: Arc<dyn MessageStore>,
        min_free_bytes: u64,
    },
    Redis(Redis),
}

struct Watch {
    place: Place,
    backups: Option<BackupMark>,
    writer: Writer,
    clock: Arc<dyn Clock>,
}

#[async_trait]
impl EstateWatch for Watch {
    async fn look(&self) -> Result<Estate, String> {
        let mut estate = Estate {
            looked_at: self.clock.now(),
            kind: EstateKind::Embedded,
            writer: self.writer.clone(),
            backup: None,
            embedded: None,
            redis: None,
            warnings: Vec::new(),
        };
        match &self.place {
            Place::Redis(redis) => {
                let (redis, warnings) = estate_of_redis(&redis.survey().await);
                estate.kind = EstateKind::Redis;
                (estate.redis, estate.warnings) = (Some(redis), warnings);
            }
            Place::Here {
                store,
                min_free_bytes,
            } => {
                let usage = store.usage().await;
                let usage = usage.map_err(|_| "The store cannot be measured now.".to_owned())?;
                let embedded = Embedded {
                    used_bytes: usage.used_bytes,
                    free_bytes: usage.free_bytes,
                    min_free_bytes: *min_free_bytes,
                };
                estate.warnings = of_disk(&embedded).into_iter().collect();
                estate.embedded = Some(embedded);
            }
        }
        if let Some(mark) = self.backups.clone() {
            let now = estate.looked_at;
            let looked = tokio::task::spawn_blocking(move || mark.look(now)).await;
            let (backup, warning) =
                looked.map_err(|_| "The mark of backups cannot be looked at.".to_owned())?;
            estate.backup = Some(backup);
            estate.warnings.extend(warning);
            estate.warnings.sort_by_key(|warning| warning.severity);
        }
        Ok(estate)
    }
}

/// What a person should look at of a disk that fills up.
fn of_disk(store: &Embedded) -> Option<Warning> {
    let (severity, says) = if store.free_bytes < store.min_free_bytes {
        let says = "less is free than store.min_free_bytes: senders are told to try later";
        (Severity::Broken, says)
    } else if store.free_bytes < store.min_free_bytes.saturating_mul(2) {
        let says =
            "less than twice store.min_free_bytes is free: soon senders are told to try later";
        (Severity::Warning, says)
    } else {
        return None;
    };
    Some(Warning {
        severity,
        address: None,
        what: "disk".to_owned(),
        says: says.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_named_below_twice_what_must_be_free_and_broken_below_that() {
        let weight = |free_bytes| {
            let store = Embedded {
                used_bytes: 1,
                free_bytes,
                min_free_bytes: 100,
            };
            of_disk(&store).map(|warning| warning.severity)
        };

        assert_eq!(weight(200), None);
        assert_eq!(weight(199), Some(Severity::Warning));
        assert_eq!(weight(100), Some(Severity::Warning));
        assert_eq!(weight(99), Some(Severity::Broken));
    }
}
