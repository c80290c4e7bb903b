//! Where a webhook's requests go, and how they look.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HOST, USER_AGENT};
use hyper::http::request;
use hyper::{Method, Request, Uri};
use wardline_messaging::port::Parcel;

use super::signature::SigningKey;
use crate::outbound::dial::Endpoint;

/// The body is the message as it was received; its MSH-18 names the character set.
const HL7: &str = "application/hl7-v2";
const PRODUCT: &str = concat!("wardline/", env!("CARGO_PKG_VERSION"));

/// An HTTP endpoint.
pub(in crate::outbound) struct Target {
    pub(in crate::outbound) endpoint: Endpoint,
    pub(in crate::outbound) is_https: bool,
    authority: String,
    path: Uri,
}

/// What a request is signed with.
pub(super) struct Stamp<'a> {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub(super) seconds: u64,
    pub(super) key: &'a SigningKey,
}

impl Target {
    pub(in crate::outbound) fn parse(url: &str) -> Result<Self, String> {
        let uri: Uri = url.parse().map_err(|error| format!("url: {error}"))?;
        let is_https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err("url: expected https://".to_owned()),
        };
        let authority = uri.authority().ok_or("url: it names no host")?;
        if authority.as_str().contains('@') {
            return Err(
                "url: name and password do not belong here; requests are signed".to_owned(),
            );
        }
        let host = authority.host();
        let host = host
            .strip_prefix('[')
            .and_then(|h| h.strip_suffix(']'))
            .unwrap_or(host);
        let port = authority
            .port_u16()
            .unwrap_or(if is_https { 443 } else { 80 });
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Self {
            endpoint: Endpoint {
                host: host.to_owned(),
                port,
            },
            is_https,
            authority: authority.as_str().to_owned(),
            path: path.parse().map_err(|error| format!("url: {error}"))?,
        })
    }

    /// The beginning of a request.
    pub(in crate::outbound) fn bare(&self, method: Method) -> request::Builder {
        Request::builder()
            .method(method)
            .uri(self.path.clone())
            .header(HOST, &self.authority)
            .header(USER_AGENT, PRODUCT)
    }

    /// The signed request for a message.
    pub(super) fn request(
        &self,
        parcel: &Parcel,
        stamp: &Stamp<'_>,
    ) -> Result<Request<Full<Bytes>>, String> {
        // The same for every attempt, and unlike any other message's.
        let id = format!("{}/{}", parcel.queue, parcel.id);
        let signature = stamp.key.sign(&id, stamp.seconds, &parcel.bytes);
        self.bare(Method::POST)
            .header(CONTENT_TYPE, HL7)
            .header("idempotency-key", format!("\"{id}\""))
            .header("webhook-id", id)
            .header("webhook-timestamp", stamp.seconds)
            .header("webhook-signature", signature)
            .header("wardline-attempt", parcel.attempt)
            .body(Full::new(parcel.bytes.clone()))
            .map_err(|error| format!("the request cannot be built: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_gives_host_port_and_path() {
        for (url, host, port, path) in [
            ("https://lab.example/in?x=1", "lab.example", 443, "/in?x=1"),
            ("https://lab.example:8443", "lab.example", 8443, "/"),
            ("http://[::1]:9/a", "::1", 9, "/a"),
        ] {
            let target = Target::parse(url).unwrap();

            assert_eq!(
                target.endpoint,
                Endpoint {
                    host: host.to_owned(),
                    port
                },
                "{url}"
            );
            assert_eq!(target.path.to_string(), path, "{url}");
        }
    }

    #[test]
    fn a_url_that_cannot_be_posted_to_is_refused() {
        for url in [
            "",
            "lab.example/in",
            "ftp://lab.example",
            "https://",
            "https://me:pw@lab.example",
        ] {
            assert!(Target::parse(url).is_err(), "{url}");
        }
    }
}
