//! Counts of one channel's listener, for metrics and for people.

use std::sync::atomic::{AtomicU64, Ordering};

use super::FramingFault;

/// Counts since the process started. They go on when a listener is started anew.
#[derive(Debug, Default)]
pub struct MllpStats {
    connections_open: AtomicU64,
    connections_accepted: AtomicU64,
    rejected: [AtomicU64; Rejection::ALL.len()],
    frames: AtomicU64,
    answers: AtomicU64,
    unanswered: AtomicU64,
    garbage_bytes: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    faults: [AtomicU64; FramingFault::ALL.len()],
}

/// Why a connection was closed before anything was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Its address is not in `allowed_peers`.
    PeerNotAllowed,
    /// The channel has `max_connections`.
    ChannelFull,
    /// The address has `max_connections_per_peer`.
    PeerFull,
    /// The process has all it may have.
    ProcessFull,
    /// The TLS handshake failed or took too long.
    Tls,
}

impl Rejection {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::PeerNotAllowed,
        Self::ChannelFull,
        Self::PeerFull,
        Self::ProcessFull,
        Self::Tls,
    ];

    /// Its name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::PeerNotAllowed => "peer_not_allowed",
            Self::ChannelFull => "channel_full",
            Self::PeerFull => "peer_full",
            Self::ProcessFull => "process_full",
            Self::Tls => "tls",
        }
    }

    /// The setting that it comes from.
    pub(super) fn setting(self) -> &'static str {
        match self {
            Self::PeerNotAllowed => "listener.allowed_peers",
            Self::ChannelFull => "listener.max_connections",
            Self::PeerFull => "listener.max_connections_per_peer",
            Self::ProcessFull => "mllp.max_connections",
            Self::Tls => "listener.tls",
        }
    }
}

impl MllpStats {
    /// Connections that are open now.
    pub fn connections_open(&self) -> u64 {
        self.connections_open.load(Ordering::Relaxed)
    }

    /// Connections that were let in.
    pub fn connections_accepted(&self) -> u64 {
        self.connections_accepted.load(Ordering::Relaxed)
    }

    /// Connections that were turned away, for this reason.
    pub fn rejected(&self, reason: Rejection) -> u64 {
        self.rejected.get(reason as usize).map_or(0, read)
    }

    /// Whole messages received.
    pub fn frames(&self) -> u64 {
        read(&self.frames)
    }

    /// Acknowledgements written.
    pub fn answers(&self) -> u64 {
        read(&self.answers)
    }

    /// Messages that were taken and that nothing was sent back for, as their senders asked.
    pub fn unanswered(&self) -> u64 {
        read(&self.unanswered)
    }

    /// Bytes outside frames, other than blanks.
    pub fn garbage_bytes(&self) -> u64 {
        read(&self.garbage_bytes)
    }

    /// Bytes received, without TLS's own.
    pub fn bytes_in(&self) -> u64 {
        read(&self.bytes_in)
    }

    /// Bytes sent, without TLS's own.
    pub fn bytes_out(&self) -> u64 {
        read(&self.bytes_out)
    }

    /// How often this framing fault was seen.
    pub fn faults(&self, fault: FramingFault) -> u64 {
        self.faults.get(fault as usize).map_or(0, read)
    }

    pub(super) fn opened(&self) {
        self.connections_accepted.fetch_add(1, Ordering::Relaxed);
        self.connections_open.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn closed(&self) {
        self.connections_open.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn reject(&self, reason: Rejection) {
        if let Some(count) = self.rejected.get(reason as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn fault(&self, fault: FramingFault) {
        if let Some(count) = self.faults.get(fault as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn frame(&self) {
        self.frames.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read(&self, bytes: usize) {
        add(&self.bytes_in, bytes);
    }

    pub(super) fn garbage(&self, bytes: u64) {
        self.garbage_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn unanswered_message(&self) {
        self.unanswered.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn wrote(&self, bytes: usize, answers: usize) {
        add(&self.bytes_out, bytes);
        add(&self.answers, answers);
    }
}

fn read(count: &AtomicU64) -> u64 {
    count.load(Ordering::Relaxed)
}

fn add(count: &AtomicU64, by: usize) {
    count.fetch_add(u64::try_from(by).unwrap_or(u64::MAX), Ordering::Relaxed);
}
