//! The network edge: MLLP listeners, senders to partners, TLS. Thin: decode, call, encode.

pub mod outbound;
mod socket;
pub mod tls;
