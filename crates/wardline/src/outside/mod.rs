//! What the configuration says of services outside, as what it means: who holds keys, and where the trail is archived.

mod archive;
mod keys;

use std::path::Path;
use std::time::Duration;

use wardline_remote::{AwsCredentials, Endpoint, StaticCredentials};

use crate::config::{Environment, Word};
use crate::exit::UnusableFile;

pub(crate) use archive::archive;
pub(crate) use keys::{KeySet, keys, remove_unfinished, reseal};

/// A setting that another one needs.
fn needed<'a>(word: &'a Word, name: &str, needs: &str) -> Result<&'a str, UnusableFile> {
    let missing = || UnusableFile(format!("`{name}` is needed {needs}"));
    word.given().ok_or_else(missing)
}

/// What every section of a service says in the same words.
struct Service<'a> {
    url: String,
    ca_file: Option<&'a Path>,
    allow_plain_text: bool,
    timeout_seconds: u64,
}

impl Service<'_> {
    fn endpoint(self) -> Endpoint {
        Endpoint {
            url: self.url,
            ca_file: self.ca_file.map(Path::to_owned),
            allow_plain_text: self.allow_plain_text,
            patience: Duration::from_secs(self.timeout_seconds),
        }
    }
}

/// Credentials of AWS: of the file that is named, else of the environment.
fn credentials(
    file: Option<&Path>,
    profile: &Word,
    (environment, section): (&Environment, &str),
) -> Result<AwsCredentials, UnusableFile> {
    if let Some(path) = file {
        return Ok(AwsCredentials::File {
            path: path.to_owned(),
            profile: profile.as_str().to_owned(),
        });
    }
    let given = environment.aws().map(|(id, secret, session)| {
        AwsCredentials::Given(StaticCredentials {
            id,
            secret,
            session,
        })
    });
    given.ok_or_else(|| {
        UnusableFile(format!(
            "`{section}.credentials_file` is not set, and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not \
             either: give one of them"
        ))
    })
}
