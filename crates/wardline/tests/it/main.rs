//! The program as people and scripts use it: command line in, output and exit code out.

#![cfg(test)]

mod audit;
mod authority;
mod beds;
mod client;
mod compliance;
mod config;
mod examples;
mod hl7;
mod init;
mod pitfalls;
mod policy;
mod program;
mod receiver;
mod send;
mod serve;
mod server;
mod sessions;
mod sign_in;
mod tls;
mod token;
