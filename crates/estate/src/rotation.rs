//! New certificates while a server runs.

use std::path::Path;

use crate::EstateError;
use crate::certificates::CertificateFiles;
use crate::description::{Estate, Node};
use crate::link::Link;

/// Has a data node read its certificate again, from where its configuration says. Connections that there are stay.
///
/// Certificate and key are set with one command, so that they are never of two pairs.
///
/// # Errors
/// [`EstateError::Link`] when it does not answer or cannot use the files; it keeps the old ones then.
pub async fn reload(link: &mut Link, estate: &Estate, node: &Node) -> Result<(), EstateError> {
    let folder = estate.configuration_of(node).join("tls");
    let files = CertificateFiles::in_folder(&folder, "node");
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let (certificate, key, authority) = (
        text(&files.certificate),
        text(&files.key),
        text(&files.authority),
    );
    link.call(&[
        "CONFIG",
        "SET",
        "tls-cert-file",
        &certificate,
        "tls-key-file",
        &key,
        "tls-ca-cert-file",
        &authority,
    ])
    .await?;
    Ok(())
}
