//! Connections to one server: opening them, one with many commands on their way, the one whose writes are confirmed,
//! the one for large values, and the watchdog that gives a server up.

mod answer;
mod dial;
mod disk;
mod files;
mod lane;
mod large;
mod link;
mod node;
mod pace;
mod recovery;
mod role;
mod vitals;
mod watchdog;

pub(crate) use answer::Answer;
pub(crate) use dial::Dialer;
pub(crate) use disk::Syncs;
pub(crate) use link::{Link, Push};
pub(crate) use node::Node;
pub(crate) use role::{Lineage, Role};
