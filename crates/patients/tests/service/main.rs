//! What the service of records promises, one file for each part of it.
#![cfg(test)]

mod contract;
mod deidentified;
mod erasure;
mod feeding;
mod finding;
mod merging;
mod model;
mod records;
mod scene;
mod tampering;
