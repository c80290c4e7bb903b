//! What was altered in the store is not given out, and each attempt to see it is in the trail once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use hyper::StatusCode;
use serde_json::{Value, json};
use wardline_access::model::Role;
use wardline_audit::model::{EventKind, Origin, Outcome, UserName};
use wardline_audit::operations::{AuditFilter, Record};
use wardline_kernel::StoreError;
use wardline_patients::model::PatientId;
use wardline_patients::port::{Committed, Head, IndexToken, PatientStore, StoredKey, Write};
use wardline_store_embedded::EmbeddedStore;

use crate::client::{Answer, Call};
use crate::patients::{SSN, Ward};

/// The real store of records, in front of which somebody alters one answer.
pub(crate) struct Altered {
    store: Arc<EmbeddedStore>,
    /// Answers that pass before one is altered; it is none when this is the largest number.
    pass: AtomicUsize,
    was_altered: AtomicBool,
}

impl Altered {
    pub(crate) fn over(store: Arc<EmbeddedStore>) -> Self {
        Self {
            store,
            pass: AtomicUsize::new(usize::MAX),
            was_altered: AtomicBool::new(false),
        }
    }

    fn alter_after(&self, answers: usize) {
        self.was_altered.store(false, Ordering::SeqCst);
        self.pass.store(answers, Ordering::SeqCst);
    }

    /// Whether an answer was altered; from now on none is.
    fn was_altered(&self) -> bool {
        self.pass.store(usize::MAX, Ordering::SeqCst);
        self.was_altered.load(Ordering::SeqCst)
    }

    fn pass(&self, bytes: Bytes) -> Bytes {
        let left = self.pass.load(Ordering::SeqCst);
        if left == usize::MAX {
            return bytes;
        }
        if left > 0 {
            self.pass.store(left - 1, Ordering::SeqCst);
            return bytes;
        }
        self.pass.store(usize::MAX, Ordering::SeqCst);
        self.was_altered.store(true, Ordering::SeqCst);
        let mut altered = bytes.to_vec();
        *altered.last_mut().unwrap() ^= 1;
        Bytes::from(altered)
    }
}

#[async_trait]
impl PatientStore for Altered {
    async fn commit(&self, writes: Vec<Write>) -> Result<Committed, StoreError> {
        self.store.commit(writes).await
    }

    async fn head(&self, patient: PatientId) -> Result<Option<Head>, StoreError> {
        self.store.head(patient).await
    }

    async fn manifest(&self, patient: PatientId, of: u64) -> Result<Option<Bytes>, StoreError> {
        let manifest = self.store.manifest(patient, of).await?;
        Ok(manifest.map(|bytes| self.pass(bytes)))
    }

    async fn manifests(
        &self,
        patient: PatientId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Bytes)>, StoreError> {
        let manifests = self.store.manifests(patient, from, limit).await?;
        let manifests = manifests.into_iter();
        Ok(manifests.map(|(of, it)| (of, self.pass(it))).collect())
    }

    async fn values(
        &self,
        patient: PatientId,
        places: &[(u64, u16)],
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        let values = self.store.values(patient, places).await?;
        let values = values.into_iter();
        Ok(values.map(|it| it.map(|it| self.pass(it))).collect())
    }

    async fn find(
        &self,
        token: IndexToken,
        after: Option<PatientId>,
        limit: usize,
    ) -> Result<Vec<PatientId>, StoreError> {
        self.store.find(token, after, limit).await
    }

    async fn erase(&self, patients: &[PatientId]) -> Result<(), StoreError> {
        self.store.erase(patients).await
    }

    async fn rewrap(
        &self,
        patient: PatientId,
        from: &StoredKey,
        to: StoredKey,
    ) -> Result<bool, StoreError> {
        self.store.rewrap(patient, from, to).await
    }

    async fn heads(
        &self,
        after: Option<PatientId>,
        limit: usize,
    ) -> Result<Vec<(PatientId, Head)>, StoreError> {
        PatientStore::heads(self.store.as_ref(), after, limit).await
    }
}

#[tokio::test]
async fn whatever_was_altered_of_a_record_fails_closed_and_is_in_the_trail_once() {
    let ward = Ward::new().await;
    let doctor = ward.signed_in("dora", Role::Physician, "W3").await;
    let sex = json!({"set": {"sex": "F"}});
    let diagnosis = json!({"set": {"diagnoses": [{"code": "F10.2"}]}});
    let changed = ward.patch(1, &ward.desk, &sex).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let changed = ward.patch(2, &doctor, &diagnosis).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let history = format!("{}/history", ward.path);
    let by_ssn = json!({"ssn": SSN});

    let mut tried = 0;
    for (what, method, path, token, body) in [
        ("a read", "GET", ward.path.as_str(), &doctor, None),
        ("the history", "GET", history.as_str(), &doctor, None),
        (
            "a search",
            "POST",
            "/v1/patients/search",
            &ward.desk,
            Some(&by_ssn),
        ),
    ] {
        let mut after = 0;
        loop {
            let before = trail(&ward).await.last().map(|record| record.seq);
            ward.house.room.altered.alter_after(after);
            let answer = ask(&ward, method, path, token, body).await;
            let was_altered = ward.house.room.altered.was_altered();

            let mut recorded = trail(&ward).await;
            recorded.retain(|record| Some(record.seq) > before);
            let outcomes: Vec<Outcome> = recorded.iter().map(|record| record.outcome).collect();
            if !was_altered {
                assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.text());
                assert_eq!(outcomes, [Outcome::Success], "{what}");
                break;
            }
            after += 1;
            if answer.status == StatusCode::OK {
                // A search goes on without what does not open, says so, and gives nothing of it.
                let found = answer.json();
                assert_eq!(what, "a search", "answer {after} altered");
                assert_eq!(found, json!({"items": [], "is_complete": false}));
                assert_eq!(outcomes, [Outcome::Success], "{what}, answer {after}");
                continue;
            }
            assert!(
                answer.status.is_server_error(),
                "{what}, answer {after} altered: {} {}",
                answer.status,
                answer.text()
            );
            assert_eq!(outcomes, [Outcome::Failed], "{what}, answer {after}");
            let content = recorded[0].content.as_ref().unwrap();
            assert_eq!(content.patients.len(), 1, "{what}, answer {after}");
        }
        assert!(after > 0, "{what}");
        tried += after;
    }
    assert!(tried > 8, "{tried}");
}

async fn ask(
    ward: &Ward,
    method: &'static str,
    path: &str,
    token: &str,
    body: Option<&Value>,
) -> Answer {
    let call = Call::new(ward.house.address, method, path).token(token);
    match body {
        Some(body) => call.json(body).send().await,
        None => call.send().await,
    }
}

/// What was asked for of records lately, the oldest first.
async fn trail(ward: &Ward) -> Vec<Record> {
    let by = Origin::of(UserName::new("test").unwrap());
    let all = AuditFilter::default();
    let found = ward.house.audit.search(&all, None, 100, by);
    let mut records = found.await.unwrap().items;
    let of_records = [
        EventKind::Read,
        EventKind::Search,
        EventKind::AccessDenied,
        EventKind::Write,
    ];
    records.retain(|record| {
        let content = record.content.as_ref().unwrap();
        of_records.contains(&record.kind) && content.by.user.expose() != "test"
    });
    records.sort_by_key(|record| record.seq);
    records
}
