//! The trail in a bucket: archived by itself, verified there without the store, and dropped when its time is over and
//! nobody holds it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use wardline_audit::model::{Event, EventKind, Origin, Outcome, PatientId, UserName};
use wardline_audit::signing::SigningKeys;
use wardline_audit::{Audit, AuditParts, Settings};
use wardline_kernel::ManualClock;
use wardline_phi::{KeyFile, KeyRing};
use wardline_store_embedded::{EmbeddedStore, Options};
use wardline_testkit::services::{S3_ACCESS_KEY, S3_SECRET, SeaweedFs};

use crate::home::{Home, Node};
use crate::http;
use crate::wait::until;

/// 2017-07-14: more than seven years before any test.
const LONG_AGO: u64 = 1_500_000_000_000;
/// One whole segment, and the beginning of another.
const RECORDS: usize = 4_200;
/// Records of one commit.
const AT_ONCE: usize = 100;
const PATIENT: &str = "mrn:SYNTHHOSP:QUILLZEBROW77";

/// Writes a trail of long ago into a home: as the node would, by the home's own keys.
async fn had_a_trail_long_ago(home: &Home) {
    let options = Options {
        reserve_bytes: 0,
        ..Options::default()
    };
    let store = Arc::new(EmbeddedStore::open(&home.data, options).unwrap());
    let keys = KeyFile::load(&home.folder().join("keys.txt")).unwrap();
    let ring = KeyRing::load(Arc::new(keys.provider()), store.clone()).unwrap();
    let signing = SigningKeys::load(&home.folder().join("audit-key.txt")).unwrap();
    let parts = AuditParts {
        store: store.clone(),
        ring: Arc::new(ring),
        blind_index: Arc::new(keys.blind_index()),
        clock: Arc::new(ManualClock::at(LONG_AGO)),
        keys: Arc::new(signing),
    };
    let audit = Audit::open(parts, Settings::default()).await.unwrap();
    audit.start();
    let by = Origin::of(UserName::new("nora").unwrap());
    let read = Event {
        patients: vec![PatientId::new(PATIENT).unwrap()],
        ..Event::new(EventKind::Read, Outcome::Success, by)
    };
    for _ in 0..RECORDS / AT_ONCE {
        audit.record(vec![read.clone(); AT_ONCE]).await.unwrap();
    }
    audit.stop().await.unwrap();
}

/// The settings of an archive in this bucket.
fn in_bucket(home: &Home, s3: &SeaweedFs) -> BTreeMap<&'static str, String> {
    let credentials = home.folder().join("credentials");
    let text = format!(
        "[default]\naws_access_key_id = {S3_ACCESS_KEY}\naws_secret_access_key = {S3_SECRET}\n"
    );
    fs::write(&credentials, text).unwrap();
    fs::set_permissions(&credentials, fs::Permissions::from_mode(0o600)).unwrap();
    BTreeMap::from([
        ("WARDLINE_S3__BUCKET", "hospital-audit".to_owned()),
        ("WARDLINE_S3__PREFIX", "north/".to_owned()),
        ("WARDLINE_S3__REGION", "us-east-1".to_owned()),
        ("WARDLINE_S3__ENDPOINT", s3.url()),
        (
            "WARDLINE_S3__CREDENTIALS_FILE",
            credentials.to_str().unwrap().to_owned(),
        ),
    ])
}

async fn post(node: &Node, token: &str, path: &str, body: &Value) -> (u16, Value) {
    let body = body.to_string();
    let answer = http::request(node.http, Some(token), "POST", path, Some(&body)).await;
    let answer = answer.unwrap();
    (answer.status, answer.json())
}

/// Whether these bytes stand in any file below a folder.
fn stands_in(folder: &Path, wanted: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return stands_in(&path, wanted);
        }
        let bytes = fs::read(&path).unwrap_or_default();
        bytes.windows(wanted.len()).any(|window| window == wanted)
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trail_goes_to_a_bucket_by_itself_and_from_the_store_when_nobody_holds_it() {
    let s3 = SeaweedFs::start();
    let mut home = Home::new().await;
    had_a_trail_long_ago(&home).await;
    let settings = in_bucket(&home, &s3);
    for (variable, value) in &settings {
        home.set(variable, value);
    }
    let token = home.make_token("audit:read,audit:write,phi").await;
    let node = home.start().await;
    let hold = json!({"patient": PATIENT, "reason": "suit 12"});
    let (status, held) = post(&node, &token, "/v1/audit/holds", &hold).await;
    assert_eq!(status, 201, "{held}");

    until("the whole segment is archived by itself", async || {
        home.log().contains("archived segments of the audit trail")
    })
    .await;

    // It is verified there with the verifier's keys alone; nothing of a patient stands in the bucket.
    let verified = async || {
        let mut verify = home.command();
        verify.args(["audit", "verify", "--archive-of-config", "--json"]);
        let ended = verify.envs(&settings).output().await.unwrap();
        let said: Value = serde_json::from_slice(&ended.stdout).unwrap_or_default();
        (ended.status.code(), said)
    };
    let (code, said) = verified().await;
    assert_eq!(code, Some(0), "{said}");
    assert!(stands_in(&s3.folder(), b"wardline-audit-1"), "the segment");
    assert!(!stands_in(&s3.folder(), b"QUILLZEBROW77"));

    // A hold keeps it here though its time is over; released, it goes, and is the archive's alone.
    let none = json!({});
    let (status, kept) = post(&node, &token, "/v1/audit/retain", &none).await;
    assert_eq!(
        (status, &kept["dropped"], &kept["held"]),
        (200, &json!(0), &json!(1))
    );
    let release = format!("/v1/audit/holds/{}/release", held["id"]);
    let (status, released) = post(&node, &token, &release, &json!({"reason": "settled"})).await;
    assert!(status < 300, "{released}");
    let (_, gone) = post(&node, &token, "/v1/audit/retain", &none).await;
    assert_eq!(gone["dropped"], 1, "{gone}");
    let record = http::request(node.http, Some(&token), "GET", "/v1/audit/records/5", None).await;
    assert_eq!(record.unwrap().json()["code"], "audit_archived");

    // What is left is whole after a kill as well, and so is what lies in the bucket.
    node.kill().await;
    let node = home.start().await;
    let path = "/v1/audit/verify";
    let whole = http::request(node.http, Some(&token), "POST", path, Some("{}")).await;
    let whole = whole.unwrap();
    let last: Value = serde_json::from_str(whole.text().lines().last().unwrap()).unwrap();
    assert_eq!(last["verified"], true, "{last}");
    assert_eq!(verified().await.0, Some(0));
    let again = post(&node, &token, "/v1/audit/archive", &none).await;
    assert_eq!(again.1["segments"], json!([]), "{again:?}");
    node.stop().await;
}
