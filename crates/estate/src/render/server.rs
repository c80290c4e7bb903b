//! `redis.conf` of a data node.

use std::path::Path;

use super::quoted;
use crate::Role;
use crate::description::{AppendFsync, BUS_OFFSET, Estate, Node, Supervision, Topology};
use crate::secrets::Secrets;

/// The configuration of a data node. It holds the password of replication, so only the server may read it.
pub fn redis_conf(estate: &Estate, secrets: &Secrets, node: &Node) -> String {
    let configuration = estate.configuration_of(node);
    let mut lines = vec![
        "# Made by `wardline redis render`: change the description, not this file.".to_owned(),
        "# The server itself adds to it when a Sentinel or an administrator changes its role."
            .to_owned(),
        String::new(),
    ];
    lines.extend(listening(estate, node, &configuration));
    lines.extend(process(estate, node));
    lines.extend(access(secrets, &configuration));
    lines.extend(memory(estate));
    lines.extend(durability(estate));
    lines.extend(replication(estate, node));
    if estate.topology == Topology::Cluster {
        lines.extend(cluster(estate, node));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Where a server listens, and by which certificates it knows others.
pub(super) fn listening(estate: &Estate, node: &Node, configuration: &Path) -> Vec<String> {
    let (ip, port) = (node.address.ip(), node.address.port());
    let mut lines = vec![
        format!("bind {ip}"),
        format!("bind-source-addr {ip}"),
        "protected-mode yes".to_owned(),
        "tcp-keepalive 60".to_owned(),
    ];
    if estate.settings.tls {
        let tls = configuration.join("tls");
        lines.extend([
            "port 0".to_owned(),
            format!("tls-port {port}"),
            format!("tls-cert-file {}", quoted(&tls.join("node.pem"))),
            format!("tls-key-file {}", quoted(&tls.join("node.key"))),
            format!("tls-ca-cert-file {}", quoted(&tls.join("ca.pem"))),
            "tls-auth-clients yes".to_owned(),
            "tls-protocols \"TLSv1.3\"".to_owned(),
            // A Sentinel too speaks TLS to what it watches only with this.
            "tls-replication yes".to_owned(),
        ]);
    } else {
        lines.push(format!("port {port}"));
    }
    lines
}

/// What a server is to the machine.
pub(super) fn process(estate: &Estate, node: &Node) -> Vec<String> {
    let data = estate.data_of(node);
    let mut lines = vec![
        "daemonize no".to_owned(),
        format!("dir {}", quoted(&data)),
        "loglevel notice".to_owned(),
        format!("pidfile {}", quoted(&data.join("server.pid"))),
    ];
    match estate.settings.supervision {
        Supervision::Systemd => {
            lines.push("supervised systemd".to_owned());
            lines.push("logfile \"\"".to_owned());
        }
        Supervision::None => {
            lines.push("supervised no".to_owned());
            lines.push(format!("logfile {}", quoted(&data.join("server.log"))));
        }
    }
    lines
}

fn access(secrets: &Secrets, configuration: &Path) -> Vec<String> {
    vec![
        format!("aclfile {}", quoted(&configuration.join("users.acl"))),
        "acl-pubsub-default resetchannels".to_owned(),
        "acllog-max-len 1024".to_owned(),
        format!("masteruser {}", Role::Replication),
        format!("masterauth \"{}\"", secrets.expose(Role::Replication)),
        // No rename-command: it takes CONFIG from the administrator too and breaks CONFIG REWRITE, by which a node
        // remembers its role. Users are kept from commands by users.acl.
        "enable-debug-command no".to_owned(),
        "enable-module-command no".to_owned(),
        "enable-protected-configs no".to_owned(),
        "sanitize-dump-payload clients".to_owned(),
    ]
}

fn memory(estate: &Estate) -> Vec<String> {
    let settings = &estate.settings;
    vec![
        format!("maxmemory {}mb", settings.max_memory_mib),
        // Evicting would lose sessions and queued messages without a word.
        "maxmemory-policy noeviction".to_owned(),
        format!("maxclients {}", settings.max_clients),
        // Well above the largest message, which is read as one value.
        "client-output-buffer-limit normal 256mb 128mb 60".to_owned(),
        "client-output-buffer-limit replica 256mb 64mb 60".to_owned(),
        "client-output-buffer-limit pubsub 32mb 8mb 60".to_owned(),
        "lazyfree-lazy-expire yes".to_owned(),
        "lazyfree-lazy-server-del yes".to_owned(),
        // A sealed session stays a compact hash up to this size of a field.
        "hash-max-listpack-value 512".to_owned(),
        "notify-keyspace-events \"\"".to_owned(),
        "slowlog-log-slower-than 10000".to_owned(),
        "slowlog-max-len 256".to_owned(),
        "latency-monitor-threshold 100".to_owned(),
    ]
}

fn durability(estate: &Estate) -> Vec<String> {
    let fsync = match estate.settings.append_fsync {
        AppendFsync::Always => "always",
        AppendFsync::Everysec => "everysec",
    };
    vec![
        "appendonly yes".to_owned(),
        format!("appendfsync {fsync}"),
        "no-appendfsync-on-rewrite no".to_owned(),
        "aof-use-rdb-preamble yes".to_owned(),
        "aof-load-truncated yes".to_owned(),
        "save 3600 1".to_owned(),
        "stop-writes-on-bgsave-error yes".to_owned(),
    ]
}

fn replication(estate: &Estate, node: &Node) -> Vec<String> {
    let mut lines = vec![
        "replica-read-only yes".to_owned(),
        format!("replica-announce-ip {}", node.address.ip()),
        format!("replica-announce-port {}", node.address.port()),
        "repl-diskless-sync yes".to_owned(),
        "repl-diskless-sync-delay 0".to_owned(),
        "repl-backlog-size 64mb".to_owned(),
        "repl-ping-replica-period 1".to_owned(),
        // A master that hangs holds its replicas' connections; 60 s, the default, is long for that.
        "repl-timeout 10".to_owned(),
        format!("min-replicas-to-write {}", estate.min_replicas_of(node)),
        format!(
            "min-replicas-max-lag {}",
            estate.settings.min_replicas_max_lag_seconds
        ),
    ];
    if let (Topology::Sentinel, Some(master)) = (estate.topology, estate.first_master_of(node)) {
        lines.push(format!(
            "replicaof {} {}",
            master.address.ip(),
            master.address.port()
        ));
    }
    lines
}

fn cluster(estate: &Estate, node: &Node) -> Vec<String> {
    let port = node.address.port();
    let mut lines = vec![
        "cluster-enabled yes".to_owned(),
        "cluster-config-file nodes.conf".to_owned(),
        format!("cluster-node-timeout {}", estate.settings.node_timeout_ms),
        format!("cluster-port {}", port.saturating_add(BUS_OFFSET)),
        format!("cluster-announce-ip {}", node.address.ip()),
        format!(
            "cluster-announce-bus-port {}",
            port.saturating_add(BUS_OFFSET)
        ),
        // One shard that is down does not stop the others; a minority takes no reads.
        "cluster-require-full-coverage no".to_owned(),
        "cluster-allow-reads-when-down no".to_owned(),
        "cluster-allow-replica-migration no".to_owned(),
    ];
    if estate.settings.tls {
        lines.push("tls-cluster yes".to_owned());
        lines.push(format!("cluster-announce-tls-port {port}"));
    } else {
        lines.push(format!("cluster-announce-port {port}"));
    }
    lines
}
