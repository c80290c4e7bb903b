//! Where things are in the repository.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::Result;

use crate::process;

/// The root of the repository: above this crate, where cargo runs it from. A target folder that is shared between
/// checkouts may hold a program that was built in another one.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let here = std::env::var_os("CARGO_MANIFEST_DIR");
        let here = here.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        PathBuf::from(here)
            .parent()
            .map_or_else(PathBuf::new, Path::to_path_buf)
    });
    &ROOT
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
