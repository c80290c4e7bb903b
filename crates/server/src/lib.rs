//! The network edge: MLLP listeners, senders to partners, TLS. Thin: decode, call, encode.
//!
//! Start at [`mllp`] for what comes in and [`outbound`] for what goes out.

pub mod compliance;
mod events;
pub mod gate;
pub mod http;
pub mod insight;
pub mod keys;
pub mod metrics;
pub mod mllp;
pub mod notices;
pub mod oidc;
pub mod outbound;
mod printed;
mod socket;
mod store_watch;
mod threads;
pub mod tls;

pub use store_watch::{RememberedSessions, StoreCondition, StoreWatch, store_here};
