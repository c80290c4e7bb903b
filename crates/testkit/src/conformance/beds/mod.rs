//! The contract of the store of beds, as tests: one per numbered sentence of the port, named as the sentence.
//!
//! An adapter says how its store is opened and reopened ([`BedsUnderTest`]) and calls
//! [`beds_conformance!`](crate::beds_conformance!) in a test module. [`random_writes_give_the_same_as_the_model`]
//! plays random commits on it and on [`MemoryBeds`](crate::MemoryBeds).

mod commit;
mod listing;
mod played;

use bytes::Bytes;
use wardline_vitals::model::StayId;
use wardline_vitals::port::{BedStore, EntryKey, Row, Write};

pub use commit::{
    a_commit_is_whole, commits_take_effect_in_the_order_of_their_calls,
    when_a_synced_commit_returns_ok_it_and_all_before_it_survive,
    when_a_written_commit_returns_ok_it_survives_the_process,
};
pub use listing::{
    a_removed_row_is_listed_no_more, a_stays_entries_are_listed_in_the_order_of_their_numbers,
    pages_neither_repeat_nor_skip_and_end_with_a_cursor_exactly_when_there_is_more,
    trimming_removes_entries_up_to_a_number_and_no_other,
    what_is_stored_is_given_back_byte_for_byte,
};
pub use played::random_writes_give_the_same_as_the_model;

/// A store as a test sees it.
pub trait BedsUnderTest {
    /// The store as it is open now.
    fn store(&self) -> &dyn BedStore;

    /// Closes the store as a kill of the process would, as far as that can be done within one, and opens it again
    /// on the same data.
    fn reopen(&mut self);
}

/// One `#[test]` for each sentence of the contract. The argument is an expression that opens a new, empty
/// [`BedsUnderTest`](crate::conformance::beds::BedsUnderTest).
#[macro_export]
macro_rules! beds_conformance {
    ($open:expr) => {
        $crate::beds_conformance! { @each $open;
            a_commit_is_whole
            when_a_synced_commit_returns_ok_it_and_all_before_it_survive
            when_a_written_commit_returns_ok_it_survives_the_process
            commits_take_effect_in_the_order_of_their_calls
            a_removed_row_is_listed_no_more
            a_stays_entries_are_listed_in_the_order_of_their_numbers
            trimming_removes_entries_up_to_a_number_and_no_other
            pages_neither_repeat_nor_skip_and_end_with_a_cursor_exactly_when_there_is_more
            what_is_stored_is_given_back_byte_for_byte
            random_writes_give_the_same_as_the_model
        }
    };
    (@each $open:expr; $($sentence:ident)*) => {$(
        #[test]
        fn $sentence() {
            $crate::block_on(async {
                let mut opened = $open;
                $crate::conformance::beds::$sentence(&mut opened).await;
            });
        }
    )*};
}

/// All rows, read in pages of `limit`.
pub async fn all_rows(store: &dyn BedStore, limit: usize) -> Vec<(Row, Bytes)> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = store.rows(after, limit).await.unwrap();
        assert!(page.items.len() <= limit, "a page is longer than asked for");
        all.extend(
            page.items
                .into_iter()
                .map(|stored| (stored.row, stored.sealed)),
        );
        let Some(next) = page.next else { return all };
        assert!(after < Some(next), "the cursor stands still");
        after = Some(next);
    }
}

/// All entries, read in pages of `limit`.
pub async fn all_entries(store: &dyn BedStore, limit: usize) -> Vec<(EntryKey, Bytes)> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = store.entries(after, limit).await.unwrap();
        assert!(page.items.len() <= limit, "a page is longer than asked for");
        all.extend(
            page.items
                .into_iter()
                .map(|stored| (stored.key, stored.sealed)),
        );
        let Some(next) = page.next else { return all };
        assert!(after < Some(next), "the cursor stands still");
        after = Some(next);
    }
}

fn bed(number: u8) -> Row {
    Row::Bed([number; 16])
}

fn put(row: Row, sealed: &str) -> Write {
    Write::Put {
        row,
        sealed: Bytes::copy_from_slice(sealed.as_bytes()),
    }
}

fn append(stay: u64, number: u64, sealed: &str) -> Write {
    Write::Append {
        stay: StayId(stay),
        number,
        sealed: Bytes::copy_from_slice(sealed.as_bytes()),
    }
}

fn trim(stay: u64, up_to: u64) -> Write {
    Write::Trim {
        stay: StayId(stay),
        up_to,
    }
}

async fn keys(store: &dyn BedStore) -> Vec<(u64, u64)> {
    let entries = all_entries(store, 100).await;
    entries
        .iter()
        .map(|((stay, number), _)| (stay.0, *number))
        .collect()
}
