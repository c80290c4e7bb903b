//! The example descriptions, and what is made of them.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use wardline_estate::description::Estate;
use wardline_estate::render;
use wardline_estate::secrets::Secrets;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy/redis")
        .join(name)
}

#[test]
fn the_examples_make_a_folder_for_each_node() {
    for (name, nodes) in [("sentinel.toml", 6), ("cluster.toml", 9)] {
        let folder = TempDir::new().unwrap();
        let estate = Estate::read(&example(name)).unwrap();
        let secrets = Secrets::read_or_make(&folder.path().join("secrets")).unwrap();

        render::write_all(&estate, &secrets, folder.path()).unwrap();

        // The nodes, and the secrets.
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), nodes + 1);
    }
}

#[test]
fn a_node_is_hardened_and_asks_the_sentinels_before_it_starts() {
    let folder = TempDir::new().unwrap();
    let estate = Estate::read(&example("sentinel.toml")).unwrap();
    let secrets = Secrets::read_or_make(&folder.path().join("secrets")).unwrap();

    render::write_all(&estate, &secrets, folder.path()).unwrap();

    let read = |file: &str| fs::read_to_string(folder.path().join(file)).unwrap();
    let redis = read("redis-2/redis.conf");
    for line in [
        "port 0",
        "tls-port 6379",
        "tls-protocols \"TLSv1.3\"",
        "tls-auth-clients yes",
        "tls-replication yes",
        "maxmemory 4096mb",
        "maxmemory-policy noeviction",
        "appendonly yes",
        "min-replicas-to-write 1",
        "min-replicas-max-lag 2",
        "enable-debug-command no",
        "replicaof 10.20.0.11 6379",
    ] {
        assert!(redis.lines().any(|own| own == line), "{line}");
    }
    assert!(!redis.lines().any(|line| line.starts_with("rename-command")));
    assert!(!read("redis-1/redis.conf").contains("replicaof"));
    assert!(read("sentinel-1/sentinel.conf").contains("tls-replication yes"));
    let users = read("redis-2/users.acl");
    assert!(users.starts_with("user default off "));
    assert!(!users.contains("nopass"));
    let unit = read("redis-2/wardline-redis-2.service");
    let before = unit
        .find("ExecStartPre=/usr/local/bin/wardline redis follow")
        .unwrap();
    assert!(before < unit.find("ExecStart=/usr/bin/redis-server").unwrap());
    let unit = read("sentinel-2/wardline-sentinel-2.service");
    let after = unit
        .find("ExecStartPost=-/usr/local/bin/wardline redis quicken")
        .unwrap();
    assert!(after > unit.find("ExecStart=/usr/bin/redis-server").unwrap());
    assert!(unit.contains("--node sentinel-2"));
}

#[test]
fn a_description_that_cannot_hold_its_promise_is_refused_and_says_why() {
    let good = fs::read_to_string(example("sentinel.toml")).unwrap();
    let cluster = fs::read_to_string(example("cluster.toml")).unwrap();
    let two_sentinels = good.replace(
        "[[sentinels]]\nname = \"sentinel-3\"\naddress = \"10.20.0.13:26379\"\n",
        "",
    );

    for (text, said) in [
        (
            good.replace("max_memory_mib", "max_memory_mb"),
            "unknown field `max_memory_mb`",
        ),
        (two_sentinels, "an odd number, three or more"),
        (
            good.replace("down_after_ms = 700", "down_after_ms = 499"),
            "from 500 to 60000",
        ),
        (
            good.replace("10.20.0.12:6379", "10.20.0.11:6379"),
            "two listen at 10.20.0.11:6379",
        ),
        (
            good.replace("10.20.0.12:6379", "0.0.0.0:6379"),
            "name the one address",
        ),
        (good.replace("redis-2", "Redis 2"), "is no name"),
        (good.replace("7.0.15", "6.2.0"), "is no version"),
        (
            cluster.replace("shard = 2", "shard = 1"),
            "three shards or more",
        ),
        (
            cluster.replace("10.20.0.12:6379", "10.20.0.12:60000"),
            "at most 55535",
        ),
    ] {
        let refused = Estate::parse(&text).unwrap_err().to_string();

        assert!(refused.contains(said), "{said}: {refused}");
    }
    assert!(Estate::parse(&good.replace("down_after_ms = 700", "down_after_ms = 500")).is_ok());
}

#[test]
fn a_newer_server_is_started_by_its_own_program_and_its_users_may_ask_for_its_disk() {
    let of = |version: &str| {
        let folder = TempDir::new().unwrap();
        let text = fs::read_to_string(example("sentinel.toml")).unwrap();
        let text = text.replace(
            "server_version = \"7.0.15\"",
            &format!("server_version = \"{version}\""),
        );
        let estate = Estate::parse(&text).unwrap();
        let secrets = Secrets::read_or_make(&folder.path().join("secrets")).unwrap();
        render::write_all(&estate, &secrets, folder.path()).unwrap();
        let read = |file: &str| fs::read_to_string(folder.path().join(file)).unwrap();
        let units = fs::read_dir(folder.path().join("redis-2")).unwrap();
        let unit = units
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .find(|name| name.ends_with(".service"))
            .unwrap();
        (read("redis-2/users.acl"), read(&format!("redis-2/{unit}")))
    };

    let (old_users, old_unit) = of("7.0.15");
    let (users, unit) = of("valkey-8.0.1");

    // It would not start with a command that it does not know.
    assert!(!old_users.contains("waitaof"));
    assert!(old_unit.contains("ExecStart=/usr/bin/redis-server "));
    for role in ["app", "audit"] {
        let line = users
            .lines()
            .find(|line| line.starts_with(&format!("user {role} ")));
        assert!(line.unwrap().contains(" +waitaof"), "{role}");
    }
    assert!(unit.contains("ExecStart=/usr/bin/valkey-server "));
}
