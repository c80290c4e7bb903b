//! One room per command, named as it is typed.

pub(crate) mod api_key;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod bed;
pub(crate) mod channel;
pub(crate) mod comply;
pub(crate) mod config;
pub(crate) mod config_args;
pub(crate) mod dlq;
pub(crate) mod doctor;
pub(crate) mod emergency;
pub(crate) mod events;
pub(crate) mod hl7;
pub(crate) mod init;
pub(crate) mod keys;
pub(crate) mod message;
pub(crate) mod patient;
mod place;
pub(crate) mod policy;
pub(crate) mod queue;
pub(crate) mod redis;
pub(crate) mod replay;
pub(crate) mod session;
pub(crate) mod sign_in;
pub(crate) mod token;
pub(crate) mod unit;
pub(crate) mod user;
