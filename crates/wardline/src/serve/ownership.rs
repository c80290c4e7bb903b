//! Of several instances of Wardline on one Redis, which one writes: messages, live beds and its audit trail have one
//! writer each, under a lease. Sessions, identities and records have none; what several write is compared and set.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;
use wardline_messaging::port::StoreError;
use wardline_store_redis::{
    End, Holder, Lease, Redis, RedisAudit, RedisBeds, RedisMessages, Tag, Taken, Term, Watch,
};

/// The leases that this instance holds. Copies share them; they are renewed while one of them is there.
#[derive(Clone)]
pub(super) struct Ownership {
    leases: Arc<Vec<Lease>>,
    end: watch::Sender<Option<End>>,
    keepers: Arc<Vec<AbortOnDropHandle<()>>>,
}

impl Ownership {
    /// That of a store which lets one process in.
    pub(super) fn undisputed() -> Self {
        Self::of(Vec::new())
    }

    fn of(leases: Vec<Lease>) -> Self {
        let end = watch::Sender::new(None);
        let keep = |(nth, lease): (usize, &Lease)| {
            let (lease, end) = (lease.clone(), end.clone());
            // Whoever has the first takes the others, and an instance that lost it must not keep them.
            let first = leases.first().filter(|_| nth > 0).map(Lease::term);
            AbortOnDropHandle::new(tokio::spawn(async move {
                end.send_replace(Some(match first {
                    None => lease.keep().await,
                    Some(first) => lease.keep_while(&first).await,
                }));
            }))
        };
        Self {
            keepers: Arc::new(leases.iter().enumerate().map(keep).collect()),
            leases: Arc::new(leases),
            end,
        }
    }

    /// Returns when this instance may write no more, and says why.
    pub(super) async fn ended(&self) -> End {
        let mut told = self.end.subscribe();
        loop {
            if let Some(end) = *told.borrow_and_update() {
                return end;
            }
            if told.changed().await.is_err() {
                // The sender is ours, so it does not close.
                std::future::pending::<()>().await;
            }
        }
    }

    /// For how long nobody else delivers messages; `None` where nobody else can.
    pub(super) fn term(&self) -> Option<Term> {
        self.leases.first().map(Lease::term)
    }

    /// Lets go, so that a standby takes over at once.
    pub(super) async fn release(&self) {
        for keeper in self.keepers.iter() {
            keeper.abort();
        }
        for lease in self.leases.iter() {
            if let Err(error) = lease.release().await {
                tracing::warn!(%error, "a lease was not given back; a standby takes over when it ends");
            }
        }
    }
}

/// What this instance asks for, and as whom.
pub(super) struct Turn {
    redis: Redis,
    /// Who writes the audit trail.
    trail: Redis,
    holder: Holder,
    node: String,
    /// How long each lease lasts without being renewed.
    lasts: Duration,
}

/// Leases, each for its store, and what keeps them.
pub(super) struct Owned {
    pub(super) messages: Lease,
    pub(super) beds: Lease,
    pub(super) audit: Lease,
    pub(super) ownership: Ownership,
}

impl Turn {
    /// # Errors
    /// The system gives no random bytes.
    pub(super) fn new(
        redis: &Redis,
        trail: &Redis,
        node: &str,
        lasts: Duration,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            redis: redis.clone(),
            trail: trail.clone(),
            holder: Holder::generate()?,
            node: node.to_owned(),
            lasts,
        })
    }

    /// Takes everything, or nothing while somebody has the first of it.
    ///
    /// # Errors
    /// Redis does not answer.
    pub(super) async fn take(&self) -> Result<Option<Owned>, StoreError> {
        match self.messages().take().await? {
            Taken::Held(_) => Ok(None),
            Taken::Owned(messages) => {
                Ok(Some(self.owned(messages, self.beds(), self.audit()).await))
            }
        }
    }

    /// Waits until everything can be taken. Redis may come and go meanwhile.
    pub(super) async fn wait(&self) -> Owned {
        let (mut first, mut beds, mut audit) = (self.messages(), self.beds(), self.audit());
        let messages = tokio::select! {
            messages = first.wait() => messages,
            // The time for which these are watched passes beside the first one's, not after it.
            never = async { tokio::join!(beds.follow(), audit.follow()) } => match never.0 {},
        };
        self.owned(messages, beds, audit).await
    }

    /// Whoever holds the lease of messages takes the others: who had them is gone, or is about to be.
    async fn owned(&self, messages: Lease, mut beds: Watch, mut audit: Watch) -> Owned {
        let first = Ownership::of(vec![messages.clone()]);
        let (beds, audit) = tokio::join!(beds.wait(), audit.wait());
        let ownership = Ownership::of(vec![messages.clone(), beds.clone(), audit.clone()]);
        drop(first);
        Owned {
            messages,
            beds,
            audit,
            ownership,
        }
    }

    fn messages(&self) -> Watch {
        self.watch(&self.redis, &RedisMessages::tag())
    }

    fn beds(&self) -> Watch {
        self.watch(&self.redis, &RedisBeds::tag())
    }

    fn audit(&self) -> Watch {
        self.watch(&self.trail, &RedisAudit::tag(&self.node))
    }

    fn watch(&self, redis: &Redis, tag: &Tag) -> Watch {
        Watch::new(redis, tag, self.holder, self.lasts)
    }
}
