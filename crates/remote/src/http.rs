//! The one way out: a request, and its whole answer within a limit and a time; tried again while that may help.
//!
//! No redirects, no proxy, no cookies, no decompression. An answer in plain text is taken only from this machine, or
//! where that is allowed.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::crypto::aws_lc_rs::default_provider;
use ureq::Agent;
use ureq::http::{Method, Request, Uri};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use zeroize::Zeroizing;

/// Tries of one request at most.
const MAX_TRIES: u32 = 4;
/// How long the first pause between tries is at most; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const MAX_PAUSE: Duration = Duration::from_secs(2);
/// Connections that are kept for the next request.
const MAX_IDLE: usize = 8;
const MAX_HEADER_BYTES: usize = 64 * 1024;
/// Bytes of a file with authorities at most.
const MAX_CA_BYTES: u64 = 4 * 1024 * 1024;

/// Where a service is.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// `https://host[:port]`, without a path.
    pub url: String,
    /// PEM file with the authorities that may have signed its certificate; the machine's own when not given.
    pub ca_file: Option<PathBuf>,
    /// Allows `http://` beyond this machine.
    pub allow_plain_text: bool,
    /// What a request may take, with all its tries.
    pub patience: Duration,
}

/// An endpoint cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// It is no such address.
    #[error("`{0}`: expected https://HOST or https://HOST:PORT")]
    Url(String),
    /// It is not protected.
    #[error("`{0}`: keys and signatures could be read on their way; use https://")]
    PlainText(String),
    /// The authorities cannot be read.
    #[error("{path}: {reason}")]
    Authorities {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

/// Asks one service.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    base: String,
    /// As the header `Host` has it.
    pub(crate) authority: String,
    patience: Duration,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) struct Question<'a> {
    pub(crate) method: Method,
    /// With the query, encoded; begins with `/`.
    pub(crate) target: String,
    pub(crate) headers: Vec<(&'static str, Zeroizing<String>)>,
    pub(crate) body: Option<&'a [u8]>,
    pub(crate) max_answer_bytes: u64,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Zeroizing<Vec<u8>>,
}

/// No answer came.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NoAnswer(pub(crate) String);

/// What one try came to.
pub(crate) enum Tried<T, E> {
    /// That is the end.
    Done(Result<T, E>),
    /// Another try may help.
    Again(E),
}

impl Client {
    pub(crate) fn new(endpoint: &Endpoint) -> Result<Self, EndpointError> {
        let wrong = || EndpointError::Url(endpoint.url.clone());
        let uri: Uri = endpoint.url.parse().map_err(|_| wrong())?;
        let host = uri.host().filter(|host| !host.is_empty());
        let host = host.ok_or_else(wrong)?;
        let is_plain = match uri.scheme_str() {
            Some("https") => false,
            Some("http") => true,
            _ => return Err(wrong()),
        };
        let has_more = !matches!(uri.path(), "" | "/") || uri.query().is_some();
        if has_more || endpoint.url.contains('@') {
            return Err(wrong());
        }
        if is_plain && !is_this_machine(host) && !endpoint.allow_plain_text {
            return Err(EndpointError::PlainText(endpoint.url.clone()));
        }
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(default_provider()))
            .root_certs(RootCerts::Specific(Arc::new(authorities(
                endpoint, is_plain,
            )?)))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .https_only(!is_plain)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .max_idle_connections(MAX_IDLE)
            .max_idle_connections_per_host(MAX_IDLE)
            .max_response_header_size(MAX_HEADER_BYTES)
            .user_agent(concat!("wardline/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity")
            .build()
            .new_agent();
        let authority = uri.authority().map(ToString::to_string);
        Ok(Self {
            agent,
            base: endpoint.url.trim_end_matches('/').to_owned(),
            authority: authority.ok_or_else(wrong)?,
            patience: endpoint.patience,
        })
    }

    /// Tries until `once` says that it is done, or the time is over. `once` gets the time that is left.
    pub(crate) fn tries<T, E>(
        &self,
        mut once: impl FnMut(Duration) -> Tried<T, E>,
    ) -> Result<T, E> {
        let began = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut tried = 0;
        loop {
            tried += 1;
            let left = self.patience.saturating_sub(began.elapsed());
            let failed = match once(left.max(FIRST_PAUSE)) {
                Tried::Done(done) => return done,
                Tried::Again(failed) => failed,
            };
            let waits = pause.mul_f64(0.5 + fastrand::f64() / 2.0);
            if tried >= MAX_TRIES || began.elapsed() + waits >= self.patience {
                return Err(failed);
            }
            // On a thread that may block: this is where it does.
            std::thread::sleep(waits);
            pause = (pause * 2).min(MAX_PAUSE);
        }
    }

    /// Asks once and takes the whole answer.
    pub(crate) fn ask(
        &self,
        question: &Question<'_>,
        within: Duration,
    ) -> Result<Answer, NoAnswer> {
        let mut request = Request::builder()
            .method(question.method.clone())
            .uri(format!("{}{}", self.base, question.target));
        for (name, value) in &question.headers {
            request = request.header(*name, value.as_str());
        }
        let bad = |error: ureq::http::Error| NoAnswer(error.to_string());
        let answered = match question.body {
            Some(body) => self.run(request.body(body).map_err(bad)?, within),
            None => self.run(request.body(()).map_err(bad)?, within),
        };
        let mut response = answered.map_err(|error| self.no_answer(&error))?;
        let status = response.status().as_u16();
        let limited = response
            .body_mut()
            .with_config()
            .limit(question.max_answer_bytes);
        let body = limited
            .read_to_vec()
            .map_err(|error| self.no_answer(&error))?;
        Ok(Answer {
            status,
            body: Zeroizing::new(body),
        })
    }

    fn run<B: ureq::AsSendBody>(
        &self,
        request: Request<B>,
        within: Duration,
    ) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(Some(within))
            .build();
        self.agent.run(request)
    }

    fn no_answer(&self, error: &ureq::Error) -> NoAnswer {
        NoAnswer(format!("{}: {error}", self.authority))
    }
}

/// Whether a status says that the service may do it later (RFC 9110 §15.6, RFC 6585 §4).
pub(crate) fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost"
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn authorities(
    endpoint: &Endpoint,
    is_plain: bool,
) -> Result<Vec<Certificate<'static>>, EndpointError> {
    if is_plain {
        return Ok(Vec::new());
    }
    let Some(path) = &endpoint.ca_file else {
        let native = rustls_native_certs::load_native_certs().certs;
        let native: Vec<_> = native
            .iter()
            .map(|certificate| Certificate::from_der(certificate).to_owned())
            .collect();
        if native.is_empty() {
            return Err(EndpointError::Authorities {
                path: endpoint.url.clone(),
                reason: "this machine knows no certificate authorities; name a file".to_owned(),
            });
        }
        return Ok(native);
    };
    let wrong = |reason: String| EndpointError::Authorities {
        path: path.display().to_string(),
        reason,
    };
    let size = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?;
    if size.len() > MAX_CA_BYTES {
        return Err(wrong("it is larger than 4 MiB".to_owned()));
    }
    let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let mut found = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| wrong(error.to_string()))? {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(wrong("there is no certificate in it".to_owned()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(url: &str) -> Endpoint {
        Endpoint {
            url: url.to_owned(),
            ca_file: None,
            allow_plain_text: false,
            patience: Duration::from_millis(300),
        }
    }

    #[test]
    fn plain_text_stays_on_this_machine_unless_it_is_allowed() {
        assert!(Client::new(&endpoint("http://127.0.0.1:8200")).is_ok());
        assert!(Client::new(&endpoint("http://[::1]:8200")).is_ok());
        let far = endpoint("http://192.0.2.1:8200");
        assert!(matches!(
            Client::new(&far),
            Err(EndpointError::PlainText(_))
        ));
        let allowed = Endpoint {
            allow_plain_text: true,
            ..far
        };
        assert!(Client::new(&allowed).is_ok());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in [
            "vault",
            "ftp://localhost",
            "https://",
            "http://localhost/v1",
            "http://u:p@localhost",
        ] {
            assert!(Client::new(&endpoint(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_try_that_may_help_is_made_again_four_times_at_most_and_within_the_time() {
        let client = Client::new(&Endpoint {
            patience: Duration::from_secs(30),
            ..endpoint("http://localhost:1")
        });
        let mut tries = 0;

        let ended: Result<(), u32> = client.unwrap().tries(|_| {
            tries += 1;
            Tried::Again(tries)
        });

        assert_eq!(ended, Err(MAX_TRIES));
        let hasty = Client::new(&Endpoint {
            patience: Duration::ZERO,
            ..endpoint("http://localhost:1")
        });
        let ended: Result<(), ()> = hasty.unwrap().tries(|_| Tried::Again(()));
        assert_eq!(ended, Err(()));
    }

    #[test]
    fn what_is_done_is_not_tried_again() {
        let client = Client::new(&endpoint("http://localhost:1")).unwrap();
        let mut tries = 0;

        let ended: Result<(), ()> = client.tries(|_| {
            tries += 1;
            Tried::Done(Err(()))
        });

        assert_eq!((ended, tries), (Err(()), 1));
    }
}
