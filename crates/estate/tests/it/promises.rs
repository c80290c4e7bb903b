//! What each role may and may not do, asked of live servers by signing in as it and trying.

use tempfile::TempDir;
use wardline_estate::description::Topology;
use wardline_estate::lab::Lab;
use wardline_estate::link::{Credentials, Link, LinkError, LinkTls};
use wardline_estate::{EstateError, Role};

use Answer::{NewerOnly, No, Yes};

use crate::unhurried;

/// What becomes of a command. `Yes` is any answer but a refusal of the right to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    /// `Yes` on a server that knows it: Redis 7.2 and Valkey.
    NewerOnly,
}

/// role, command, whether it may. A function of the library below is called by its name.
#[rustfmt::skip]
const ON_DATA_NODES: &[(Role, &str, Answer)] = &[
    // Wardline itself: all of its own keys, by functions too, and nothing of the server's.
    (Role::App, "HSET wl:{s:1} f v", Yes),
    (Role::App, "XADD wl:{c:1}:log * f v", Yes),
    (Role::App, "XADD wl:{s:log}:e * f v", Yes),
    (Role::App, "XTRIM wl:{s:01}:e MAXLEN 0", Yes),
    (Role::App, "ZADD wl:{b}:r 0 v", Yes),
    (Role::App, "HSET wl:{access}:k1 f v", Yes),
    (Role::App, "HSET wl:{a:1}:head f v", No),
    (Role::App, "HGET wl:{a:1}:l:0 f", No),
    (Role::App, "DEL wl:{a:1}:l:0", No),
    (Role::App, "RENAME wl:{m}:v wl:{a:1}:l:0", No),
    (Role::App, "FCALL touch 1 wl:{a:1}:l:0", No),
    (Role::App, "FCALL touch 1 wl:{s:1}", Yes),
    (Role::App, "FCALL touch 1 other:1", No),
    (Role::App, "FCALL wipe 0", No),
    (Role::App, "WAIT 0 1", Yes),
    (Role::App, "WAITAOF 0 0 0", NewerOnly),
    (Role::App, "PUBLISH wl:events x", Yes),
    (Role::App, "PUBLISH wl:e 1", Yes),
    (Role::App, "PUBLISH other x", No),
    (Role::App, "GET other:1", No),
    (Role::App, "SCAN 0", No),
    (Role::App, "CLUSTERSCAN 0", No),
    (Role::App, "KEYS *", No),
    (Role::App, "RANDOMKEY", No),
    (Role::App, "DBSIZE", No),
    (Role::App, "EVAL return(1) 0", No),
    (Role::App, "SCRIPT LOAD return(1)", No),
    (Role::App, "FUNCTION LIST", No),
    (Role::App, "FUNCTION FLUSH", No),
    (Role::App, "FLUSHALL", No),
    (Role::App, "FLUSHDB", No),
    (Role::App, "CONFIG GET maxmemory", No),
    (Role::App, "CONFIG SET maxmemory 1", No),
    (Role::App, "DEBUG SLEEP 0", No),
    (Role::App, "MONITOR", No),
    (Role::App, "SHUTDOWN", No),
    (Role::App, "REPLICAOF no one", No),
    (Role::App, "CLIENT KILL ID 99999", No),
    (Role::App, "CLIENT PAUSE 1", No),
    (Role::App, "ACL LIST", No),
    (Role::App, "ACL SETUSER app +@all", No),
    (Role::App, "ACL DRYRUN default SET k v", Yes),
    (Role::App, "MIGRATE 127.0.0.1 1 wl:{s:1} 0 1", No),
    (Role::App, "RESTORE wl:{s:9} 0 x", No),
    (Role::App, "SORT wl:{s:1}", No),
    (Role::App, "SAVE", No),

    // A developer looks at beds, and changes nothing.
    (Role::Developer, "ZRANGE wl:{b}:r 0 -1", Yes),
    (Role::Developer, "HGETALL wl:{b}:head", Yes),
    (Role::Developer, "ZADD wl:{b}:r 0 v", No),
    (Role::Developer, "DEL wl:{b}:r", No),
    (Role::Developer, "EXPIRE wl:{b}:r 1", No),
    (Role::Developer, "HGETALL wl:{s:01}:h", No),
    (Role::Developer, "XRANGE wl:{s:log}:e - +", No),
    (Role::Developer, "XREAD STREAMS wl:{s:log}:e 0", No),
    (Role::Developer, "HGETALL wl:{m}:r:0", No),
    (Role::Developer, "HGETALL wl:{a:1}:l:0", No),
    (Role::Developer, "HGETALL wl:{p:1}:c", No),
    (Role::Developer, "HGETALL wl:{badge}:c", No),
    (Role::Developer, "SCAN 0", No),
    (Role::Developer, "CLUSTERSCAN 0", No),
    (Role::Developer, "DUMP wl:{b}:r", No),
    (Role::Developer, "FCALL touch 1 wl:{b}:r", No),
    (Role::Developer, "CONFIG GET maxmemory", No),

    // Reports read what was put there for them.
    (Role::Analytics, "HGETALL wl:{an:beds}:daily", Yes),
    (Role::Analytics, "HSET wl:{an:beds}:daily f v", No),
    (Role::Analytics, "ZRANGE wl:{b}:r 0 -1", No),
    (Role::Analytics, "HGETALL wl:{p:1}", No),
    (Role::Analytics, "XRANGE wl:{s:log}:e - +", No),
    (Role::Analytics, "SCAN 0", No),
    (Role::Analytics, "CLUSTERSCAN 0", No),
    (Role::Analytics, "DBSIZE", No),

    // The trail grows, and that is all.
    (Role::Audit, "HSETNX wl:{a:1}:l:0 f v", Yes),
    (Role::Audit, "HGETALL wl:{a:1}:l:0", Yes),
    (Role::Audit, "HSET wl:{a:1}:n f v", Yes),
    (Role::Audit, "ZADD wl:{a:1}:c 0 v", Yes),
    (Role::Audit, "HSET wl:{a:1}:head f v", Yes),
    (Role::Audit, "SETBIT wl:{a:1}:s:0 1 1", Yes),
    (Role::Audit, "ZREMRANGEBYLEX wl:{a:1}:w2 - +", Yes),
    (Role::Audit, "FCALL append 1 wl:{a:1}:l:0", Yes),
    (Role::Audit, "WAIT 0 1", Yes),
    (Role::Audit, "WAITAOF 0 0 0", NewerOnly),
    (Role::Audit, "FCALL erase 1 wl:{a:1}:l:0", No),
    (Role::Audit, "FCALL touch 1 wl:{a:1}:l:0", No),
    (Role::Audit, "HSET wl:{a:1}:l:0 f other", No),
    (Role::Audit, "HDEL wl:{a:1}:l:0 f", No),
    (Role::Audit, "HINCRBY wl:{a:1}:l:0 f 1", No),
    (Role::Audit, "ZREM wl:{a:1}:c v", No),
    (Role::Audit, "ZREMRANGEBYLEX wl:{a:1}:c - +", No),
    (Role::Audit, "ZREMRANGEBYLEX wl:{a:1}:p:0 - +", No),
    (Role::Audit, "SETBIT wl:{a:1}:l:0 1 1", No),
    (Role::Audit, "DEL wl:{a:1}:l:0", No),
    (Role::Audit, "UNLINK wl:{a:1}:head", No),
    (Role::Audit, "EXPIRE wl:{a:1}:l:0 1", No),
    (Role::Audit, "RENAME wl:{a:1}:l:0 wl:{a:1}:x", No),
    (Role::Audit, "SET wl:{a:1}:l:0 v", No),
    (Role::Audit, "COPY wl:{a:1}:x wl:{a:1}:l:0 REPLACE", No),
    (Role::Audit, "ZRANGE wl:{b}:r 0 -1", No),
    (Role::Audit, "HSET wl:{s:01}:h f v", No),
    (Role::Audit, "XADD wl:{s:log}:e * f v", No),
    (Role::Audit, "PUBLISH wl:e 1", No),

    // A replica replicates.
    (Role::Replication, "REPLCONF listening-port 1", Yes),
    (Role::Replication, "PING", Yes),
    (Role::Replication, "ZRANGE wl:{b}:r 0 -1", No),
    (Role::Replication, "INFO", No),
    (Role::Replication, "PUBLISH wl:events x", No),

    // A Sentinel watches and promotes, and reads nothing.
    (Role::Sentinel, "INFO", Yes),
    (Role::Sentinel, "ROLE", Yes),
    (Role::Sentinel, "PUBLISH __sentinel__:hello x", Yes),
    (Role::Sentinel, "ZRANGE wl:{b}:r 0 -1", No),
    (Role::Sentinel, "CONFIG GET *", No),
    (Role::Sentinel, "CONFIG SET maxmemory 1", No),
    (Role::Sentinel, "FLUSHALL", No),
    (Role::Sentinel, "KEYS *", No),

    // Metrics are numbers.
    (Role::Exporter, "INFO", Yes),
    (Role::Exporter, "SLOWLOG LEN", Yes),
    (Role::Exporter, "SLOWLOG GET", No),
    (Role::Exporter, "CONFIG GET *", No),
    (Role::Exporter, "CLIENT LIST", No),
    (Role::Exporter, "ZRANGE wl:{b}:r 0 -1", No),
    (Role::Exporter, "SCAN 0", No),

    // Who runs it may all, but for what is off for everybody.
    (Role::Admin, "CONFIG GET maxmemory", Yes),
    (Role::Admin, "ACL LIST", Yes),
    (Role::Admin, "DBSIZE", Yes),
];

#[rustfmt::skip]
const ON_SENTINELS: &[(Role, &str, Answer)] = &[
    (Role::App, "SENTINEL GET-MASTER-ADDR-BY-NAME wardline", Yes),
    (Role::App, "SENTINEL REPLICAS wardline", Yes),
    (Role::App, "SENTINEL FAILOVER wardline", No),
    (Role::App, "SENTINEL REMOVE wardline", No),
    (Role::App, "SENTINEL SET wardline quorum 1", No),
    (Role::App, "SENTINEL RESET *", No),
    (Role::App, "SENTINEL DEBUG PING-PERIOD 200", No),
    (Role::App, "CONFIG GET *", No),
    (Role::App, "PUBLISH __sentinel__:hello x", No),
    (Role::Audit, "SENTINEL GET-MASTER-ADDR-BY-NAME wardline", Yes),
    (Role::Audit, "SENTINEL FAILOVER wardline", No),
    (Role::Replication, "SENTINEL GET-MASTER-ADDR-BY-NAME wardline", Yes),
    (Role::Replication, "SENTINEL REPLICAS wardline", No),
    (Role::Sentinel, "SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 1 0 *", Yes),
    (Role::Sentinel, "SENTINEL FAILOVER wardline", No),
    (Role::Sentinel, "SENTINEL DEBUG PING-PERIOD 200", Yes),
    (Role::Sentinel, "SENTINEL SET wardline quorum 1", No),
    (Role::Exporter, "SENTINEL MASTERS", Yes),
    (Role::Exporter, "SENTINEL FAILOVER wardline", No),
    (Role::Admin, "SENTINEL CKQUORUM wardline", Yes),
];

/// What else a server says when it does not let somebody: inside a function (Redis, Valkey), where a command is off for
/// all, where it has no such command at all.
const REFUSALS: [&str; 5] = [
    "NOPERM",
    "can't run this command",
    "ACL failure in script",
    "command not allowed",
    "unknown command",
];

const FUNCTIONS: &str = "#!lua name=promises
redis.register_function('touch', function(keys) return redis.call('SET', keys[1], 'x') end)
redis.register_function('append', function(keys) return redis.call('HSETNX', keys[1], 'g', 'v') end)
redis.register_function('erase', function(keys) return redis.call('DEL', keys[1]) end)
redis.register_function('wipe', function() return redis.call('FLUSHALL') end)";

#[tokio::test]
async fn each_role_may_what_the_table_says_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let lab = Lab::up(unhurried(Topology::Sentinel, folder.path()))
        .await
        .unwrap();
    lab.load_functions(FUNCTIONS).await.unwrap();
    let master = lab.masters().await.unwrap()[0].address;
    let sentinel = lab.sentinel_addresses()[0];

    let mut broken = Vec::new();
    for (place, table) in [(master, ON_DATA_NODES), (sentinel, ON_SENTINELS)] {
        for (role, command, promised) in table {
            let words: Vec<&str> = command.split(' ').collect();
            let mut link = lab.link(place, *role).await.unwrap();
            let found = match link.call(&words).await {
                Err(LinkError::Refused { code, detail, .. })
                    if code == "NOPERM" || REFUSALS.iter().any(|said| detail.contains(said)) =>
                {
                    No
                }
                Ok(_) | Err(LinkError::Refused { .. }) => Yes,
                Err(error) => panic!("{role} {command}: {error}"),
            };
            let promised = match promised {
                NewerOnly if lab.estate().server_version.since_7_2() => Yes,
                NewerOnly => No,
                other => *other,
            };
            if found != promised {
                broken.push(format!(
                    "{role}: {command}: promised {promised:?}, found {found:?}"
                ));
            }
        }
    }

    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[tokio::test]
async fn roles_without_business_at_a_sentinel_cannot_sign_in_there() {
    let folder = TempDir::new().unwrap();
    let lab = Lab::up(unhurried(Topology::Sentinel, folder.path()))
        .await
        .unwrap();

    for role in [Role::Developer, Role::Analytics] {
        let refused = lab.link(lab.sentinel_addresses()[0], role).await;

        assert!(
            matches!(
                refused,
                Err(EstateError::Link(LinkError::Unreachable { .. }))
            ),
            "{role}"
        );
    }
}

#[tokio::test]
async fn nobody_gets_in_without_a_password_or_without_a_certificate() {
    let folder = TempDir::new().unwrap();
    let lab = Lab::up(unhurried(Topology::Standalone, folder.path()))
        .await
        .unwrap();
    let address = lab.data_addresses()[0];
    let tls = LinkTls::read(&lab.client_certificate(Role::App)).unwrap();
    let app = Credentials {
        user: "app",
        password: lab.password(Role::App),
    };

    let with_both = Link::connect(address, Some(&tls), app).await;
    let in_clear = Link::connect(address, None, app).await;
    let wrong_password = Link::connect(
        address,
        Some(&tls),
        Credentials {
            user: "app",
            password: "wrong",
        },
    )
    .await;
    let the_default = Link::connect(
        address,
        Some(&tls),
        Credentials {
            user: "default",
            password: "",
        },
    )
    .await;

    assert!(with_both.is_ok());
    assert!(in_clear.is_err() && wrong_password.is_err() && the_default.is_err());
}

#[tokio::test]
async fn tls_is_1_3_and_asks_for_a_certificate_of_our_authority() {
    let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let lab = Lab::up(unhurried(Topology::Standalone, folder.path()))
        .await
        .unwrap();
    let foreign = Lab::up(unhurried(Topology::Standalone, other.path()))
        .await
        .unwrap();
    let ours = lab.client_certificate(Role::App);
    let mut theirs = foreign.client_certificate(Role::App);
    theirs.authority.clone_from(&ours.authority);

    for (what, arguments, works) in [
        (
            "1.3 with our certificate",
            vec![
                "-tls1_3",
                "-cert",
                path(&ours.certificate),
                "-key",
                path(&ours.key),
            ],
            true,
        ),
        (
            "1.2 with our certificate",
            vec![
                "-tls1_2",
                "-cert",
                path(&ours.certificate),
                "-key",
                path(&ours.key),
            ],
            false,
        ),
        ("no certificate", vec!["-tls1_3"], false),
        (
            "another authority's",
            vec![
                "-tls1_3",
                "-cert",
                path(&theirs.certificate),
                "-key",
                path(&theirs.key),
            ],
            false,
        ),
    ] {
        let answer = openssl(&lab, &arguments);

        // Without a password that is the answer of a server that lets one speak.
        assert_eq!(answer.contains("NOAUTH"), works, "{what}: {answer}");
    }
}

fn path(path: &std::path::Path) -> &str {
    path.to_str().unwrap()
}

/// Says PING over a connection that another program makes.
fn openssl(lab: &Lab, arguments: &[&str]) -> String {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    let ours = lab.client_certificate(Role::App);
    let mut child = Command::new("timeout")
        .args([
            "5",
            "openssl",
            "s_client",
            "-ign_eof",
            "-connect",
            &lab.data_addresses()[0].to_string(),
            "-CAfile",
            path(&ours.authority),
        ])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A refused connection may be closed before we speak.
    let _refused = child.stdin.take().unwrap().write_all(b"PING\r\nQUIT\r\n");
    let output = child.wait_with_output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}
