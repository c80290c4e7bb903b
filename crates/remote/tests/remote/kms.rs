//! A stand-in for KMS holds the keys, and checks every signature.

use std::sync::Arc;
use std::time::Duration;

use wardline_kernel::SystemClock;
use wardline_phi::{KeyProvider, ProviderError};
use wardline_remote::{AwsCredentials, Endpoint, KmsProvider, KmsSettings};
use wardline_testkit::services::{KMS_ACCESS_KEY, KMS_REGION, KMS_SECRET, KmsStandIn};

use crate::contract;
use crate::given::{context, endpoint, key, scope, secret_file};

fn provider(kms: &KmsStandIn, credentials: &tempfile::NamedTempFile) -> KmsProvider {
    let settings = KmsSettings {
        endpoint: Endpoint {
            patience: Duration::from_secs(2),
            ..endpoint(&kms.url())
        },
        region: KMS_REGION.to_owned(),
        key_id: "alias/wardline".to_owned(),
        credentials: AwsCredentials::File {
            path: credentials.path().to_owned(),
            profile: "default".to_owned(),
        },
    };
    KmsProvider::new(settings, Arc::new(SystemClock)).unwrap()
}

fn credentials(secret: &str) -> tempfile::NamedTempFile {
    secret_file(&format!(
        "[default]\naws_access_key_id = {KMS_ACCESS_KEY}\naws_secret_access_key = {secret}\n"
    ))
}

#[test]
fn kms_keeps_the_contract_of_a_key_provider() {
    let kms = KmsStandIn::start();
    let file = credentials(KMS_SECRET);

    contract::holds(&provider(&kms, &file));

    for action in [
        "Encrypt",
        "Decrypt",
        "ReEncrypt",
        "RotateKeyOnDemand",
        "ListKeyRotations",
    ] {
        assert!(kms.log().iter().any(|asked| asked == action), "{action}");
    }
}

#[test]
fn more_rotations_than_a_page_holds_are_all_counted() {
    let kms = KmsStandIn::start();
    let file = credentials(KMS_SECRET);
    let provider = provider(&kms, &file);

    let versions: Vec<u32> = (0..5).map(|_| provider.rotate().unwrap().0).collect();

    assert_eq!(versions, [2, 3, 4, 5, 6]);
}

#[test]
fn a_wrong_secret_is_refused_and_the_next_one_in_the_file_is_taken() {
    let kms = KmsStandIn::start();
    let file = credentials("another-secret");
    let provider = provider(&kms, &file);

    let refused = provider.probe();

    assert!(
        matches!(&refused, Err(ProviderError::Forbidden(why)) if why.contains("InvalidSignature")),
        "{refused:?}"
    );
    std::fs::write(
        file.path(),
        std::fs::read(credentials(KMS_SECRET).path()).unwrap(),
    )
    .unwrap();
    assert!(provider.probe().is_ok());
}

#[test]
fn what_passes_is_asked_again_and_what_does_not_is_not() {
    let kms = KmsStandIn::start();
    let file = credentials(KMS_SECRET);
    let provider = provider(&kms, &file);
    let here = scope("beds/2026-11");
    provider.probe().unwrap();

    kms.fail(2, 400, "ThrottlingException");
    assert!(provider.wrap(&key(), &context(1, &here)).is_ok());
    kms.fail(100, 500, "KMSInternalException");
    let away = provider.wrap(&key(), &context(1, &here)).unwrap_err();
    assert!(away.is_unavailable());
    kms.fail(1, 400, "AccessDeniedException");
    let asked = kms.log().len();
    let denied = provider.wrap(&key(), &context(1, &here));

    assert!(matches!(denied, Err(ProviderError::Forbidden(_))));
    assert_eq!(kms.log().len(), asked + 1);
}
