//! What can be set of the HTTP server.

use std::time::Duration;

/// What can be set of the HTTP server; the configuration fills it.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// Threads that connections are shared out to; 0 for half of the cores, and at least one.
    pub threads: usize,
    /// Connections at once; more wait to be accepted. One address gets at most half of them.
    pub max_connections: usize,
    /// Requests at once, event streams, health and metrics aside; more are answered 503.
    pub max_requests: usize,
    /// Requests at once of one token; more are answered 429.
    pub max_requests_per_token: usize,
    /// Event streams at once of one token; more are answered 429.
    pub max_streams_per_token: usize,
    /// Streams of beds at once of one token; more are answered 429.
    pub max_bed_streams_per_token: usize,
    /// Bytes of a request's body; more is answered 413.
    pub body_limit_bytes: usize,
    /// How long the head of a request may take to arrive, and a connection may be idle between requests.
    pub header_timeout: Duration,
    /// How long a request may take, event streams aside; longer is answered 503.
    pub request_timeout: Duration,
    /// How long requests that are under way may take to end when the service stops.
    pub stop_grace: Duration,
    /// Who may read `/metrics`.
    pub metrics: MetricsAccess,
}

/// Who may read `/metrics`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MetricsAccess {
    /// Nobody: the route answers 404.
    Off,
    /// Tokens with the scope `read`.
    #[default]
    Token,
    /// Everybody who reaches the address.
    Open,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            threads: 0,
            max_connections: 1_024,
            max_requests: 256,
            max_requests_per_token: 64,
            max_streams_per_token: 8,
            max_bed_streams_per_token: 256,
            body_limit_bytes: 16 * 1024 * 1024,
            header_timeout: Duration::from_secs(15),
            request_timeout: Duration::from_secs(30),
            stop_grace: Duration::from_secs(10),
            metrics: MetricsAccess::default(),
        }
    }
}
