//! AWS credentials: given by the environment, or read from a file that somebody renews.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::secret_file::{self, SecretFileError};

const EXPECTED: &str =
    "expected `aws_access_key_id` and `aws_secret_access_key` below the profile's name in brackets";

/// One set of credentials.
#[derive(Clone)]
pub struct StaticCredentials {
    /// The access key's id.
    pub id: String,
    /// Its secret.
    pub secret: Zeroizing<String>,
    /// The session's token, of temporary credentials.
    pub session: Option<Zeroizing<String>>,
}

impl std::fmt::Debug for StaticCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaticCredentials")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Where credentials come from.
#[derive(Clone, Debug)]
pub enum AwsCredentials {
    /// They were given, and stay.
    Given(StaticCredentials),
    /// A file in the format of AWS's `credentials`; read again for every request, so that whoever renews it need tell
    /// nobody.
    File {
        /// The file.
        path: PathBuf,
        /// The profile in it.
        profile: String,
    },
}

impl AwsCredentials {
    /// The credentials as they are now.
    pub(crate) fn now(&self) -> Result<StaticCredentials, SecretFileError> {
        match self {
            Self::Given(credentials) => Ok(credentials.clone()),
            Self::File { path, profile } => read(path, profile),
        }
    }
}

fn read(path: &Path, profile: &str) -> Result<StaticCredentials, SecretFileError> {
    let text = secret_file::read(path)?;
    let mut is_ours = false;
    let (mut id, mut secret, mut session) = (None, None, None);
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            is_ours = name.trim() == profile;
        } else if is_ours && let Some((key, value)) = line.split_once('=') {
            let value = value.trim();
            match key.trim() {
                "aws_access_key_id" => id = Some(value.to_owned()),
                "aws_secret_access_key" => secret = Some(Zeroizing::new(value.to_owned())),
                "aws_session_token" => session = Some(Zeroizing::new(value.to_owned())),
                _ => {}
            }
        }
    }
    match (id, secret) {
        (Some(id), Some(secret)) => Ok(StaticCredentials {
            id,
            secret,
            session,
        }),
        _ => Err(SecretFileError::Content {
            path: path.to_owned(),
            expected: EXPECTED,
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_profile_of_a_file_is_read_and_no_other() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = "# site\n[default]\naws_access_key_id = AKIA1\naws_secret_access_key=s1\n\
                    [archive]\naws_access_key_id=AKIA2\naws_secret_access_key = a+b/c=\naws_session_token = t\n";
        std::fs::write(file.path(), text).unwrap();
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o600)).unwrap();
        let of = |profile: &str| {
            AwsCredentials::File {
                path: file.path().to_owned(),
                profile: profile.to_owned(),
            }
            .now()
        };

        let archive = of("archive").unwrap();

        assert_eq!(archive.id, "AKIA2");
        assert_eq!(archive.secret.as_str(), "a+b/c=");
        assert_eq!(archive.session.unwrap().as_str(), "t");
        assert_eq!(of("default").unwrap().id, "AKIA1");
        assert!(of("other").is_err());
    }

    #[test]
    fn credentials_do_not_show() {
        let credentials = StaticCredentials {
            id: "AKIA1".to_owned(),
            secret: Zeroizing::new("hidden".to_owned()),
            session: None,
        };

        assert!(!format!("{:?}", AwsCredentials::Given(credentials)).contains("hidden"));
    }
}
