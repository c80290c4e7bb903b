//! A token is shown once; what is kept of it proves it and cannot be turned back.

use wardline_phi::{ApiToken, TokenHash};

#[test]
fn a_token_that_is_presented_matches_its_stored_hash_and_no_other() {
    let (token, other) = (ApiToken::generate().unwrap(), ApiToken::generate().unwrap());
    let stored = TokenHash::parse(&token.hash().to_string()).unwrap();

    let presented = ApiToken::parse(token.expose()).unwrap();

    assert!(stored.matches(&presented));
    assert!(!stored.matches(&other));
}

#[test]
fn a_token_has_a_prefix_that_scanners_find_and_256_bits() {
    let token = ApiToken::generate().unwrap();

    assert!(token.expose().starts_with("wl_"));
    assert_eq!(token.expose().len(), 3 + 43);
}

#[test]
fn what_has_not_the_form_of_a_token_is_refused() {
    let token = ApiToken::generate().unwrap();
    let longer = format!("{}A", token.expose());
    let shorter = &token.expose()[..45];
    let other_alphabet = token
        .expose()
        .replace(|c: char| c.is_ascii_digit() || c == '_', "+");

    for text in ["", "wl_", "Bearer", &longer, shorter, &other_alphabet] {
        assert!(ApiToken::parse(text).is_err());
    }
}

/// SHA-256 of the text, as `printf wl_... | sha256sum` gives it.
#[test]
fn the_hash_is_the_plain_sha_256_of_the_text() {
    use sha2::Digest;
    let token = ApiToken::generate().unwrap();

    let digest = sha2::Sha256::digest(token.expose().as_bytes());

    let digits: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        token.hash().to_string(),
        format!("sha256:{}", digits.concat())
    );
}

#[test]
fn a_damaged_hash_is_refused() {
    let text = ApiToken::generate().unwrap().hash().to_string();

    let with_a_letter = format!("sha256:g{}", &text[8..]);
    for damaged in [
        "",
        "sha256:",
        &text[1..],
        &text[..text.len() - 1],
        &with_a_letter,
    ] {
        assert!(TokenHash::parse(damaged).is_err(), "{damaged}");
    }
}
