//! The cookie: a session's token, its id, and a signature over both. Ids are no secrets, so one that we did not sign
//! counts for nothing.

use aws_lc_rs::hmac;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const NAME: &str = "__Host-session";
const ATTRIBUTES: &str = "Path=/; HttpOnly; Secure; SameSite=Strict";

/// The session that a browser was given.
pub(crate) struct Given {
    pub(crate) token: String,
    pub(crate) id: String,
}

pub(crate) fn write(token: &str, id: &str, key: &hmac::Key) -> String {
    let signed = URL_SAFE_NO_PAD.encode(hmac::sign(key, &signed_part(token, id)));
    format!("{NAME}={token}.{id}.{signed}; {ATTRIBUTES}")
}

pub(crate) fn gone() -> String {
    format!("{NAME}=; Max-Age=0; {ATTRIBUTES}")
}

pub(crate) fn read(headers: &HeaderMap, key: &hmac::Key) -> Option<Given> {
    let pairs = headers.get(header::COOKIE)?.to_str().ok()?;
    let mut named = pairs.split("; ").filter_map(|pair| pair.split_once('='));
    let (_, value) = named.find(|(name, _)| *name == NAME)?;
    let (token, rest) = value.split_once('.')?;
    let (id, signed) = rest.split_once('.')?;
    let signed = URL_SAFE_NO_PAD.decode(signed).ok()?;
    hmac::verify(key, &signed_part(token, id), &signed).ok()?;
    Some(Given {
        token: token.to_owned(),
        id: id.to_owned(),
    })
}

fn signed_part(token: &str, id: &str) -> Vec<u8> {
    format!("cookie\n{token}\n{id}").into_bytes()
}
