//! Who writes during a drill: writers of three patterns, each with a journal, over the product's own connections.
//!
//! The patterns are those of the product: sessions (a hash with a time to live, in one function), HL7 messages (a log
//! with a guard against repeats, in one function), and vital signs (a value with a time to live). Every write has a key
//! or a number of its own, so that each acknowledged one can be looked for.

mod access;
mod journal;
mod writer;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;
use wardline_store_redis::{Redis, SLOTS, Tag, library};

use super::DrillSpec;
use super::timeline::Timeline;
use crate::EstateError;
use crate::lab::Lab;

pub(super) use access::Access;
pub(super) use journal::{Journal, Write};
pub(super) use writer::UNCONFIRMED;

/// Writes of one pattern are looked for this many at once.
pub(super) const LOOK_AT_ONCE: usize = 500;
/// How often is looked whom the clients take for masters.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The functions that the patterns call. `drill_present` answers for each key whether it is there.
const FUNCTIONS: &str = "#!lua name=wardline_drill
redis.register_function('drill_session', function(keys, args)
  redis.call('HSET', keys[1], 'sequence', args[1])
  redis.call('EXPIRE', keys[1], 1800)
  return 1
end)
redis.register_function('drill_append', function(keys, args)
  local known = redis.call('HGET', keys[2], args[1])
  if known then return known end
  local id = redis.call('XADD', keys[1], '*', 'sequence', args[1])
  redis.call('HSET', keys[2], args[1], id)
  return id
end)
redis.register_function('drill_vitals', function(keys, args)
  redis.call('SET', keys[1], args[1], 'EX', 1800)
  return 1
end)
redis.register_function{function_name='drill_present', flags={'no-writes'}, callback=function(keys)
  local present = {}
  for i, key in ipairs(keys) do present[i] = redis.call('EXISTS', key) end
  return table.concat(present)
end}
";

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pattern {
    /// Sessions of people who are signed in.
    Sessions,
    /// Messages of interfaces.
    Hl7,
    /// Values of the bedside.
    Vitals,
}

impl Pattern {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sessions, Self::Hl7, Self::Vitals];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Hl7 => "HL7",
            Self::Vitals => "vitals",
        }
    }

    /// The part of a key before the writer's own.
    fn family(self) -> &'static str {
        match self {
            Self::Sessions => "s",
            Self::Hl7 => "c",
            Self::Vitals => "b",
        }
    }
}

/// Traffic that runs until it is stopped.
pub(super) struct Traffic {
    stop: Arc<AtomicBool>,
    writers: JoinSet<Journal>,
    watcher: AbortHandle,
    /// The hash tags that are written to.
    pub(super) tags: Vec<Tag>,
}

impl Traffic {
    /// Starts all writers.
    pub(super) async fn start(
        lab: &Lab,
        spec: &DrillSpec,
        timeline: &Timeline,
    ) -> Result<Self, EstateError> {
        // The product's connections want its functions, too.
        lab.load_functions(&library::source()).await?;
        lab.load_functions(FUNCTIONS).await?;
        let redis = access::connect(lab, spec.durability).await?;
        let watcher = tokio::spawn(watch(redis.clone(), names(lab), timeline.clone()));
        let stop = Arc::new(AtomicBool::new(false));
        let masters = u16::try_from(lab.estate().first_masters().count()).unwrap_or(1);
        let mut writers = JoinSet::new();
        let mut tags = Vec::new();
        for pattern in Pattern::ALL {
            for index in 0..spec.writers {
                let tag = tag_of(pattern, index, masters);
                tags.push(tag.clone());
                let plan = writer::Plan {
                    redis: redis.clone(),
                    timeline: timeline.clone(),
                    interval: spec.interval,
                    stop: Arc::clone(&stop),
                };
                writers.spawn(writer::run(pattern, tag, plan));
            }
        }
        Ok(Self {
            stop,
            writers,
            watcher: watcher.abort_handle(),
            tags,
        })
    }

    /// Ends it and gives the journals.
    pub(super) async fn stop(self) -> Vec<Journal> {
        self.stop.store(true, Ordering::Release);
        let journals = self.writers.join_all().await;
        self.watcher.abort();
        journals
    }
}

fn names(lab: &Lab) -> BTreeMap<String, String> {
    let nodes = lab.estate().nodes.iter();
    nodes
        .map(|node| (node.address.to_string(), node.name.clone()))
        .collect()
}

/// Writes down whom the clients take for masters.
async fn watch(redis: Redis, names: BTreeMap<String, String>, timeline: Timeline) {
    let mut known = String::new();
    loop {
        let masters = redis.state().masters;
        let mut seen: Vec<String> = masters
            .iter()
            .map(|master| master.address.to_string())
            .map(|address| names.get(&address).cloned().unwrap_or(address))
            .collect();
        seen.sort();
        let seen = if seen.is_empty() {
            "nobody".to_owned()
        } else {
            seen.join(", ")
        };
        if seen != known {
            timeline.note(format!("clients see as master: {seen}"));
            known = seen;
        }
        sleep(LOOK_AGAIN).await;
    }
}

/// A hash tag whose slot belongs, at first, to the master in turn: every pattern writes to every shard.
fn tag_of(pattern: Pattern, index: u16, masters: u16) -> Tag {
    let masters = masters.max(1);
    let family = pattern.family();
    let tag = |salt: u16| Tag::new(format!("{family}:drill-{index}-{salt}"));
    (0..1000)
        .map(tag)
        .find(|tag| {
            let share = u32::from(tag.slot()) * u32::from(masters) / u32::from(SLOTS);
            share == u32::from(index % masters)
        })
        .unwrap_or_else(|| tag(0))
}
