//! Verifies the trail from one record to another, in steps: at most [`STEP`] leaves are held at a time. The store and
//! the verifier keys are enough: nothing is opened, so it is done as well where the trail's keys are not.

use wardline_kernel::StoreError;

use crate::Recorded;
use crate::error::OperationError;
use crate::model::{Event, EventKind, Origin, Outcome, Seq};
use crate::operations::archive::{SegmentRecord, open_segment};
use crate::port::{AuditStore, Head, RowKey, SEGMENT_LEAVES, SEGMENT_LEVEL};
use crate::service::Audit;
use crate::signing::{Checkpoint, NoteKey};
use crate::tree::{CompactRange, NodeId};
use crate::verify::{Fault, Finding, Progress, Verifier};

/// Leaves read at a time.
const STEP: usize = 512;

/// What to verify.
#[derive(Clone, Debug, Default)]
pub struct VerifyRequest {
    /// Where to begin; from the beginning without it.
    pub from: Option<Progress>,
    /// The record to stop before; the end without it.
    pub until: Option<Seq>,
    /// Checkpoints that were kept elsewhere, as the notes that were signed.
    pub anchors: Vec<String>,
}

/// What a verification came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Records that were looked at.
    pub records: u64,
    /// Records in segments that were archived and dropped: held against the signed roots only.
    pub archived: u64,
    /// Checkpoints that were held against them, anchors included.
    pub checkpoints: u64,
    /// The first thing that is wrong.
    pub finding: Option<Finding>,
    /// Where to go on from, when nothing is wrong.
    pub progress: Option<Progress>,
}

/// A trail as it lies in its store, and the keys that its checkpoints are checked with.
#[derive(Clone, Copy)]
pub struct StoredTrail<'a> {
    /// The store.
    pub store: &'a dyn AuditStore,
    /// The keys, oldest first; all bear the trail's name.
    pub keys: &'a [NoteKey],
}

/// Is told how many records were looked at so far, and how many there are.
pub type Told<'a> = &'a mut (dyn FnMut(u64, u64) + Send);

impl Audit {
    /// Verifies, and records that it was done. What is recorded meanwhile is not looked at.
    ///
    /// # Errors
    /// It could not be recorded, or the store failed. What is *wrong* with the trail is not an error but a finding.
    pub async fn verify(
        &self,
        request: VerifyRequest,
        by: Origin,
    ) -> Result<Verification, OperationError> {
        let event = Event::new(EventKind::AuditRead, Outcome::Success, by);
        let recorded = self.record_one(event.clone()).await?;
        self.verify_recorded((request, event.by), &recorded, &mut |_, _| ())
            .await
    }

    /// The same, for whoever has recorded it already, and who is told how far it is. What came of a verification of all of
    /// it is recorded as well, so that [`last_verified`](Self::last_verified) knows it.
    ///
    /// # Errors
    /// The store failed, or what came of it could not be recorded.
    pub async fn verify_recorded(
        &self,
        (request, by): (VerifyRequest, Origin),
        _: &Recorded,
        told: Told<'_>,
    ) -> Result<Verification, OperationError> {
        let from = request.from.as_ref();
        let is_whole =
            request.until.is_none() && from.is_none_or(|from| *from == Progress::beginning());
        let verification = self.stored().verify(request, told).await?;
        if is_whole {
            self.remember(&verification, by).await?;
        }
        Ok(verification)
    }

    /// Verifies the end of the trail, at least its last [`SEGMENT_LEAVES`] records and at most twice as many, and records
    /// that it was done. Gives the first record that was looked at, too. It never counts as a verification of all of it.
    ///
    /// # Errors
    /// It could not be recorded, or the store failed. What is *wrong* with the trail is not an error but a finding.
    pub async fn verify_end(&self, by: Origin) -> Result<(Seq, Verification), OperationError> {
        let last = self.size().await?.saturating_sub(1);
        let from = self
            .progress_before(Seq(last.saturating_sub(SEGMENT_LEAVES)))
            .await?;
        let first = from.next();
        let request = VerifyRequest {
            from: Some(from),
            ..VerifyRequest::default()
        };
        let event = Event::new(EventKind::AuditRead, Outcome::Success, by);
        self.record_one(event).await?;
        let verified = self.stored().verify(request, &mut |_, _| ()).await?;
        Ok((first, verified))
    }

    fn stored(&self) -> StoredTrail<'_> {
        StoredTrail {
            store: &*self.0.store,
            keys: self.verifiers(),
        }
    }

    /// Where a verification may begin that is to look at `seq` first or soon after the beginning of its segment. What
    /// lies before is held against the signed roots only.
    ///
    /// # Errors
    /// The store failed.
    pub async fn progress_before(&self, seq: Seq) -> Result<Progress, OperationError> {
        let begin = seq.0 - seq.0 % SEGMENT_LEAVES;
        if begin == 0 {
            return Ok(Progress::beginning());
        }
        let mut tree = CompactRange::default();
        while tree.size() < begin {
            let level = (begin - tree.size()).ilog2();
            let level = u8::try_from(level).unwrap_or(SEGMENT_LEVEL);
            let node = NodeId {
                level,
                index: tree.size() >> level,
            };
            let root = self.0.store.node(node).await?;
            let root = root.ok_or(OperationError::Damaged(Seq(tree.size())))?;
            tree.push_subtree(level, root, |_, _| ());
        }
        Ok(Progress::behind(begin, tree.peaks().to_vec()))
    }
}

impl StoredTrail<'_> {
    /// Verifies. Nothing is recorded: for a trail that no process has open.
    ///
    /// # Errors
    /// The store failed. What is *wrong* with the trail is not an error but a finding.
    pub async fn verify(
        self,
        request: VerifyRequest,
        told: Told<'_>,
    ) -> Result<Verification, OperationError> {
        let head = self.store.head().await?.unwrap_or_default();
        let progress = request.from.unwrap_or_else(Progress::beginning);
        let first = progress.next().0;
        let verifier = Verifier::from(progress).ok_or(OperationError::Size {
            size: head.tree.size(),
        })?;
        let until = request.until.map_or(head.tree.size(), |until| until.0);
        let mut run = Run {
            trail: self,
            checkpoints: Checkpoints::new(&request.anchors, first),
            archived: 0,
            until: until.min(head.tree.size()),
            head,
            verifier,
        };
        let found = run.run(first, told).await?;
        let size = run.verifier.next().0;
        let whole = found.is_none() && size == run.head.tree.size();
        let progress = run.verifier.progress();
        let (archived, checkpoints) = (run.archived, run.checkpoints.held);
        let finding = match found {
            None if whole => run.verifier.end(&run.head).err(),
            None => run.verifier.pause().err(),
            found => found,
        };
        Ok(Verification {
            records: size.saturating_sub(first).saturating_sub(archived),
            archived,
            checkpoints,
            progress: progress.filter(|_| finding.is_none()),
            finding,
        })
    }

    async fn size(&self) -> Result<u64, StoreError> {
        let head = self.store.head().await?;
        Ok(head.map_or(0, |head| head.tree.size()))
    }

    fn origin(&self) -> &str {
        self.keys.last().map_or("", NoteKey::name)
    }
}

/// A verification of a stored trail.
struct Run<'a> {
    trail: StoredTrail<'a>,
    head: Head,
    until: u64,
    verifier: Verifier,
    checkpoints: Checkpoints,
    archived: u64,
}

impl Run<'_> {
    async fn run(&mut self, first: u64, told: Told<'_>) -> Result<Option<Finding>, OperationError> {
        let store = self.trail.store;
        while self.verifier.next().0 < self.until {
            told(self.verifier.next().0 - first, self.until - first);
            let leaves = store.leaves(self.verifier.next(), STEP).await?;
            let mut progressed = false;
            for (seq, bytes) in leaves {
                if self.verifier.next().0 >= self.until {
                    break;
                }
                if seq > self.verifier.next() {
                    break;
                }
                let completed = match self.verifier.leaf(&bytes) {
                    Ok(completed) => completed,
                    Err(finding) => return Ok(Some(finding)),
                };
                progressed = true;
                for (node, hash) in completed {
                    if store.node(node).await? != Some(hash) {
                        self.verifier.node_differs();
                    }
                }
                if let Some(finding) = self.hold_checkpoints().await? {
                    return Ok(Some(finding));
                }
            }
            if !progressed && let Some(finding) = self.step_over_segment().await? {
                return Ok(Some(finding));
            }
        }
        self.look_beyond_the_end().await
    }

    /// No leaf stands where one should: its segment was dropped, or it was removed.
    async fn step_over_segment(&mut self) -> Result<Option<Finding>, OperationError> {
        let at = self.verifier.next();
        let missing = Finding {
            from: at,
            through: at,
            fault: Fault::Missing,
        };
        if !at.0.is_multiple_of(SEGMENT_LEAVES) {
            return Ok(Some(missing));
        }
        let index = at.0 / SEGMENT_LEAVES;
        let row = self.trail.store.row(RowKey::Segment(index)).await?;
        let segment = row.map(|row| open_segment(index, &row));
        let Some(Ok(SegmentRecord {
            dropped_at: Some(_),
            last_at,
            last_hash,
            ..
        })) = segment
        else {
            return Ok(Some(missing));
        };
        let node = NodeId {
            level: SEGMENT_LEVEL,
            index,
        };
        let Some(root) = self.trail.store.node(node).await? else {
            return Ok(Some(missing));
        };
        self.archived += SEGMENT_LEAVES;
        if let Err(finding) = self.verifier.segment(root, last_at, last_hash) {
            return Ok(Some(finding));
        }
        self.checkpoints.skip_to(self.verifier.next().0);
        self.hold_checkpoints().await
    }

    async fn hold_checkpoints(&mut self) -> Result<Option<Finding>, OperationError> {
        let size = self.verifier.next().0;
        let due = self.checkpoints.of_size(self.trail, size).await?;
        for (checkpoint, is_anchor) in due {
            match checkpoint {
                Some(checkpoint) => self.verifier.checkpoint(&checkpoint, is_anchor),
                None => {
                    return Ok(Some(Finding {
                        from: Seq(size.saturating_sub(1)),
                        through: Seq(size.saturating_sub(1)),
                        fault: Fault::Signature { size },
                    }));
                }
            }
        }
        Ok(None)
    }

    /// More was signed than there is, or there is more than was committed.
    async fn look_beyond_the_end(&self) -> Result<Option<Finding>, OperationError> {
        let size = self.head.tree.size();
        if self.until < size {
            return Ok(None);
        }
        let beyond = self.trail.store.leaves(Seq(size), 1).await?;
        // What was recorded since the verification began is no addition.
        let is_committed = self.trail.size().await? > size;
        if let Some((seq, _)) = beyond.first().filter(|_| !is_committed) {
            return Ok(Some(Finding {
                from: *seq,
                through: *seq,
                fault: Fault::Added,
            }));
        }
        let last = self.trail.store.last_checkpoint().await?;
        let stored = last.map(|last| last.size).filter(|_| !is_committed);
        let signed = stored.into_iter().chain(self.checkpoints.greatest_anchor);
        Ok(signed
            .max()
            .filter(|signed| *signed > size)
            .map(|signed| Finding {
                from: Seq(size),
                through: Seq(size),
                fault: Fault::Truncated { signed },
            }))
    }
}

/// The checkpoints that lie ahead.
struct Checkpoints {
    /// As they were kept elsewhere, with the sizes that they say.
    anchors: Vec<(u64, String)>,
    greatest_anchor: Option<u64>,
    /// Read from the store, the next one last.
    ahead: Vec<(u64, String)>,
    /// Those beyond this size were not read yet.
    read_to: u64,
    is_exhausted: bool,
    held: u64,
}

impl Checkpoints {
    fn new(anchors: &[String], first: u64) -> Self {
        let sized = anchors.iter();
        let sized = sized.filter_map(|note| Some((size_of(note)?, note.clone())));
        let anchors: Vec<(u64, String)> = sized.collect();
        Self {
            greatest_anchor: anchors.iter().map(|(size, _)| *size).max(),
            anchors,
            ahead: Vec::new(),
            read_to: first,
            is_exhausted: false,
            held: 0,
        }
    }

    fn skip_to(&mut self, size: u64) {
        self.ahead.retain(|(of, _)| *of >= size);
    }

    /// The checkpoints of this size; `None` for one whose signature is not good.
    async fn of_size(
        &mut self,
        trail: StoredTrail<'_>,
        size: u64,
    ) -> Result<Vec<(Option<Checkpoint>, bool)>, OperationError> {
        if self.ahead.is_empty() && !self.is_exhausted {
            let beyond = self.read_to.max(size.saturating_sub(1));
            let read = trail.store.checkpoints(beyond, STEP).await?;
            self.is_exhausted = read.len() < STEP;
            self.read_to = read.last().map_or(beyond, |last| last.size);
            self.ahead = read.into_iter().map(|c| (c.size, c.note)).collect();
            self.ahead.reverse();
        }
        let keys = trail.keys;
        let open = |note: &str| {
            let opened = Checkpoint::open(note, keys).ok();
            opened.filter(|c| c.size == size && c.origin == trail.origin())
        };
        let mut due = Vec::new();
        while self.ahead.last().is_some_and(|(of, _)| *of == size) {
            let note = self.ahead.pop().map(|(_, note)| note);
            due.push((open(&note.unwrap_or_default()), false));
        }
        for (_, note) in self.anchors.iter().filter(|(of, _)| *of == size) {
            due.push((open(note), true));
        }
        self.held += due.len() as u64;
        Ok(due)
    }
}

/// The size that a note says, whether its signature is good or not.
fn size_of(note: &str) -> Option<u64> {
    note.lines().nth(1)?.parse().ok()
}
