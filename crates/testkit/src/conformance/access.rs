//! The contract of the store of identities and emergency accesses, as tests: one per numbered sentence of the port,
//! named as the sentence.
//!
//! An adapter says how its store is opened and reopened ([`AccessUnderTest`]) and calls
//! [`access_conformance!`](crate::access_conformance!) in a test module.

use bytes::Bytes;
use wardline_access::port::{AccessStore, Kind, Put, Row};

/// A store as a test sees it.
pub trait AccessUnderTest {
    /// The store as it is open now.
    fn store(&self) -> &dyn AccessStore;

    /// Closes the store as a kill of the process would, as far as that can be done within one, and opens it again
    /// on the same data.
    fn reopen(&mut self);
}

/// One `#[test]` for each sentence of the contract. The argument is an expression that opens a new, empty
/// [`AccessUnderTest`](crate::conformance::access::AccessUnderTest).
#[macro_export]
macro_rules! access_conformance {
    ($open:expr) => {
        $crate::access_conformance! { @each $open;
            a_put_that_expects_version_0_creates_a_row_or_is_a_conflict
            a_put_that_expects_version_n_replaces_it_or_is_a_conflict
            a_lookup_key_leads_to_one_row_of_a_kind
            a_put_that_was_not_done_changed_nothing
            a_put_that_was_done_survives
            of_puts_at_the_same_time_one_is_done
            a_listing_gives_the_rows_of_a_kind_in_the_order_of_their_ids
            what_is_stored_is_given_back_byte_for_byte
        }
    };
    (@each $open:expr; $($sentence:ident)*) => {$(
        #[test]
        fn $sentence() {
            $crate::block_on(async {
                let mut opened = $open;
                $crate::conformance::access::$sentence(&mut opened).await;
            });
        }
    )*};
}

fn row(id: u8, version: u64, key: Option<u8>) -> Row {
    Row {
        kind: Kind::User,
        id: [id; 16],
        key: key.map(|key| [key; 32]),
        version,
        body: Bytes::from(vec![id, 0, 0xff, u8::try_from(version).unwrap()]),
    }
}

async fn get(store: &dyn AccessStore, id: u8) -> Option<Row> {
    store.get(Kind::User, [id; 16]).await.unwrap()
}

async fn find(store: &dyn AccessStore, kind: Kind, key: u8) -> Option<Row> {
    store.find(kind, [key; 32]).await.unwrap()
}

/// Sentence 1.
pub async fn a_put_that_expects_version_0_creates_a_row_or_is_a_conflict(
    opened: &mut impl AccessUnderTest,
) {
    let store = opened.store();

    assert_eq!(store.put(row(1, 1, None)).await.unwrap(), Put::Done);
    assert_eq!(get(store, 1).await, Some(row(1, 1, None)));
    let again = store.put(row(1, 1, None)).await.unwrap();
    assert_eq!(again, Put::Conflict(1));
}

/// Sentence 2.
pub async fn a_put_that_expects_version_n_replaces_it_or_is_a_conflict(
    opened: &mut impl AccessUnderTest,
) {
    let store = opened.store();
    let none = store.put(row(1, 2, None)).await.unwrap();
    store.put(row(1, 1, None)).await.unwrap();

    assert_eq!(none, Put::Conflict(0));
    assert_eq!(store.put(row(1, 2, None)).await.unwrap(), Put::Done);
    assert_eq!(get(store, 1).await, Some(row(1, 2, None)));
    for wrong in [1, 2, 4] {
        let put = store.put(row(1, wrong, None)).await.unwrap();
        assert_eq!(put, Put::Conflict(2), "{wrong}");
    }
}

/// Sentence 3.
pub async fn a_lookup_key_leads_to_one_row_of_a_kind(opened: &mut impl AccessUnderTest) {
    let store = opened.store();
    store.put(row(1, 1, Some(7))).await.unwrap();

    assert_eq!(store.put(row(2, 1, Some(7))).await.unwrap(), Put::Taken);
    assert_eq!(find(store, Kind::User, 7).await, Some(row(1, 1, Some(7))));
    assert_eq!(find(store, Kind::ApiKey, 7).await, None);
    let of_another_kind = Row {
        kind: Kind::ApiKey,
        ..row(3, 1, Some(7))
    };
    assert_eq!(store.put(of_another_kind).await.unwrap(), Put::Done);
    store.put(row(1, 2, Some(8))).await.unwrap();
    assert_eq!(find(store, Kind::User, 7).await, None);
    assert_eq!(find(store, Kind::User, 8).await, Some(row(1, 2, Some(8))));
    assert_eq!(store.put(row(2, 1, Some(7))).await.unwrap(), Put::Done);
    store.put(row(1, 3, None)).await.unwrap();
    assert_eq!(find(store, Kind::User, 8).await, None);
}

/// Sentence 4.
pub async fn a_put_that_was_not_done_changed_nothing(opened: &mut impl AccessUnderTest) {
    let store = opened.store();
    store.put(row(1, 1, Some(1))).await.unwrap();
    store.put(row(2, 1, Some(2))).await.unwrap();

    store.put(row(1, 1, Some(9))).await.unwrap();
    store.put(row(1, 2, Some(2))).await.unwrap();
    store.put(row(3, 1, Some(2))).await.unwrap();

    assert_eq!(get(store, 1).await, Some(row(1, 1, Some(1))));
    assert_eq!(find(store, Kind::User, 1).await, Some(row(1, 1, Some(1))));
    assert_eq!(find(store, Kind::User, 2).await, Some(row(2, 1, Some(2))));
    assert_eq!(find(store, Kind::User, 9).await, None);
    assert_eq!(get(store, 3).await, None);
}

/// Sentence 5.
pub async fn a_put_that_was_done_survives(opened: &mut impl AccessUnderTest) {
    opened.store().put(row(1, 1, Some(1))).await.unwrap();
    opened.store().put(row(1, 2, Some(2))).await.unwrap();

    opened.reopen();

    let store = opened.store();
    assert_eq!(get(store, 1).await, Some(row(1, 2, Some(2))));
    assert_eq!(find(store, Kind::User, 2).await, Some(row(1, 2, Some(2))));
    assert_eq!(find(store, Kind::User, 1).await, None);
    assert_eq!(store.put(row(1, 2, None)).await.unwrap(), Put::Conflict(2));
}

/// Sentence 6.
pub async fn of_puts_at_the_same_time_one_is_done(opened: &mut impl AccessUnderTest) {
    let store = opened.store();
    store.put(row(1, 1, None)).await.unwrap();

    let (a, b, c) = tokio::join!(
        store.put(row(1, 2, Some(1))),
        store.put(row(1, 2, Some(2))),
        store.put(row(1, 2, Some(3))),
    );

    let done = [a, b, c].map(|put| put.unwrap() == Put::Done);
    assert_eq!(done.iter().filter(|done| **done).count(), 1);
}

/// Sentence 7.
pub async fn a_listing_gives_the_rows_of_a_kind_in_the_order_of_their_ids(
    opened: &mut impl AccessUnderTest,
) {
    let store = opened.store();
    for id in [3, 1, 255, 2] {
        store.put(row(id, 1, None)).await.unwrap();
    }
    let of_another_kind = Row {
        kind: Kind::Emergency,
        ..row(4, 1, None)
    };
    store.put(of_another_kind).await.unwrap();
    let list = async |after: Option<u8>, limit: usize| -> Vec<u8> {
        let after = after.map(|id| [id; 16]);
        let rows = store.list(Kind::User, after, limit).await.unwrap();
        rows.iter().map(|row| row.id[0]).collect()
    };

    assert_eq!(list(None, 10).await, [1, 2, 3, 255]);
    assert_eq!(list(None, 2).await, [1, 2]);
    assert_eq!(list(Some(2), 10).await, [3, 255]);
    assert!(list(Some(255), 10).await.is_empty());
}

/// Sentence 8.
pub async fn what_is_stored_is_given_back_byte_for_byte(opened: &mut impl AccessUnderTest) {
    let store = opened.store();
    let every_byte: Vec<u8> = (0..=255).collect();
    let bodies = [Vec::new(), every_byte.clone(), every_byte.repeat(256)];

    for (id, body) in (1..).zip(bodies) {
        let stored = Row {
            body: Bytes::from(body),
            ..row(id, 1, Some(id))
        };
        store.put(stored.clone()).await.unwrap();
        assert_eq!(get(store, id).await, Some(stored));
    }
}
