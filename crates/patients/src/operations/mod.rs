//! What can be done with records: one file for each.

mod create;
mod deidentify;
mod erase;
mod facts;
mod feed;
mod history;
mod hold;
mod link;
mod merge;
mod read;
mod rewrap;
mod search;
mod update;

pub use feed::{FeedError, Step};
pub use history::Past;
pub use read::Selection;
pub use rewrap::{KeyUsage, Rewrapped};
pub use search::{Find, Found, MAX_FINDS, Query};
pub use update::Written;
