//! A mask says that something is there, and nothing of it.

use wardline_phi::mask::{self, Reveal};

#[test]
fn an_identifier_shows_nothing_but_a_rough_length() {
    let mask = |value: &str| String::from(mask::identifier(value, Reveal::Nothing));

    assert_eq!(mask(""), "");
    assert_eq!(mask("1"), "****");
    assert_eq!(mask("1234"), "****");
    assert_eq!(mask("12345"), "********");
    assert_eq!(mask("123456789"), "************");
    assert_eq!(mask("1234567890123456789"), "************");
}

#[test]
fn the_last_two_characters_show_of_long_identifiers_only() {
    let mask = |value: &str| String::from(mask::identifier(value, Reveal::LastTwo));

    assert_eq!(mask("MRN0042"), "******42");
    assert_eq!(mask("ÄÖ-004Ü"), "******4Ü");
    assert_eq!(mask("12345"), "********");
}

#[test]
fn names_and_free_text_are_of_one_width() {
    assert_eq!(
        mask::name("EVERYWOMAN^EVE").as_str(),
        mask::name("Li").as_str()
    );
    assert_eq!(mask::free_text("12 Main St").as_str(), "[text]");
    assert_eq!(mask::name("").as_str(), "");
}

#[test]
fn a_date_shows_its_year_and_text_that_is_no_date_nothing() {
    assert_eq!(mask::date("20261121083000+0100").as_str(), "2026");
    assert_eq!(mask::date("2026-11-21T08:30:00Z").as_str(), "2026");
    assert_eq!(mask::date("1234 Main Street").as_str(), "[date]");
    assert_eq!(mask::date("unknown").as_str(), "[date]");
    assert_eq!(mask::date("19é").as_str(), "[date]");
}

/// 45 CFR 164.514(b)(2)(i)(C): ages over 89 are one group.
#[test]
fn a_year_of_birth_that_tells_an_age_over_89_is_not_shown() {
    assert_eq!(mask::birth_date("19370131", 2026).as_str(), "1937");
    assert_eq!(mask::birth_date("19361231", 2026).as_str(), "[90 or older]");
    assert_eq!(mask::birth_date("2026", 2026).as_str(), "2026");
}
