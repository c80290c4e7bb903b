//! Live beds: who lies where, what the devices say, how fresh that is, and what it scores.

pub mod census;
pub mod chart;
pub mod freshness;
pub mod model;
pub mod news2;
pub mod observation;
pub mod reading;
pub mod score;
pub mod trend;
pub mod units;
