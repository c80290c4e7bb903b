//! Wardline from outside: the real binary, real sockets, real signals, real disks.
//!
//! `home` lays out a configuration and starts the process, `http`, `sender` and `partner` talk to it as the
//! world does. Each other file is one promise. The tests that need a disk of their own mount a small tmpfs.

#![cfg(test)]

mod applications;
mod archive;
mod audit;
mod backup;
mod beds;
mod canary;
mod canary_redis;
mod comply;
mod copies;
mod damage;
mod demo;
mod disk;
mod edit_killed;
mod estate;
mod feeding;
mod flows;
mod full_disk;
mod full_memory;
mod home;
mod hostile;
mod http;
mod keys;
mod kill;
mod ledger;
mod partner;
mod people;
mod read_only;
mod records;
mod redis;
mod reload;
mod rotation;
mod samples;
mod sender;
mod session_events;
mod sessions;
mod standby;
mod stop;
mod tap;
mod wait;
