//! HL7 v2 messages: parse, address, edit, build, acknowledge, and frame for MLLP.
//!
//! The bytes as they came are the record of truth. [`Message`] borrows them and finds fields on demand;
//! nothing that was parsed is ever encoded again, and [`Edit`] leaves untouched bytes identical. This crate is
//! pure: no sockets, no clock, no async runtime, and it knows nothing of channels or stores.
//!
//! Start reading at [`message`], then [`path`] and [`value`]; [`ack`] and [`mllp`] stand on their own.
//!
//! ```
//! use wardline_hl7::{Message, Path};
//!
//! let raw = b"MSH|^~\\&|LAB|HOSP|EHR|HOSP|20260102||ORU^R01|77|P|2.5.1\rPID|1||4711^^^HOSP^MR\r";
//! let message = Message::parse(raw)?;
//! let mrn: Path = "PID-3.1".parse()?;
//!
//! assert_eq!(message.text(&mrn).as_deref(), Some("4711"));
//! assert_eq!(message.header().control_id(), b"77");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod ack;
pub mod batch;
pub mod builder;
pub mod charset;
pub mod delimiters;
pub mod edit;
pub mod error;
pub mod escape;
pub mod header;
pub mod index;
pub mod message;
pub mod mllp;
pub mod path;
pub mod routing;
mod scan;
pub mod segment;
pub mod timestamp;
pub mod value;

pub use ack::{Ack, AckCode, AckMode, Fault, Outcome, Reply};
pub use builder::Builder;
pub use charset::Charset;
pub use delimiters::Delimiters;
pub use edit::Edit;
pub use error::ParseError;
pub use header::Header;
pub use index::Index;
pub use message::{Limits, Message, Warning};
pub use path::Path;
pub use routing::{Identifier, Routing};
pub use segment::Segment;
pub use timestamp::Timestamp;
pub use value::Value;
