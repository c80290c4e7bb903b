//! One room per command, named as it is typed.

pub(crate) mod config;
pub(crate) mod config_args;
pub(crate) mod hl7;
pub(crate) mod init;
pub(crate) mod keys;
pub(crate) mod token;
