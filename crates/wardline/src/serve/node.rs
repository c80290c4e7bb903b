//! A running Wardline: store, service, listeners and HTTP, started in that order and stopped in the other.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wardline_access::policy::Engine;
use wardline_audit::Audit;
use wardline_audit::model::EventKind as AuditKind;
use wardline_audit::port::ArchiveStore;
use wardline_audit::signing::SigningKeys;
use wardline_messaging::Messaging;
use wardline_messaging::model::{ChannelName, EventKind};
use wardline_messaging::port::{Clock, SystemClock};
use wardline_server::http::auth::Tokens;
use wardline_server::http::{ApiParts, HttpServer, router};
use wardline_server::metrics::Metrics;
use wardline_server::mllp::Listeners;
use wardline_server::oidc::Oidc;
use wardline_sessions::Sessions;
use wardline_vitals::LiveBeds;

use super::parts::{
    archive_behind, audit, back_up_behind, channels, http_options, key_keeper, live_beds,
    messaging, mllp_bounds, partners, sessions,
};
use crate::config::{self, Config, Effective, StoreKind};
use crate::exit::UnusableFile;
use crate::files;
use crate::lifecycle::Managed;
use crate::outside::KeySet;
use crate::roles;
use crate::tokens;

use super::room::Room;
use super::stores::Stores;
use super::{insight, notices, policies, provider, recorded, records};

/// What a node is made from.
pub(crate) struct NodeSettings {
    pub(crate) config: Config,
    pub(crate) effective: Vec<Effective>,
    pub(crate) keys: Arc<KeySet>,
    pub(crate) archive: Option<Arc<dyn ArchiveStore>>,
    pub(crate) audit_keys: SigningKeys,
}

/// A running Wardline.
pub(crate) struct Node {
    messaging: Messaging,
    sessions: Sessions,
    sessions_section: config::Sessions,
    beds: LiveBeds,
    audit: Audit,
    listeners: Arc<Listeners>,
    tokens: Arc<Tokens>,
    tokens_file: PathBuf,
    /// The folder, and what its messages are kept in.
    channel_files: (PathBuf, StoreKind),
    engine: Arc<Engine>,
    policies_directory: Option<PathBuf>,
    oidc: Arc<Oidc>,
    oidc_file: Option<PathBuf>,
    http_address: SocketAddr,
    http: Mutex<Option<JoinHandle<()>>>,
    stop_http: CancellationToken,
}

impl Node {
    /// Starts everything; returns once messages are taken.
    pub(super) async fn start(settings: NodeSettings, stores: Stores) -> anyhow::Result<Self> {
        let NodeSettings {
            config,
            effective,
            keys,
            archive,
            audit_keys,
        } = settings;
        let channels = channels(&config.channels.directory, config.store.kind)?;
        let entries = tokens::load(&config.api.tokens_file)
            .map_err(|error| UnusableFile(error.to_string()))?;
        let tokens = Arc::new(Tokens::new(entries));
        let policies = policies::load(config.access.policies_directory.as_deref())?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);

        let settings_of_sessions =
            roles::load(&config.sessions).map_err(|error| UnusableFile(error.to_string()))?;
        let metrics = Arc::new(Metrics::new(env!("CARGO_PKG_VERSION"), clock.now()));
        let mut room = Room::open(stores, keys).await?;
        room.unwrap_keys().await;
        // Before everything else: nothing is disclosed that is not recorded.
        let audit = audit(&config, &room, (Arc::clone(&clock), audit_keys)).await?;
        audit.start();
        let beds = live_beds(&config, &room, Arc::clone(&clock)).await?;
        beds.start();
        let sessions = sessions(&room, Arc::clone(&clock), settings_of_sessions).await;
        let engine = Arc::new(Engine::new(policies));
        let oidc = provider::door(config.access.oidc_file.as_deref(), Arc::clone(&clock))?;
        let deciding = (Arc::clone(&engine), &config.access, Arc::clone(&oidc));
        let patients = records::open(&config, &room, Arc::clone(&clock)).await?;
        let joined = (&audit, &sessions, &beds, &patients);
        let gate = Arc::new(policies::gate(&room, Arc::clone(&clock), deciding, joined));
        // Before messages: a channel may feed beds and records at once.
        let fed = (&beds, &patients, &gate);
        let partners = partners(&config, (Arc::clone(&clock), &metrics), fed);
        let messaging = messaging(&config, &room, (Arc::clone(&clock), partners), channels).await?;
        let grace = Duration::from_secs(config.shutdown.grace_seconds);
        let bounds = mllp_bounds(&config, grace);
        let listeners = Arc::new(Listeners::new(Arc::new(messaging.clone()), bounds));
        let stop_http = CancellationToken::new();
        let behind = (Arc::clone(&clock), stop_http.clone());
        let keys = key_keeper(&mut room, (&patients, &audit, &messaging), behind.clone());
        keys.start();
        archive_behind(&config, &audit, archive.as_ref(), stop_http.clone());
        let copies = back_up_behind(&config, &room, &audit, behind);
        notices::tell(&gate, &config.access, &stop_http)?;
        let options = http_options(&config, grace);
        let api = router(ApiParts {
            messaging: messaging.clone(),
            sessions: sessions.clone(),
            beds: beds.clone(),
            patients,
            audit: audit.clone(),
            archive,
            keys,
            gate,
            store: Arc::clone(&room.stores.watch),
            insight: insight::of(&config, &effective, &room.stores, &clock).with_copies(copies),
            tokens: Arc::clone(&tokens),
            clock,
            metrics,
            listeners: Arc::clone(&listeners),
            options: options.clone(),
            stop: stop_http.clone(),
        });
        let tls = files::http_tls(&config).context("http")?;
        let server = HttpServer::bind(config.http.address, api, options, tls)
            .await
            .with_context(|| format!("http.address: cannot listen on {}", config.http.address))?;
        let http_address = server.local_address()?;
        // Before HTTP answers, so that `/readyz` does not speak of readiness while nothing listens yet.
        listeners.apply(&messaging.channel_definitions()).await?;
        let http = tokio::spawn(server.serve(stop_http.clone()));
        let node = Self {
            messaging,
            sessions,
            sessions_section: config.sessions,
            beds,
            audit,
            listeners,
            tokens,
            tokens_file: config.api.tokens_file,
            channel_files: (config.channels.directory, config.store.kind),
            engine,
            policies_directory: config.access.policies_directory,
            oidc,
            oidc_file: config.access.oidc_file,
            http_address,
            http: Mutex::new(Some(http)),
            stop_http,
        };
        node.announce_started(&[]);
        Ok(node)
    }

    /// Where the HTTP API listens.
    pub(crate) fn http_address(&self) -> SocketAddr {
        self.http_address
    }

    fn listening(&self) -> Vec<ChannelName> {
        self.listeners
            .states()
            .into_iter()
            .map(|state| state.channel)
            .collect()
    }

    fn announce_started(&self, already: &[ChannelName]) {
        for channel in self
            .listening()
            .into_iter()
            .filter(|name| !already.contains(name))
        {
            self.messaging
                .announce(EventKind::ChannelStarted { channel });
        }
    }
}

impl Managed for Node {
    async fn reload(&self) -> anyhow::Result<()> {
        let channels = channels(&self.channel_files.0, self.channel_files.1)?;
        let entries = tokens::load(&self.tokens_file)?;
        let settings_of_sessions = roles::load(&self.sessions_section)?;
        let policies = policies::load(self.policies_directory.as_deref())?;
        let provider = provider::read(self.oidc_file.as_deref())?;
        let (kind, what) = (
            AuditKind::ConfigurationChanged,
            "channels, tokens, roles, policies and the outside provider were read again",
        );
        recorded::change(&self.audit, kind, what).await?;
        // Who may do what comes first: no channel of the new files acts by the old policies.
        let replaced = self.oidc.replace(provider);
        replaced.map_err(|problem| UnusableFile(format!("access.oidc_file: {problem}")))?;
        policies::replace(&self.engine, policies, &self.audit).await?;
        let before = self.messaging.channel_definitions();
        let was_listening = self.listening();
        self.messaging.reload(channels).await?;
        if let Err(error) = self
            .listeners
            .apply(&self.messaging.channel_definitions())
            .await
        {
            let before = before.iter().map(|channel| (**channel).clone()).collect();
            self.messaging.reload(before).await?;
            return Err(error.into());
        }
        self.tokens.replace(entries);
        self.sessions.reload(settings_of_sessions);
        self.announce_started(&was_listening);
        let listening = self.listening();
        for channel in was_listening
            .into_iter()
            .filter(|name| !listening.contains(name))
        {
            self.messaging
                .announce(EventKind::ChannelStopped { channel });
        }
        Ok(())
    }

    async fn stop(&self) {
        self.listeners.stop().await;
        self.messaging.stop().await;
        self.stop_http.cancel();
        let http = self.http.lock().await.take();
        if let Some(http) = http
            && http.await.is_err()
        {
            tracing::error!("the HTTP server ended by a panic");
        }
        // After HTTP: what it was asked until then is written too.
        self.sessions.stop().await;
        self.beds.stop().await;
        // Last: whatever was disclosed until here is in it.
        if let Err(error) = self.audit.stop().await {
            tracing::error!(%error, "the audit trail was not closed; the next start records that");
        }
    }

    fn is_alive(&self) -> bool {
        self.messaging.is_running()
    }
}
