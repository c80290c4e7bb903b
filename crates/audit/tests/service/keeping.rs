//! Keeping: archives, holds, retention, alerts.

use std::sync::Arc;

use wardline_audit::model::{Event, EventKind, Note, Outcome, Seq};
use wardline_audit::operations::{Hold, HoldScope, VerifyRequest};
use wardline_audit::port::{ArchiveStore, FolderArchive, SEGMENT_LEAVES};
use wardline_audit::rules::{AlertState, Rule};
use wardline_audit::settings::DEFAULT_RETENTION_DAYS;
use wardline_audit::signing::{Checkpoint, SigningKeys};
use wardline_audit::tree::{CompactRange, leaf_hash, verify_inclusion};
use wardline_audit::verify::{Fault, verify_archive};
use wardline_audit::{MAX_EVENTS, OperationError};
use wardline_testkit::block_on;

use super::scene::{Scene, by, patient, read};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

fn note(text: &str) -> Note {
    Note::new(text).unwrap()
}

/// Two whole segments and a part of the third; patient `held` in the second one.
pub(crate) async fn long() -> Scene {
    let scene = Scene::new().await;
    let login = Event::new(EventKind::Login, Outcome::Success, by("a"));
    for _ in 0..(2 * SEGMENT_LEAVES / MAX_EVENTS as u64) {
        let mut events = vec![login.clone(); MAX_EVENTS - 1];
        events.push(read("nurse.seven", "p"));
        scene.audit.record(events).await.unwrap();
    }
    scene.audit.checkpoint().await.unwrap();
    scene
}

#[test]
fn segments_are_archived_once_and_their_files_give_the_roots_that_were_signed() {
    block_on(async {
        let scene = long().await;
        let folder = tempfile::tempdir().unwrap();
        let archive = Arc::new(FolderArchive::open(folder.path()).unwrap());

        let archived = scene.audit.archive(archive.clone(), by("operator")).await;
        let archived = archived.unwrap();
        let again = scene.audit.archive(archive.clone(), by("operator")).await;

        assert_eq!(archived.manifests.len(), 2);
        assert_eq!(again.unwrap().manifests, []);
        for manifest in archived.manifests {
            let file = archive.get(&manifest.file).unwrap();
            let mut rest = file.strip_prefix(b"wardline-audit-1").unwrap();
            let mut tree = CompactRange::default();
            while let Some((length, after)) = rest.split_first_chunk() {
                let length = u32::from_be_bytes(*length) as usize;
                tree.push(leaf_hash(&after[..length]), |_, _| ());
                rest = &after[length..];
            }
            assert_eq!(tree.size(), SEGMENT_LEAVES);
            let node = wardline_audit::tree::NodeId {
                level: 12,
                index: manifest.first / SEGMENT_LEAVES,
            };
            assert_eq!(scene.store.kept().nodes[&node], tree.root());
        }
    });
}

#[test]
fn what_is_past_its_time_goes_only_when_archived_and_not_held_and_the_trail_still_verifies() {
    block_on(async {
        let scene = long().await;
        let folder = tempfile::tempdir().unwrap();
        let archive = Arc::new(FolderArchive::open(folder.path()).unwrap());
        let day = u64::from(DEFAULT_RETENTION_DAYS) * DAY_MS;
        let retain = || scene.audit.retain(by("operator"));
        scene.clock.advance(day + 1);
        assert_eq!(retain().await.unwrap().dropped, 0, "nothing is archived");
        scene.audit.archive(archive, by("operator")).await.unwrap();
        let scope = HoldScope {
            patient: Some(patient("p")),
            ..HoldScope::default()
        };
        let hold = scene.audit.hold(scope, note("suit"), by("counsel")).await;
        let hold = hold.unwrap();

        let kept = retain().await.unwrap();
        assert_eq!((kept.dropped, kept.held), (0, 2));
        let released = scene.audit.release(hold.id, note("settled"), by("counsel"));
        released.await.unwrap();
        let dropped = retain().await.unwrap();

        assert_eq!((dropped.dropped, dropped.held), (2, 0));
        let shown = scene.audit.show(Seq(7), by("auditor")).await;
        assert!(matches!(shown, Err(OperationError::Dropped(Seq(7)))));
        let found = scene.audit.verify(VerifyRequest::default(), by("auditor"));
        let found = found.await.unwrap();
        assert_eq!(found.finding, None);
        assert_eq!(found.archived, 2 * SEGMENT_LEAVES);
        let size = 2 * SEGMENT_LEAVES;
        let proof = scene.audit.prove_consistency(size, size + 1).await;
        assert!(proof.is_ok());
    });
}

#[test]
fn holds_are_listed_page_by_page_and_what_lasts_is_known_beyond_a_page() {
    block_on(async {
        let scene = Scene::new().await;
        let audit = &scene.audit;
        for _ in 0..3 {
            let hold = audit.hold(HoldScope::default(), note("suit"), by("counsel"));
            hold.await.unwrap();
        }
        let released = audit.release(2, note("settled"), by("counsel"));
        released.await.unwrap();

        let ids = |holds: Vec<Hold>| holds.iter().map(|hold| hold.id).collect::<Vec<_>>();
        assert_eq!(ids(audit.holds(None, 2).await.unwrap()), [1, 2]);
        assert_eq!(ids(audit.holds(Some(2), 2).await.unwrap()), [3]);
        assert_eq!(ids(audit.lasting_holds().await.unwrap()), [1, 3]);
        let unknown = audit.release(4, note("settled"), by("counsel")).await;
        assert!(matches!(unknown, Err(OperationError::NoSuch("hold"))));
        let again = audit.release(2, note("settled"), by("counsel")).await;
        assert!(matches!(again, Err(OperationError::State(_))));
    });
}

#[test]
fn a_segment_before_its_time_is_kept() {
    block_on(async {
        let scene = long().await;
        let folder = tempfile::tempdir().unwrap();
        let archive = Arc::new(FolderArchive::open(folder.path()).unwrap());
        scene.audit.archive(archive, by("operator")).await.unwrap();
        scene
            .clock
            .advance(u64::from(DEFAULT_RETENTION_DAYS) * DAY_MS);

        let retained = scene.audit.retain(by("operator")).await.unwrap();

        assert_eq!(retained.dropped, 0);
    });
}

#[test]
fn an_alert_is_raised_once_a_day_and_goes_from_new_to_closed_and_never_back() {
    block_on(async {
        let scene = Scene::new().await;
        for _ in 0..3 {
            let mut event = read("doctor.nine", "p");
            event.kind = EventKind::EmergencyUsed;
            scene.audit.record_one(event).await.unwrap();
        }

        let alerts = scene.audit.alerts(None, 10).await.unwrap();

        assert_eq!(alerts.len(), 1);
        assert_eq!((alerts[0].rule, alerts[0].seq), (Rule::BreakGlass, Seq(1)));
        let set = |state| {
            scene
                .audit
                .set_alert(alerts[0].id, state, note("looked"), by("officer"))
        };
        set(AlertState::Acknowledged).await.unwrap();
        let closed = set(AlertState::Closed).await.unwrap();
        assert_eq!(closed.changes.len(), 2);
        let back = set(AlertState::Acknowledged).await;
        assert!(matches!(back, Err(OperationError::State(_))));
    });
}

#[test]
fn a_verification_may_begin_at_a_segment_and_holds_what_lies_before_against_the_roots() {
    block_on(async {
        let scene = long().await;
        let from = scene.audit.progress_before(Seq(SEGMENT_LEAVES + 7)).await;
        let from = from.unwrap();
        assert_eq!(from.next(), Seq(SEGMENT_LEAVES));
        let request = || VerifyRequest {
            from: Some(from.clone()),
            ..VerifyRequest::default()
        };

        let found = scene.audit.verify(request(), by("auditor")).await.unwrap();
        assert_eq!(found.finding, None);
        assert!(found.checkpoints > 0);
        // Another root for what lies before does not lead to what was signed.
        let first = scene.store.kept().leaves[&Seq(SEGMENT_LEAVES)].clone();
        let mut altered = first.to_vec();
        altered[60] ^= 1;
        let place = Seq(SEGMENT_LEAVES);
        scene.store.kept().leaves.insert(place, altered.into());
        let found = scene.audit.verify(request(), by("auditor")).await.unwrap();
        let finding = found.finding.unwrap();
        assert_eq!((finding.from, finding.through), (place, place));
    });
}

#[test]
fn an_altered_hash_of_the_tree_is_told_from_an_altered_record() {
    block_on(async {
        let scene = long().await;
        for node in scene.store.kept().nodes.values_mut().take(1) {
            node[0] ^= 1;
        }

        let found = scene.audit.verify(VerifyRequest::default(), by("auditor"));

        let finding = found.await.unwrap().finding.unwrap();
        assert_eq!(finding.fault, Fault::Node);
        assert_eq!(
            (finding.from, finding.through),
            (Seq(0), Seq(SEGMENT_LEAVES - 1))
        );
    });
}

#[test]
fn a_record_of_a_whole_segment_is_proven_by_its_leaves_and_the_roots_beside() {
    block_on(async {
        let scene = long().await;
        let signed = scene.audit.checkpoint().await.unwrap().unwrap();
        let signed = Checkpoint::open(&signed, scene.audit.verifiers()).unwrap();

        for seq in [0, 1, SEGMENT_LEAVES - 1, SEGMENT_LEAVES, signed.size - 1] {
            let proof = scene.audit.prove_inclusion(Seq(seq), signed.size).await;
            let proof = proof.unwrap();

            let (leaf, path) = (&proof.leaf, &proof.path);
            let is_in = verify_inclusion(leaf, seq, signed.size, path, &signed.root);
            assert!(is_in, "record {seq}");
        }
    });
}

/// Two segments in a folder, the checkpoint that was kept elsewhere, and the keys.
async fn archived() -> (Scene, tempfile::TempDir, FolderArchive, String) {
    let scene = long().await;
    let folder = tempfile::tempdir().unwrap();
    let archive = FolderArchive::open(folder.path()).unwrap();
    let kept = scene.audit.last_checkpoint().await.unwrap().unwrap();
    let to = Arc::new(archive.clone());
    scene.audit.archive(to, by("operator")).await.unwrap();
    (scene, folder, archive, kept)
}

#[test]
fn an_archive_is_verified_without_the_store() {
    block_on(async {
        let (scene, _folder, archive, anchor) = archived().await;
        let keys = scene.keys.verifiers();

        let whole = verify_archive(&archive, keys, &[anchor], &mut |_| ()).unwrap();
        let other = SigningKeys::generate("hospital.example/audit/1").unwrap();
        let unsigned = verify_archive(&archive, other.verifiers(), &[], &mut |_| ()).unwrap();

        assert_eq!(whole.finding, None);
        assert_eq!(whole.records, 2 * SEGMENT_LEAVES);
        let fault = unsigned.finding.unwrap().fault;
        assert!(matches!(fault, Fault::Signature { .. }), "{fault}");
    });
}

#[test]
fn a_segment_that_was_taken_out_copied_over_another_or_cut_is_found_and_a_half_archived_one_is_none()
 {
    block_on(async {
        let (scene, folder, archive, _) = archived().await;
        let keys = scene.keys.verifiers();
        let verify = || verify_archive(&archive, keys, &[], &mut |_| ()).unwrap();
        let path = |name: &str| folder.path().join(name);
        let read = |name: &str| std::fs::read(path(name)).unwrap();
        let fault = || {
            verify()
                .finding
                .map(|finding| (finding.from, finding.fault))
        };
        let all = [
            "segment-0000000000",
            "segment-0000000000.json",
            "segment-0000000001",
            "segment-0000000001.json",
        ];
        let [first, first_manifest, second, second_manifest] = all.map(read);
        let restore = || {
            let contents = [&first, &first_manifest, &second, &second_manifest];
            for (name, content) in all.iter().zip(contents) {
                std::fs::write(path(name), content).unwrap();
            }
        };

        std::fs::remove_file(path(all[1])).unwrap();
        assert_eq!(fault(), Some((Seq(0), Fault::Missing)), "taken out");
        restore();
        std::fs::write(path(all[2]), &first).unwrap();
        std::fs::write(path(all[3]), &first_manifest).unwrap();
        let second_at = Seq(SEGMENT_LEAVES);
        assert_eq!(fault(), Some((second_at, Fault::Manifest)), "copied over");
        restore();
        std::fs::write(path(all[2]), &first).unwrap();
        let misplaced = Fault::Misplaced { says: Seq(0) };
        assert_eq!(fault(), Some((second_at, misplaced)), "duplicated");
        std::fs::write(path(all[2]), &second[..second.len() - 1]).unwrap();
        let last = Seq(2 * SEGMENT_LEAVES - 1);
        assert_eq!(fault(), Some((last, Fault::Missing)), "cut");
        restore();
        std::fs::remove_file(path(all[3])).unwrap();
        assert_eq!(fault(), None, "killed before the manifest was written");
    });
}

#[test]
fn one_flipped_byte_anywhere_in_an_archive_is_found() {
    block_on(async {
        let (scene, folder, archive, _) = archived().await;
        let keys = scene.keys.verifiers();
        let path = folder.path().join("segment-0000000001");
        let file = std::fs::read(&path).unwrap();
        let verify = || verify_archive(&archive, keys, &[], &mut |_| ()).unwrap();
        // A length, a sequence, a link, a sealed byte, the last byte.
        for at in [19, 25, 50, 16 + 4 + 100, file.len() - 1] {
            let mut altered = file.clone();
            altered[at] ^= 1;
            std::fs::write(&path, altered).unwrap();

            let finding = verify().finding;

            let finding = finding.unwrap_or_else(|| panic!("byte {at}"));
            assert!(finding.from.0 >= SEGMENT_LEAVES - 1, "byte {at}: {finding}");
        }
        std::fs::write(&path, &file).unwrap();
        let path = folder.path().join("segment-0000000001.json");
        let manifest = std::fs::read_to_string(&path).unwrap();
        let shorter = manifest.replace("\"proof\": [", "\"proof\": [\"AAAA\",");
        std::fs::write(&path, shorter).unwrap();
        assert_eq!(verify().finding.map(|f| f.fault), Some(Fault::Manifest));
        std::fs::write(&path, manifest).unwrap();
        assert_eq!(verify().finding, None);
    });
}

#[test]
fn the_end_of_a_long_trail_is_verified_from_the_segment_before_and_what_lies_further_back_is_not() {
    block_on(async {
        let scene = long().await;

        let (first, found) = scene.audit.verify_end(by("auditor")).await.unwrap();
        scene.store.kept().leaves.remove(&Seq(17));
        let (_, without_an_old_one) = scene.audit.verify_end(by("auditor")).await.unwrap();
        scene.store.kept().leaves.remove(&Seq(SEGMENT_LEAVES + 1));
        let (_, without_a_late_one) = scene.audit.verify_end(by("auditor")).await.unwrap();

        assert_eq!((first, found.finding), (Seq(SEGMENT_LEAVES), None));
        // Opening, and this verification itself.
        assert_eq!(found.records, SEGMENT_LEAVES + 2);
        assert_eq!(without_an_old_one.finding, None);
        let missing = without_a_late_one.finding.unwrap();
        assert_eq!(
            (missing.from, missing.fault),
            (Seq(SEGMENT_LEAVES + 1), Fault::Missing)
        );
    });
}

#[test]
fn alerts_that_nobody_has_seen_are_counted_with_the_age_of_the_oldest() {
    block_on(async {
        let scene = Scene::new().await;
        let mut used = read("doctor.nine", "p");
        used.kind = EventKind::EmergencyUsed;
        scene.audit.record_one(used.clone()).await.unwrap();
        let first_at = scene.audit.now();
        scene.clock.advance(2 * DAY_MS);
        scene.audit.record_one(used).await.unwrap();

        let all = scene.audit.alerts_standing(366, 1_000).await.unwrap();
        let lately = scene.audit.alerts_standing(1, 1_000).await.unwrap();
        let some = scene.audit.alerts_standing(366, 1).await.unwrap();
        let oldest = scene.audit.alerts(None, 1).await.unwrap()[0].id;
        let seen = (AlertState::Acknowledged, note("looked"), by("officer"));
        let (state, note, officer) = seen;
        scene
            .audit
            .set_alert(oldest, state, note, officer)
            .await
            .unwrap();
        let after = scene.audit.alerts_standing(366, 1_000).await.unwrap();

        assert_eq!((all.open, all.unseen, all.is_cut), (2, 2, false));
        assert_eq!(all.oldest_unseen, Some(first_at));
        assert_eq!(lately.unseen, 1);
        assert!(some.is_cut);
        assert_eq!((after.open, after.unseen), (2, 1));
        assert_eq!(after.oldest_unseen, Some(first_at + 2 * DAY_MS));
    });
}
