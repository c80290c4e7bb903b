//! What `fsync` promises: on the disk of the master. Servers since Redis 7.2, and every Valkey, are asked for it
//! (`WAITAOF`); of older ones `appendfsync always` is demanded. Each test says what holds on either.

use std::time::Duration;

use wardline_estate::{ServerVersion, server_program};
use wardline_store_redis::{
    Call, Class, Durability, Failure, Finding, Redis, Settings, Tag, Weight,
};

use crate::server::{Server, calls_of};

/// Whether the installed server can be asked for its disk.
fn can_be_asked() -> bool {
    let version = ServerVersion::of_program(&server_program()).unwrap();
    version.since_7_2()
}

async fn server(options: &[&str]) -> Server {
    let server = Server::start(&[&["--maxmemory", "100mb"], options].concat());
    server.load_functions().await;
    server.cli(&["FUNCTION", "LOAD", PUT]);
    server
}

/// A write, as a function of the test's own.
const PUT: &str = "#!lua name=test\nredis.register_function('t_put', function(keys, args) return \
                   redis.call('SET', keys[1], args[1]) end)\n";

fn fsync(server: &Server, replicas: u8) -> Settings {
    let mut settings = server.settings();
    settings.durability = Durability::Fsync {
        replicas,
        timeout: Duration::from_mins(1),
    };
    settings
}

fn tag() -> Tag {
    Tag::new("disk")
}

async fn put(redis: &Redis) -> Result<(), Failure> {
    let call = Call::new(&tag(), "t_put").key("k").arg("v");
    redis.function(call, Class::Acknowledged).await.map(drop)
}

/// How often a server was asked to wait for its disk.
async fn waits(redis: &Redis) -> u64 {
    calls_of(redis, "waitaof").await
}

fn about<'a>(findings: &'a [Finding], what: &str) -> Option<&'a Finding> {
    findings.iter().find(|finding| finding.what == what)
}

#[tokio::test]
async fn a_file_that_is_synced_once_a_second_suffices_only_where_the_server_says_when_it_has() {
    let server = server(&["--appendfsync", "everysec"]).await;
    let redis = Redis::connect(fsync(&server, 0)).await.unwrap();

    let findings = redis.verify_promises().await.unwrap();

    let weight = about(&findings, "appendfsync").unwrap().weight;
    if can_be_asked() {
        assert_eq!(weight, Weight::Warning, "{findings:?}");
    } else {
        assert_eq!(weight, Weight::Broken, "{findings:?}");
    }
    assert_eq!(findings.len(), 1, "{findings:?}");
}

#[tokio::test]
async fn a_file_that_is_synced_before_each_answer_suffices_on_any_server() {
    let server = server(&["--appendfsync", "always"]).await;
    let redis = Redis::connect(fsync(&server, 0)).await.unwrap();

    assert_eq!(redis.verify_promises().await.unwrap(), []);
}

#[tokio::test]
async fn a_file_that_is_never_synced_breaks_what_is_promised() {
    let server = server(&["--appendfsync", "no"]).await;
    let redis = Redis::connect(fsync(&server, 0)).await.unwrap();

    let findings = redis.verify_promises().await.unwrap();

    assert_eq!(
        about(&findings, "appendfsync").unwrap().weight,
        Weight::Broken
    );
}

#[tokio::test]
async fn an_acknowledged_write_waits_for_the_disk_where_the_server_can_be_asked() {
    let server = server(&["--appendfsync", "everysec"]).await;
    let redis = Redis::connect(fsync(&server, 0)).await.unwrap();
    // That it can be asked is asked once for each connection; a refused command is not counted.
    let before = waits(&redis).await;

    put(&redis).await.unwrap();

    let asked = u64::from(can_be_asked());
    assert_eq!((before, waits(&redis).await), (asked, 2 * asked));
    server.cli(&["CONFIG", "SET", "appendonly", "no"]);
    let unsynced = put(&redis).await;
    if can_be_asked() {
        let said = format!("{unsynced:?}");
        assert!(matches!(unsynced, Err(Failure::Unknown(_))), "{said}");
    }
}

#[tokio::test]
async fn what_replicas_are_to_have_on_disk_is_refused_while_none_can_say_so() {
    let server = server(&["--appendfsync", "always"]).await;
    let redis = Redis::connect(fsync(&server, 1)).await.unwrap();

    let findings = redis.verify_promises().await.unwrap();
    let refused = put(&redis).await;

    assert_eq!(about(&findings, "replicas").unwrap().weight, Weight::Broken);
    let named = about(&findings, "waitaof").is_some_and(|found| found.weight == Weight::Broken);
    assert_eq!(named, !can_be_asked(), "{findings:?}");
    let Err(Failure::Away(why)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(why.contains("WAITAOF"), !can_be_asked(), "{why}");
}

#[tokio::test]
async fn a_user_that_may_not_ask_is_told_to_be_given_the_right_or_to_have_each_write_synced() {
    let server = server(&["--appendfsync", "everysec"]).await;
    if can_be_asked() {
        server.cli(&["ACL", "SETUSER", "default", "-waitaof"]);
    }
    let redis = Redis::connect(fsync(&server, 0)).await.unwrap();

    let findings = redis.verify_promises().await.unwrap();

    let found = about(&findings, "appendfsync").unwrap();
    assert_eq!(found.weight, Weight::Broken);
    assert_eq!(
        found.says.contains("+waitaof"),
        can_be_asked(),
        "{}",
        found.says
    );
    // The disk is not asked for, and nothing is refused: with `always` set it would be on it.
    put(&redis).await.unwrap();
}
