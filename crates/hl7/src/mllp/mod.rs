//! Framing for MLLP: `<VT> message <FS><CR>` (HL7 v2.5.1 implementation guide, MLLP release 1 and 2).
//!
//! A codec over bytes: it knows nothing of sockets and time. Whoever reads the socket hands chunks to the
//! [`Decoder`], and asks it for a [`Stall`] when nothing came for too long.

mod decoder;
mod encode;

pub use decoder::{Counters, Decoder, Event, Limits, Stall};
pub use encode::{Commit, Unframeable, encode, encode_into};

/// VT, which begins a frame.
pub const START_BLOCK: u8 = 0x0b;
/// FS, which with [`CARRIAGE_RETURN`] ends a frame.
pub const END_BLOCK: u8 = 0x1c;
/// CR, which follows [`END_BLOCK`].
pub const CARRIAGE_RETURN: u8 = 0x0d;
