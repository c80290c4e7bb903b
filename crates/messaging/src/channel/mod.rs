//! Channels as people write them: one TOML file each, checked whole before it takes effect.
//!
//! Start at [`Channel`]; `destination` is where messages go, `filter` which ones, `load` reads a folder
//! and checks what types alone cannot.

mod character_set;
mod definition;
mod destination;
mod destination_table;
mod filter;
mod load;
mod peer;

pub use character_set::{CharacterSet, UnknownCharacterSet};
pub use definition::{
    AcknowledgementMode, Acknowledgements, ApplicationAcknowledgement, Channel, Duplicates,
    Listener, ListenerTls, MllpRelease, Order, Retention, ReusedControlId, UnknownCharset,
    WithoutPatient,
};
pub use destination::{
    Destination, DestinationKind, FileDrop, MllpPartner, OnUnknownOutcome, PartnerTls, Retry,
    Webhook,
};
pub use filter::{Condition, Filter, ValueTest};
pub use load::{ChannelError, explain, load_directory, locate, parse_channel};
pub use peer::{PeerRange, PeerRangeError};
