//! Connections of one partner: so many at most, the latest used first.

use std::sync::{Mutex, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

/// Places for connections, and the connections that are open and idle.
pub(super) struct Pool<C> {
    places: Semaphore,
    idle: Mutex<Vec<C>>,
}

/// The right to use one connection. When it is dropped, the next sender may go on.
pub(super) struct Place<'a, C> {
    pool: &'a Pool<C>,
    _permit: SemaphorePermit<'a>,
}

impl<C> Pool<C> {
    pub(super) fn new(places: usize) -> Self {
        let places = places.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            places: Semaphore::new(places),
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Waits for a place, in order of asking. None once the pool is closed, which it never is.
    pub(super) async fn place(&self) -> Option<Place<'_, C>> {
        let permit = self.places.acquire().await.ok()?;
        Some(Place {
            pool: self,
            _permit: permit,
        })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<C>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> Place<'_, C> {
    /// The idle connection that was used last.
    pub(super) fn take_idle(&self) -> Option<C> {
        self.pool.idle().pop()
    }

    /// Keeps a connection for the next message. One that is not given back is closed.
    pub(super) fn give_back(self, connection: C) {
        self.pool.idle().push(connection);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_sender_beyond_the_places_waits_until_one_is_free() {
        let pool: Pool<u8> = Pool::new(1);
        let first = pool.place().await.unwrap();

        let second = tokio::time::timeout(Duration::from_mins(1), pool.place()).await;
        assert!(second.is_err());

        first.give_back(7);
        assert_eq!(pool.place().await.unwrap().take_idle(), Some(7));
    }

    #[tokio::test]
    async fn a_connection_that_is_not_given_back_is_gone() {
        let pool: Pool<u8> = Pool::new(1);

        drop(pool.place().await.unwrap());

        assert_eq!(pool.place().await.unwrap().take_idle(), None);
    }
}
