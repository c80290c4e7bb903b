//! The contract of messaging's store, as tests: one per numbered sentence of the port, named as the sentence.
//!
//! An adapter says how its store is opened and reopened ([`StoreUnderTest`]) and calls
//! [`conformance!`](crate::conformance!) in a test module.

pub mod access;
pub mod audit;
pub mod beds;
mod commit;
mod messages;
pub mod patients;
mod queues;
mod search;
pub mod session_events;
pub mod sessions;

use wardline_messaging::model::{MessageId, MessageRecord};
use wardline_messaging::port::{MessageStore, Query};

pub use commit::{
    a_committed_batch_is_whole, batches_take_effect_in_the_order_of_their_commit_calls,
    last_message_id_is_the_greatest_ever_put_also_after_that_message_was_removed,
    what_is_stored_is_given_back_byte_for_byte, when_commit_returns_ok_the_batch_survives,
};
pub use messages::{
    a_message_put_is_found_by_its_id_body_and_each_of_its_tokens,
    a_removed_message_is_found_by_nothing,
    duplicates_answers_for_each_key_with_the_latest_message_put_under_it,
    removing_one_of_two_that_share_a_duplicate_key_leaves_the_later_ones_entry,
};
pub use queues::{
    a_dead_letter_is_listed_until_it_is_removed,
    a_queue_is_listed_in_the_order_of_ids_only_what_is_enqueued_and_not_dequeued,
    a_removed_job_is_listed_no_more, counters_and_jobs_are_the_last_ones_put,
    enqueueing_or_dequeueing_twice_is_the_same_as_once,
};
pub use search::{
    a_search_gives_exactly_what_matches_every_part_of_its_query_in_the_asked_order,
    a_search_page_ends_with_a_cursor_exactly_when_there_may_be_more,
};

/// A store as a test sees it.
pub trait StoreUnderTest {
    /// The store as it is open now.
    fn store(&self) -> &dyn MessageStore;

    /// Closes the store and opens it again on the same data.
    fn reopen(&mut self);
}

/// One `#[test]` for each sentence of the contract. The argument is an expression that opens a new, empty
/// [`StoreUnderTest`](crate::conformance::StoreUnderTest).
#[macro_export]
macro_rules! conformance {
    ($open:expr) => {
        $crate::conformance! { @each $open;
            a_committed_batch_is_whole
            when_commit_returns_ok_the_batch_survives
            batches_take_effect_in_the_order_of_their_commit_calls
            a_message_put_is_found_by_its_id_body_and_each_of_its_tokens
            last_message_id_is_the_greatest_ever_put_also_after_that_message_was_removed
            duplicates_answers_for_each_key_with_the_latest_message_put_under_it
            a_queue_is_listed_in_the_order_of_ids_only_what_is_enqueued_and_not_dequeued
            enqueueing_or_dequeueing_twice_is_the_same_as_once
            a_search_gives_exactly_what_matches_every_part_of_its_query_in_the_asked_order
            a_search_page_ends_with_a_cursor_exactly_when_there_may_be_more
            a_dead_letter_is_listed_until_it_is_removed
            a_removed_message_is_found_by_nothing
            counters_and_jobs_are_the_last_ones_put
            what_is_stored_is_given_back_byte_for_byte
            removing_one_of_two_that_share_a_duplicate_key_leaves_the_later_ones_entry
            a_removed_job_is_listed_no_more
        }
    };
    (@each $open:expr; $($sentence:ident)*) => {$(
        #[test]
        fn $sentence() {
            $crate::block_on(async {
                let mut opened = $open;
                $crate::conformance::$sentence(&mut opened).await;
            });
        }
    )*};
}

/// Walks all pages of a search. A page may be shorter than asked for, never longer.
pub async fn every_page(
    store: &dyn MessageStore,
    query: &Query,
    limit: usize,
) -> Vec<MessageRecord> {
    let (mut found, mut cursor): (Vec<MessageRecord>, Option<MessageId>) = (Vec::new(), None);
    loop {
        let page = store.search(query, cursor, limit).await.unwrap();
        assert!(
            page.items.len() <= limit,
            "a page is longer than was asked for"
        );
        found.extend(page.items);
        let Some(next) = page.next else { return found };
        assert_ne!(cursor, Some(next), "the cursor of {query:?} stands still");
        cursor = Some(next);
    }
}

fn ids<'a>(records: impl IntoIterator<Item = &'a MessageRecord>) -> Vec<u64> {
    records.into_iter().map(|record| record.id.0).collect()
}
