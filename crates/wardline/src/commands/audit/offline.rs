//! Verification without a server: of a stopped one's data directory, and of archived segments.

use std::path::Path;

use anyhow::{Context as _, ensure};
use indicatif::ProgressBar;
use serde_json::{Value as Json, json};
use wardline_audit::OperationError;
use wardline_audit::operations::{StoredTrail, Verification, VerifyRequest};
use wardline_audit::port::{ArchiveStore, FolderArchive};
use wardline_audit::signing::NoteKey;
use wardline_audit::verify::verify_archive;
use wardline_store_embedded::{EmbeddedStore, OpenError, Options};

use super::verify::{VerifyArgs, tell};
use crate::commands::config_args::ConfigArgs;
use crate::config::Environment;
use crate::exit::UnusableFile;
use crate::files;
use crate::outside;

/// Verifies the trail in a data directory. Its server is stopped: the store lets one process in.
pub(super) fn data(
    args: &VerifyArgs,
    data: &Path,
    anchors: Vec<String>,
    bar: &ProgressBar,
) -> anyhow::Result<Json> {
    let keys = keys(args)?;
    ensure!(
        data.is_dir(),
        "{} is no data directory; name that of store.directory",
        data.display()
    );
    let options = Options {
        reserve_bytes: 0,
        ..Options::default()
    };
    let store = match EmbeddedStore::open(data, options) {
        Ok(store) => store,
        // No record can be named: the engine's own files are not what was written.
        Err(error @ OpenError::Damaged { .. }) => return Ok(unreadable(None, &error)),
        Err(error) => return Err(error.into()),
    };
    let trail = StoredTrail {
        store: &store,
        keys: &keys,
    };
    let request = VerifyRequest {
        anchors,
        ..VerifyRequest::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut good = 0;
    let verified = runtime.block_on(trail.verify(request, &mut |records, of| {
        good = records;
        tell(bar, records, Some(of));
    }));
    match verified {
        Ok(verification) => Ok(of_verification(&verification)),
        // What cannot be read is as wrong as what reads as something else.
        Err(OperationError::Store(error)) => Ok(unreadable(Some(good), &error)),
        Err(error) => Err(error.into()),
    }
}

/// Verifies archived segments.
pub(super) fn archive(
    args: &VerifyArgs,
    folder: &Path,
    anchors: &[String],
    bar: &ProgressBar,
) -> anyhow::Result<Json> {
    let keys = keys(args)?;
    ensure!(folder.is_dir(), "{} is no folder", folder.display());
    let archive = FolderArchive::open(folder)?;
    of_archive(
        &archive,
        &folder.display().to_string(),
        (&keys, anchors),
        bar,
    )
}

/// Verifies the segments of the archive that the configuration names.
pub(super) fn archive_of_config(
    args: &VerifyArgs,
    anchors: &[String],
    bar: &ProgressBar,
) -> anyhow::Result<Json> {
    let keys = keys(args)?;
    let config = ConfigArgs::of_file(args.config.clone()).load()?.config;
    let archive = outside::archive(&config, &Environment::of_process())?;
    let archive = archive
        .context("no archive is configured: set audit.archive_directory, or the section s3")?;
    of_archive(
        archive.as_ref(),
        "that is configured",
        (&keys, anchors),
        bar,
    )
}

fn of_archive(
    archive: &dyn ArchiveStore,
    name: &str,
    (keys, anchors): (&[NoteKey], &[String]),
    bar: &ProgressBar,
) -> anyhow::Result<Json> {
    let mut told = |records| tell(bar, records, None);
    let verification = verify_archive(archive, keys, anchors, &mut told)
        .with_context(|| format!("cannot read the archive {name}"))?;
    ensure!(
        verification.records > 0 || verification.finding.is_some(),
        "the archive {name} holds no archived segment: expected segment-0000000000.json and what follows it"
    );
    Ok(of_verification(&verification))
}

/// The verifier keys: of the file that is named, else of the configuration's key file.
fn keys(args: &VerifyArgs) -> anyhow::Result<Vec<NoteKey>> {
    let Some(path) = &args.verifier_key else {
        let config = ConfigArgs::of_file(args.config.clone()).load()?.config;
        let keys = files::audit_keys(&config).map_err(UnusableFile)?;
        return Ok(keys.verifiers().to_vec());
    };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the verifier keys {}", path.display()))?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let keys = lines.map(|line| NoteKey::parse(line.trim()));
    let keys = keys
        .collect::<Result<Vec<_>, _>>()
        .with_context(|| path.display().to_string())?;
    ensure!(!keys.is_empty(), "{} holds no key", path.display());
    Ok(keys)
}

/// Nothing of the store, or nothing from this record on, can be read.
fn unreadable(from: Option<u64>, error: &dyn std::fmt::Display) -> Json {
    json!({
        "records": from.unwrap_or_default(),
        "verified": false,
        "finding": {
            "from": from.unwrap_or_default(),
            "through": from.unwrap_or(u64::MAX),
            "fault": format!("cannot be read: {error}"),
        },
    })
}

fn of_verification(verification: &Verification) -> Json {
    let finding = verification.finding.map(|finding| {
        json!({
            "from": finding.from.0, "through": finding.through.0, "fault": finding.fault.to_string(),
        })
    });
    json!({
        "records": verification.records,
        "verified": finding.is_none(),
        "archived": verification.archived,
        "checkpoints": verification.checkpoints,
        "finding": finding,
    })
}
