//! An instance that stands by: it answers probes, and takes over when the one that writes is gone.

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;
use wardline_server::http::{HttpOptions, HttpServer, standby};

use super::ownership::{Owned, Turn};
use crate::config::Config;
use crate::files;
use crate::lifecycle::Manager;

/// Waits for this instance's turn. `/healthz` says that it lives, `/readyz` that it takes nothing yet.
pub(super) async fn wait(
    config: &Config,
    turn: &Turn,
    manager: &impl Manager,
) -> anyhow::Result<Owned> {
    let address = config.http.address;
    let tls = files::http_tls(config).context("http")?;
    let options = HttpOptions::default();
    let server = HttpServer::bind(address, standby(), options, tls)
        .await
        .with_context(|| format!("http.address: cannot listen on {address}"))?;
    let stop = CancellationToken::new();
    let serving = tokio::spawn(server.serve(stop.clone()));
    tracing::info!("another instance of Wardline writes to this Redis; standing by");
    manager.ready("standing by");
    let owned = turn.wait().await;
    tracing::info!("taking over");
    stop.cancel();
    if serving.await.is_err() {
        tracing::error!("the standby's HTTP server ended by a panic");
    }
    Ok(owned)
}
