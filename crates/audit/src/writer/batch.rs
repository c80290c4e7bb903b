//! A batch: events become leaves, each behind the one before.

use bytes::Bytes;
use wardline_kernel::UnixMillis;
use wardline_phi::{DataKeyId, Token};

use crate::error::KeyFailure;
use crate::model::{Event, LeafHeader, Note, PATIENTS_PER_LEAF, PatientId, Seq};
use crate::port::{Commit, Head, Leaf, Posting, SEGMENT_LEVEL};
use crate::sealing::{Payload, Sealer, Tokens};
use crate::tree::leaf_hash;

/// A commit that is being put together.
pub(super) struct Batch<'a> {
    sealer: &'a Sealer,
    at: UnixMillis,
    key: DataKeyId,
    pub(super) commit: Commit,
}

impl<'a> Batch<'a> {
    /// A batch behind `head`, of which all records get this time. May block for a key.
    pub(super) fn new(sealer: &'a Sealer, head: Head, at: UnixMillis) -> Result<Self, KeyFailure> {
        let key = sealer.key(at)?;
        Ok(Self {
            sealer,
            at,
            key,
            commit: Commit {
                expected_size: head.tree.size(),
                head,
                ..Commit::default()
            },
        })
    }

    /// Where the next record comes.
    pub(super) fn next(&self) -> Seq {
        Seq(self.commit.head.tree.size())
    }

    /// Adds an event: one leaf, or several for many patients.
    pub(super) fn add(&mut self, event: &Event, tokens: &Tokens) -> Result<(), KeyFailure> {
        if event.patients.is_empty() {
            return self.add_part(event, tokens.user, (&[], &[]), (0, 1));
        }
        let parts = event.patients.chunks(PATIENTS_PER_LEAF);
        let count = u16::try_from(parts.len()).unwrap_or(u16::MAX);
        let parts = parts.zip(tokens.patients.chunks(PATIENTS_PER_LEAF));
        for (part, patients) in (0..).zip(parts) {
            self.add_part(event, tokens.user, patients, (part, count))?;
        }
        Ok(())
    }

    fn add_part(
        &mut self,
        event: &Event,
        user: Token,
        (patients, tokens): (&[PatientId], &[Token]),
        (part, parts): (u16, u16),
    ) -> Result<(), KeyFailure> {
        let seq = self.next();
        let sealed = self.sealer.seal(self.key, seq, &payload(event, patients))?;
        let header = LeafHeader {
            seq,
            at: self.at,
            previous: self.commit.head.last_hash,
            kind: event.kind,
            outcome: event.outcome,
            part,
            parts,
            user,
            patients: tokens.to_vec(),
        };
        let bytes = header.encode(&sealed);
        let hash = leaf_hash(&bytes);
        let nodes = &mut self.commit.nodes;
        self.commit.head.tree.push(hash, |node, hash| {
            if node.level >= SEGMENT_LEVEL {
                nodes.push((node, hash));
            }
        });
        self.commit.head.last_hash = hash;
        self.commit.head.last_at = self.at;
        self.commit.leaves.push(Leaf {
            seq,
            bytes: Bytes::from(bytes),
            postings: Posting::all_of(&header),
        });
        Ok(())
    }
}

fn payload<'a>(event: &'a Event, patients: &'a [PatientId]) -> Payload<'a> {
    let by = &event.by;
    Payload {
        user: by.user.expose(),
        role: by.role.clone(),
        session: by.session.clone(),
        purpose: by.purpose.clone(),
        address: by.address,
        application: by.application.clone(),
        request: by.request.clone(),
        patients: patients.iter().map(PatientId::expose).collect(),
        data_types: event.data_types.clone(),
        reason: event.reason.as_ref().map(Note::expose),
        policies: event.policies.clone(),
        grant: event.grant.clone(),
        recipient: event.recipient.as_ref().map(Note::expose),
        amount: event.amount.map(|amount| (amount.records, amount.bytes)),
        repeats: event.repeats,
    }
}
