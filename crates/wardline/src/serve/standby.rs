//! An instance that stands by: it answers probes and checks of sessions, tells what happens to them, and takes over when the
//! one that writes is gone. Sessions have no lease; why a check here is as good as there is in decision 21, why events are the
//! same in decision 27.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::Notify;
use tokio::time::{Instant, interval_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use wardline_kernel::{Change, Clock, Spell, SystemClock};
use wardline_phi::KeyRing;
use wardline_server::http::auth::Tokens;
use wardline_server::http::{HttpServer, StandbyParts, standby};
use wardline_server::metrics::Metrics;
use wardline_sessions::{Sessions, SessionsParts};
use wardline_store_redis::{Redis, RedisWrappedKeys};

use super::node::NodeSettings;
use super::ownership::{Owned, Turn};
use super::parts::http_options;
use super::room::open_keys;
use super::stores;
use crate::config;
use crate::exit::{UnusableFile, in_words};
use crate::files;
use crate::lifecycle::Manager;
use crate::roles;
use crate::tokens;

/// How often keys are looked for that the other instance has made: it makes those of a month before the month begins.
const LOOK_FOR_KEYS: Duration = Duration::from_secs(2);

/// An instance that stands by.
pub(super) struct Standby {
    server: HttpServer,
    sessions: Sessions,
    ring: Arc<KeyRing>,
    tokens: Arc<Tokens>,
    tokens_file: PathBuf,
    sessions_section: config::Sessions,
    stop: CancellationToken,
}

impl Standby {
    /// Opens what checks of sessions need, and binds the address.
    ///
    /// # Errors
    /// A file cannot be used, the keys do not open what is stored, or the address is in use: it could not take over
    /// either.
    pub(super) async fn open(
        settings: &NodeSettings,
        (redis, trail): (&Redis, Option<&Redis>),
    ) -> anyhow::Result<Self> {
        let config = &settings.config;
        let entries = tokens::load(&config.api.tokens_file)
            .map_err(|error| UnusableFile(error.to_string()))?;
        let tokens = Arc::new(Tokens::new(entries));
        let of_roles =
            roles::load(&config.sessions).map_err(|error| UnusableFile(error.to_string()))?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let wrapped_keys = Arc::new(RedisWrappedKeys::new(redis));
        let (ring, blind_index) = open_keys(Arc::clone(&settings.keys), wrapped_keys).await?;
        let store = Arc::new(stores::sessions(config, redis));
        let parts = SessionsParts {
            store: Arc::clone(&store) as _,
            ring: Arc::clone(&ring),
            blind_index,
            clock: Arc::clone(&clock),
        };
        // Not started: the instance that writes ends sessions in time.
        let sessions = Sessions::new(parts, of_roles);
        sessions.follow().await;
        let stop = CancellationToken::new();
        let grace = Duration::from_secs(config.shutdown.grace_seconds);
        let options = http_options(config, grace);
        let api = standby(StandbyParts {
            sessions: sessions.clone(),
            tokens: Arc::clone(&tokens),
            metrics: Arc::new(Metrics::new(env!("CARGO_PKG_VERSION"), clock.now())),
            clock,
            store: stores::watch(redis.clone(), trail.cloned(), store),
            options: options.clone(),
            stop: stop.clone(),
        });
        let address = config.http.address;
        let tls = files::http_tls(config).context("http")?;
        let server = HttpServer::bind(address, api, options, tls)
            .await
            .with_context(|| format!("http.address: cannot listen on {address}"))?;
        Ok(Self {
            server,
            sessions,
            ring,
            tokens,
            tokens_file: config.api.tokens_file.clone(),
            sessions_section: config.sessions.clone(),
            stop,
        })
    }

    /// Serves until it is this instance's turn. `/healthz` says that it lives, `/readyz` that it takes nothing yet,
    /// `/readyz/sessions` that it checks sessions. `reread` has it read tokens and roles again.
    pub(super) async fn wait(
        self,
        turn: &Turn,
        manager: &impl Manager,
        reread: &Notify,
    ) -> anyhow::Result<Owned> {
        let serving = tokio::spawn(self.server.accept_until(self.stop.clone()));
        let keys = AbortOnDropHandle::new(tokio::spawn(look_for_keys(self.ring)));
        tracing::info!(
            "another instance of Wardline writes to this Redis; standing by, checking sessions and telling of them"
        );
        manager.ready("standing by");
        let taking = turn.wait();
        tokio::pin!(taking);
        let owned = loop {
            tokio::select! {
                owned = &mut taking => break owned,
                () = reread.notified() => {
                    match read_again(&self.tokens_file, &self.sessions_section) {
                        Ok((entries, of_roles)) => {
                            self.tokens.replace(entries);
                            self.sessions.reload(of_roles);
                            tracing::info!("tokens and roles were read again");
                        }
                        Err(error) => {
                            let reason = in_words(&error);
                            tracing::error!(reason, "not reloaded: everything stays as it was");
                        }
                    }
                }
            }
        };
        tracing::info!("taking over");
        self.stop.cancel();
        let ending = serving.await;
        let sessions = self.sessions;
        // Beside what begins now: a request that takes its time must not keep messages waiting.
        drop(tokio::spawn(async move {
            if let Ok(ending) = ending {
                ending.ended().await;
            } else {
                tracing::error!("the standby's HTTP server ended by a panic");
            }
            drop(keys);
            // What was checked here is activity that nobody else knows of.
            sessions.stop().await;
        }));
        Ok(owned)
    }
}

type Files = (
    Vec<wardline_server::http::auth::TokenEntry>,
    wardline_sessions::settings::Settings,
);

fn read_again(tokens_file: &std::path::Path, section: &config::Sessions) -> anyhow::Result<Files> {
    Ok((tokens::load(tokens_file)?, roles::load(section)?))
}

/// Reads keys that the other instance makes, as sessions are sealed by them.
async fn look_for_keys(ring: Arc<KeyRing>) {
    let mut spell = Spell::default();
    let mut ticks = interval_at(Instant::now() + LOOK_FOR_KEYS, LOOK_FOR_KEYS);
    loop {
        ticks.tick().await;
        let ring = Arc::clone(&ring);
        let looked = tokio::task::spawn_blocking(move || ring.refresh()).await;
        let Ok(looked) = looked else {
            // The runtime ends.
            return;
        };
        match spell.tell(looked) {
            Some(Change::Began(error)) => {
                tracing::warn!(%error, "new keys cannot be looked for now; it is tried again");
            }
            Some(Change::Ended) => tracing::info!("new keys are looked for again"),
            None => {}
        }
    }
}
