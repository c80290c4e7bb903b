//! Key patterns hold back no command that names no key. So each one that a role may is listed here, and what a newer
//! server adds to a category comes to light on it.

use redis::Value;
use tempfile::TempDir;
use wardline_estate::Role;
use wardline_estate::description::Topology;
use wardline_estate::lab::Lab;
use wardline_estate::link::Link;

use crate::unhurried;

/// What whoever has a connection may.
const ANYBODY: &[&str] = &["auth", "hello", "quit", "reset"];

/// What a role may beside that without naming a key, in the server's own words.
#[rustfmt::skip]
const KEYLESS: &[(Role, &[&str])] = &[
    (Role::App, &[
        "acl|dryrun", "asking", "client|caching", "client|id", "client|setinfo", "client|setname", "client|tracking",
        "cluster|keyslot", "cluster|myid", "cluster|shards", "cluster|slots", "discard", "exec", "info", "lolwut", "multi",
        "ping", "readonly", "readwrite", "role", "sunsubscribe", "time", "unsubscribe", "unwatch", "wait", "waitaof",
    ]),
    (Role::Developer, &[
        "client|id", "client|setinfo", "client|setname", "cluster|shards", "cluster|slots", "lolwut", "ping", "readonly",
    ]),
    (Role::Analytics, &[
        "client|id", "client|setinfo", "client|setname", "cluster|shards", "cluster|slots", "lolwut", "ping", "readonly",
    ]),
    (Role::Audit, &[
        "asking", "client|id", "client|setinfo", "client|setname", "cluster|shards", "cluster|slots", "info", "ping", "role",
        "time", "wait", "waitaof",
    ]),
    (Role::Replication, &["ping", "psync", "replconf"]),
    (Role::Sentinel, &[
        "client|kill", "client|setname", "config|rewrite", "exec", "info", "multi", "ping", "publish", "role",
        "script|kill", "slaveof", "subscribe",
    ]),
    (Role::Exporter, &[
        "client|setinfo", "client|setname", "cluster|info", "info", "latency|histogram", "latency|latest", "ping",
        "slowlog|len",
    ]),
];

/// A command, or the command within one.
struct Command {
    name: String,
    arity: i64,
    names_keys: bool,
}

#[tokio::test]
async fn a_role_may_nothing_without_a_key_but_what_is_listed() {
    let folder = TempDir::new().unwrap();
    let lab = Lab::up(unhurried(Topology::Standalone, folder.path()))
        .await
        .unwrap();
    let address = lab.data_addresses()[0];
    let mut admin = lab.link(address, Role::Admin).await.unwrap();
    let commands = commands_of(&mut admin).await;

    let mut more = Vec::new();
    for (role, listed) in KEYLESS {
        for command in commands.iter().filter(|command| !command.names_keys) {
            let name = command.name.as_str();
            let is_listed = ANYBODY.contains(&name) || listed.contains(&name);
            if may(&mut admin, *role, command).await && !is_listed {
                more.push(format!("{role}: {name}"));
            }
        }
    }

    assert!(commands.len() > 200, "{} commands", commands.len());
    assert!(more.is_empty(), "{}", more.join("\n"));
}

async fn may(admin: &mut Link, role: Role, command: &Command) -> bool {
    let user = role.to_string();
    let mut words = vec!["ACL", "DRYRUN", &user];
    let names: Vec<&str> = command.name.split('|').collect();
    words.extend(&names);
    let needed = usize::try_from(command.arity.abs()).unwrap();
    words.extend(std::iter::repeat_n("x", needed.saturating_sub(names.len())));
    let said = admin.call(&words).await.unwrap();
    matches!(said, Value::Okay)
}

async fn commands_of(admin: &mut Link) -> Vec<Command> {
    let Value::Array(all) = admin.call(&["COMMAND"]).await.unwrap() else {
        panic!("no list of commands");
    };
    let mut commands = Vec::new();
    for one in &all {
        add(one, &mut commands);
    }
    commands
}

/// name, arity, flags, first key, last key, step, categories, tips, specifications of keys, commands within.
fn add(one: &Value, commands: &mut Vec<Command>) {
    let Value::Array(parts) = one else {
        panic!("{one:?}");
    };
    let within = match &parts[9] {
        Value::Array(within) | Value::Set(within) => within.as_slice(),
        other => panic!("{other:?}"),
    };
    for inner in within {
        add(inner, commands);
    }
    let (Value::BulkString(_) | Value::SimpleString(_), Value::Int(arity), Value::Int(first)) =
        (&parts[0], &parts[1], &parts[3])
    else {
        panic!("{one:?}");
    };
    let says = |part: &Value, word: &str| format!("{part:?}").contains(word);
    let names_keys = (*first > 0 || says(&parts[2], "movablekeys")) && !says(&parts[8], "not_key");
    if within.is_empty() {
        commands.push(Command {
            name: redis::from_redis_value(parts[0].clone()).unwrap(),
            arity: *arity,
            names_keys,
        });
    }
}
