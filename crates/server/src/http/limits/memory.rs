//! How many bytes of opened messages there may be at once.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::http::problem::{Code, Problem};

/// Opened messages at once, in KiB. One that is larger takes all of it.
const BUDGET_KIB: u32 = 128 * 1024;
/// Sealed, opened, and shown: a message is in memory about three times while it is answered.
const COPIES: u64 = 3;

/// What is left of the budget.
#[derive(Clone, Debug)]
pub(crate) struct Memory(Arc<Semaphore>);

impl Memory {
    /// The whole budget.
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(BUDGET_KIB as usize)))
    }

    /// Takes what opening a message of this size needs, or refuses at once.
    pub(crate) fn take(&self, message_bytes: u64) -> Result<OwnedSemaphorePermit, Problem> {
        let needed = message_bytes.saturating_mul(COPIES).div_ceil(1_024);
        let needed = u32::try_from(needed).unwrap_or(BUDGET_KIB).min(BUDGET_KIB);
        Arc::clone(&self.0)
            .try_acquire_many_owned(needed)
            .map_err(|_| {
                Problem::new(Code::Overloaded).detail("too many large messages are being shown")
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_messages_are_shown_one_after_the_other_and_small_ones_together() {
        let memory = Memory::new();

        let large = memory.take(u64::MAX).unwrap();
        assert_eq!(memory.take(1).unwrap_err().code(), Code::Overloaded);
        drop(large);

        let small: Vec<_> = (0..1_000).map(|_| memory.take(2_000).unwrap()).collect();
        assert_eq!(small.len(), 1_000);
    }
}
