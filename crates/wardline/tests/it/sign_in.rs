//! `wardline sign-in`: what proves who somebody is stands on no command line, and the token in no output.

use std::path::Path;

use crate::program::{wardline, wardline_with};

#[test]
fn a_password_is_no_argument() {
    for argument in ["--password=x", "--code=1"] {
        let tried = wardline(Path::new("/"), &["sign-in", "--login", "kim", argument]);

        assert_eq!(tried.code, 2, "{tried:?}");
    }
}

#[test]
fn without_a_file_for_the_token_it_says_so_before_anything_is_sent() {
    let tried = wardline_with(
        Path::new("/"),
        &["sign-in", "--login", "kim"],
        &[],
        b"a password\n123456\n",
    );

    assert_eq!(tried.code, 2, "{tried:?}");
    assert!(tried.stderr.contains("--token-file"), "{tried:?}");
}
