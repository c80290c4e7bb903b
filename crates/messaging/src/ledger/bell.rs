//! Tells the ledger that calls wait: once for many, where many come from one thread.
//!
//! To wake the ledger takes a system call, and often a change of threads on this processor. A thread that serves many
//! connections has read from several of them when it comes to the end of its round. So on a thread that gathers
//! ([`gathers_here`]) the bell is rung by a task that runs behind all that are ready now, and not for each call.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Handle;
use tokio::sync::Notify;
use wardline_kernel::gathers_here;

/// Whom it is rung for waits for [`Bell::rung`].
#[derive(Debug, Default)]
pub(super) struct Bell {
    rung: Notify,
    /// A task that rings it is under way.
    is_due: AtomicBool,
}

impl Bell {
    /// A call was put where the ledger finds it.
    pub(super) fn ring(self: &Arc<Self>) {
        if !gathers_here() {
            self.rung.notify_one();
        } else if !self.is_due.swap(true, Ordering::AcqRel) {
            let ring = Ring(Arc::clone(self));
            // Without a runtime it is rung here and now.
            if let Ok(runtime) = Handle::try_current() {
                drop(runtime.spawn(async move { drop(ring) }));
            }
        }
    }

    /// Waits until it is rung, or was since it was last waited for. May be broken off.
    pub(super) async fn rung(&self) {
        self.rung.notified().await;
    }
}

/// Rings when it is dropped, also when the task that holds it never runs.
struct Ring(Arc<Bell>);

impl Drop for Ring {
    fn drop(&mut self) {
        // Whoever found it due has put a call before, and the ledger is told after.
        self.0.is_due.swap(false, Ordering::AcqRel);
        self.0.rung.notify_one();
    }
}

/// Rings when its holder is gone, so that the ledger sees that nobody can call any more.
#[derive(Clone, Debug)]
pub(super) struct RingAtEnd(pub(super) Arc<Bell>);

impl Drop for RingAtEnd {
    fn drop(&mut self) {
        self.0.rung.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use wardline_kernel::gather_answers_here;

    use super::*;

    fn was_rung(bell: &Bell) -> bool {
        let rung = pin!(bell.rung());
        rung.poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
    }

    #[test]
    fn where_nothing_is_gathered_it_is_rung_at_once() {
        let bell = Arc::<Bell>::default();

        bell.ring();

        assert!(was_rung(&bell));
        assert!(!was_rung(&bell));
    }

    #[test]
    fn a_thread_that_gathers_rings_once_behind_what_is_ready() {
        std::thread::spawn(|| {
            gather_answers_here();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            runtime.block_on(async {
                let bell = Arc::<Bell>::default();
                for _ in 0..3 {
                    bell.ring();
                }
                assert!(!was_rung(&bell));

                tokio::task::yield_now().await;

                assert!(was_rung(&bell));
                assert!(!was_rung(&bell));
                bell.ring();
                tokio::task::yield_now().await;
                assert!(was_rung(&bell));
            });
        })
        .join()
        .unwrap();
    }

    #[test]
    fn a_thread_that_ends_before_it_rings_rings_all_the_same() {
        let bell = Arc::<Bell>::default();
        let shared = Arc::clone(&bell);
        std::thread::spawn(move || {
            gather_answers_here();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            runtime.block_on(async { shared.ring() });
        })
        .join()
        .unwrap();

        assert!(was_rung(&bell));
    }
}
