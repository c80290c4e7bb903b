//! The key file rotates where it lies; providers stand side by side; one that is away is not asked by everybody.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use wardline_phi::{
    Aad, DataKeyId, KekHolder, KekVersion, KeyFile, KeyFileError, KeyProvider, KeyRing,
    KeyRingError, KeyScope, MemoryKeyStore, ProviderError, RootFile, SecretKey, SeveralProviders,
    WatchedProvider, WrapContext, WrappedKey, WrappedKeyStore as _,
};

use crate::given::{NOW, scope};

const AAD: Aad<'_> = Aad {
    kind: "message",
    record: wardline_phi::RecordId::Number(1),
    field: "raw",
    schema: 1,
};
const MONTH: u64 = 30 * 86_400_000;

struct OnDisk {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn on_disk() -> OnDisk {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.txt");
    KeyFile::generate().unwrap().write_new(&path).unwrap();
    OnDisk {
        _folder: folder,
        path,
    }
}

fn provider(disk: &OnDisk) -> Arc<dyn KeyProvider> {
    let file = RootFile::load(&disk.path).unwrap();
    Arc::new(file.provider(Some(&disk.path)).unwrap())
}

#[test]
fn a_rotation_is_in_the_file_before_it_is_told_and_keys_move_to_it_while_they_are_used() {
    let disk = on_disk();
    let provider = provider(&disk);
    let store = Arc::new(MemoryKeyStore::new());
    let ring = KeyRing::load(Arc::clone(&provider), store.clone()).unwrap();
    let id = ring.data_key(&scope("adt"), NOW).unwrap();
    let sealed = ring.seal(id, &AAD, b"before").unwrap();

    let version = provider.rotate().unwrap();

    assert_eq!(version, KekVersion(2));
    let read = KeyFile::load(&disk.path).unwrap();
    assert_eq!(read.provider().current_version().unwrap(), version);
    let mut told = Vec::new();
    let report = ring.rewrap_telling(&mut |done, of| {
        told.push((done, of));
        true
    });
    assert_eq!(report.unwrap().rewrapped, 1);
    assert_eq!(told, [(1, 1)]);
    assert_eq!(ring.open(&AAD, &sealed).unwrap(), b"before");
    let after = KeyRing::load(Arc::new(read.provider()), store).unwrap();
    assert_eq!(after.open(&AAD, &sealed).unwrap(), b"before");
}

#[test]
fn what_a_process_left_that_died_while_it_rotated_does_not_stop_the_next_rotation() {
    let disk = on_disk();
    let left = disk.path.with_file_name("keys.txt.new");
    fs::write(&left, "half a key").unwrap();

    assert_eq!(provider(&disk).rotate().unwrap(), KekVersion(2));
    assert!(!left.exists());
    assert!(KeyFile::load(&disk.path).is_ok());
}

#[test]
fn two_that_rotate_at_the_same_time_lose_no_key() {
    let disk = on_disk();
    let start = Barrier::new(2);

    std::thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                let provider = provider(&disk);
                start.wait();
                for _ in 0..5 {
                    provider.rotate().unwrap();
                }
            });
        }
    });

    let read = KeyFile::load(&disk.path).unwrap();
    assert_eq!(read.provider().current_version().unwrap(), KekVersion(11));
}

#[test]
fn keys_that_come_from_elsewhere_are_not_rotated() {
    let file = KeyFile::generate().unwrap();

    let refused = file.provider().rotate();

    assert!(matches!(refused, Err(ProviderError::CannotRotate(_))));
}

#[test]
fn a_credential_may_show_group_bits_and_a_key_file_may_not() {
    let disk = on_disk();
    fs::set_permissions(&disk.path, fs::Permissions::from_mode(0o440)).unwrap();

    assert!(matches!(
        RootFile::load(&disk.path),
        Err(KeyFileError::Permissions { mode: 0o440, .. })
    ));
    assert!(RootFile::load_credential(&disk.path).is_ok());
}

#[test]
fn a_sealed_index_root_opens_by_its_provider_only_and_stands_in_the_file_wrapped() {
    let file = KeyFile::generate().unwrap();
    let (ours, text) = (file.provider(), file.to_text());
    let mut sealed = RootFile::parse(&text).unwrap();
    let clear = sealed.blind_index(&ours).unwrap().check_value();

    assert_eq!(sealed.seal_indexes(&ours).unwrap(), 1);

    let text = sealed.to_text();
    assert!(!text.lines().any(|line| line.starts_with("index ")));
    let read = RootFile::parse(&text).unwrap();
    assert_eq!(read.blind_index(&ours).unwrap().check_value(), clear);
    assert_eq!(read.sealed_by().len(), 1);
    let other = KeyFile::generate().unwrap().provider();
    assert!(matches!(
        read.blind_index(&other),
        Err(ProviderError::Refused { .. })
    ));
    assert!(matches!(
        KeyFile::parse(&text),
        Err(KeyFileError::Missing("index"))
    ));
    let damaged = text.replace("sealed-index 1 1 V", "sealed-index 1 1 W");
    assert!(matches!(
        RootFile::parse(&damaged),
        Err(KeyFileError::Line { .. })
    ));
}

#[test]
fn a_file_with_an_index_root_in_clear_and_no_kek_is_incomplete() {
    let text = KeyFile::generate().unwrap().to_text();
    let without: Vec<&str> = text.lines().filter(|l| !l.starts_with("kek")).collect();

    let refused = RootFile::parse(&without.join("\n"));

    assert!(matches!(refused, Err(KeyFileError::Missing("kek"))));
}

/// Marks what it wraps as a key service's; away when told so.
#[derive(Debug)]
struct Service {
    inner: wardline_phi::FileKeyProvider,
    away: AtomicBool,
    calls: AtomicUsize,
}

impl Service {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            inner: KeyFile::generate().unwrap().provider(),
            away: AtomicBool::new(false),
            calls: AtomicUsize::new(0),
        })
    }

    fn asked(&self) -> Result<(), ProviderError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if self.away.load(Ordering::Relaxed) {
            return Err(ProviderError::unavailable("sealed"));
        }
        Ok(())
    }
}

impl KeyProvider for Service {
    fn holder(&self) -> KekHolder {
        KekHolder::AwsKms
    }

    fn current_version(&self) -> Result<KekVersion, ProviderError> {
        self.asked()?;
        self.inner.current_version()
    }

    fn wrap(
        &self,
        key: &SecretKey,
        context: &WrapContext<'_>,
    ) -> Result<WrappedKey, ProviderError> {
        self.asked()?;
        let mut wrapped = self.inner.wrap(key, context)?;
        wrapped.bytes = [WrappedKey::AWS_KMS, &wrapped.bytes].concat();
        Ok(wrapped)
    }

    fn unwrap_key(
        &self,
        wrapped: &WrappedKey,
        context: &WrapContext<'_>,
    ) -> Result<SecretKey, ProviderError> {
        self.asked()?;
        let mut wrapped = wrapped.clone();
        wrapped.bytes.drain(..WrappedKey::AWS_KMS.len());
        self.inner.unwrap_key(&wrapped, context)
    }
}

#[test]
fn keys_of_two_holders_open_side_by_side_and_move_to_the_one_that_wraps() {
    let file: Arc<dyn KeyProvider> = Arc::new(KeyFile::generate().unwrap().provider());
    let store = Arc::new(MemoryKeyStore::new());
    let before = KeyRing::load(Arc::clone(&file), store.clone()).unwrap();
    let id = before.data_key(&scope("adt"), NOW).unwrap();
    let sealed = before.seal(id, &AAD, b"before").unwrap();
    let service = Service::new();
    let both = SeveralProviders::new(service.clone(), vec![file]);

    let ring = KeyRing::load(Arc::new(both), store.clone()).unwrap();
    ring.data_key(&scope("oru"), NOW).unwrap();

    // Both are of version 1, of different holders.
    assert_eq!(ring.kek_usage().len(), 2);
    assert_eq!(ring.open(&AAD, &sealed).unwrap(), b"before");
    assert_eq!(ring.rewrap().unwrap().rewrapped, 1);
    assert_eq!(ring.kek_usage().len(), 1);
    let alone = KeyRing::load(service, store).unwrap();
    assert_eq!(alone.open(&AAD, &sealed).unwrap(), b"before");
}

#[test]
fn a_holder_that_is_not_set_up_any_more_is_named() {
    let store = Arc::new(MemoryKeyStore::new());
    let ring = KeyRing::load(Service::new(), store.clone()).unwrap();
    ring.data_key(&scope("adt"), NOW).unwrap();
    let file = Arc::new(KeyFile::generate().unwrap().provider());

    let refused = KeyRing::load(Arc::new(SeveralProviders::new(file, vec![])), store);

    let said = refused.err().unwrap().to_string();
    assert!(said.contains("aws-kms"), "{said}");
}

#[test]
fn a_service_that_is_away_is_asked_by_one_and_not_by_all_and_back_at_the_first_answer() {
    let service = Service::new();
    let watched = WatchedProvider::new(service.clone());
    let here = scope("adt");
    let context = WrapContext {
        id: DataKeyId(1),
        scope: &here,
    };
    let key = SecretKey::from_bytes(&[1; 32]);
    service.away.store(true, Ordering::Relaxed);

    for _ in 0..100 {
        let refused = watched.wrap(&key, &context).unwrap_err();
        assert!(refused.is_unavailable());
    }

    assert!(service.calls.load(Ordering::Relaxed) < 20);
    assert_eq!(watched.state().away.as_deref(), Some("sealed"));
    service.away.store(false, Ordering::Relaxed);
    assert!(watched.probe().is_ok());
    assert_eq!(watched.state().away, None);
    assert!(watched.wrap(&key, &context).is_ok());
}

#[test]
fn keys_unwrapped_and_made_ahead_need_the_service_no_more() {
    let service = Service::new();
    let store = Arc::new(MemoryKeyStore::new());
    let before = KeyRing::load(service.clone(), store.clone()).unwrap();
    let scopes = [
        scope("adt"),
        scope("oru"),
        KeyScope::sessions_month(NOW).unwrap(),
    ];
    let aad = |n: u64| Aad::new("message", n, "raw", 1);
    let sealed: Vec<_> = (1..)
        .zip(&scopes)
        .map(|(n, scope)| {
            let id = before.data_key(scope, NOW).unwrap();
            (n, before.seal(id, &aad(n), b"body").unwrap())
        })
        .collect();
    let ring = KeyRing::load(service.clone(), store.clone()).unwrap();

    assert_eq!(
        ring.unwrap_all().unwrap(),
        2,
        "one was unwrapped to prove the key"
    );
    assert!(ring.make_ahead(NOW, NOW).unwrap().is_empty());
    let made = ring.make_ahead(NOW, NOW + MONTH).unwrap();

    assert_eq!(made.len(), 3);
    assert!(
        ring.make_ahead(NOW, NOW + MONTH).unwrap().is_empty(),
        "once"
    );
    assert_eq!(store.load_all().unwrap().len(), 6);
    service.away.store(true, Ordering::Relaxed);
    for (n, envelope) in &sealed {
        assert_eq!(ring.open(&aad(*n), envelope).unwrap(), b"body");
    }
    let next = scopes[0].in_month_of(NOW + MONTH).unwrap().unwrap();
    let used = ring.data_key(&next, NOW + MONTH).unwrap();
    assert!(made.contains(&used), "{used} is none of {made:?}");
}

#[test]
fn a_key_that_is_refused_keeps_none_of_the_others_from_being_unwrapped() {
    let service = Service::new();
    let store = Arc::new(MemoryKeyStore::new());
    let before = KeyRing::load(service.clone(), store.clone()).unwrap();
    let ids = ["adt", "oru", "orm"].map(|name| before.data_key(&scope(name), NOW).unwrap());
    let mut damaged = store.load_all().unwrap().remove(1);
    *damaged.wrapped.bytes.last_mut().unwrap() ^= 1;
    store.replace(&damaged).unwrap();
    let ring = KeyRing::load(service, store).unwrap();

    let unwrapped = ring.unwrap_all();

    assert!(matches!(
        unwrapped,
        Err(KeyRingError::Provider(ProviderError::Refused { id, .. })) if id == ids[1]
    ));
    assert_eq!(ids.map(|id| ring.is_held(id)), [true, false, true]);
}
