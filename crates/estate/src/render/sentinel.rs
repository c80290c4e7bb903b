//! `sentinel.conf`.

use super::{quoted, server};
use crate::Role;
use crate::description::{Estate, Node};
use crate::secrets::Secrets;

/// The configuration of a Sentinel. It holds two passwords, so only the server may read it. The Sentinel adds to it
/// what it learns of the others.
pub fn sentinel_conf(estate: &Estate, secrets: &Secrets, node: &Node) -> String {
    let configuration = estate.configuration_of(node);
    let mut lines = vec![
        "# Made by `wardline redis render`: change the description, not this file.".to_owned(),
        String::new(),
    ];
    lines.extend(server::listening(estate, node, &configuration));
    lines.extend(server::process(estate, node));
    lines.push(format!(
        "aclfile {}",
        quoted(&configuration.join("users.acl"))
    ));
    lines.push("acllog-max-len 1024".to_owned());
    lines.extend(watching(estate, secrets, node));
    lines.push(String::new());
    lines.join("\n")
}

fn watching(estate: &Estate, secrets: &Secrets, node: &Node) -> Vec<String> {
    let name = &estate.name;
    let settings = &estate.settings;
    let password = secrets.expose(Role::Sentinel);
    let mut lines = vec![
        format!("sentinel announce-ip {}", node.address.ip()),
        format!("sentinel announce-port {}", node.address.port()),
        "sentinel deny-scripts-reconfig yes".to_owned(),
        "sentinel resolve-hostnames no".to_owned(),
        format!("sentinel sentinel-user {}", Role::Sentinel),
        format!("sentinel sentinel-pass {password}"),
    ];
    if let Some(master) = estate.first_masters().next() {
        lines.extend([
            format!(
                "sentinel monitor {name} {} {} {}",
                master.address.ip(),
                master.address.port(),
                estate.quorum()
            ),
            format!("sentinel auth-user {name} {}", Role::Sentinel),
            format!("sentinel auth-pass {name} {password}"),
            format!(
                "sentinel down-after-milliseconds {name} {}",
                settings.down_after_ms
            ),
            format!(
                "sentinel failover-timeout {name} {}",
                settings.failover_timeout_ms
            ),
            // All replicas at once: with few of them a longer time without a second copy is the greater risk.
            format!("sentinel parallel-syncs {name} {}", estate.nodes.len()),
        ]);
    }
    lines
}
