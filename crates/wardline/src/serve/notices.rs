//! Tells a receiver outside of emergency accesses.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use wardline_server::gate::Gate;
use wardline_server::notices::Notices;

use crate::config::Access;
use crate::exit::UnusableFile;

/// Begins to tell outside of emergency accesses, when the site wants that.
pub(super) fn tell(
    gate: &Arc<Gate>,
    site: &Access,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let unusable = |problem: String| UnusableFile(problem);
    let settings = site
        .notices()
        .map_err(|problem| unusable(problem.to_owned()))?;
    if let Some(settings) = settings {
        let notices = Notices::new(Arc::clone(gate), &settings);
        let notices = notices.map_err(|problem| unusable(format!("access: {problem}")))?;
        tokio::spawn(notices.run(stop.clone()));
    }
    Ok(())
}
