//! Nothing is sent to a partner while another instance may be sending: beyond the time of its lease an instance keeps
//! still until Redis says whose it is. What the fence cannot stop, as it is outside of Redis, stops here.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::timeout;
use wardline_messaging::channel::Destination;
use wardline_messaging::model::ChannelName;
use wardline_messaging::port::{Parcel, Partner, PartnerFactory, SendOutcome};
use wardline_store_redis::Term;

/// How long one attempt waits for the lease, before the destination is told that nothing leaves now.
const PATIENCE: Duration = Duration::from_secs(5);

/// Partners that are sent to only while the lease is held.
pub(super) struct Leashed {
    partners: Arc<dyn PartnerFactory>,
    term: Term,
}

impl Leashed {
    /// The same partners, on a leash if there is one.
    pub(super) fn over(
        partners: Arc<dyn PartnerFactory>,
        term: Option<Term>,
    ) -> Arc<dyn PartnerFactory> {
        match term {
            Some(term) => Arc::new(Self { partners, term }),
            None => partners,
        }
    }
}

impl PartnerFactory for Leashed {
    fn partner(
        &self,
        channel: &ChannelName,
        destination: &Destination,
    ) -> Result<Arc<dyn Partner>, String> {
        let partner = self.partners.partner(channel, destination)?;
        let term = self.term.clone();
        Ok(Arc::new(LeashedPartner { partner, term }))
    }
}

struct LeashedPartner {
    partner: Arc<dyn Partner>,
    term: Term,
}

#[async_trait]
impl Partner for LeashedPartner {
    async fn send(&self, parcel: Parcel) -> SendOutcome {
        if timeout(PATIENCE, self.term.held()).await.is_err() {
            return SendOutcome::NotSent {
                detail: "Redis is away for longer than this instance's lease; nothing is sent until it is back"
                    .to_owned(),
            };
        }
        tokio::select! {
            // First: an instance that was stopped and wakes must not go on with what it was writing.
            biased;
            () = self.term.over() => SendOutcome::Unknown {
                detail: "cut off, as this instance's lease ended before the partner answered".to_owned(),
            },
            outcome = self.partner.send(parcel) => outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use bytes::Bytes;
    use tokio::sync::watch;
    use tokio::time::Instant;
    use wardline_messaging::model::{DestinationName, MessageId, Queue};

    use super::*;

    const LEASE: Duration = Duration::from_secs(10);

    /// A partner that takes so long, and counts what it answered.
    struct Slow {
        takes: Duration,
        answered: AtomicUsize,
    }

    #[async_trait]
    impl Partner for Slow {
        async fn send(&self, _: Parcel) -> SendOutcome {
            tokio::time::sleep(self.takes).await;
            self.answered.fetch_add(1, Ordering::SeqCst);
            SendOutcome::Accepted {
                answer: Bytes::new(),
            }
        }
    }

    type Renewals = watch::Sender<Option<Instant>>;

    fn leashed(takes: Duration, held_for: Duration) -> (Renewals, Arc<Slow>, LeashedPartner) {
        let (renewals, told) = watch::channel(Some(Instant::now() + held_for));
        let slow = Arc::new(Slow {
            takes,
            answered: AtomicUsize::new(0),
        });
        let partner = LeashedPartner {
            partner: Arc::clone(&slow) as _,
            term: Term::new(told),
        };
        (renewals, slow, partner)
    }

    fn parcel() -> Parcel {
        Parcel {
            id: MessageId(1),
            queue: Queue {
                channel: ChannelName::new("adt").unwrap(),
                destination: DestinationName::new("lab").unwrap(),
            },
            attempt: 1,
            bytes: Bytes::from_static(b"MSH|"),
            character_set: None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn while_the_lease_is_held_messages_go_as_without_it() {
        let (_renewals, _, partner) = leashed(LEASE / 2, LEASE);

        let outcome = partner.send(parcel()).await;

        assert!(matches!(outcome, SendOutcome::Accepted { .. }));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_on_its_way_when_the_lease_ends_is_cut_off_and_may_have_arrived() {
        let (_renewals, slow, partner) = leashed(LEASE * 2, LEASE);

        let outcome = partner.send(parcel()).await;

        assert!(matches!(outcome, SendOutcome::Unknown { .. }));
        tokio::time::sleep(LEASE * 2).await;
        assert_eq!(slow.answered.load(Ordering::SeqCst), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn beyond_the_lease_nothing_leaves() {
        let (_renewals, slow, partner) = leashed(Duration::ZERO, Duration::ZERO);

        let outcome = partner.send(parcel()).await;

        assert!(matches!(outcome, SendOutcome::NotSent { .. }));
        assert_eq!(slow.answered.load(Ordering::SeqCst), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_lease_that_is_held_again_lets_the_message_go_at_once() {
        let (renewals, _, partner) = leashed(Duration::ZERO, Duration::ZERO);

        let sending = tokio::spawn(async move { partner.send(parcel()).await });
        tokio::time::sleep(PATIENCE / 2).await;
        renewals.send_replace(Some(Instant::now() + LEASE));

        assert!(matches!(
            sending.await.unwrap(),
            SendOutcome::Accepted { .. }
        ));
    }
}
