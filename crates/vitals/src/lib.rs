//! Live beds: who lies where, what the devices say, how fresh that is, and what it scores.
