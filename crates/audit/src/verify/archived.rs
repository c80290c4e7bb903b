//! Verifies archived segments by themselves: files, manifests, checkpoints and verifier keys are enough. It is what the
//! guide tells a third party to do, and needs neither the store nor a key that opens anything.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Fault, Finding, Progress, Verifier};
use crate::model::Seq;
use crate::operations::{ARCHIVE_MAGIC, Manifest, Verification, segment_name};
use crate::port::{ArchiveStore, SEGMENT_LEAVES};
use crate::signing::{Checkpoint, NoteKey};
use crate::tree::{CompactRange, Hash, leaf_hash, sha256, verify_inclusion};

/// So many segments behind the last one are looked for, each of them.
const LOOKED_AHEAD: u64 = 64;
/// And so far behind it, in powers of two: an archive in a bucket is asked for each.
const FURTHER: std::ops::RangeInclusive<u32> = 7..=20;

/// Verifies the segments of an archive from the first one on, until there is none of the next number. One that is missing
/// before others is found; whether some are missing at the end, only the checkpoints of `anchors` tell. `anchors` are
/// checkpoints that were kept elsewhere; those beyond what is archived cannot be held against it.
///
/// # Errors
/// The archive did not give a file that is there. What is *wrong* is not an error but a finding.
pub fn verify_archive(
    archive: &dyn ArchiveStore,
    keys: &[NoteKey],
    anchors: &[String],
    told: &mut dyn FnMut(u64),
) -> io::Result<Verification> {
    let mut run = Run {
        keys,
        anchors: anchors.iter().map(|note| (size_of(note), note)).collect(),
        verifier: Verifier::from(Progress::beginning()).ok_or(io::ErrorKind::InvalidData)?,
        checkpoints: 0,
    };
    let mut index = 0;
    let mut finding = None;
    while finding.is_none()
        && let Some(manifest) = get(archive, &format!("{}.json", segment_name(index)))?
    {
        told(run.verifier.next().0);
        let file = get(archive, &segment_name(index))?;
        finding = run.segment(index, &manifest, file.as_deref()).err();
        index += 1;
    }
    if finding.is_none() && goes_on_behind(archive, index)? {
        finding = Some(of_segment(index, Fault::Missing));
    }
    let finding = finding.or_else(|| run.verifier.pause().err());
    Ok(Verification {
        records: run.verifier.next().0,
        archived: 0,
        checkpoints: run.checkpoints,
        progress: run.verifier.progress().filter(|_| finding.is_none()),
        finding,
    })
}

struct Run<'a> {
    keys: &'a [NoteKey],
    anchors: Vec<(Option<u64>, &'a String)>,
    verifier: Verifier,
    checkpoints: u64,
}

impl Run<'_> {
    fn segment(&mut self, index: u64, manifest: &[u8], file: Option<&[u8]>) -> Result<(), Finding> {
        let first = index * SEGMENT_LEAVES;
        let of_segment = |fault| of_segment(index, fault);
        let manifest: Manifest =
            serde_json::from_slice(manifest).map_err(|_| of_segment(Fault::Manifest))?;
        let says_this = manifest.first == first && manifest.records == SEGMENT_LEAVES;
        if !says_this || manifest.file != segment_name(index) {
            return Err(of_segment(Fault::Manifest));
        }
        let file = file.ok_or(of_segment(Fault::Missing))?;
        let is_altered = hash_of(&manifest.file_sha256) != Some(sha256(&[file]));
        let root = self.leaves(file, of_segment)?;
        if is_altered || hash_of(&manifest.root) != Some(root) {
            return Err(of_segment(Fault::Manifest));
        }
        signed(&manifest, &root, self.keys).map_err(of_segment)?;
        self.checkpoints += 1;
        Ok(())
    }

    /// Takes the leaves of a file: a record that was altered is named, before the file's own hash is looked at.
    fn leaves(
        &mut self,
        file: &[u8],
        of_segment: impl Fn(Fault) -> Finding,
    ) -> Result<Hash, Finding> {
        let mut rest = file
            .strip_prefix(ARCHIVE_MAGIC)
            .ok_or_else(|| of_segment(Fault::Unreadable))?;
        let mut tree = CompactRange::default();
        for _ in 0..SEGMENT_LEAVES {
            let at = self.verifier.next();
            let missing = Finding {
                from: at,
                through: at,
                fault: Fault::Missing,
            };
            let (leaf, behind) = leaf(rest).ok_or(missing)?;
            rest = behind;
            self.verifier.leaf(leaf)?;
            tree.push(leaf_hash(leaf), |_, _| ());
            self.anchored();
        }
        if rest.is_empty() {
            Ok(tree.root())
        } else {
            Err(of_segment(Fault::Added))
        }
    }

    /// Holds the checkpoints that were kept elsewhere against as many records as were read.
    fn anchored(&mut self) {
        let size = self.verifier.next().0;
        for (_, note) in self.anchors.iter().filter(|(of, _)| *of == Some(size)) {
            if let Ok(checkpoint) = Checkpoint::open(note, self.keys) {
                self.verifier.checkpoint(&checkpoint, true);
                self.checkpoints += 1;
            }
        }
    }
}

/// The checkpoint of a manifest is signed by one of `keys`, and its proof leads from the segment's root to that of the
/// checkpoint.
pub(crate) fn signed(manifest: &Manifest, root: &Hash, keys: &[NoteKey]) -> Result<(), Fault> {
    let checkpoint = Checkpoint::open(&manifest.checkpoint, keys);
    let is_ours = |checkpoint: &Checkpoint| checkpoint.origin == manifest.origin;
    let size = size_of(&manifest.checkpoint).unwrap_or_default();
    let checkpoint = checkpoint.ok().filter(is_ours);
    let checkpoint = checkpoint.ok_or(Fault::Signature { size })?;
    let proof = manifest.proof.iter().map(|hash| hash_of(hash));
    let proof: Vec<Hash> = proof.collect::<Option<_>>().ok_or(Fault::Manifest)?;
    // Above segments the tree has the form of one whose leaves are the segments.
    let segments = checkpoint.size.div_ceil(SEGMENT_LEAVES);
    let index = manifest.first / SEGMENT_LEAVES;
    if verify_inclusion(root, index, segments, &proof, &checkpoint.root) {
        Ok(())
    } else {
        Err(Fault::Root {
            size: checkpoint.size,
        })
    }
}

fn of_segment(index: u64, fault: Fault) -> Finding {
    let first = index * SEGMENT_LEAVES;
    Finding {
        from: Seq(first),
        through: Seq(first + SEGMENT_LEAVES - 1),
        fault,
    }
}

/// Whether there are segments behind one that is not there: then it was taken out, and the archive does not end before it.
/// Its own file without a manifest tells nothing: a process that was killed while it archived leaves it.
fn goes_on_behind(archive: &dyn ArchiveStore, index: u64) -> io::Result<bool> {
    let further = FURTHER.map(|power| 1_u64 << power);
    for ahead in (1..=LOOKED_AHEAD).chain(further) {
        let name = segment_name(index.saturating_add(ahead));
        if get(archive, &format!("{name}.json"))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A file, if there is one of this name.
fn get(archive: &dyn ArchiveStore, name: &str) -> io::Result<Option<Vec<u8>>> {
    match archive.get(name) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The next leaf, and what stands behind it.
fn leaf(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = rest.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    rest.split_at_checked(length)
}

fn hash_of(text: &str) -> Option<Hash> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// The size that a note says, whether its signature is good or not.
fn size_of(note: &str) -> Option<u64> {
    note.lines().nth(1)?.parse().ok()
}
