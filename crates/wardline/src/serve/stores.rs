//! The stores of a node: one of each port, all of them of one kind.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::Notify;
use wardline_access::port::AccessStore;
use wardline_audit::port::AuditStore;
use wardline_messaging::port::MessageStore;
use wardline_patients::port::{ErasureLedger, PatientStore};
use wardline_phi::WrappedKeyStore;
use wardline_server::{RememberedSessions, StoreCondition, StoreWatch, store_here};
use wardline_sessions::port::SessionStore;
use wardline_store_embedded::{EmbeddedStore, ErasureFile, Options};
use wardline_store_redis::{
    Finding, Redis, RedisAccess, RedisAudit, RedisBeds, RedisErasures, RedisMessages,
    RedisPatients, RedisSessions, RedisWrappedKeys, TwofoldErasures, Weight,
};
use wardline_vitals::port::BedStore;

use super::node::NodeSettings;
use super::ownership::{Ownership, Turn};
use super::standby::Standby;
use crate::config::{Config, StoreKind};
use crate::exit::UnusableFile;
use crate::files;
use crate::lifecycle::Manager;

/// What each capability keeps its own in. Whoever holds one of them does not know which kind it is.
pub(super) struct Stores {
    pub(super) messages: Arc<dyn MessageStore>,
    pub(super) sessions: Arc<dyn SessionStore>,
    pub(super) beds: Arc<dyn BedStore>,
    pub(super) audit: Arc<dyn AuditStore>,
    pub(super) access: Arc<dyn AccessStore>,
    pub(super) patients: Arc<dyn PatientStore>,
    pub(super) erasures: Arc<dyn ErasureLedger>,
    pub(super) wrapped_keys: Arc<dyn WrappedKeyStore>,
    /// How they are.
    pub(super) watch: StoreWatch,
    /// The folder that they are in, if it is one.
    pub(super) embedded: Option<Arc<EmbeddedStore>>,
    /// The Redis that they are on, if it is one.
    pub(super) redis: Option<Redis>,
    /// The right to write to them.
    pub(super) ownership: Ownership,
}

impl Stores {
    /// Opens those that the configuration asks for. On Redis it waits, as a standby, while another instance of
    /// Wardline writes what only one may write.
    pub(super) async fn open(
        settings: &NodeSettings,
        manager: &impl Manager,
        reread: &Notify,
    ) -> anyhow::Result<Self> {
        match settings.config.store.kind {
            StoreKind::Embedded => Self::embedded(&settings.config).await,
            StoreKind::Redis => Self::redis(settings, manager, reread).await,
        }
    }

    async fn embedded(config: &Config) -> anyhow::Result<Self> {
        let store = embedded(config).await?;
        Ok(Self {
            messages: Arc::clone(&store) as _,
            sessions: Arc::clone(&store) as _,
            beds: Arc::clone(&store) as _,
            audit: Arc::clone(&store) as _,
            access: Arc::clone(&store) as _,
            patients: Arc::clone(&store) as _,
            erasures: Arc::new(ErasureFile::at(&files::erasures(config))),
            wrapped_keys: Arc::clone(&store) as _,
            embedded: Some(store),
            watch: store_here(),
            redis: None,
            ownership: Ownership::undisputed(),
        })
    }

    async fn redis(
        settings: &NodeSettings,
        manager: &impl Manager,
        reread: &Notify,
    ) -> anyhow::Result<Self> {
        let config = &settings.config;
        let node = config.node.name.as_str();
        let connection = config.redis.settings(node).map_err(UnusableFile)?;
        let redis = Redis::connect(connection)
            .await
            .context("Redis cannot be used (section [redis])")?;
        keeps_promises(&redis).await?;
        let trail = trail(config, &redis).await?;
        let lasts = Duration::from_millis(config.redis.lease_ms);
        let turn = Turn::new(&redis, trail.as_ref().unwrap_or(&redis), node, lasts)?;
        let owned = if let Some(owned) = Box::pin(turn.take()).await? {
            owned
        } else {
            let standby = Standby::open(settings, (&redis, trail.as_ref())).await?;
            Box::pin(standby.wait(&turn, manager, reread)).await?
        };
        let sessions = Arc::new(sessions(config, &redis));
        let file = ErasureFile::at(&files::erasures(config));
        let erasures = TwofoldErasures::new(Arc::new(RedisErasures::new(&redis)), Arc::new(file));
        Ok(Self {
            messages: Arc::new(RedisMessages::open(owned.messages).await?),
            sessions: Arc::clone(&sessions) as _,
            beds: Arc::new(RedisBeds::open(owned.beds)),
            audit: Arc::new(match &trail {
                Some(_) => RedisAudit::appending(owned.audit),
                None => RedisAudit::open(owned.audit),
            }),
            access: Arc::new(RedisAccess::new(&redis)),
            patients: Arc::new(RedisPatients::new(&redis)),
            erasures: Arc::new(erasures),
            wrapped_keys: Arc::new(RedisWrappedKeys::new(&redis)),
            embedded: None,
            redis: Some(redis.clone()),
            watch: watch(redis, trail, sessions),
            ownership: owned.ownership,
        })
    }
}

/// Sessions, remembered as the configuration says.
pub(super) fn sessions(config: &Config, redis: &Redis) -> RedisSessions {
    match NonZeroUsize::new(config.redis.remembered_sessions) {
        Some(room) => RedisSessions::remembering(redis.clone(), room),
        None => RedisSessions::new(redis.clone()),
    }
}

async fn embedded(config: &Config) -> anyhow::Result<Arc<EmbeddedStore>> {
    let directory = config.store.directory.clone();
    // Half of what the service keeps free: by then it has stopped taking messages long ago.
    let reserve_bytes = config.store.min_free_bytes / 2;
    let options = Options {
        reserve_bytes,
        ..Options::default()
    };
    let opened =
        tokio::task::spawn_blocking(move || EmbeddedStore::open(&directory, options)).await?;
    Ok(Arc::new(opened?))
}

/// Nothing is promised on top of servers that do not keep it.
async fn keeps_promises(redis: &Redis) -> anyhow::Result<()> {
    let findings = redis
        .verify_promises()
        .await
        .context("Redis did not say how it is set up")?;
    let told =
        |finding: &Finding| format!("{} {}: {}", finding.address, finding.what, finding.says);
    let broken: Vec<String> = findings
        .iter()
        .filter(|finding| finding.weight == Weight::Broken)
        .map(told)
        .collect();
    for finding in findings.iter().filter(|it| it.weight == Weight::Warning) {
        tracing::warn!(finding = told(finding), "Redis could be set up better");
    }
    if broken.is_empty() {
        return Ok(());
    }
    let broken = broken.join("; ");
    Err(UnusableFile(format!(
        "Redis does not keep what redis.durability promises: {broken}"
    ))
    .into())
}

/// The audit trail's own connection, when there is one. Somebody has to be let in to the trail.
async fn trail(config: &Config, redis: &Redis) -> anyhow::Result<Option<Redis>> {
    let node = config.node.name.as_str();
    let settings = config.redis.audit_settings(node).map_err(UnusableFile)?;
    let trail = match settings {
        None => None,
        Some(settings) => Some(
            Redis::connect(settings)
                .await
                .context("Redis cannot be used for the audit trail (redis.audit_user)")?,
        ),
    };
    let who = match &trail {
        Some(_) => "redis.audit_user",
        None => "redis.user (set redis.audit_user and redis.audit_password_file)",
    };
    RedisAudit::may_read(trail.as_ref().unwrap_or(redis), node)
        .await
        .with_context(|| format!("the audit trail on Redis cannot be used by {who}"))?;
    Ok(trail)
}

/// Tells how Redis is.
pub(super) fn watch(
    redis: Redis,
    trail: Option<Redis>,
    sessions: Arc<RedisSessions>,
) -> StoreWatch {
    Arc::new(move || condition(&redis, trail.as_ref(), &sessions))
}

fn condition(redis: &Redis, trail: Option<&Redis>, sessions: &RedisSessions) -> StoreCondition {
    let state = redis.state();
    let mut problems = state.problems.clone();
    for problem in trail
        .map(Redis::state)
        .map_or_else(Vec::new, |it| it.problems)
    {
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    let remembered = sessions.remembered();
    StoreCondition {
        problems,
        away_for: state.away_for,
        replicas: state.masters.iter().map(|master| master.replicas).min(),
        lag_bytes: state.masters.iter().filter_map(|m| m.lag_bytes).max(),
        seldom_sentinels: (state.topology == "sentinel").then_some(state.seldom.len()),
        remembered: Some(RememberedSessions {
            sessions: remembered.sessions,
            checks: remembered.checks,
            hears_all: remembered.hears_all,
        }),
        session_log_behind: sessions.log_behind(),
    }
}
