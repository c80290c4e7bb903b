//! Policies from a folder, or those that Wardline comes with.

use std::path::Path;

use wardline_access::policy::PolicySet;

use crate::exit::UnusableFile;

pub(super) fn load(folder: Option<&Path>) -> anyhow::Result<PolicySet> {
    let set = match folder {
        Some(folder) => PolicySet::load(folder),
        None => PolicySet::built_in(),
    };
    set.map_err(|error| UnusableFile(error.to_string()).into())
}
