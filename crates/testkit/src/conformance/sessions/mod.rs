//! The contract of the store of sessions, as tests: one per numbered sentence of the port, named as the sentence.
//!
//! An adapter says how its store is opened and reopened ([`SessionsUnderTest`]) and calls
//! [`sessions_conformance!`](crate::sessions_conformance!) in a test module.

mod begin;
mod change;
mod check;
mod end;
pub(crate) mod given;
mod list;

use wardline_sessions::port::SessionStore;

pub use begin::{
    a_create_beyond_max_live_is_refused_as_full,
    when_create_returns_with_end_oldest_the_oldest_have_ended_and_are_named,
    when_create_returns_with_refuse_its_user_has_at_most_the_limit,
};
pub use change::{
    a_renewal_puts_a_new_token_in_the_place_of_the_old_one,
    changing_what_has_ended_is_of_another_version_or_locked_changes_nothing,
    locking_and_unlocking_twice_is_the_same_as_once, what_is_stored_is_given_back_byte_for_byte,
};
pub use check::{
    a_check_decides_as_life_does_and_extends_what_it_says,
    a_check_with_another_secret_is_answered_unknown,
    a_session_that_ended_is_told_why_for_a_while_and_never_lives_again,
    many_checks_are_answered_in_the_order_of_the_asks,
};
pub use end::{
    activity_lost_with_the_process_shortens_a_session_and_never_lengthens_it,
    each_expired_session_is_named_exactly_once_those_that_ended_first_before_others,
    end_user_ends_every_session_of_a_user_and_names_each, what_was_answered_survives,
};
pub use given::session_id;
pub use list::a_listing_gives_what_matches_newest_first_and_count_counts_the_same;

/// A store as a test sees it.
pub trait SessionsUnderTest {
    /// The store as it is open now.
    fn store(&self) -> &dyn SessionStore;

    /// Closes the store as a kill of the process would, as far as that can be done within one, and opens it again
    /// on the same data.
    fn reopen(&mut self);
}

/// One `#[test]` for each sentence of the contract. The argument is an expression that opens a new, empty
/// [`SessionsUnderTest`](crate::conformance::sessions::SessionsUnderTest).
///
/// `in turn: EXPRESSION` within an asynchronous function runs one after the other instead, for stores that take long to
/// raise.
#[macro_export]
macro_rules! sessions_conformance {
    ($open:expr) => {
        $crate::sessions_conformance! { @list each $open }
    };
    (in turn: $open:expr) => {
        $crate::sessions_conformance! { @list turn $open }
    };
    (@list $how:ident $open:expr) => {
        $crate::sessions_conformance! { @$how $open;
            a_check_decides_as_life_does_and_extends_what_it_says
            a_check_with_another_secret_is_answered_unknown
            a_session_that_ended_is_told_why_for_a_while_and_never_lives_again
            what_was_answered_survives
            activity_lost_with_the_process_shortens_a_session_and_never_lengthens_it
            a_renewal_puts_a_new_token_in_the_place_of_the_old_one
            changing_what_has_ended_is_of_another_version_or_locked_changes_nothing
            when_create_returns_with_refuse_its_user_has_at_most_the_limit
            when_create_returns_with_end_oldest_the_oldest_have_ended_and_are_named
            end_user_ends_every_session_of_a_user_and_names_each
            each_expired_session_is_named_exactly_once_those_that_ended_first_before_others
            a_listing_gives_what_matches_newest_first_and_count_counts_the_same
            what_is_stored_is_given_back_byte_for_byte
            a_create_beyond_max_live_is_refused_as_full
            many_checks_are_answered_in_the_order_of_the_asks
            locking_and_unlocking_twice_is_the_same_as_once
        }
    };
    (@turn $open:expr; $($sentence:ident)*) => {$(
        println!("{}", stringify!($sentence));
        let mut opened = $open;
        $crate::conformance::sessions::$sentence(&mut opened).await;
        drop(opened);
    )*};
    (@each $open:expr; $($sentence:ident)*) => {$(
        #[test]
        fn $sentence() {
            $crate::block_on(async {
                let mut opened = $open;
                $crate::conformance::sessions::$sentence(&mut opened).await;
            });
        }
    )*};
}
