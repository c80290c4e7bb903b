//! An estate on this machine, by real servers.

mod lab;
