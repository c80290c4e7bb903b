//! Archiving that is cut short: the next call goes on, and nothing that was put is put again.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use wardline_audit::OperationError;
use wardline_audit::operations::Manifest;
use wardline_audit::port::{ArchiveStore, FolderArchive};
use wardline_audit::verify::verify_archive;
use wardline_kernel::StoreError;
use wardline_testkit::block_on;

use super::keeping::long;
use super::scene::{Scene, by};

/// Both files of the first segment are put, and then the store does not take that they were.
async fn cut_short() -> (Scene, tempfile::TempDir, FolderArchive) {
    let scene = long().await;
    let folder = tempfile::tempdir().unwrap();
    let archive = FolderArchive::open(folder.path()).unwrap();
    let away = StoreError::Unavailable("away".to_owned());
    scene.store.kept().fails_with = Some(away);
    let cut = scene
        .audit
        .archive(Arc::new(archive.clone()), by("operator"));
    cut.await.unwrap_err();
    assert!(archive.get("segment-0000000000.json").is_ok());
    scene.store.kept().fails_with = None;
    (scene, folder, archive)
}

fn manifest(archive: &FolderArchive) -> Manifest {
    serde_json::from_slice(&archive.get("segment-0000000000.json").unwrap()).unwrap()
}

#[test]
fn a_segment_that_was_put_and_not_recorded_is_archived_when_there_is_a_later_checkpoint() {
    block_on(async {
        let (scene, _folder, archive) = cut_short().await;
        let first = manifest(&archive);
        scene.read(3).await;
        scene.audit.checkpoint().await.unwrap();

        let archived = scene
            .audit
            .archive(Arc::new(archive.clone()), by("operator"));
        let archived = archived.await.unwrap().manifests;

        assert_eq!(archived.len(), 2);
        assert_eq!(archived[0], first);
        assert_eq!(manifest(&archive), first);
        assert_ne!(archived[1].checkpoint, first.checkpoint);
        let found = verify_archive(&archive, scene.keys.verifiers(), &[], &mut |_| ()).unwrap();
        assert_eq!(found.finding, None);
    });
}

#[test]
fn a_manifest_that_does_not_prove_the_segment_is_not_taken_for_its_own() {
    block_on(async {
        let (scene, folder, archive) = cut_short().await;
        let good = manifest(&archive);
        scene.read(3).await;
        scene.audit.checkpoint().await.unwrap();
        let other = "hospital.example/audit/2";
        let foreign = [
            Manifest {
                proof: Vec::new(),
                ..good.clone()
            },
            Manifest {
                checkpoint: good.checkpoint.replace("/audit/1\n", "/audit/2\n"),
                ..good.clone()
            },
            Manifest {
                origin: other.to_owned(),
                ..good.clone()
            },
            Manifest {
                last_at: good.last_at + 1,
                ..good
            },
        ];
        for there in foreign {
            let file = folder.path().join("segment-0000000000.json");
            std::fs::write(file, serde_json::to_vec(&there).unwrap()).unwrap();

            let refused = scene
                .audit
                .archive(Arc::new(archive.clone()), by("operator"));
            let refused = refused.await;

            let Err(OperationError::Archive(error)) = refused else {
                panic!("{refused:?}");
            };
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
            assert!(error.to_string().contains("verify the archive"), "{error}");
        }
    });
}

/// Tells when a file is put, and waits until it may be.
struct Slow {
    archive: FolderArchive,
    began: Mutex<Sender<()>>,
    may_go_on: Mutex<Receiver<()>>,
}

impl ArchiveStore for Slow {
    fn put(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let began = self.began.lock().unwrap().send(());
        // Nobody listens, or holds it up, any more when the other end is gone.
        let may_go_on = began.is_err() || self.may_go_on.lock().unwrap().recv().is_err();
        assert!(may_go_on, "nothing is sent here");
        self.archive.put(name, content)
    }

    fn get(&self, name: &str) -> io::Result<Vec<u8>> {
        self.archive.get(name)
    }
}

#[test]
fn archiving_comes_to_its_end_when_whoever_asked_for_it_went_away() {
    block_on(async {
        let scene = long().await;
        let folder = tempfile::tempdir().unwrap();
        let archive = FolderArchive::open(folder.path()).unwrap();
        let ((began, has_begun), (go_on, may_go_on)) = (channel(), channel());
        let slow = Arc::new(Slow {
            archive: archive.clone(),
            began: Mutex::new(began),
            may_go_on: Mutex::new(may_go_on),
        });
        let audit = scene.audit.clone();
        let asked = tokio::spawn(async move { audit.archive(slow, by("operator")).await });
        let has_begun = tokio::task::spawn_blocking(move || has_begun.recv()).await;
        has_begun.unwrap().unwrap();

        asked.abort();
        assert!(asked.await.unwrap_err().is_cancelled());
        drop(go_on);
        let next = scene.audit.archive(Arc::new(archive), by("operator")).await;

        assert_eq!(next.unwrap().manifests, [], "all was archived");
    });
}
