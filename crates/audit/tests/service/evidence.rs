//! What an intruder changes in the store is found, and what is true can be proven.

use bytes::Bytes;
use wardline_audit::model::Seq;
use wardline_audit::operations::{Verification, VerifyRequest};
use wardline_audit::signing::Checkpoint;
use wardline_audit::tree::{leaf_hash, verify_consistency, verify_inclusion};
use wardline_audit::verify::Fault;
use wardline_audit::{OperationError, Settings};
use wardline_testkit::{KeptAudit, block_on};

use super::scene::{NOW, Scene, by};

async fn verified(scene: &Scene) -> Verification {
    let request = VerifyRequest::default();
    scene.audit.verify(request, by("auditor")).await.unwrap()
}

/// A trail with a checkpoint every three records and some records behind the last one.
async fn trail() -> Scene {
    let settings = Settings {
        checkpoint_every_records: 3,
        ..Settings::default()
    };
    let scene = Scene::with(settings).await;
    scene.read(10).await;
    scene
}

#[test]
fn a_trail_that_nobody_touched_is_found_whole() {
    block_on(async {
        let scene = trail().await;

        let found = verified(&scene).await;

        assert_eq!(found.finding, None);
        // Opening, ten readings, and this verification itself.
        assert_eq!((found.records, found.checkpoints), (12, 4));
    });
}

#[test]
fn the_last_verification_of_all_of_it_is_remembered_across_a_restart_and_one_of_a_part_is_not() {
    block_on(async {
        let scene = trail().await;
        let part = VerifyRequest {
            until: Some(Seq(5)),
            ..VerifyRequest::default()
        };
        let found = scene.audit.verify(part, by("auditor")).await.unwrap();
        let on = VerifyRequest {
            from: found.progress,
            ..VerifyRequest::default()
        };
        scene.audit.verify(on, by("auditor")).await.unwrap();
        scene.audit.verify_end(by("auditor")).await.unwrap();
        let after_parts = scene.audit.last_verified().await.unwrap();

        scene.clock.advance(1_000);
        verified(&scene).await;
        let again = scene.opened_again().await.unwrap();
        let good = again.last_verified().await.unwrap().unwrap();
        let leaf = scene.store.kept().leaves.remove(&Seq(5)).unwrap();
        let wrong = again.verify(VerifyRequest::default(), by("auditor"));
        assert!(wrong.await.unwrap().finding.is_some());
        let bad = again.last_verified().await.unwrap().unwrap();
        scene.store.kept().leaves.insert(Seq(5), leaf);

        assert_eq!(after_parts, None);
        assert_eq!((good.at, good.is_good), (NOW + 1_000, true));
        let said = good.said.unwrap();
        assert_eq!(said, "records: 15, archived: 0, checkpoints: 5");
        assert!(!bad.is_good);
        let said = bad.said.unwrap();
        assert!(said.starts_with("record 5: removed"), "{said}");
    });
}

#[test]
fn one_flipped_byte_of_any_stored_record_is_named() {
    block_on(async {
        let scene = trail().await;
        let leaves = scene.store.kept().leaves.clone();
        for (seq, leaf) in leaves {
            for byte in 0..leaf.len() {
                let mut altered = leaf.to_vec();
                altered[byte] ^= 1;
                scene.store.kept().leaves.insert(seq, altered.into());

                let found = verified(&scene).await.finding.unwrap();

                assert_eq!(
                    (found.from, found.through),
                    (seq, seq),
                    "byte {byte}: {found}"
                );
                scene.store.kept().leaves.insert(seq, leaf.clone());
            }
        }
        assert_eq!(verified(&scene).await.finding, None);
    });
}

#[test]
fn a_removed_record_an_altered_checkpoint_and_an_added_record_are_named() {
    block_on(async {
        let scene = trail().await;
        let leaf = scene.store.kept().leaves.remove(&Seq(5)).unwrap();
        let found = verified(&scene).await.finding.unwrap();
        assert_eq!((found.from, found.fault), (Seq(5), Fault::Missing));
        scene.store.kept().leaves.insert(Seq(5), leaf);

        let note = scene.store.kept().checkpoints[&6].clone();
        let altered = note.replacen('6', "7", 1);
        scene.store.kept().checkpoints.insert(6, altered);
        let found = verified(&scene).await.finding.unwrap();
        assert_eq!(found.fault, Fault::Signature { size: 6 });
        scene.store.kept().checkpoints.insert(6, note);

        scene.store.kept().leaves.insert(Seq(1_000), Bytes::new());
        let found = verified(&scene).await.finding.unwrap();
        assert_eq!((found.from, found.fault), (Seq(1_000), Fault::Added));
    });
}

#[test]
fn a_tail_that_was_cut_off_is_told_by_the_last_checkpoint() {
    block_on(async {
        let scene = trail().await;
        let head_before = scene.store.kept().head.clone();
        scene.read(3).await;
        // Everything behind is removed, the head put back; the checkpoint stays.
        let size = head_before.as_ref().unwrap().tree.size();
        {
            let mut kept = scene.store.kept();
            kept.leaves.split_off(&Seq(size));
            kept.head = head_before;
        }

        let opened = scene.opened_again().await;

        assert!(matches!(opened, Err(OperationError::Damaged(_))));
    });
}

#[test]
fn with_an_anchor_from_elsewhere_a_cut_that_took_the_checkpoints_too_is_told() {
    block_on(async {
        let scene = trail().await;
        let anchor = scene.audit.checkpoint().await.unwrap().unwrap();
        *scene.store.kept() = KeptAudit::default();
        let audit = scene.opened_again().await.unwrap();

        let request = VerifyRequest {
            anchors: vec![anchor],
            ..VerifyRequest::default()
        };
        let found = audit.verify(request, by("auditor")).await.unwrap();

        let fault = found.finding.unwrap().fault;
        assert_eq!(fault, Fault::Truncated { signed: 11 });
    });
}

#[test]
fn a_verification_stops_and_goes_on_where_it_was_asked_to() {
    block_on(async {
        let scene = trail().await;
        let request = VerifyRequest {
            until: Some(Seq(5)),
            ..VerifyRequest::default()
        };
        let first = scene.audit.verify(request, by("auditor")).await.unwrap();
        assert_eq!((first.records, first.finding), (5, None));

        let request = VerifyRequest {
            from: first.progress,
            ..VerifyRequest::default()
        };
        let second = scene.audit.verify(request, by("auditor")).await.unwrap();

        assert_eq!((second.records, second.finding), (8, None));
        assert_eq!(second.checkpoints, 3);
    });
}

#[test]
fn a_record_is_proven_to_be_in_what_a_checkpoint_signed() {
    block_on(async {
        let scene = trail().await;
        let note = scene.audit.checkpoint().await.unwrap().unwrap();
        let signed = Checkpoint::open(&note, scene.audit.verifiers()).unwrap();

        for seq in 0..signed.size {
            let proof = scene.audit.prove_inclusion(Seq(seq), signed.size).await;
            let proof = proof.unwrap();

            let leaf = leaf_hash(&scene.audit.leaf(Seq(seq)).await.unwrap());
            let (size, path) = (signed.size, &proof.path);
            assert!(verify_inclusion(&leaf, seq, size, path, &signed.root));
        }
        let beyond = scene.audit.prove_inclusion(Seq(signed.size), signed.size);
        assert!(beyond.await.is_err());
    });
}

#[test]
fn each_checkpoint_is_proven_to_be_the_beginning_of_each_later_one() {
    block_on(async {
        let scene = trail().await;
        let notes: Vec<String> = scene.store.kept().checkpoints.values().cloned().collect();
        let open = |note: &String| Checkpoint::open(note, scene.audit.verifiers()).unwrap();
        let signed: Vec<Checkpoint> = notes.iter().map(open).collect();

        for old in &signed {
            for new in signed.iter().filter(|new| new.size >= old.size) {
                let proof = scene.audit.prove_consistency(old.size, new.size).await;
                let proof = proof.unwrap();
                let (old, new) = ((old.size, &old.root), (new.size, &new.root));
                assert!(verify_consistency(old, new, &proof));
            }
        }
    });
}
