//! The passwords of an estate's roles: made once, kept in files that only their owner reads.
//!
//! The server keeps unsalted SHA-256 of them, so a password that a person could think of would be found. These are
//! 32 random bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wardline_phi::Sensitive;

use crate::{EstateError, Role, files};

/// The passwords of all roles.
#[derive(Debug)]
pub struct Secrets(BTreeMap<Role, Sensitive<String>>);

impl Secrets {
    /// Reads the secrets of a folder, one file for each role, and makes those that are not there yet.
    ///
    /// # Errors
    /// [`EstateError::File`] when a file cannot be read or written, [`EstateError::Random`] without randomness.
    pub fn read_or_make(folder: &Path) -> Result<Self, EstateError> {
        files::folder(folder)?;
        let mut secrets = BTreeMap::new();
        for role in Role::ALL {
            let path = folder.join(role.name());
            let secret = if path.exists() {
                files::read(&path)?.trim_end().to_owned()
            } else {
                let secret = random()?;
                files::write_new(&path, &secret)?;
                secret
            };
            secrets.insert(role, Sensitive::new(secret));
        }
        Ok(Self(secrets))
    }

    /// A role's password. Look at it only to sign in or to write it where a server needs it.
    pub fn expose(&self, role: Role) -> &str {
        self.0.get(&role).map_or("", |secret| secret.expose())
    }

    /// What `users.acl` holds of it: its SHA-256 in hexadecimal.
    pub fn hash(&self, role: Role) -> String {
        let hash = digest(&SHA256, self.expose(role).as_bytes());
        hash.as_ref().iter().fold(String::new(), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ok = write!(hex, "{byte:02x}");
            hex
        })
    }
}

fn random() -> Result<String, EstateError> {
    let mut bytes = [0_u8; 32];
    rand::fill(&mut bytes).map_err(|_| EstateError::Random)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_secret_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();

        let first = Secrets::read_or_make(folder.path()).unwrap();
        let second = Secrets::read_or_make(folder.path()).unwrap();

        for role in Role::ALL {
            let mode = folder.path().join(role.name()).metadata().unwrap();
            assert_eq!(first.expose(role), second.expose(role));
            assert_eq!(first.expose(role).len(), 43);
            assert_eq!(mode.permissions().mode() & 0o777, 0o600);
        }
        assert!(!format!("{first:?}").contains(first.expose(Role::App)));
    }
}
