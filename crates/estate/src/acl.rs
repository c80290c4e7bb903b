//! What each role may do: the rules of `users.acl`, least first.
//!
//! Four traps shape them (measured on 7.0.15):
//! - `SCAN`, `RANDOMKEY` and `DBSIZE` ignore key patterns, so only the administrator has them. So does `CLUSTERSCAN` of
//!   Valkey 9.1 (seen on 9.1.2), which `@read` holds.
//! - `@read` and `@write` hold commands of the administrator (`KEYS`, `FLUSHALL`, `FUNCTION LOAD`); `-@dangerous` and
//!   `-@scripting` take them out again, and what is needed of those is added after.
//! - What a function does is checked against the user that calls it, so that calling one gives nobody more.
//! - A server that starts reads its append-only file as the default user, and asks for each transaction, which is all
//!   that a function wrote, whether that user may. One that may not loses them, tells its log and starts all the same
//!   (<https://github.com/redis/redis/issues/14541>, <https://github.com/valkey-io/valkey/issues/3983>).

use crate::{Role, ServerVersion};

/// The default user of a Sentinel: off, without a password, without anything.
pub const DEFAULT_OFF: &str = "off resetpass resetkeys resetchannels -@all";
/// The default user of a data node: off and without a password, so that nobody signs in as it; it may write, so that
/// the server takes its own append-only file.
pub const DEFAULT_OFF_ON_DATA_NODE: &str =
    "off resetpass resetkeys resetchannels -@all ~* +@write -@dangerous";

/// What a role may do on a data node.
pub fn on_data_node(role: Role, version: ServerVersion) -> String {
    let rules = match role {
        Role::Admin => "~* &* +@all",
        // Everything of Wardline's own keys but the trails (`wl:{a:...}`), and no way to learn of others.
        Role::App => {
            "~wl:{[^a]* ~wl:{a[^:]* resetchannels &wl:* &__redis__:invalidate -@all +@read +@write +@transaction \
             -@dangerous -@scripting \
             -keys -scan -randomkey -dbsize -sort_ro +fcall +fcall_ro +wait +ping +hello +role +info +time \
             +client|setname +client|id +client|tracking +client|caching +cluster|slots +cluster|shards \
             +cluster|keyslot +cluster|myid +asking +readonly +readwrite +subscribe +unsubscribe +ssubscribe \
             +sunsubscribe +publish +spublish +acl|dryrun"
        }
        // Live state, whose values are sealed, by the commands that read one key.
        Role::Developer => {
            "%R~wl:{b}* resetchannels -@all +@read -@dangerous -@scripting -@blocking -keys -scan \
             -randomkey -dbsize -sort_ro -dump +ping +hello +client|setname +client|id +cluster|slots +cluster|shards \
             +readonly"
        }
        Role::Analytics => {
            "%R~wl:{an:* resetchannels -@all +@read -@dangerous -@scripting -@blocking -keys -scan -randomkey -dbsize \
             -sort_ro -dump +ping +hello +client|setname +client|id +cluster|slots +cluster|shards +readonly"
        }
        // Leaves and checkpoints: no command here overwrites, trims or removes them. What may be changed is said key by key: the
        // lease and the end of the trail, its tree (which follows from the leaves), in which stretches there are leaves, the bits
        // that find them, and the rows beside the trail (alerts, holds, segments).
        Role::Audit => {
            "~wl:{a:* resetchannels -@all +hsetnx +zadd +hget +hmget +hgetall +hlen +hexists +zrange +zcard +get +mget +getbit \
             +getrange +strlen +exists +type +fcall +fcall_ro +wait +ping +hello +role +info +time +client|setname \
             +client|id +cluster|slots +cluster|shards +asking \
             (~wl:{a:*}:head ~wl:{a:*}:time ~wl:{a:*}:n -@all +hset) (~wl:{a:*}:s:* ~wl:{a:*}:k:* -@all +setbit) \
             (~wl:{a:*}:w* -@all +zremrangebylex)"
        }
        Role::Replication => "resetchannels -@all +psync +replconf +ping",
        // The list of redis.io/docs/latest/operate/oss_and_stack/management/sentinel, kept as short as it works.
        Role::Sentinel => {
            "allchannels -@all +multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish +info \
             +client|setname +client|kill +script|kill"
        }
        Role::Exporter => {
            "resetchannels -@all +ping +hello +info +client|setname +cluster|info +slowlog|len +latency|latest \
             +latency|histogram"
        }
    };
    let mut newer = newer_of_all(role, version).to_owned();
    if version.since_7_2() && matches!(role, Role::App | Role::Audit) {
        newer.push_str(" +waitaof");
    }
    if version.knows_clusterscan() && rules.contains("+@read") {
        newer.push_str(" -clusterscan");
    }
    with_newer(rules, &newer)
}

/// What a role may do on a Sentinel; `None` when it has no business there.
pub fn on_sentinel(role: Role, version: ServerVersion) -> Option<String> {
    let rules = match role {
        Role::Admin => "~* &* +@all",
        // Finds the master, and hears of a new one.
        Role::App | Role::Audit => {
            "resetchannels &+* &-* -@all +hello +ping +role +info +client|setname +client|id +subscribe +psubscribe \
             +unsubscribe +punsubscribe +sentinel|get-master-addr-by-name +sentinel|master +sentinel|masters \
             +sentinel|replicas +sentinel|sentinels +sentinel|myid +sentinel|ckquorum"
        }
        // Peers, and the Sentinel itself when it has started: how often it looks (`quicken`).
        Role::Sentinel => {
            "allchannels -@all +ping +publish +subscribe +info +client|setname +sentinel|is-master-down-by-addr \
             +sentinel|debug"
        }
        Role::Exporter => {
            "resetchannels -@all +ping +hello +info +client|setname +sentinel|masters +sentinel|replicas \
             +sentinel|sentinels +sentinel|ckquorum"
        }
        // A node that starts asks whose replica it is to be.
        Role::Replication => "resetchannels -@all +ping +hello +sentinel|get-master-addr-by-name",
        Role::Developer | Role::Analytics => return None,
    };
    // A Sentinel does not know `WAITAOF` (seen on Valkey 8.0.1), so it would not start with it.
    Some(with_newer(rules, newer_of_all(role, version)))
}

/// What newer servers of both kinds know.
fn newer_of_all(role: Role, version: ServerVersion) -> &'static str {
    // Administrators have everything already; peers and replicas introduce themselves by no library.
    let speaks_as_a_library = !matches!(role, Role::Admin | Role::Replication | Role::Sentinel);
    if version.since_7_2() && speaks_as_a_library {
        " +client|setinfo"
    } else {
        ""
    }
}

fn with_newer(rules: &str, newer: &str) -> String {
    let mut rules = rules.to_owned();
    // Before the selectors: what follows them is of the user again, and reads badly.
    let end = rules.find(" (").unwrap_or(rules.len());
    rules.insert_str(end, newer);
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_of_a_newer_server_is_not_given_to_an_older_one() {
        let newer: ServerVersion = "7.2.4".parse().unwrap();

        for role in Role::ALL {
            let rules = on_data_node(role, ServerVersion::DEBIAN_12);

            assert!(!rules.contains("setinfo"), "{role}");
            assert!(!rules.contains("waitaof"), "{role}");
        }
        assert!(on_data_node(Role::App, newer).contains("+client|setinfo"));
        assert!(on_data_node(Role::App, newer).contains("+waitaof"));
    }

    #[test]
    fn nobody_who_reads_may_list_the_keys_of_a_cluster_where_a_server_can() {
        let [older, newer] = ["valkey-9.0.3", "valkey-9.1.2"].map(|text| text.parse().unwrap());

        for role in [Role::App, Role::Developer, Role::Analytics] {
            assert!(!on_data_node(role, older).contains("clusterscan"), "{role}");
            assert!(
                on_data_node(role, newer).ends_with(" -clusterscan"),
                "{role}"
            );
        }
        let audit = on_data_node(Role::Audit, newer);
        assert!(!audit.contains("clusterscan"), "{audit}");
    }

    #[test]
    fn a_sentinel_is_given_no_command_that_only_data_nodes_know() {
        let newer: ServerVersion = "valkey-8.0.1".parse().unwrap();

        for role in Role::ALL {
            let rules = on_sentinel(role, newer).unwrap_or_default();

            assert!(!rules.contains("waitaof"), "{role}");
        }
        assert!(
            on_sentinel(Role::App, newer)
                .unwrap()
                .contains("+client|setinfo")
        );
    }
}
