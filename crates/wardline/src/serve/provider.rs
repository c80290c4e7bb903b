//! The outside provider whose people may come in, as its file says.

use std::path::Path;
use std::sync::Arc;

use wardline_messaging::port::Clock;
use wardline_server::oidc::{self, Oidc};

use crate::exit::UnusableFile;

/// Bytes of the file of a provider at most.
const MAX_FILE_BYTES: u64 = 256 * 1024;

/// What the site says of its provider; none when the configuration names no file.
pub(super) fn read(path: Option<&Path>) -> anyhow::Result<Option<oidc::Settings>> {
    let Some(path) = path else { return Ok(None) };
    let problem = |what: &dyn std::fmt::Display| {
        UnusableFile(format!("access.oidc_file: {}: {what}", path.display()))
    };
    let size = std::fs::metadata(path)
        .map_err(|error| problem(&error))?
        .len();
    if size > MAX_FILE_BYTES {
        return Err(problem(&"it is larger than 256 KiB").into());
    }
    let text = std::fs::read_to_string(path).map_err(|error| problem(&error))?;
    let base = path.parent().unwrap_or(Path::new(""));
    let settings = oidc::parse(&text, base).map_err(|error| problem(&error))?;
    Ok(Some(settings))
}

/// The door for people whom the provider signed in.
pub(super) fn door(path: Option<&Path>, clock: Arc<dyn Clock>) -> anyhow::Result<Arc<Oidc>> {
    let door = Oidc::new(read(path)?, clock);
    let door = door.map_err(|problem| UnusableFile(format!("access.oidc_file: {problem}")))?;
    Ok(Arc::new(door))
}
