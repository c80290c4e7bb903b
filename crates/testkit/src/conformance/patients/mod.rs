//! The contract of the store of records, as tests: one per numbered sentence of the port, named as the sentence. The
//! ledger's is at the end.
//!
//! An adapter says how its store is opened and reopened ([`PatientsUnderTest`]) and calls
//! [`patients_conformance!`](crate::patients_conformance!) in a test module.

mod listing;

use bytes::Bytes;
use wardline_patients::model::PatientId;
use wardline_patients::port::{
    Committed, ErasureLedger, Head, IndexToken, Indexed, PatientStore, StoredKey, Write,
};
use wardline_phi::{DataKeyId, KekVersion, WrappedKey};

pub use listing::{
    a_rewrap_replaces_the_key_that_is_told, entries_of_the_ledger_survive_in_their_order,
    heads_are_listed_in_the_order_of_the_ids, manifests_are_listed_from_a_version_downwards,
    patients_of_a_token_are_found_in_the_order_of_their_ids,
    what_is_stored_is_given_back_byte_for_byte,
};

/// A store as a test sees it.
pub trait PatientsUnderTest {
    /// The store as it is open now.
    fn store(&self) -> &dyn PatientStore;

    /// The ledger as it is open now.
    fn ledger(&self) -> &dyn ErasureLedger;

    /// Closes both as a kill of the process would, as far as that can be done within one, and opens them again on the
    /// same data.
    fn reopen(&mut self);
}

/// One `#[test]` for each sentence of the contract. The argument is an expression that opens a new, empty
/// [`PatientsUnderTest`](crate::conformance::patients::PatientsUnderTest).
#[macro_export]
macro_rules! patients_conformance {
    ($open:expr) => {
        $crate::patients_conformance! { @each $open;
            a_commit_writes_all_of_its_writes_or_none
            a_write_that_expects_version_0_begins_a_record_or_is_a_conflict
            a_write_that_expects_version_n_makes_the_next_or_is_a_conflict
            of_commits_at_the_same_time_one_is_done
            a_write_names_all_tokens_of_the_patient
            a_record_number_leads_to_one_patient
            what_was_committed_or_erased_survives
            an_erasure_takes_all_but_the_head
            patients_of_a_token_are_found_in_the_order_of_their_ids
            manifests_are_listed_from_a_version_downwards
            a_rewrap_replaces_the_key_that_is_told
            what_is_stored_is_given_back_byte_for_byte
            heads_are_listed_in_the_order_of_the_ids
            entries_of_the_ledger_survive_in_their_order
        }
    };
    (@each $open:expr; $($sentence:ident)*) => {$(
        #[test]
        fn $sentence() {
            $crate::block_on(async {
                let mut opened = $open;
                $crate::conformance::patients::$sentence(&mut opened).await;
            });
        }
    )*};
}

fn id(patient: u8) -> PatientId {
    PatientId([patient; 16])
}

fn key(of: u8) -> StoredKey {
    StoredKey {
        id: DataKeyId(1),
        wrapped: WrappedKey {
            kek_version: KekVersion(u32::from(of)),
            bytes: vec![of, 0, 0xff],
        },
        created_at: 7,
    }
}

fn token(indexed: Indexed, of: u8) -> IndexToken {
    IndexToken {
        indexed,
        token: [of; 16],
    }
}

fn write(patient: u8, expected: u64, tokens: &[IndexToken]) -> Write {
    let number = u8::try_from(expected).unwrap();
    Write {
        patient: id(patient),
        expected,
        key: key(patient),
        manifest: manifest(patient, expected + 1),
        values: vec![
            (0, Bytes::from(vec![patient, number, 0])),
            (1, Bytes::from(vec![patient, number, 1])),
        ],
        tokens: tokens.iter().copied().collect(),
    }
}

fn manifest(patient: u8, version: u64) -> Bytes {
    Bytes::from(vec![0xff, 0, patient, u8::try_from(version).unwrap()])
}

fn head(patient: u8, version: u64) -> Head {
    let key = Some(key(patient));
    Head { version, key }
}

async fn commit(store: &dyn PatientStore, writes: Vec<Write>) -> Committed {
    store.commit(writes).await.unwrap()
}

async fn found(store: &dyn PatientStore, token: IndexToken) -> Vec<PatientId> {
    store.find(token, None, 100).await.unwrap()
}

fn conflict(patient: u8, version: u64) -> Committed {
    Committed::Conflict {
        patient: id(patient),
        version,
    }
}

/// Sentence 1.
pub async fn a_commit_writes_all_of_its_writes_or_none(opened: &mut impl PatientsUnderTest) {
    let store = opened.store();
    let ssn = token(Indexed::Ssn, 1);
    commit(store, vec![write(1, 0, &[])]).await;

    let refused = commit(store, vec![write(2, 0, &[ssn]), write(1, 5, &[ssn])]).await;

    assert_eq!(refused, conflict(1, 1));
    assert_eq!(store.head(id(2)).await.unwrap(), None);
    assert_eq!(store.manifest(id(2), 1).await.unwrap(), None);
    assert_eq!(store.values(id(2), &[(1, 0)]).await.unwrap(), [None]);
    assert!(found(store, ssn).await.is_empty());
    let both = commit(store, vec![write(2, 0, &[ssn]), write(1, 1, &[ssn])]).await;
    assert_eq!(both, Committed::Done);
    assert_eq!(store.head(id(1)).await.unwrap(), Some(head(1, 2)));
    assert_eq!(store.head(id(2)).await.unwrap(), Some(head(2, 1)));
    assert_eq!(found(store, ssn).await, [id(1), id(2)]);
}

/// Sentence 2.
pub async fn a_write_that_expects_version_0_begins_a_record_or_is_a_conflict(
    opened: &mut impl PatientsUnderTest,
) {
    let store = opened.store();

    assert_eq!(commit(store, vec![write(1, 0, &[])]).await, Committed::Done);
    assert_eq!(store.head(id(1)).await.unwrap(), Some(head(1, 1)));
    assert_eq!(commit(store, vec![write(1, 0, &[])]).await, conflict(1, 1));
    store.erase(&[id(1), id(2)]).await.unwrap();
    assert_eq!(commit(store, vec![write(1, 0, &[])]).await, conflict(1, 1));
    assert_eq!(commit(store, vec![write(1, 1, &[])]).await, conflict(1, 1));
    assert_eq!(commit(store, vec![write(2, 0, &[])]).await, conflict(2, 0));
}

/// Sentence 3.
pub async fn a_write_that_expects_version_n_makes_the_next_or_is_a_conflict(
    opened: &mut impl PatientsUnderTest,
) {
    let store = opened.store();
    let none = commit(store, vec![write(1, 1, &[])]).await;
    commit(store, vec![write(1, 0, &[])]).await;

    assert_eq!(none, conflict(1, 0));
    assert_eq!(commit(store, vec![write(1, 1, &[])]).await, Committed::Done);
    for wrong in [0, 1, 3] {
        let ssn = token(Indexed::Ssn, 1);
        let refused = commit(store, vec![write(1, wrong, &[ssn])]).await;
        assert_eq!(refused, conflict(1, 2), "{wrong}");
        assert!(found(store, ssn).await.is_empty());
    }
    assert_eq!(store.head(id(1)).await.unwrap(), Some(head(1, 2)));
    assert_eq!(store.manifest(id(1), 4).await.unwrap(), None);
}

/// Sentence 4.
pub async fn of_commits_at_the_same_time_one_is_done(opened: &mut impl PatientsUnderTest) {
    let store = opened.store();
    commit(store, vec![write(1, 0, &[])]).await;

    let (a, b, c) = tokio::join!(
        commit(store, vec![write(1, 1, &[])]),
        commit(store, vec![write(1, 1, &[])]),
        commit(store, vec![write(1, 1, &[])]),
    );

    let done = [a, b, c].into_iter().filter(|c| *c == Committed::Done);
    assert_eq!(done.count(), 1);
}

/// Sentence 5.
pub async fn a_write_names_all_tokens_of_the_patient(opened: &mut impl PatientsUnderTest) {
    let store = opened.store();
    let (old, kept, new) = (
        token(Indexed::Ssn, 1),
        token(Indexed::NameBirth, 2),
        token(Indexed::Ssn, 3),
    );
    commit(store, vec![write(1, 0, &[old, kept])]).await;

    commit(store, vec![write(1, 1, &[kept, new])]).await;

    assert!(found(store, old).await.is_empty());
    assert_eq!(found(store, kept).await, [id(1)]);
    assert_eq!(found(store, new).await, [id(1)]);
    let of_another_kind = token(Indexed::NameBirth, 3);
    assert!(found(store, of_another_kind).await.is_empty());
}

/// Sentence 6.
pub async fn a_record_number_leads_to_one_patient(opened: &mut impl PatientsUnderTest) {
    let store = opened.store();
    let number = token(Indexed::RecordNumber, 1);
    let any = token(Indexed::AnyRecordNumber, 1);
    commit(store, vec![write(1, 0, &[number, any])]).await;

    let taken = commit(store, vec![write(2, 0, &[number, any])]).await;

    assert_eq!(taken, Committed::Taken { by: id(1) });
    assert_eq!(store.head(id(2)).await.unwrap(), None);
    assert_eq!(found(store, any).await, [id(1)]);
    let shared = commit(store, vec![write(2, 0, &[any])]).await;
    assert_eq!(shared, Committed::Done);
    commit(store, vec![write(1, 1, &[any])]).await;
    let freed = commit(store, vec![write(2, 1, &[number, any])]).await;
    assert_eq!(freed, Committed::Done);
    // Two writes of one commit are no exception, and may hand a number over.
    let both = commit(store, vec![write(1, 2, &[number]), write(2, 2, &[number])]).await;
    assert!(matches!(both, Committed::Taken { .. }), "{both:?}");
    let handed_over = commit(store, vec![write(1, 2, &[number]), write(2, 2, &[])]).await;
    assert_eq!(handed_over, Committed::Done);
    assert_eq!(found(store, number).await, [id(1)]);
}

/// Sentence 7.
pub async fn what_was_committed_or_erased_survives(opened: &mut impl PatientsUnderTest) {
    let ssn = token(Indexed::Ssn, 1);
    commit(opened.store(), vec![write(1, 0, &[ssn])]).await;
    commit(
        opened.store(),
        vec![write(2, 0, &[ssn]), write(1, 1, &[ssn])],
    )
    .await;
    opened.store().erase(&[id(2)]).await.unwrap();

    opened.reopen();

    let store = opened.store();
    assert_eq!(store.head(id(1)).await.unwrap(), Some(head(1, 2)));
    assert_eq!(
        store.manifest(id(1), 1).await.unwrap(),
        Some(manifest(1, 1))
    );
    assert_eq!(store.head(id(2)).await.unwrap().unwrap().key, None);
    assert_eq!(found(store, ssn).await, [id(1)]);
    assert_eq!(commit(store, vec![write(1, 1, &[])]).await, conflict(1, 2));
}

/// Sentence 8.
pub async fn an_erasure_takes_all_but_the_head(opened: &mut impl PatientsUnderTest) {
    let store = opened.store();
    let number = token(Indexed::RecordNumber, 1);
    commit(store, vec![write(1, 0, &[number])]).await;
    commit(store, vec![write(1, 1, &[number])]).await;
    commit(store, vec![write(2, 0, &[])]).await;

    for _ in 0..2 {
        store.erase(&[id(1), id(9)]).await.unwrap();
    }

    let (version, none) = (
        2,
        Head {
            version: 0,
            key: None,
        },
    );
    let erased = Head { version, key: None };
    assert_eq!(store.head(id(1)).await.unwrap(), Some(erased));
    assert_eq!(store.head(id(9)).await.unwrap(), Some(none));
    assert!(store.manifests(id(1), 9, 9).await.unwrap().is_empty());
    let values = store.values(id(1), &[(1, 0), (2, 1)]).await.unwrap();
    assert_eq!(values, [None, None]);
    assert!(found(store, number).await.is_empty());
    assert_eq!(
        store.manifest(id(2), 1).await.unwrap(),
        Some(manifest(2, 1))
    );
    let again = commit(store, vec![write(3, 0, &[number])]).await;
    assert_eq!(again, Committed::Done);
}
