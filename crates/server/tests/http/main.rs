//! What the HTTP API promises, on a real store and over real sockets.
#![cfg(test)]

mod audit;
mod authorisation;
mod beds;
mod break_glass;
mod client;
mod console;
mod contract;
mod dead_letters;
mod description;
mod estate;
mod events;
mod gate;
mod health;
mod house;
mod idempotency;
mod jobs;
mod key_service;
mod keys;
mod limits;
mod logs;
mod messages;
mod notices;
mod oidc;
mod partner;
mod patients;
mod people;
mod problems;
mod queues;
mod serving;
mod sessions;
mod stewards;
mod stream;
mod tampering;
mod threads;
mod vitals;
