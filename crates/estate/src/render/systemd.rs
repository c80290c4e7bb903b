//! The systemd unit of a node.

use std::path::Path;

use crate::description::{Estate, Node};

/// The unit of a data node or of a Sentinel. Before a data node starts, the Sentinels are asked whose replica it is; after
/// a Sentinel has started, it is told how often to look.
pub fn unit(estate: &Estate, node: &Node, is_sentinel: bool) -> String {
    let configuration = estate.configuration_of(node);
    let data = estate.data_of(node);
    let file = if is_sentinel {
        "sentinel.conf"
    } else {
        "redis.conf"
    };
    let mut start = vec![format!(
        "ExecStart={} {}{}",
        estate.server_version.program().display(),
        word(&configuration.join(file)),
        if is_sentinel { " --sentinel" } else { "" }
    )];
    let told = |command: &str| {
        format!(
            "/usr/local/bin/wardline redis {command} --estate {} --node {}",
            word(&estate.places.configuration.join("estate.toml")),
            node.name
        )
    };
    if is_sentinel {
        // With `-`: a Sentinel that looks seldom is better than none.
        start.push(format!("ExecStartPost=-{}", told("quicken")));
    } else {
        start.insert(0, format!("ExecStartPre={}", told("follow")));
    }
    let kind = if is_sentinel { "Sentinel" } else { "Redis" };
    format!(
        "\
# Made by `wardline redis render`: change the description, not this file.
[Unit]
Description={kind} {name} of the estate {estate_name}
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
User=redis
Group=redis
{start}
Restart=always
RestartSec=1
TimeoutStartSec=infinity
TimeoutStopSec=60
UMask=0077
LimitNOFILE=65536
LimitCORE=0
MemorySwapMax=0
NoNewPrivileges=yes
CapabilityBoundingSet=
PrivateTmp=yes
PrivateDevices=yes
ProtectHome=yes
ProtectSystem=strict
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
ReadWritePaths={configuration} {data}

[Install]
WantedBy=multi-user.target
",
        name = node.name,
        estate_name = estate.name,
        start = start.join("\n"),
        configuration = word(&configuration),
        data = word(&data),
    )
}

/// A path as a unit file takes it.
fn word(path: &Path) -> String {
    let text = path.to_string_lossy().replace('%', "%%");
    if text.contains([' ', '"', '\\']) {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        text
    }
}
