//! Asking a server on this machine whether it takes messages. Needs no token.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use hyper::Method;
use serde::Deserialize;

use super::ApiProblem;
use super::exchange::{Question, ask};
use super::target::Target;

const PATIENCE: Duration = Duration::from_secs(5);

/// The answer of `/readyz`, as far as it says why not.
#[derive(Deserialize)]
struct Readiness {
    service: String,
    #[serde(default)]
    unbound_channels: Vec<String>,
}

/// Whether the server at `address` takes messages; `Ok(false)` when none listens there.
///
/// # Errors
/// Why it does not, in words.
pub(crate) fn is_ready(address: SocketAddr) -> Result<bool, String> {
    let said = |error: anyhow::Error| format!("{error:#}");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    // An address that stands for all of the machine's is asked on the machine itself.
    let host = match address {
        address if !address.ip().is_unspecified() => address.ip().to_string(),
        SocketAddr::V4(_) => "127.0.0.1".to_owned(),
        SocketAddr::V6(_) => "::1".to_owned(),
    };
    let target = Target {
        host,
        port: address.port(),
        tls: None,
    };
    let question = Question::new(Method::GET, "/readyz");
    match runtime.block_on(ask(&target, (None, None), &question, PATIENCE)) {
        Ok(_) => Ok(true),
        Err(error) => match error.downcast_ref::<ApiProblem>() {
            Some(problem) => Err(why(problem.body())),
            None if is_refused(&error) => Ok(false),
            None => Err(said(error)),
        },
    }
}

fn why(body: &[u8]) -> String {
    match serde_json::from_slice::<Readiness>(body) {
        Err(_) => "something else than Wardline listens".to_owned(),
        Ok(readiness) if readiness.unbound_channels.is_empty() => {
            format!("takes no messages: {}", readiness.service)
        }
        Ok(readiness) => {
            format!(
                "channels that cannot listen: {}",
                readiness.unbound_channels.join(", ")
            )
        }
    }
}

fn is_refused(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == ErrorKind::ConnectionRefused)
}
