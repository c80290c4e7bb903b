//! Live beds from outside: on the plain model of its store, with a clock moved by hand.

mod contract;
