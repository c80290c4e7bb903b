//! A real SeaweedFS keeps the archive; it checks signatures and preconditions.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use wardline_audit::port::ArchiveStore;
use wardline_kernel::SystemClock;
use wardline_remote::{AwsCredentials, Endpoint, S3Archive, S3Settings, StaticCredentials};
use wardline_testkit::services::{S3_ACCESS_KEY, S3_SECRET, SeaweedFs};
use zeroize::Zeroizing;

use crate::given::endpoint;

fn archive(s3: &SeaweedFs, secret: &str) -> S3Archive {
    let settings = S3Settings {
        endpoint: Endpoint {
            patience: Duration::from_secs(30),
            ..endpoint(&s3.url())
        },
        region: "us-east-1".to_owned(),
        bucket: "wardline-audit".to_owned(),
        prefix: "north site/a+b/".to_owned(),
        credentials: AwsCredentials::Given(StaticCredentials {
            id: S3_ACCESS_KEY.to_owned(),
            secret: Zeroizing::new(secret.to_owned()),
            session: None,
        }),
    };
    S3Archive::new(settings, Arc::new(SystemClock)).unwrap()
}

#[test]
fn a_file_is_kept_once_given_back_whole_and_never_overwritten() {
    let s3 = SeaweedFs::start();
    let archive = archive(&s3, S3_SECRET);
    let large: Vec<u8> = (0..6_000_000_u32)
        .map(|n| n.to_le_bytes()[0] ^ 0x5a)
        .collect();

    archive.put("segment-0000000000", &large).unwrap();

    assert!(archive.get("segment-0000000000").unwrap() == large);
    assert!(
        archive.put("segment-0000000000", &large).is_ok(),
        "the same once more"
    );
    let other = archive.put("segment-0000000000", b"another").unwrap_err();
    assert_eq!(other.kind(), ErrorKind::AlreadyExists);
    assert!(archive.get("segment-0000000000").unwrap() == large);
    let none = archive.get("segment-0000000001").unwrap_err();
    assert_eq!(none.kind(), ErrorKind::NotFound);
}

#[test]
fn a_wrong_secret_is_refused_by_name_and_nothing_is_kept() {
    let s3 = SeaweedFs::start();
    archive(&s3, S3_SECRET)
        .put("first", b"makes the bucket")
        .unwrap();

    let refused = archive(&s3, "another").put("a", b"x").unwrap_err();

    assert!(
        refused.to_string().contains("SignatureDoesNotMatch"),
        "{refused}"
    );
    let none = archive(&s3, S3_SECRET).get("a").unwrap_err();
    assert_eq!(none.kind(), ErrorKind::NotFound);
}
