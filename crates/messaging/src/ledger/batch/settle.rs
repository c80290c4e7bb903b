//! Writing what an attempt to deliver came to.

use super::Draw;
use crate::error::OperationError;
use crate::ledger::step::{Outcome, Settle, Verdict};
use crate::model::{DeadLetter, EventKind};
use crate::port::Write;

impl Draw<'_> {
    /// The dispatcher is the only one that settles, and only what it holds: nothing is looked up but for what may have
    /// been written before, which is not counted twice.
    pub(super) async fn settle(&mut self, settle: Settle) -> Result<Outcome, OperationError> {
        if settle.may_be_written {
            let store = self.context.store;
            if !store.is_queued(&settle.queue, settle.id).await? {
                return Ok(Outcome::NotApplicable);
            }
        }
        Ok(self.write_settled(settle))
    }

    fn write_settled(&mut self, settle: Settle) -> Outcome {
        let Settle {
            queue,
            id,
            lanes,
            delivery,
            verdict,
            resent,
            may_be_written: _,
        } = settle;
        let now = self.context.now;
        let totals = self.totals.destination(&queue);
        totals.resent += u64::from(resent);
        match verdict {
            Verdict::KeepTrying => {}
            Verdict::Delivered => {
                totals.waiting = totals.waiting.saturating_sub(1);
                totals.delivered += 1;
                totals.last_delivered_at = Some(now);
                self.writes.push(Write::Dequeue {
                    queue: queue.clone(),
                    id,
                });
            }
            Verdict::Dead(reason) => {
                totals.waiting = totals.waiting.saturating_sub(1);
                totals.dead += 1;
                self.writes.push(Write::Dequeue {
                    queue: queue.clone(),
                    id,
                });
                self.writes.push(Write::PutDeadLetter(DeadLetter {
                    id,
                    queue: queue.clone(),
                    reason,
                    since: now,
                    attempt_count: delivery.attempt_count,
                    lanes,
                }));
                self.consequences.events.push(EventKind::DeadLettered {
                    queue: queue.clone(),
                    id,
                });
            }
        }
        self.writes.push(Write::PutDelivery {
            queue,
            id,
            delivery,
        });
        Outcome::Done
    }
}
