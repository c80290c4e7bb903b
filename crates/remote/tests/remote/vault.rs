//! A real OpenBao holds the keys.

use std::sync::Arc;

use wardline_phi::{
    KekHolder, KeyFile, KeyProvider, KeyRing, MemoryKeyStore, ProviderError, RootFile,
    SeveralProviders, WatchedProvider,
};
use wardline_remote::{Endpoint, VaultAuth, VaultProvider, VaultSettings};
use wardline_testkit::services::{BAO_ROOT_TOKEN, OpenBao};
use zeroize::Zeroizing;

use crate::contract;
use crate::given::{context, endpoint, key, scope, secret_file};

fn settings(bao: &OpenBao) -> VaultSettings {
    VaultSettings {
        endpoint: endpoint(&bao.url()),
        namespace: None,
        mount: "transit".to_owned(),
        key: "wardline".to_owned(),
        auth: VaultAuth::Token(Zeroizing::new(BAO_ROOT_TOKEN.to_owned())),
    }
}

fn provider(bao: &OpenBao) -> VaultProvider {
    VaultProvider::new(settings(bao)).unwrap()
}

#[test]
fn openbao_keeps_the_contract_of_a_key_provider_over_tls() {
    let bao = OpenBao::start_tls();
    bao.make_key("wardline");
    let tls = VaultSettings {
        endpoint: Endpoint {
            ca_file: Some(bao.ca_file()),
            ..endpoint(&bao.url())
        },
        ..settings(&bao)
    };

    contract::holds(&VaultProvider::new(tls).unwrap());

    let another_authority = provider(&bao).probe();
    assert!(matches!(
        another_authority,
        Err(ProviderError::Unavailable(_))
    ));
}

#[test]
fn a_key_that_is_missing_or_not_derived_is_refused_and_none_is_made_by_a_mistyped_name() {
    let bao = OpenBao::start();
    bao.make_key("another");
    let here = scope("beds/2026-11");

    let missing = provider(&bao).wrap(&key(), &context(1, &here));

    assert!(
        matches!(missing, Err(ProviderError::Forbidden(_))),
        "{missing:?}"
    );
    assert!(
        !bao.run(&["list", "-format=json", "transit/keys"])
            .contains("wardline")
    );
    bao.run(&["write", "-f", "transit/keys/wardline"]);
    let flat = provider(&bao).wrap(&key(), &context(1, &here));
    assert!(matches!(&flat, Err(ProviderError::Forbidden(why)) if why.contains("derived=true")));
}

#[test]
fn an_approle_with_the_guides_policy_may_do_all_that_is_asked_and_a_token_file_is_read_again() {
    let bao = OpenBao::start();
    bao.make_key("wardline");
    let policy = secret_file(include_str!("../../../../deploy/vault/wardline.hcl"));
    let policy = policy.path().to_str().unwrap();
    bao.run(&["policy", "write", "wardline", policy]);
    bao.run(&["auth", "enable", "approle"]);
    let role = "auth/approle/role/wardline";
    bao.run(&["write", role, "token_policies=wardline", "token_ttl=20m"]);
    let role_id = bao.run(&["read", "-field=role_id", &format!("{role}/role-id")]);
    let secret = bao.run(&[
        "write",
        "-f",
        "-field=secret_id",
        &format!("{role}/secret-id"),
    ]);
    let secret = secret_file(&secret);
    let by_role = |secret_id_file| VaultSettings {
        auth: VaultAuth::AppRole {
            mount: "approle".to_owned(),
            role_id: role_id.trim().to_owned(),
            secret_id_file,
        },
        ..settings(&bao)
    };

    contract::holds(&VaultProvider::new(by_role(secret.path().to_owned())).unwrap());

    let wrong = secret_file("00000000-0000-0000-0000-000000000000");
    let refused = VaultProvider::new(by_role(wrong.path().to_owned()))
        .unwrap()
        .probe();
    assert!(
        matches!(refused, Err(ProviderError::Forbidden(_))),
        "{refused:?}"
    );
    let token = secret_file("s.of-yesterday");
    let renewed = VaultProvider::new(VaultSettings {
        auth: VaultAuth::TokenFile(token.path().to_owned()),
        ..settings(&bao)
    });
    let renewed = renewed.unwrap();
    assert!(matches!(renewed.probe(), Err(ProviderError::Forbidden(_))));
    std::fs::write(token.path(), BAO_ROOT_TOKEN).unwrap();
    assert!(renewed.probe().is_ok());
}

#[test]
fn while_it_is_sealed_or_gone_it_is_unavailable_and_keys_in_use_stay_usable() {
    let mut bao = OpenBao::start();
    bao.make_key("wardline");
    let watched = Arc::new(WatchedProvider::new(Arc::new(provider(&bao))));
    let store = Arc::new(MemoryKeyStore::new());
    let ring = KeyRing::load(watched.clone(), store).unwrap();
    let (used, now) = (scope("beds/2026-11"), 1_795_255_200_000);
    let id = ring.data_key(&used, now).unwrap();
    let aad = wardline_phi::Aad::new("stay", 1_u64, "name", 1);
    let sealed = ring.seal(id, &aad, b"Ada").unwrap();

    bao.seal();

    assert!(watched.probe().unwrap_err().is_unavailable());
    assert!(watched.state().away.unwrap().contains("sealed"));
    assert_eq!(ring.open(&aad, &sealed).unwrap(), b"Ada");
    assert_eq!(ring.data_key(&used, now).unwrap(), id);
    let began = std::time::Instant::now();
    for _ in 0..1_000 {
        assert!(watched.wrap(&key(), &context(9, &used)).is_err());
    }
    assert!(
        began.elapsed() < std::time::Duration::from_secs(30),
        "nobody waits a thousand times"
    );
    bao.stop();
    assert!(watched.probe().unwrap_err().is_unavailable());
}

#[test]
fn an_installation_moves_from_the_key_file_to_openbao_with_its_index_root() {
    let bao = OpenBao::start();
    bao.make_key("wardline");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.txt");
    KeyFile::generate().unwrap().write_new(&path).unwrap();
    let store = Arc::new(MemoryKeyStore::new());
    let (used, now) = (scope("beds/2026-11"), 1_795_255_200_000);
    let file = RootFile::load(&path).unwrap();
    let before = KeyRing::load(Arc::new(file.provider(None).unwrap()), store.clone()).unwrap();
    let id = before.data_key(&used, now).unwrap();
    let aad = wardline_phi::Aad::new("stay", 1_u64, "name", 1);
    let sealed = before.seal(id, &aad, b"Ada").unwrap();
    let index = file.blind_index(&file.provider(None).unwrap()).unwrap();

    let both = SeveralProviders::new(
        Arc::new(provider(&bao)),
        vec![Arc::new(file.provider(None).unwrap())],
    );
    let mut moved = RootFile::load(&path).unwrap();
    assert_eq!(moved.seal_indexes(&both).unwrap(), 1);
    moved.replace(&path).unwrap();
    let ring = KeyRing::load(Arc::new(both), store.clone()).unwrap();
    assert_eq!(ring.rewrap().unwrap().rewrapped, 1);

    let text = std::fs::read_to_string(&path).unwrap();
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("kek"))
        .collect();
    let without = kept.join("\n");
    std::fs::write(&path, without).unwrap();
    let alone = RootFile::load(&path).unwrap();
    assert!(alone.provider(None).is_none());
    let vault = Arc::new(provider(&bao));
    assert_eq!(
        alone.blind_index(vault.as_ref()).unwrap().check_value(),
        index.check_value()
    );
    let ring = KeyRing::load(vault, store).unwrap();
    assert_eq!(ring.open(&aad, &sealed).unwrap(), b"Ada");
    let holders: Vec<_> = ring.kek_usage().into_keys().map(|kek| kek.holder).collect();
    assert_eq!(holders, [KekHolder::Vault]);
}
