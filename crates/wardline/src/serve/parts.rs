//! The parts of a node, each made of what the configuration says.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use tokio_util::sync::CancellationToken;
use wardline_audit::port::ArchiveStore;
use wardline_audit::signing::SigningKeys;
use wardline_audit::{Audit, AuditParts};
use wardline_messaging::channel::Channel;
use wardline_messaging::port::Clock;
use wardline_messaging::{Messaging, MessagingParts};
use wardline_patients::Patients;
use wardline_server::gate::Gate;
use wardline_server::http::{HttpOptions, MetricsAccess};
use wardline_server::insight::CopiesItself;
use wardline_server::keys::{KeyKeeper, KeyKeeperParts};
use wardline_server::metrics::Metrics;
use wardline_server::mllp::MllpBounds;
use wardline_server::outbound::Partners;
use wardline_sessions::settings::Settings;
use wardline_sessions::{Sessions, SessionsParts};
use wardline_vitals::{LiveBeds, LiveBedsParts};

use super::archiver;
use super::backups::Backups;
use super::copying::Copying;
use super::leash::Leashed;
use super::room::Room;
use crate::config::{Config, StoreKind};
use crate::exit::UnusableFile;
use crate::files;
use crate::shifts;

pub(super) fn channels(directory: &Path, store: StoreKind) -> anyhow::Result<Vec<Channel>> {
    let channels = files::channels(directory, store).map_err(UnusableFile)?;
    if channels.is_empty() {
        let directory = directory.display();
        tracing::warn!(%directory, "there is no channel file: no messages are taken");
    }
    Ok(channels)
}

pub(super) async fn audit(
    config: &Config,
    room: &Room,
    (clock, keys): (Arc<dyn Clock>, SigningKeys),
) -> anyhow::Result<Audit> {
    let shifts = shifts::load(&config.audit, &room.blind_index)
        .map_err(|error| UnusableFile(error.to_string()))?;
    let parts = AuditParts {
        store: Arc::clone(&room.stores.audit),
        ring: Arc::clone(&room.ring),
        blind_index: Arc::clone(&room.blind_index),
        clock,
        keys: Arc::new(keys),
    };
    Audit::open(parts, config.audit.settings(shifts))
        .await
        .context("the audit trail cannot be opened, and without it nothing may be disclosed")
}

pub(super) fn key_keeper(
    room: &mut Room,
    (patients, audit, messaging): (&Patients, &Audit, &Messaging),
    (clock, stop): (Arc<dyn Clock>, CancellationToken),
) -> KeyKeeper {
    KeyKeeper::new(KeyKeeperParts {
        ring: Arc::clone(&room.ring),
        provider: Arc::clone(&room.provider),
        watched: room.watched.clone(),
        patients: patients.clone(),
        audit: audit.clone(),
        messaging: messaging.clone(),
        clock,
        reseal_index: room.reseal_index.take(),
        stop,
    })
}

pub(super) fn archive_behind(
    config: &Config,
    audit: &Audit,
    archive: Option<&Arc<dyn ArchiveStore>>,
    stop: CancellationToken,
) {
    let minutes = config.audit.archive_every_minutes;
    if let Some(archive) = archive.filter(|_| minutes > 0) {
        let every = Duration::from_mins(minutes);
        archiver::start(audit.clone(), Arc::clone(archive), every, stop);
    }
}

/// What makes copies of an embedded store, where they are wanted.
pub(super) fn back_up_behind(
    config: &Config,
    room: &Room,
    audit: &Audit,
    behind: (Arc<dyn Clock>, CancellationToken),
) -> Option<Arc<dyn CopiesItself>> {
    let Some(store) = room.stores.embedded.clone() else {
        if config.store.backup_folder.is_some() {
            tracing::warn!(
                "store.backup_folder is for an embedded store; copy Redis with `wardline redis backup`"
            );
        }
        return None;
    };
    let backups = Backups::of(&config.store, store)?;
    Some(Copying::start(backups, audit.clone(), behind))
}

pub(super) fn mllp_bounds(config: &Config, grace: Duration) -> MllpBounds {
    MllpBounds {
        max_connections: config.mllp.max_connections,
        handshake_timeout: Duration::from_secs(config.mllp.handshake_timeout_seconds),
        max_unstored_bytes: usize::try_from(config.mllp.max_buffered_bytes).unwrap_or(usize::MAX),
        stop_grace: grace,
        ..MllpBounds::default()
    }
}

pub(super) async fn live_beds(
    config: &Config,
    room: &Room,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<LiveBeds> {
    let parts = LiveBedsParts {
        store: Arc::clone(&room.stores.beds),
        ring: Arc::clone(&room.ring),
        blind_index: Arc::clone(&room.blind_index),
        clock,
    };
    LiveBeds::open(parts, config.beds.settings())
        .await
        .context("live beds cannot start")
}

/// Sessions, which end in time and are told of from here on.
pub(super) async fn sessions(room: &Room, clock: Arc<dyn Clock>, settings: Settings) -> Sessions {
    let parts = SessionsParts {
        store: Arc::clone(&room.stores.sessions),
        ring: Arc::clone(&room.ring),
        blind_index: Arc::clone(&room.blind_index),
        clock,
    };
    let sessions = Sessions::new(parts, settings);
    sessions.follow().await;
    sessions.start();
    sessions
}

/// Whom messages go to: partners outside, and beds and records of this process.
pub(super) fn partners(
    config: &Config,
    (clock, metrics): (Arc<dyn Clock>, &Metrics),
    (beds, patients, gate): (&LiveBeds, &Patients, &Arc<Gate>),
) -> Partners {
    Partners::new(clock)
        .with_beds(beds.clone(), metrics)
        .with_records(
            patients.clone(),
            Arc::clone(gate),
            config.beds.default_zone.zone.clone(),
        )
}

pub(super) async fn messaging(
    config: &Config,
    room: &Room,
    (clock, partners): (Arc<dyn Clock>, Partners),
    channels: Vec<Channel>,
) -> anyhow::Result<Messaging> {
    let parts = MessagingParts {
        store: Arc::clone(&room.stores.messages),
        ring: Arc::clone(&room.ring),
        blind_index: Arc::clone(&room.blind_index),
        partners: Leashed::over(Arc::new(partners), room.stores.ownership.term()),
        clock,
        min_free_bytes: match config.store.kind {
            StoreKind::Embedded => config.store.min_free_bytes,
            StoreKind::Redis => config.redis.min_free_bytes,
        },
        node: config.node.name.as_str().to_owned(),
    };
    Messaging::start(parts, channels)
        .await
        .map_err(|error| anyhow!(error))
}

pub(super) fn http_options(config: &Config, grace: Duration) -> HttpOptions {
    let (http, telemetry) = (&config.http, &config.telemetry);
    let metrics = match (telemetry.metrics, telemetry.metrics_require_token) {
        (false, _) => MetricsAccess::Off,
        (true, true) => MetricsAccess::Token,
        (true, false) => MetricsAccess::Open,
    };
    HttpOptions {
        threads: http.threads,
        max_connections: http.max_connections,
        body_limit_bytes: usize::try_from(http.request_body_limit_bytes).unwrap_or(usize::MAX),
        request_timeout: Duration::from_secs(http.request_timeout_seconds),
        stop_grace: grace.min(Duration::from_secs(5)),
        metrics,
        max_bed_streams_per_token: config.beds.max_streams_per_token,
        ..HttpOptions::default()
    }
}
