//! What one caller, and all together, may have under way: beyond it the API answers at once instead of queueing.

mod connections;
mod held;
mod memory;
mod request;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::http::problem::{Code, Problem};

pub(crate) use connections::{Connected, Connections};
pub(crate) use held::until_sent;
pub(crate) use memory::Memory;
pub(crate) use request::{InFlight, limit};

/// Counts what each caller has under way.
#[derive(Clone, Debug)]
pub(crate) struct PerCaller {
    counts: Arc<Mutex<BTreeMap<Arc<str>, usize>>>,
    most: usize,
    refusal: Code,
}

/// A caller's place; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    of: PerCaller,
    name: Arc<str>,
}

/// Names that are kept although nothing of theirs is under way, so that each request need not bring its own.
const KEPT: usize = 256;

impl PerCaller {
    /// At most `most` at once for a caller; `refusal` is the answer beyond.
    pub(crate) fn new(most: usize, refusal: Code) -> Self {
        Self {
            counts: Arc::default(),
            most,
            refusal,
        }
    }

    /// Takes a place for the caller of this name.
    pub(crate) fn enter(&self, name: &str) -> Result<Place, Problem> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let known = counts.get_key_value(name).map(|(name, _)| Arc::clone(name));
        let name = known.unwrap_or_else(|| {
            // Tokens come and go; the map must not grow with them.
            if counts.len() >= KEPT {
                counts.retain(|_, count| *count > 0);
            }
            name.into()
        });
        let count = counts.entry(Arc::clone(&name)).or_insert(0);
        if *count >= self.most {
            return Err(Problem::new(self.refusal)
                .detail(format!("{} at once are allowed for a token", self.most)));
        }
        *count += 1;
        Ok(Place {
            of: self.clone(),
            name,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self
            .of
            .counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.name) {
            *count = count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_caller_at_its_limit_does_not_keep_another_out() {
        let limit = PerCaller::new(2, Code::TooManyRequests);
        let _places = [limit.enter("a").unwrap(), limit.enter("a").unwrap()];

        assert_eq!(limit.enter("a").unwrap_err().code(), Code::TooManyRequests);
        assert!(limit.enter("b").is_ok());
    }

    #[test]
    fn a_place_given_back_is_free_again() {
        let limit = PerCaller::new(1, Code::TooManyRequests);

        drop(limit.enter("a").unwrap());

        assert!(limit.enter("a").is_ok());
    }

    #[test]
    fn names_that_come_and_go_do_not_pile_up_and_one_that_is_busy_stays() {
        let limit = PerCaller::new(1, Code::TooManyRequests);
        let _busy = limit.enter("busy").unwrap();

        for number in 0..2 * KEPT {
            drop(limit.enter(&number.to_string()).unwrap());
        }

        assert!(limit.counts.lock().unwrap().len() <= KEPT);
        assert!(limit.enter("busy").is_err());
    }
}
