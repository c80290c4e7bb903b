//! The verifier: leaves in, in order; the first thing that is wrong out. Remembers the edge of the tree and no leaf.
//!
//! A record that was altered is told from one whose link was altered by the record after it: if that one's link fits
//! the record in doubt, the content before was altered. So what is wrong is said one or two records later; a wrong
//! root, which says only *somewhere since the last good checkpoint*, waits as long for something exact.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use super::{Fault, Finding};
use crate::model::{LeafHeader, Seq};
use crate::port::{Head, SEGMENT_LEAVES, SEGMENT_LEVEL};
use crate::signing::Checkpoint;
use crate::tree::{CompactRange, Hash, NodeId, leaf_hash};

/// How many records a finding that is not exact waits for one that is.
const PATIENCE: u8 = 2;

/// Where a verification stands, to go on from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    size: u64,
    peaks: Vec<Hash>,
    last_at: UnixMillis,
    /// `None` when the record before is not known: its link is not checked.
    last_hash: Option<Hash>,
    /// Records that the last good checkpoint covers.
    signed: u64,
}

impl Progress {
    /// From the beginning.
    pub fn beginning() -> Self {
        Self {
            last_hash: Some(Hash::default()),
            ..Self::default()
        }
    }

    /// From the middle: behind the perfect subtrees of `size` leaves. What lies before is taken as it is, and checked
    /// only as far as the next checkpoint's root covers it.
    pub fn behind(size: u64, peaks: Vec<Hash>) -> Self {
        Self {
            size,
            peaks,
            signed: size,
            ..Self::default()
        }
    }

    /// The record that comes next.
    pub fn next(&self) -> Seq {
        Seq(self.size)
    }

    /// As bytes, to be kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// From bytes; `None` when they are not of a verification.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let progress: Self = postcard::from_bytes(bytes).ok()?;
        CompactRange::of(progress.size, progress.peaks.clone()).map(|_| progress)
    }
}

/// A verification under way.
#[derive(Debug)]
pub struct Verifier {
    tree: CompactRange,
    last_at: UnixMillis,
    last_hash: Option<Hash>,
    signed: u64,
    /// This record's link does not fit the record before it.
    doubt: Option<u64>,
    /// What was found and may become exact, and how many records it still waits.
    pending: Option<(Finding, u8)>,
}

impl Verifier {
    /// Goes on from there. `None` when the progress is not one that a verifier gave.
    pub fn from(progress: Progress) -> Option<Self> {
        Some(Self {
            tree: CompactRange::of(progress.size, progress.peaks)?,
            last_at: progress.last_at,
            last_hash: progress.last_hash,
            signed: progress.signed,
            doubt: None,
            pending: None,
        })
    }

    /// Where it stands. Only of use while nothing is in doubt: `None` otherwise.
    pub fn progress(&self) -> Option<Progress> {
        let is_clear = self.doubt.is_none() && self.pending.is_none();
        is_clear.then(|| Progress {
            size: self.tree.size(),
            peaks: self.tree.peaks().to_vec(),
            last_at: self.last_at,
            last_hash: self.last_hash,
            signed: self.signed,
        })
    }

    /// The record that is expected next.
    pub fn next(&self) -> Seq {
        Seq(self.tree.size())
    }

    /// Takes the leaf that stands at the next place. Gives the subtrees of segments' size and above that it completes.
    ///
    /// # Errors
    /// The first [`Finding`].
    pub fn leaf(&mut self, bytes: &[u8]) -> Result<Vec<(NodeId, Hash)>, Finding> {
        let at = self.tree.size();
        let hash = leaf_hash(bytes);
        let Some((header, _)) = LeafHeader::parse(bytes) else {
            return Err(self.in_doubt_or(exact(at, Fault::Unreadable)));
        };
        let fits = self.last_hash.is_none_or(|last| last == header.previous);
        if let Some(doubt) = self.doubt {
            return Err(altered(if fits { doubt - 1 } else { doubt }));
        }
        if header.seq.0 != at {
            let says = header.seq;
            return Err(exact(at, Fault::Misplaced { says }));
        }
        if fits && header.at < self.last_at {
            return Err(self.in_doubt_or(exact(at, Fault::ClockBack)));
        }
        if !fits {
            self.doubt = Some(at);
        }
        self.wait()?;
        self.last_at = header.at;
        self.last_hash = Some(hash);
        let mut completed = Vec::new();
        self.tree.push(hash, |node, hash| {
            if node.level >= SEGMENT_LEVEL {
                completed.push((node, hash));
            }
        });
        Ok(completed)
    }

    /// Takes a segment that was archived and dropped, by its root. Its records are checked by its root alone.
    ///
    /// # Errors
    /// The first [`Finding`].
    pub fn segment(
        &mut self,
        root: Hash,
        last_at: UnixMillis,
        last_hash: Hash,
    ) -> Result<(), Finding> {
        let at = self.tree.size();
        if let Some((finding, _)) = self.pending.take() {
            return Err(finding);
        }
        if !self.tree.push_subtree(SEGMENT_LEVEL, root, |_, _| ()) {
            return Err(exact(at, Fault::Node));
        }
        self.last_at = last_at;
        self.last_hash = Some(last_hash);
        Ok(())
    }

    /// Holds a checkpoint of as many records as were taken against them. `is_anchor` says that it was kept elsewhere.
    pub fn checkpoint(&mut self, checkpoint: &Checkpoint, is_anchor: bool) {
        let size = self.tree.size();
        if checkpoint.size != size {
            return;
        }
        if checkpoint.root == self.tree.root() {
            self.signed = size;
            return;
        }
        let fault = if is_anchor && self.signed == size {
            Fault::Fork { size }
        } else {
            Fault::Root { size }
        };
        let first = if matches!(fault, Fault::Fork { .. }) {
            0
        } else {
            self.signed
        };
        self.suspect(Finding {
            from: Seq(first),
            through: Seq(size.saturating_sub(1)),
            fault,
        });
    }

    /// Notes something that is wrong with the last segment, and waits whether a record is found to be the cause.
    pub fn node_differs(&mut self) {
        let size = self.tree.size();
        self.suspect(Finding {
            from: Seq(size.saturating_sub(SEGMENT_LEAVES)),
            through: Seq(size.saturating_sub(1)),
            fault: Fault::Node,
        });
    }

    /// Says what is wrong when there are no more leaves.
    ///
    /// # Errors
    /// The first [`Finding`].
    pub fn end(self, head: &Head) -> Result<(), Finding> {
        let size = self.tree.size();
        let last = size.saturating_sub(1);
        let is_same_tree = head.tree == self.tree;
        let is_linked = self.last_hash.is_none_or(|hash| hash == head.last_hash);
        if let Some(doubt) = self.doubt {
            return Err(altered(if is_linked { doubt - 1 } else { doubt }));
        }
        if !is_linked && !is_same_tree && size > 0 {
            return Err(altered(last));
        }
        if let Some((finding, _)) = self.pending {
            return Err(finding);
        }
        if is_linked && is_same_tree && head.last_at == self.last_at {
            Ok(())
        } else {
            Err(exact(last, Fault::Head))
        }
    }

    /// Says what is wrong when the caller stops here.
    ///
    /// # Errors
    /// What was found and waited to become exact.
    pub fn pause(&self) -> Result<(), Finding> {
        if let Some(doubt) = self.doubt {
            return Err(Finding {
                from: Seq(doubt - 1),
                through: Seq(doubt),
                fault: Fault::Altered,
            });
        }
        self.pending.map_or(Ok(()), |(finding, _)| Err(finding))
    }

    fn suspect(&mut self, finding: Finding) {
        self.pending.get_or_insert((finding, PATIENCE));
    }

    fn in_doubt_or(&self, finding: Finding) -> Finding {
        self.doubt.map_or(finding, |doubt| Finding {
            from: Seq(doubt - 1),
            through: Seq(doubt),
            fault: Fault::Altered,
        })
    }

    fn wait(&mut self) -> Result<(), Finding> {
        match &mut self.pending {
            Some((finding, 0)) => Err(*finding),
            Some((_, left)) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

fn exact(at: u64, fault: Fault) -> Finding {
    Finding {
        from: Seq(at),
        through: Seq(at),
        fault,
    }
}

fn altered(at: u64) -> Finding {
    exact(at, Fault::Altered)
}
