//! Archives sealed segments of the audit trail by itself, now and then.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wardline_audit::Audit;
use wardline_audit::model::{Origin, UserName};
use wardline_audit::port::ArchiveStore;

use super::recorded::NODE;

/// Before the first look: a start has other things to do.
const FIRST: Duration = Duration::from_secs(30);

/// Archives what is sealed, every so often, until the node stops. What fails is told, and tried again at the next look.
pub(super) fn start(
    audit: Audit,
    archive: Arc<dyn ArchiveStore>,
    every: Duration,
    stop: CancellationToken,
) {
    tokio::spawn(async move {
        let mut pause = FIRST.min(every);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = every;
            archive_all(&audit, &archive, &stop).await;
        }
    });
}

async fn archive_all(audit: &Audit, archive: &Arc<dyn ArchiveStore>, stop: &CancellationToken) {
    let Ok(name) = UserName::new(NODE) else {
        return;
    };
    loop {
        match audit
            .archive(Arc::clone(archive), Origin::of(name.clone()))
            .await
        {
            Ok(archived) => {
                if !archived.manifests.is_empty() {
                    let segments = archived.manifests.len();
                    tracing::info!(segments, "archived segments of the audit trail");
                }
                if !archived.has_more || stop.is_cancelled() {
                    return;
                }
            }
            Err(error) => {
                tracing::error!(%error, "the audit trail could not be archived; tried again later");
                return;
            }
        }
    }
}
