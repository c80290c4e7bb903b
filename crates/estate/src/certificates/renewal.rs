//! A new authority in the place of an old one, while everything runs.
//!
//! Three steps, each signed (`issue_all`), copied to all nodes and clients and read there before the next one is made, so
//! that at any time everybody trusts whoever signed for everybody else:
//!
//! | step | signs | is trusted | files in the authority's folder |
//! | --- | --- | --- | --- |
//! | | old | old | `ca.pem`, `ca.key` |
//! | begin | old | old and new | and `ca.next.pem`, `ca.next.key` |
//! | switch | new | new and old | `ca.pem`, `ca.key` are the new ones; `ca.old.pem` |
//! | finish | new | new | `ca.pem`, `ca.key` |
//!
//! Both have one name, that of the estate; certificates say by a key's number which of them signed.

use std::fs;
use std::path::Path;

use rcgen::KeyPair;
use wardline_kernel::Clock;

use super::{authority_params, refusal};
use crate::error::at;
use crate::{EstateError, files};

const CERTIFICATE: &str = "ca.pem";
const KEY: &str = "ca.key";
const NEXT_CERTIFICATE: &str = "ca.next.pem";
const NEXT_KEY: &str = "ca.next.key";
const OLD_CERTIFICATE: &str = "ca.old.pem";

/// How far a new authority has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// There is one authority.
    None,
    /// The next one is trusted, and signs nothing yet.
    Begun,
    /// The new one signs, and the old one is trusted still.
    Switched,
}

impl Renewal {
    /// How far it is in an authority's folder.
    ///
    /// # Errors
    /// [`EstateError`] when there is no authority.
    pub fn of(folder: &Path) -> Result<Self, EstateError> {
        files::read(&folder.join(CERTIFICATE))?;
        complete_switch(folder)?;
        Ok(if folder.join(NEXT_CERTIFICATE).exists() {
            Self::Begun
        } else if folder.join(OLD_CERTIFICATE).exists() {
            Self::Switched
        } else {
            Self::None
        })
    }

    /// Makes the next authority, which is trusted from the next signing on and signs nothing yet.
    ///
    /// # Errors
    /// [`EstateError::Description`] while another renewal is under way.
    pub fn begin(folder: &Path, name: &str, clock: &dyn Clock) -> Result<(), EstateError> {
        expect(Self::None, folder)?;
        let (certificate, key) = (folder.join(NEXT_CERTIFICATE), folder.join(NEXT_KEY));
        // A key without a certificate is left by a begin that was cut short: nobody has heard of it.
        if key.exists() {
            fs::remove_file(&key).map_err(at("remove", &key))?;
        }
        make(name, (&certificate, &key), clock)
    }

    /// Has the next authority sign from now on. The old one's key is gone with that; it is trusted until the end.
    ///
    /// # Errors
    /// [`EstateError::Description`] when none was begun.
    pub fn switch(folder: &Path) -> Result<(), EstateError> {
        expect(Self::Begun, folder)?;
        let old = files::read(&folder.join(CERTIFICATE))?;
        files::write(&folder.join(OLD_CERTIFICATE), &old)?;
        let key = folder.join(KEY);
        fs::rename(folder.join(NEXT_KEY), &key).map_err(at("replace", &key))?;
        complete_switch(folder)
    }

    /// Stops trusting the old authority. Whatever it signed is refused once this is signed, copied and read.
    ///
    /// # Errors
    /// [`EstateError::Description`] when no new one signs.
    pub fn finish(folder: &Path) -> Result<(), EstateError> {
        expect(Self::Switched, folder)?;
        let old = folder.join(OLD_CERTIFICATE);
        fs::remove_file(&old).map_err(at("remove", &old))
    }

    /// What is to be done next, in words.
    pub fn next(self) -> &'static str {
        match self {
            Self::None => "there is one authority; `begin` makes another beside it",
            Self::Begun => {
                "a new authority is trusted beside the old one and signs nothing yet; once all nodes and clients have \
                 read the files, `switch` has it sign"
            }
            Self::Switched => {
                "the new authority signs, and the old one is trusted still; once all nodes and clients have read the \
                 files, `finish` ends that"
            }
        }
    }
}

fn expect(wanted: Renewal, folder: &Path) -> Result<(), EstateError> {
    let found = Renewal::of(folder)?;
    if found == wanted {
        return Ok(());
    }
    Err(EstateError::Description(format!(
        "{}: {}",
        folder.display(),
        found.next()
    )))
}

/// Ends a switch that was cut short between its two files: the next one's key signs already.
pub(super) fn complete_switch(folder: &Path) -> Result<(), EstateError> {
    let next = folder.join(NEXT_CERTIFICATE);
    if next.exists() && !folder.join(NEXT_KEY).exists() {
        let certificate = folder.join(CERTIFICATE);
        fs::rename(&next, &certificate).map_err(at("replace", &certificate))?;
    }
    Ok(())
}

/// Every certificate that is trusted now, the one that signs first.
pub(super) fn trusted(folder: &Path) -> Result<String, EstateError> {
    let mut all = files::read(&folder.join(CERTIFICATE))?;
    for other in [NEXT_CERTIFICATE, OLD_CERTIFICATE] {
        let path = folder.join(other);
        if path.exists() {
            all.push_str(&files::read(&path)?);
        }
    }
    Ok(all)
}

/// Makes an authority: its key first, so that a certificate always has one.
pub(super) fn make(
    name: &str,
    (certificate, key): (&Path, &Path),
    clock: &dyn Clock,
) -> Result<(), EstateError> {
    let refused = |reason: rcgen::Error| refusal("the authority", &reason);
    let key_pair = KeyPair::generate().map_err(refused)?;
    let params = authority_params(name, clock)?;
    let pem = params.self_signed(&key_pair).map_err(refused)?.pem();
    files::write_new(key, &key_pair.serialize_pem())?;
    files::write_new(certificate, &pem)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;
    use wardline_kernel::SystemClock;

    use super::*;
    use crate::certificates::Authority;

    fn authority() -> TempDir {
        let folder = TempDir::new().unwrap();
        Authority::open_or_make(folder.path(), "ward", &SystemClock).unwrap();
        folder
    }

    fn trusts(folder: &TempDir) -> usize {
        let trusted = trusted(folder.path()).unwrap();
        trusted.matches("BEGIN CERTIFICATE").count()
    }

    #[test]
    fn each_step_is_taken_once_and_in_its_turn() {
        let folder = authority();
        let path = folder.path();
        let first = files::read(&path.join(CERTIFICATE)).unwrap();

        assert!(Renewal::switch(path).is_err() && Renewal::finish(path).is_err());
        Renewal::begin(path, "ward", &SystemClock).unwrap();
        assert_eq!(
            (Renewal::of(path).unwrap(), trusts(&folder)),
            (Renewal::Begun, 2)
        );
        assert_eq!(files::read(&path.join(CERTIFICATE)).unwrap(), first);
        assert!(Renewal::begin(path, "ward", &SystemClock).is_err());
        assert!(Renewal::finish(path).is_err());
        Renewal::switch(path).unwrap();
        assert_eq!(
            (Renewal::of(path).unwrap(), trusts(&folder)),
            (Renewal::Switched, 2)
        );
        assert_ne!(files::read(&path.join(CERTIFICATE)).unwrap(), first);
        assert!(Renewal::switch(path).is_err());
        Renewal::finish(path).unwrap();

        assert_eq!(
            (Renewal::of(path).unwrap(), trusts(&folder)),
            (Renewal::None, 1)
        );
    }

    #[test]
    fn a_switch_that_was_cut_short_is_completed_with_the_key_that_is_there() {
        let folder = authority();
        let path = folder.path();
        Renewal::begin(path, "ward", &SystemClock).unwrap();
        let next = files::read(&path.join(NEXT_CERTIFICATE)).unwrap();
        let old = files::read(&path.join(CERTIFICATE)).unwrap();
        files::write(&path.join(OLD_CERTIFICATE), &old).unwrap();
        fs::rename(path.join(NEXT_KEY), path.join(KEY)).unwrap();

        Authority::open_or_make(path, "ward", &SystemClock).unwrap();

        assert_eq!(files::read(&path.join(CERTIFICATE)).unwrap(), next);
        assert_eq!(Renewal::of(path).unwrap(), Renewal::Switched);
    }
}
