//! Listening over real sockets: framing rules, limits, hostile senders, reload, TLS. Rules are named as in
//! docs/guides/mllp.md.

#![cfg(test)]

#[path = "../outbound/authority.rs"]
mod authority;
mod backpressure;
mod desk;
mod framing;
mod hostile;
mod limits;
#[path = "../http/logged.rs"]
mod logged;
mod order;
mod release_two;
mod reload;
mod rig;
mod sender;
mod stop;
mod through;
mod tls;
mod unanswered;
