//! Making a connection to a partner: names, TCP, TLS, within one timeout.

use std::io;
use std::time::Duration;

use rustls::ProtocolVersion;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::wire::{Counted, Wire};
use crate::socket::keep_alive;
use crate::tls::ClientTls;

/// How long a partner's word on our certificate is waited for after a TLS handshake.
const REFUSAL_GRACE: Duration = Duration::from_millis(500);

/// Where a partner is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// DNS name or address, without the brackets of an IPv6 address.
    pub(super) host: String,
    pub(super) port: u16,
}

impl Endpoint {
    /// Reads `host:port` or `[v6]:port`.
    pub(super) fn parse(address: &str) -> Result<Self, String> {
        let expected = || format!("address: expected `host:port`, found `{address}`");
        let (host, port) = address.rsplit_once(':').ok_or_else(expected)?;
        let port = port.parse().map_err(|_| expected())?;
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        if bare.is_empty() || (bare == host && host.contains(':')) {
            return Err(expected());
        }
        Ok(Self {
            host: bare.to_owned(),
            port,
        })
    }
}

/// Connects; each address of the name is tried. The error says at which step it failed, in words that can
/// stand in a log.
pub(super) async fn dial(
    endpoint: &Endpoint,
    tls: Option<&ClientTls>,
    limit: Duration,
) -> Result<Wire, String> {
    let Endpoint { host, port } = endpoint;
    match timeout(limit, connect(endpoint, tls)).await {
        Ok(Ok(wire)) => Ok(wire),
        Ok(Err(problem)) => Err(problem),
        Err(_) => Err(format!(
            "no connection to {host}:{port} within {} s",
            limit.as_secs()
        )),
    }
}

async fn connect(endpoint: &Endpoint, tls: Option<&ClientTls>) -> Result<Wire, String> {
    let Endpoint { host, port } = endpoint;
    let socket = TcpStream::connect((host.as_str(), *port))
        .await
        .map_err(|error| format!("cannot connect to {host}:{port}: {error}"))?;
    set_options(&socket).map_err(|error| format!("cannot set socket options: {error}"))?;
    let counted = Counted::new(socket);
    let Some(tls) = tls else {
        return Ok(Wire::Plain(counted));
    };
    let stream = tls
        .connector()
        .connect(tls.server_name(), counted)
        .await
        .map_err(|error| format!("TLS with {host}:{port} failed: {error}"))?;
    let is_settled = stream.get_ref().1.protocol_version() != Some(ProtocolVersion::TLSv1_3);
    let mut wire = Wire::Tls(Box::new(stream));
    if is_settled {
        return Ok(wire);
    }
    let refusal = timeout(REFUSAL_GRACE, refusal(&mut wire)).await;
    match refusal.unwrap_or_default() {
        Some(reason) => Err(format!("TLS: {host}:{port} refuses us: {reason}")),
        None => Ok(wire),
    }
}

/// In TLS 1.3 our side of the handshake ends before the partner has seen our certificate. A refusal is told
/// afterwards, and so is consent, by most servers, with a session ticket: waiting for either keeps a message
/// from being written to a partner that will not read it.
async fn refusal(wire: &mut Wire) -> Option<String> {
    if let Err(error) = wire.readable().await {
        return Some(error.to_string());
    }
    match wire.read_if_ready(&mut [0]).await? {
        Ok(0) => Some("it closed the connection".to_owned()),
        Ok(_) => Some("it spoke first".to_owned()),
        Err(error) => Some(error.to_string()),
    }
}

fn set_options(socket: &TcpStream) -> io::Result<()> {
    socket.set_nodelay(true)?;
    keep_alive(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_name_or_an_ip_address_with_a_port() {
        for (text, host, port) in [
            ("lab.example:2575", "lab.example", 2575),
            ("10.0.0.7:1", "10.0.0.7", 1),
            ("[2001:db8::7]:2575", "2001:db8::7", 2575),
        ] {
            let expected = Endpoint {
                host: host.to_owned(),
                port,
            };
            assert_eq!(Endpoint::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn an_address_without_host_or_port_is_refused() {
        for text in [
            "",
            "lab",
            "lab:",
            ":2575",
            "lab:70000",
            "2001:db8::7:2575",
            "[]:1",
        ] {
            assert!(Endpoint::parse(text).is_err(), "{text}");
        }
    }
}
