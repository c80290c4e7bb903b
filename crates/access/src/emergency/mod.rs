//! Break-glass.

mod live;

pub use live::LiveGrant;
#[cfg(test)]
pub(crate) use live::LiveGrantParts;
