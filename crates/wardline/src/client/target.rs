//! Where a server is: scheme, host and port, and what its certificate is checked by.

use std::net::IpAddr;
use std::path::PathBuf;

use hyper::Uri;
use wardline_server::tls::ClientTls;

use crate::exit::UsageError;

/// A server's address.
pub(crate) struct Target {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Option<ClientTls>,
}

impl Target {
    /// Reads `http://host:port` or `https://host:port`.
    ///
    /// # Errors
    /// When it is no such address, when certificate authorities cannot be read, or when the token would
    /// travel in plain text to another machine.
    pub(super) fn new(
        url: &str,
        ca: Option<PathBuf>,
        allow_plain_text: bool,
    ) -> anyhow::Result<Self> {
        let wrong = || {
            UsageError(format!(
                "server `{url}`: expected http://HOST:PORT or https://HOST:PORT"
            ))
        };
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let host = uri.host().ok_or_else(wrong)?;
        let host = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        let has_more = !matches!(uri.path(), "" | "/") || uri.query().is_some();
        if host.is_empty() || has_more || url.contains('@') {
            return Err(wrong().into());
        }
        let (tls, usual_port) = match uri.scheme_str() {
            Some("https") => (Some(ClientTls::for_webhook(ca, &host)?), 443),
            Some("http") => (None, 80),
            _ => return Err(wrong().into()),
        };
        if tls.is_none() && !is_this_machine(&host) && !allow_plain_text {
            return Err(UsageError(format!(
                "server `{url}`: the token could be read on its way; use https://, or \
                 --allow-plain-text if the way is protected"
            ))
            .into());
        }
        Ok(Self {
            host,
            port: uri.port_u16().unwrap_or(usual_port),
            tls,
        })
    }

    /// As the header `Host` has it.
    pub(super) fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority(url: &str) -> Option<String> {
        Target::new(url, None, false)
            .ok()
            .map(|target| target.authority())
    }

    #[test]
    fn an_address_is_scheme_host_and_port() {
        assert_eq!(
            authority("http://127.0.0.1:8080").as_deref(),
            Some("127.0.0.1:8080")
        );
        assert_eq!(
            authority("http://localhost/").as_deref(),
            Some("localhost:80")
        );
        assert_eq!(
            authority("http://[::1]:8080").as_deref(),
            Some("[::1]:8080")
        );
    }

    #[test]
    fn what_is_no_address_of_a_server_is_refused() {
        for wrong in [
            "127.0.0.1:8080",
            "ftp://127.0.0.1",
            "http://",
            "http://127.0.0.1/v1",
            "http://127.0.0.1?x",
            "http://user@127.0.0.1",
        ] {
            assert_eq!(authority(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_token_does_not_leave_the_machine_in_plain_text_unless_that_is_asked_for() {
        assert_eq!(authority("http://192.0.2.1:8080"), None);
        assert!(Target::new("http://192.0.2.1:8080", None, true).is_ok());
    }
}
