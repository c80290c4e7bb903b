//! How a browser keeps the session of a person: in a cookie that no script can read.
//!
//! A program presents its token in `Authorization`. A page cannot keep a token safely, so at a sign-in with the header
//! `Wardline-Browser` the token goes into a cookie, and the answer does not hold it. Such a cookie counts only on
//! requests that carry that header as well: a page of another origin cannot set it without being asked for leave
//! (CORS), which is never given. Why: docs/decisions/0017-web-console.md.

use axum::http::header::{COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::http::problem::{Code, Problem};

/// Says that it is the console that asks.
const BROWSER: HeaderName = HeaderName::from_static("wardline-browser");
/// Said by browsers of each request: whether its page is of this origin.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Over TLS. Browsers take a cookie with this prefix only when it is `Secure`, of this very host and of all paths.
const SECURED: &str = "__Host-wardline";
/// Without TLS, to a browser on the same machine: not every browser takes the other one there.
const OF_LOOPBACK: &str = "wardline-loopback";

/// Names of the machine itself. `*.localhost` and an address of another machine are not meant.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Whether it is the console that asks.
pub(crate) fn asks(headers: &HeaderMap) -> bool {
    let site = headers.get(&FETCH_SITE);
    let from_here = site.is_none_or(|site| site.as_bytes() == b"same-origin");
    headers.contains_key(&BROWSER) && from_here
}

/// The token in the cookie of a request of the console.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    if !asks(headers) {
        return None;
    }
    cookie(headers, SECURED).or_else(|| {
        // Whoever has another name below the same domain could plant a cookie without the prefix.
        is_loopback(text(headers, &HOST)?).then(|| cookie(headers, OF_LOOPBACK))?
    })
}

/// What has the console's browser keep a token.
///
/// # Errors
/// The page did not come over TLS and is of another machine: whoever listens on the way would have the token.
pub(crate) fn keeping(headers: &HeaderMap, token: &str) -> Result<HeaderValue, Problem> {
    let origin = text(headers, &ORIGIN).unwrap_or_default();
    let cookie = match origin.split_once("://") {
        Some(("https", _)) => {
            format!("{SECURED}={token}; Path=/; Secure; HttpOnly; SameSite=Strict")
        }
        Some(("http", host)) if is_loopback(host) => {
            format!("{OF_LOOPBACK}={token}; Path=/; HttpOnly; SameSite=Strict")
        }
        _ => return Err(Problem::new(Code::TlsNeeded)),
    };
    let cookie = HeaderValue::try_from(cookie);
    let mut cookie = cookie.map_err(|_| Problem::new(Code::Internal))?;
    cookie.set_sensitive(true);
    Ok(cookie)
}

/// What has the console's browser forget its token, under both names.
pub(crate) fn forgetting() -> [HeaderValue; 2] {
    [
        HeaderValue::from_static(
            "__Host-wardline=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0",
        ),
        HeaderValue::from_static(
            "wardline-loopback=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0",
        ),
    ]
}

/// The value of the one cookie of this name; two of one name were not both set here.
fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let mut found = pairs.filter_map(|pair| {
        let (known, value) = pair.trim().split_once('=')?;
        (known == name).then_some(value)
    });
    match (found.next(), found.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Whether `host`, with or without a port, names the machine itself.
fn is_loopback(host: &str) -> bool {
    LOOPBACK.iter().any(|name| {
        let rest = host.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn a_cookie_counts_only_with_the_header_that_other_origins_cannot_set() {
        let cookie = ("cookie", "theme=dark; __Host-wardline=wls_1");

        let of_the_console = headers(&[cookie, ("wardline-browser", "1")]);
        let of_another = headers(&[cookie]);
        let of_another_site = headers(&[
            cookie,
            ("wardline-browser", "1"),
            ("sec-fetch-site", "cross-site"),
        ]);

        assert_eq!(token(&of_the_console), Some("wls_1"));
        assert_eq!(token(&of_another), None);
        assert_eq!(token(&of_another_site), None);
    }

    #[test]
    fn two_cookies_of_one_name_are_none() {
        let planted = headers(&[
            ("cookie", "__Host-wardline=wls_1; __Host-wardline=wls_2"),
            ("wardline-browser", "1"),
        ]);

        assert_eq!(token(&planted), None);
    }

    #[test]
    fn the_cookie_without_tls_counts_on_the_machine_itself_only() {
        for (host, counts) in [
            ("localhost:8080", true),
            ("127.0.0.1", true),
            ("[::1]:8080", true),
            ("ward.example", false),
            ("localhost.example", false),
        ] {
            let asked = headers(&[
                ("host", host),
                ("cookie", "wardline-loopback=wls_1"),
                ("wardline-browser", "1"),
            ]);
            assert_eq!(token(&asked).is_some(), counts, "{host}");
        }
    }

    #[test]
    fn a_token_is_kept_over_tls_or_on_the_machine_itself() {
        for (origin, kept) in [
            ("https://ward.example", Some("__Host-wardline=wls_1;")),
            ("http://localhost:8080", Some("wardline-loopback=wls_1;")),
            ("http://ward.example", None),
            ("null", None),
        ] {
            let cookie = keeping(&headers(&[("origin", origin)]), "wls_1").ok();
            let cookie = cookie.map(|cookie| cookie.to_str().unwrap().to_owned());
            assert_eq!(cookie.is_some(), kept.is_some(), "{origin}");
            let begins = cookie
                .unwrap_or_default()
                .starts_with(kept.unwrap_or_default());
            assert!(begins, "{origin}");
        }
    }
}
