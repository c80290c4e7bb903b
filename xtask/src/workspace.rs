//! Where things are in the repository.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::process;

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// Where cargo builds, and where the tasks keep what they install for themselves.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Every file that is in the repository or would be with the next `git add`, relative to the root, sorted.
///
/// # Errors
/// Git is not there, or this is not a checkout.
pub(crate) fn files() -> Result<Vec<PathBuf>> {
    let listed = process::output(
        std::process::Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(root()),
    )?;
    let mut files: Vec<PathBuf> = listed
        .split('\0')
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
        .filter(|path| root().join(path).is_file())
        .collect();
    files.sort();
    files.dedup();
    Ok(files)
}

/// Manifests of the crates that live outside the workspace on purpose (fuzz targets, engine benches).
///
/// # Errors
/// See [`files`].
pub(crate) fn manifests_outside_the_workspace() -> Result<Vec<PathBuf>> {
    let mut manifests = files()?;
    manifests.retain(|path| {
        path.ends_with("Cargo.toml") && (path.starts_with("fuzz") || path.starts_with("benches"))
    });
    Ok(manifests)
}
