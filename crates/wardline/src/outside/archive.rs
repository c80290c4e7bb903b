//! Where segments of the audit trail go: a folder, or a bucket.

use std::sync::Arc;

use wardline_audit::port::{ArchiveStore, FolderArchive};
use wardline_messaging::port::SystemClock;
use wardline_remote::{S3Archive, S3Settings};

use super::{Service, credentials};
use crate::config::{Config, Environment};
use crate::exit::UnusableFile;

/// The archive, if one is configured. Asks nothing yet; a folder is made if need be.
///
/// # Errors
/// It cannot be used, or two are configured.
pub(crate) fn archive(
    config: &Config,
    environment: &Environment,
) -> Result<Option<Arc<dyn ArchiveStore>>, UnusableFile> {
    let (folder, bucket) = (&config.audit.archive_directory, config.s3.bucket.given());
    match (folder, bucket) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(UnusableFile(
            "`audit.archive_directory` and `s3.bucket` are both set: the trail is archived to one of them".to_owned(),
        )),
        (Some(folder), None) => {
            let opened = FolderArchive::open(folder);
            let opened = opened.map_err(|error| {
                UnusableFile(format!("audit.archive_directory {}: {error}", folder.display()))
            })?;
            Ok(Some(Arc::new(opened)))
        }
        (None, Some(bucket)) => {
            let archive = of_bucket(config, environment, bucket)?;
            Ok(Some(Arc::new(archive)))
        }
    }
}

fn of_bucket(
    config: &Config,
    environment: &Environment,
    bucket: &str,
) -> Result<S3Archive, UnusableFile> {
    let s3 = &config.s3;
    let region = super::needed(&s3.region, "s3.region", "for `s3.bucket`")?;
    let of_aws = || format!("https://s3.{region}.amazonaws.com");
    let service = Service {
        url: s3.endpoint.given().map_or_else(of_aws, str::to_owned),
        ca_file: s3.ca_file.as_deref(),
        allow_plain_text: s3.allow_plain_text,
        timeout_seconds: s3.timeout_seconds,
    };
    let settings = S3Settings {
        endpoint: service.endpoint(),
        region: region.to_owned(),
        bucket: bucket.to_owned(),
        prefix: s3.prefix.as_str().to_owned(),
        credentials: credentials(
            s3.credentials_file.as_deref(),
            &s3.profile,
            (environment, "s3"),
        )?,
    };
    S3Archive::new(settings, Arc::new(SystemClock))
        .map_err(|error| UnusableFile(format!("s3.endpoint: {error}")))
}
