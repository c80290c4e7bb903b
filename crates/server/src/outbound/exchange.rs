//! One HTTP exchange, over a connection of its own: for what is asked or told now and then, not for messages.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Method, StatusCode};

use super::dial::dial;
use super::webhook::{Connection, Ended, Target};
use crate::tls::ClientTls;

/// An HTTP endpoint.
pub(crate) struct Site {
    target: Target,
    tls: Option<ClientTls>,
}

/// What it answered: of the body 64 KiB at most.
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

impl Site {
    /// The endpoint at `https://`, or at `http://` on this machine.
    ///
    /// # Errors
    /// What is wrong with the address or the file.
    pub(crate) fn at(url: &str, ca_file: Option<PathBuf>) -> Result<Self, String> {
        let target = Target::parse(url)?;
        if !target.is_https && !is_this_machine(&target.endpoint.host) {
            return Err("expected https://, or an address of this machine".to_owned());
        }
        let tls = if target.is_https {
            let tls = ClientTls::for_webhook(ca_file, &target.endpoint.host);
            Some(tls.map_err(|error| error.to_string())?)
        } else {
            None
        };
        Ok(Self { target, tls })
    }

    /// Asks for it. Redirects are not followed.
    pub(crate) async fn get(&self, limit: Duration) -> Result<Answered, String> {
        self.exchange(Method::GET, &[], Bytes::new(), limit).await
    }

    /// Tells it something.
    pub(crate) async fn post(
        &self,
        headers: &[(&'static str, String)],
        body: Bytes,
        limit: Duration,
    ) -> Result<Answered, String> {
        self.exchange(Method::POST, headers, body, limit).await
    }

    async fn exchange(
        &self,
        method: Method,
        headers: &[(&'static str, String)],
        body: Bytes,
        limit: Duration,
    ) -> Result<Answered, String> {
        let mut request = self.target.bare(method);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request
            .body(Full::new(body))
            .map_err(|error| format!("the request cannot be built: {error}"))?;
        let wire = dial(&self.target.endpoint, self.tls.as_ref(), limit).await?;
        let mut connection = Connection::new(wire).await?;
        match connection.exchange(request, limit).await {
            Ended::Answered(answer) => Ok(Answered {
                status: answer.status,
                body: answer.body,
            }),
            Ended::NothingLeft(problem) | Ended::Unknown(problem) => Err(problem),
        }
    }
}

/// Whether a host is this machine itself, by its name or address.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let address: Result<std::net::IpAddr, _> = host.parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_this_machine_an_endpoint_speaks_tls() {
        assert!(Site::at("http://127.0.0.1:1/keys", None).is_ok());
        assert!(Site::at("http://[::1]:1/keys", None).is_ok());
        assert!(Site::at("http://login.example/keys", None).is_err());
        assert!(Site::at("http://127.0.0.1.login.example/keys", None).is_err());
    }
}
