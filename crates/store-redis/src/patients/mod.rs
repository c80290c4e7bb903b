//! The store of records. What decides (heads, and what finds patients) is under one tag; what is large (manifests and
//! sealed values) is under a tag of each patient, and so on all servers of a Cluster.
//!
//! A commit is done in two steps. First manifests and values are put down under the patients' own tags, named by the
//! commit: nobody reads them, as no head leads to them. Then one function compares versions, takes record numbers and
//! makes the heads lead to them: that is the commit. When the second step does not come, the first leaves bytes that
//! nothing leads to and that go with the patient.
//!
//! There is no lease: whoever comes with the version that there is may write, from any instance. `rows` says what stands
//! in Redis.

mod erasures;
mod port;
mod rows;
mod writing;

use crate::redis_handle::Redis;
use crate::tag::Tag;

pub use erasures::{RedisErasures, TwofoldErasures};

/// Records on Redis. Clones are the same.
#[derive(Clone, Debug)]
pub struct RedisPatients {
    redis: Redis,
    tag: Tag,
}

impl RedisPatients {
    /// Those of this Redis.
    pub fn new(redis: &Redis) -> Self {
        Self {
            redis: redis.clone(),
            tag: Tag::new("p"),
        }
    }
}
