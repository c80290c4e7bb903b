//! Writers that keep a journal of what was acknowledged, and compare it with what Redis holds afterwards.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::task::JoinSet;
use wardline_store_redis::{Call, Class, Failure, Redis, Tag, command};

use crate::server::eventually;

pub(crate) const WRITERS: u64 = 8;
/// Tags that writers use in turn: many, so that every shard of a Cluster has some.
const TAGS: u64 = 64;

/// Writers at work.
pub(crate) struct Journal {
    redis: Redis,
    stop: Arc<AtomicBool>,
    acknowledged: Arc<Mutex<Vec<u64>>>,
    refused: Arc<AtomicU64>,
    slowest_refusal_ms: Arc<AtomicU64>,
    writers: JoinSet<()>,
    diary: JoinSet<()>,
}

pub(crate) fn tag(number: u64) -> Tag {
    Tag::new(format!("t:{}", number % TAGS))
}

impl Journal {
    pub(crate) fn begin(redis: &Redis) -> Self {
        let mut journal = Self {
            redis: redis.clone(),
            stop: Arc::default(),
            acknowledged: Arc::default(),
            refused: Arc::default(),
            slowest_refusal_ms: Arc::default(),
            writers: JoinSet::new(),
            diary: JoinSet::new(),
        };
        let of_diary = redis.clone();
        journal.diary.spawn(async move {
            loop {
                tokio::time::sleep(std::time::Duration::from_secs(2)).await;
                // Shown when the test fails.
                println!("{:?}", of_diary.state());
            }
        });
        for writer in 0..WRITERS {
            let (redis, stop) = (redis.clone(), Arc::clone(&journal.stop));
            let (acknowledged, refused) = (
                Arc::clone(&journal.acknowledged),
                Arc::clone(&journal.refused),
            );
            let slowest = Arc::clone(&journal.slowest_refusal_ms);
            journal.writers.spawn(async move {
                let mut number = writer;
                while !stop.load(Ordering::SeqCst) {
                    let began = std::time::Instant::now();
                    match put(&redis, number).await {
                        Ok(()) => acknowledged.lock().unwrap().push(number),
                        Err(failure) => {
                            if matches!(failure, Failure::Away(_)) {
                                let took = u64::try_from(began.elapsed().as_millis()).unwrap();
                                slowest.fetch_max(took, Ordering::SeqCst);
                            }
                            refused.fetch_add(1, Ordering::SeqCst);
                            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                        }
                    }
                    number += WRITERS;
                }
            });
        }
        journal
    }

    pub(crate) fn acknowledged(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::SeqCst)
    }

    /// Waits until writes are acknowledged that begin from now on.
    pub(crate) async fn goes_on(&self) {
        let before = self.acknowledged();
        eventually("writes are acknowledged", async || {
            self.acknowledged() > before + 100
        })
        .await;
    }

    /// Waits until a write has been refused.
    pub(crate) async fn is_refused(&self) {
        let before = self.refused();
        eventually("a write is refused", async || self.refused() > before).await;
    }

    /// Ends the writers and looks for each write that was acknowledged.
    pub(crate) async fn nothing_is_lost(mut self) {
        self.stop.store(true, Ordering::SeqCst);
        while self.writers.join_next().await.is_some() {}
        let numbers = self.acknowledged.lock().unwrap().clone();
        println!(
            "{} acknowledged, {} refused, the slowest refusal of what was not sent took {} ms",
            numbers.len(),
            self.refused(),
            self.slowest_refusal_ms.load(Ordering::SeqCst)
        );
        let mut lost = Vec::new();
        for number in numbers {
            let mut get = command("GET");
            get.arg(tag(number).key(format!(":{number}")));
            let found = self.redis.read(&tag(number), get).await.unwrap();
            if found.optional().is_none() {
                lost.push(number);
            }
        }
        let (first, last) = (lost.iter().min(), lost.iter().max());
        let count = lost.len();
        assert!(
            count == 0,
            "{count} acknowledged and lost, from {first:?} to {last:?}"
        );
    }
}

async fn put(redis: &Redis, number: u64) -> Result<(), Failure> {
    let call = Call::new(&tag(number), "t_put")
        .key(format!(":{number}"))
        .arg(number);
    redis.function(call, Class::Acknowledged).await.map(drop)
}
