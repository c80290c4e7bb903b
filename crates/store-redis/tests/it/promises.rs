//! What servers are configured to do, compared with what is promised on top of them.

use std::fs::Permissions;
use std::num::NonZeroU8;
use std::os::unix::fs::PermissionsExt as _;

use wardline_estate::{Role, ServerVersion, server_program};
use wardline_store_redis::{Durability, Finding, Login, Redis, Weight};

use crate::estate::Raised;
use crate::server::Server;

fn named(findings: &[Finding], weight: Weight) -> Vec<&'static str> {
    let of_weight = findings.iter().filter(|finding| finding.weight == weight);
    of_weight.map(|finding| finding.what).collect()
}

#[tokio::test]
async fn a_server_that_evicts_and_has_no_replica_breaks_what_is_promised() {
    let server = Server::start(&["--maxmemory-policy", "allkeys-lru"]);
    server.load_functions().await;
    let mut settings = server.settings();
    settings.durability = Durability::Replicated {
        replicas: NonZeroU8::MIN,
        timeout: Durability::REPLICA_TIMEOUT,
    };
    let redis = Redis::connect(settings).await.unwrap();

    let findings = redis.verify_promises().await.unwrap();

    let broken = ["maxmemory-policy", "replicas", "min-replicas-to-write"];
    assert_eq!(named(&findings, Weight::Broken), broken);
}

#[tokio::test]
async fn a_default_user_that_may_not_write_loses_what_functions_wrote_at_the_next_start() {
    let server = Server::start(&["--maxmemory", "100mb", "--appendfsync", "always"]);
    server.load_functions().await;
    let mut settings = server.settings();
    settings.durability = Durability::FSYNC;
    let redis = Redis::connect(settings).await.unwrap();
    assert_eq!(redis.verify_promises().await.unwrap(), []);

    server.cli(&["ACL", "SETUSER", "default", "-@write"]);

    let findings = redis.verify_promises().await.unwrap();
    assert_eq!(named(&findings, Weight::Broken), ["the user `default`"]);
}

/// What `wardline redis render` makes for this server is looked at in
/// [`a_hardened_estate_keeps_what_is_promised_and_the_application_may_look`].
#[tokio::test]
async fn an_access_list_of_an_older_server_is_named_where_it_lets_somebody_list_all_keys() {
    let server = Server::start(&["--maxmemory", "100mb"]);
    server.load_functions().await;
    let folder = tempfile::tempdir().unwrap();
    let password_file = folder.path().join("password");
    std::fs::write(&password_file, "secret").unwrap();
    std::fs::set_permissions(&password_file, Permissions::from_mode(0o600)).unwrap();
    let older = "~wl:* &wl:* +@all -@dangerous -scan +info +acl|dryrun +role";
    let rules: Vec<&str> = older.split(' ').collect();
    server.cli(&[&["ACL", "SETUSER", "app", "on", ">secret"], &rules[..]].concat());
    let mut settings = server.settings();
    settings.login = Some(Login {
        user: "app".to_owned(),
        password_file,
    });
    let redis = Redis::connect(settings).await.unwrap();

    let findings = redis.verify_promises().await.unwrap();

    let version = ServerVersion::of_program(&server_program()).unwrap();
    let lists = version.knows_clusterscan();
    let named = named(&findings, Weight::Warning).contains(&"access list");
    assert_eq!(named, lists, "{findings:?}");
}

#[test]
fn a_hardened_estate_keeps_what_is_promised_and_the_application_may_look() {
    wardline_testkit::block_on(async {
        let raised = Raised::sentinel().await;
        let redis = raised.connect().await;

        let findings = redis.verify_promises().await.unwrap();

        assert_eq!(findings, []);
        // An administrator sees the rest of it.
        let mut settings = raised.settings();
        settings.login = Some(Login {
            user: Role::Admin.name().to_owned(),
            password_file: raised.lab.password_file(Role::Admin),
        });
        let redis = Redis::connect(settings).await.unwrap();
        assert_eq!(redis.verify_promises().await.unwrap(), []);
    });
}

#[test]
fn a_cluster_with_one_replica_a_shard_keeps_what_is_promised_and_could_do_more() {
    wardline_testkit::block_on(async {
        let raised = Raised::cluster_of_one_replica().await;
        let redis = raised.connect().await;

        let findings = redis.verify_promises().await.unwrap();

        assert!(named(&findings, Weight::Broken).is_empty(), "{findings:?}");
        let warnings = named(&findings, Weight::Warning);
        assert!(warnings.contains(&"min-replicas-to-write"), "{findings:?}");
        assert!(warnings.contains(&"replicas"), "{findings:?}");
    });
}
