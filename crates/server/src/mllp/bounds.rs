//! What all listeners of the process may use together.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// From this size on, a frame needs one of the places for large frames.
const LARGE_BYTES: usize = 64 * 1024;
/// From this size on, it needs one of the few places for huge frames too.
const HUGE_BYTES: usize = 1024 * 1024;
/// Payload bytes are counted in units of this size.
const UNIT_BYTES: usize = 1024;

/// Limits of the process; a channel's own limits come on top.
///
/// Memory for messages on their way in stays about below `max_connections` × 64 KiB + `max_unstored_bytes` +
/// `large_frames` × 1 MiB + `huge_frames` × the largest `max_message_bytes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MllpBounds {
    /// Connections at once, over all channels.
    pub max_connections: usize,
    /// TLS handshakes at once.
    pub max_handshakes: usize,
    /// Time for a TLS handshake.
    pub handshake_timeout: Duration,
    /// Frames between 64 KiB and 1 MiB that are being received or stored at once.
    pub large_frames: usize,
    /// Frames beyond 1 MiB that are being received or stored at once.
    pub huge_frames: usize,
    /// Bytes of smaller messages that are being stored at once.
    pub max_unstored_bytes: usize,
    /// Time for frames in flight to be finished and answered when listening stops.
    pub stop_grace: Duration,
}

impl Default for MllpBounds {
    fn default() -> Self {
        Self {
            max_connections: 4_096,
            max_handshakes: 64,
            handshake_timeout: Duration::from_secs(10),
            large_frames: 64,
            huge_frames: 4,
            max_unstored_bytes: 64 * 1024 * 1024,
            stop_grace: Duration::from_secs(10),
        }
    }
}

/// The places of which [`MllpBounds`] speaks.
pub(super) struct Places {
    pub(super) connections: Arc<Semaphore>,
    pub(super) handshakes: Semaphore,
    large: Arc<Semaphore>,
    huge: Arc<Semaphore>,
    unstored: Arc<Semaphore>,
    unstored_units: u32,
}

/// What one frame holds of them; given back when it is dropped.
#[derive(Default)]
pub(super) struct FramePlaces {
    large: Option<OwnedSemaphorePermit>,
    huge: Option<OwnedSemaphorePermit>,
    unstored: Option<OwnedSemaphorePermit>,
}

impl Places {
    pub(super) fn new(bounds: &MllpBounds) -> Self {
        let semaphore = |places: usize| Semaphore::new(places.clamp(1, Semaphore::MAX_PERMITS));
        let units = (bounds.max_unstored_bytes / UNIT_BYTES).max(LARGE_BYTES / UNIT_BYTES);
        let unstored_units = u32::try_from(units).unwrap_or(u32::MAX);
        Self {
            connections: Arc::new(semaphore(bounds.max_connections)),
            handshakes: semaphore(bounds.max_handshakes),
            large: Arc::new(semaphore(bounds.large_frames)),
            huge: Arc::new(semaphore(bounds.huge_frames)),
            unstored: Arc::new(semaphore(units)),
            unstored_units,
        }
    }
}

impl FramePlaces {
    /// Whether more places are needed before more of a frame of so many bytes is read.
    pub(super) fn cover(&self, bytes: usize) -> bool {
        (bytes <= LARGE_BYTES || self.large.is_some())
            && (bytes <= HUGE_BYTES || self.huge.is_some())
    }

    /// Waits for the places that a frame of so many bytes needs while it is received. Large before huge in
    /// every connection, so that no two wait for each other.
    pub(super) async fn grow(&mut self, places: &Places, bytes: usize) {
        if bytes > LARGE_BYTES && self.large.is_none() {
            self.large = Arc::clone(&places.large).acquire_owned().await.ok();
        }
        if bytes > HUGE_BYTES && self.huge.is_none() {
            self.huge = Arc::clone(&places.huge).acquire_owned().await.ok();
        }
    }

    /// Waits for what a whole frame needs until it is stored.
    pub(super) async fn settle(mut self, places: &Places, bytes: usize) -> Self {
        if self.large.is_some() {
            return self;
        }
        let units = u32::try_from(bytes.div_ceil(UNIT_BYTES)).unwrap_or(u32::MAX);
        let units = units.clamp(1, places.unstored_units);
        let unstored = Arc::clone(&places.unstored);
        self.unstored = unstored.acquire_many_owned(units).await.ok();
        self
    }
}
