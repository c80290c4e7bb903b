//! A key scope is a channel and a UTC month, in one spelling.

use wardline_phi::{KeyScope, ScopeError};

use crate::given::NOW;

#[test]
fn a_scope_is_the_channel_and_the_month_in_utc() {
    let scope = |at| KeyScope::channel_month("adt-in", at).unwrap().to_string();

    assert_eq!(scope(NOW), "channel/adt-in/2026-11");
    assert_eq!(scope(0), "channel/adt-in/1970-01");
    // 2026-12-01T00:00:00Z and the millisecond before it.
    assert_eq!(scope(1_796_083_199_999), "channel/adt-in/2026-11");
    assert_eq!(scope(1_796_083_200_000), "channel/adt-in/2026-12");
}

#[test]
fn a_scope_reads_back_from_its_text_and_from_no_other() {
    let scope = KeyScope::channel_month("adt-in", NOW).unwrap();

    assert_eq!(KeyScope::parse(scope.as_str()), Ok(scope));
    for text in [
        "",
        "channel/adt-in",
        "channel/adt-in/2026-13",
        "channel/adt-in/2026-1",
        "channel//2026-11",
        "channel/adt-in/2026-11/",
        "patient/adt-in/2026-11",
        "channel/adt in/2026-11",
    ] {
        assert!(KeyScope::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_channel_name_that_could_be_read_as_another_scope_is_refused() {
    for name in ["", "a/b", "ä", &"x".repeat(65)] {
        assert_eq!(KeyScope::channel_month(name, NOW), Err(ScopeError::Channel));
    }
    assert_eq!(
        KeyScope::channel_month("adt", u64::MAX),
        Err(ScopeError::Time)
    );
}
