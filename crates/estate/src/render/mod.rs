//! The files of each node, made out of the description.
//!
//! What they hold and why is in `docs/guides/redis-estate.md`. Each line is checked by a real server in the tests.

mod sentinel;
mod server;
mod systemd;
mod users;

use std::path::Path;

use crate::description::{Estate, Node, Supervision};
use crate::secrets::Secrets;
use crate::{EstateError, files};

pub use sentinel::sentinel_conf;
pub use server::redis_conf;
pub use systemd::unit;
pub use users::{users_of_data_node, users_of_sentinel};

/// Writes the configuration and the users of every node into the folder for it below `into`.
///
/// # Errors
/// [`EstateError::File`] when a file cannot be written.
pub fn write_all(estate: &Estate, secrets: &Secrets, into: &Path) -> Result<(), EstateError> {
    for node in &estate.nodes {
        write_data_node(estate, secrets, node, into)?;
    }
    for node in &estate.sentinels {
        let folder = into.join(&node.name);
        files::folder(&folder)?;
        files::write(
            &folder.join("sentinel.conf"),
            &sentinel_conf(estate, secrets, node),
        )?;
        files::write(
            &folder.join("users.acl"),
            &users_of_sentinel(estate, secrets),
        )?;
        write_unit(estate, node, true, &folder)?;
    }
    Ok(())
}

/// Writes the configuration and the users of one data node.
///
/// # Errors
/// [`EstateError::File`] when a file cannot be written.
pub fn write_data_node(
    estate: &Estate,
    secrets: &Secrets,
    node: &Node,
    into: &Path,
) -> Result<(), EstateError> {
    let folder = into.join(&node.name);
    files::folder(&folder)?;
    files::write(
        &folder.join("redis.conf"),
        &redis_conf(estate, secrets, node),
    )?;
    files::write(
        &folder.join("users.acl"),
        &users_of_data_node(estate, secrets),
    )?;
    write_unit(estate, node, false, &folder)
}

fn write_unit(
    estate: &Estate,
    node: &Node,
    is_sentinel: bool,
    folder: &Path,
) -> Result<(), EstateError> {
    if estate.settings.supervision == Supervision::None {
        return Ok(());
    }
    let name = format!("wardline-{}.service", node.name);
    files::write(&folder.join(name), &unit(estate, node, is_sentinel))
}

/// A path as a configuration file takes it.
fn quoted(path: &Path) -> String {
    let text = path
        .to_string_lossy()
        .replace('\\', "\\\\")
        .replace('"', "\\\"");
    format!("\"{text}\"")
}
