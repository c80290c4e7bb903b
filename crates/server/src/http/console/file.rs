//! A file of the console: compressed at its first use, named by what is in it, sent again only when it changed.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{LazyLock, OnceLock};

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{files, headers};

static FILES: LazyLock<BTreeMap<&str, File>> = LazyLock::new(|| {
    let files = files::FILES.iter();
    files
        .map(|(path, bytes)| (*path, File::new(path, bytes)))
        .collect()
});

/// A file of the console.
#[derive(Debug)]
pub(super) struct File {
    plain: &'static [u8],
    media_type: &'static str,
    /// Made when somebody first asks for it.
    forms: OnceLock<Forms>,
}

/// The two forms in which a file is sent.
#[derive(Debug)]
struct Forms {
    /// SHA-256 of the plain bytes.
    hash: String,
    /// With gzip; empty when that would not be shorter.
    compressed: Bytes,
}

impl File {
    pub(super) fn at(path: &str) -> Option<&'static Self> {
        FILES.get(path)
    }

    fn new(path: &str, plain: &'static [u8]) -> Self {
        Self {
            plain,
            media_type: media_type(path),
            forms: OnceLock::new(),
        }
    }

    /// The file in the form that the browser takes, or that it has it already.
    pub(super) fn answer(&'static self, asked: &HeaderMap) -> Response {
        let forms = self.forms.get_or_init(|| Forms::of(self.plain));
        let squeezed = !forms.compressed.is_empty() && takes_gzip(asked);
        // The two forms are different bytes, so they have different strong tags (RFC 9110 §8.8.3.3).
        let form = if squeezed { "-gz" } else { "" };
        let tag = format!("\"{}{form}\"", forms.hash);
        let mut response = if has(asked, &tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else if squeezed {
            Response::new(Body::from(forms.compressed.clone()))
        } else {
            Response::new(Body::from(Bytes::from_static(self.plain)))
        };
        let into = response.headers_mut();
        headers::put(into);
        into.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if let Ok(tag) = HeaderValue::try_from(tag) {
            into.insert(header::ETAG, tag);
        }
        if response.status() == StatusCode::OK {
            let into = response.headers_mut();
            let media_type = HeaderValue::from_static(self.media_type);
            into.insert(header::CONTENT_TYPE, media_type);
            if squeezed {
                into.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
        }
        response
    }
}

impl Forms {
    fn of(plain: &[u8]) -> Self {
        let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, plain));
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let written = encoder.write_all(plain).and_then(|()| encoder.finish());
        let compressed = written
            .ok()
            .filter(|compressed| compressed.len() < plain.len());
        Self {
            hash,
            compressed: compressed.unwrap_or_default().into(),
        }
    }
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json" | "webmanifest") => "application/json",
        _ => "application/octet-stream",
    }
}

fn takes_gzip(asked: &HeaderMap) -> bool {
    let codings = texts(asked, &header::ACCEPT_ENCODING);
    codings
        .flat_map(|text| text.split(','))
        .any(|coding| match coding.trim().split_once(';') {
            None => coding.trim().eq_ignore_ascii_case("gzip"),
            Some((name, weight)) => {
                let refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
                name.trim().eq_ignore_ascii_case("gzip") && !refused
            }
        })
}

/// Whether the browser has the form with this tag.
fn has(asked: &HeaderMap, tag: &str) -> bool {
    texts(asked, &header::IF_NONE_MATCH)
        .flat_map(|text| text.split(','))
        .any(|known| {
            let known = known.trim();
            known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
        })
}

fn texts<'h>(
    headers: &'h HeaderMap,
    name: &header::HeaderName,
) -> impl Iterator<Item = &'h str> + use<'h> {
    let values = headers.get_all(name).iter();
    values.filter_map(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of script that the first page may load, compressed: it must open on a slow ward network.
    const FIRST_LOAD: usize = 60_000;

    fn asking(name: header::HeaderName, value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        for (value, takes) in [
            ("gzip", true),
            ("br, gzip;q=0.5", true),
            ("gzip;q=0", false),
            ("br", false),
        ] {
            let asked = asking(header::ACCEPT_ENCODING, value);
            assert_eq!(takes_gzip(&asked), takes, "{value}");
        }
    }

    #[test]
    fn a_tag_is_known_in_a_list_and_as_a_weak_one() {
        for (value, knows) in [
            ("\"a\"", true),
            ("\"b\", W/\"a\"", true),
            ("*", true),
            ("\"b\"", false),
        ] {
            let asked = asking(header::IF_NONE_MATCH, value);
            assert_eq!(has(&asked, "\"a\""), knows, "{value}");
        }
    }

    #[test]
    fn the_script_of_the_first_load_is_small() {
        let index = std::str::from_utf8(File::at("/index.html").unwrap().plain).unwrap();
        let scripts: Vec<&str> = index
            .split('"')
            .filter(|text| media_type(text).starts_with("text/javascript"))
            .collect();
        let compressed = scripts.iter().map(|path| {
            let file = File::at(path).unwrap();
            Forms::of(file.plain).compressed.len()
        });

        let bytes: usize = compressed.sum();

        assert!(bytes > 0 && bytes < FIRST_LOAD, "{bytes} of {scripts:?}");
    }
}
