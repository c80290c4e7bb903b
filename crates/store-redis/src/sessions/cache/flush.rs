//! Writing what persons did: many sessions in one call, twice a second, and before Redis decides on one of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio_util::task::AbortOnDropHandle;
use wardline_sessions::model::SessionId;

use super::super::shard::{self, Shard};
use super::{Cache, Touch};
use crate::call::Class;
use crate::failure::Failure;
use crate::redis_handle::Redis;
use crate::reply::Reply;

/// How often activity is written.
const EVERY: Duration = Duration::from_millis(500);
/// Sessions of one call at most.
const MAX_TOUCHES: usize = 256;

/// Writes activity to Redis.
#[derive(Clone, Debug)]
pub(in super::super) struct Flusher {
    pub(in super::super) redis: Redis,
    pub(in super::super) cache: Arc<Cache>,
}

impl Flusher {
    /// Writes again and again, until the handle is dropped.
    pub(in super::super) fn start(self) -> AbortOnDropHandle<()> {
        AbortOnDropHandle::new(tokio::spawn(async move {
            loop {
                tokio::time::sleep(EVERY).await;
                if let Err(failure) = self.all().await {
                    tracing::debug!(%failure, "activity was not written; it is tried again");
                }
            }
        }))
    }

    /// Writes all there is.
    pub(in super::super) async fn all(&self) -> Result<(), Failure> {
        self.shards(shard::all()).await
    }

    /// Writes it before Redis decides on one of these.
    pub(in super::super) async fn before(
        &self,
        ids: impl IntoIterator<Item = SessionId>,
    ) -> Result<(), Failure> {
        let mut ahead: Vec<Shard> = ids
            .into_iter()
            .filter(|id| self.cache.is_ahead(*id))
            .map(shard::of)
            .collect();
        ahead.sort_unstable();
        ahead.dedup();
        self.shards(ahead).await
    }

    async fn shards(&self, shards: impl IntoIterator<Item = Shard>) -> Result<(), Failure> {
        let at = Instant::now();
        let mut parts: Vec<(Shard, Vec<Touch>, Instant)> = Vec::new();
        for shard in shards {
            let (touches, since) = self.cache.touches(shard, at);
            let some = touches.chunks(MAX_TOUCHES);
            parts.extend(some.map(|some| (shard, some.to_vec(), since)));
        }
        if parts.is_empty() {
            return Ok(());
        }
        // A task of its own: whoever waits may be given up, and what was taken must be settled.
        let this = self.clone();
        let writes = tokio::spawn(async move {
            let written = parts
                .iter()
                .map(|(shard, touches, since)| this.write(*shard, touches, (at, *since)));
            join_all(written).await.into_iter().collect()
        });
        writes
            .await
            .unwrap_or_else(|_| Err(Failure::Away("activity is not written any more".to_owned())))
    }

    /// Writes activity that waits `since` then to be written.
    async fn write(
        &self,
        shard: Shard,
        touches: &[Touch],
        (at, since): (Instant, Instant),
    ) -> Result<(), Failure> {
        let call = shard::of_heads(shard, "wl_session_touch");
        let call = touches.iter().fold(call, |call, touch| {
            call.arg(touch.id.as_bytes())
                .arg(touch.token.as_bytes())
                .arg(touch.at)
        });
        let answers = self.redis.function(call, Class::BestEffort).await;
        let answers = answers.and_then(Reply::list);
        let answers = match answers {
            Ok(answers) if answers.len() == touches.len() => answers,
            other => {
                for touch in touches {
                    self.cache.is_unwritten(touch, since);
                }
                return other.map(drop);
            }
        };
        for (touch, answer) in touches.iter().zip(answers) {
            if answer.number().is_ok_and(|answer| answer == 1) {
                self.cache.is_written(touch, at);
            } else {
                // It ended, was locked or has another token.
                self.cache.forget(touch.id);
            }
        }
        Ok(())
    }
}
