//! What people can do, one file per operation; each is a method of [`Messaging`](crate::Messaging).

mod channels;
mod dead_letters;
mod discard;
mod edit;
mod jobs;
mod message;
mod park;
mod retry;
mod search;
mod skip;
mod try_now;

pub use channels::{ChannelView, DestinationView};
pub use dead_letters::{DeadLetterFilter, DeadLetterView};
pub use edit::Change;
pub(crate) use jobs::Jobs;
pub use jobs::{JobRequest, JobWish};
pub use message::{AttemptView, DeliveryView, MessageView};
pub use search::{MessageSummary, SearchRequest};
