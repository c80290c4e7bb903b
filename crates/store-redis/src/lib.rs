//! The ports on Redis 7 or Valkey: standalone, Sentinel, Cluster.
//!
//! Everything it is given is sealed or blind already; it knows keys and values, not patients. Start reading at
//! [`Redis`]; `transport` holds connections to one server, `topology` knows which server is asked, `library` the
//! functions that make atomic on the server what must be.
//!
//! What it promises, and how:
//! - an acknowledged write has come through what [`Durability`] says, or the answer is an error; one wait for
//!   replicas serves all writes that gathered meanwhile;
//! - a call whose server is gone fails at once, and service resumes by itself: a watchdog looks at each server,
//!   what does not answer is given up, the topology is asked again off every lock;
//! - what was sent and not confirmed is said to be unknown ([`Failure::Unknown`]), never done and never undone.

mod access;
mod audit;
mod beds;
mod bits;
mod call;
mod codec;
mod commit;
mod failure;
mod fields;
mod lease;
pub mod library;
mod messaging;
mod ordered;
mod patients;
mod promises;
mod redis_handle;
mod reply;
mod routing;
mod sessions;
mod settings;
mod state;
mod subscription;
mod survey;
mod tag;
mod topology;
mod transport;
mod wrapped_keys;

pub use access::RedisAccess;
pub use audit::RedisAudit;
pub use beds::RedisBeds;
pub use call::{Call, Class, MAX_PARTS};
pub use failure::{ConnectError, Failure};
pub use lease::{End, Holder, LEASE_FOR, Lease, Taken, Term, Watch};
pub use messaging::{MAX_MESSAGE_BYTES, RedisMessages};
pub use patients::{RedisErasures, RedisPatients, TwofoldErasures};
pub use promises::{Finding, Weight};
pub use redis::{Cmd as Command, Value, cmd as command};
pub use redis_handle::Redis;
pub use reply::Reply;
pub use sessions::{RedisSessions, Remembered};
pub use settings::{
    Address, AddressError, Durability, Login, Settings, Timeouts, TlsFiles, Topology,
};
pub use state::{NodeState, State};
pub use subscription::{Heard, Subscription};
pub use survey::{
    Line, MAX_SLOT_RANGES, MAX_SURVEYED, SentinelSays, SentinelSeen, ServerSays, ServerSeen, Survey,
};
pub use tag::{Key, SLOTS, Tag};
pub use wrapped_keys::RedisWrappedKeys;
