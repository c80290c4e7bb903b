//! An estate on this machine, by real servers.

#![cfg(test)]

mod change;
mod drill;
mod lab;
mod promises;
mod rendered;
