//! TLS for listeners and partners: rustls over aws-lc-rs, TLS 1.2 and 1.3, PEM files.
//!
//! A configuration is read again when its files change, so that a certificate is renewed without
//! dropping a connection. Start at [`ServerTls`] and [`ClientTls`]; `pem` reads the files and refuses a
//! private key that others on the machine could read.

mod client;
mod error;
mod pem;
mod reloading;
mod server;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use rustls::crypto::CryptoProvider;

pub use client::ClientTls;
pub use error::TlsError;
pub(crate) use pem::{only_for_its_owner, read as read_secret};
pub use server::{ServerTls, ServerTlsFiles};

/// The one provider of cryptography; named at each use, so that no global default can change it.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}
