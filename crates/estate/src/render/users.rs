//! `users.acl`: the same on all data nodes, another on all Sentinels.

use crate::description::Estate;
use crate::secrets::Secrets;
use crate::{Role, acl};

/// Users of a data node. Every password is there as its hash.
pub fn users_of_data_node(estate: &Estate, secrets: &Secrets) -> String {
    let mut text = line("default", acl::DEFAULT_OFF_ON_DATA_NODE);
    for role in Role::ALL {
        let rules = acl::on_data_node(role, estate.server_version);
        text.push_str(&user(role, secrets, &rules));
    }
    text
}

/// Users of a Sentinel.
pub fn users_of_sentinel(estate: &Estate, secrets: &Secrets) -> String {
    let mut text = line("default", acl::DEFAULT_OFF);
    for role in Role::ALL {
        if let Some(rules) = acl::on_sentinel(role, estate.server_version) {
            text.push_str(&user(role, secrets, &rules));
        }
    }
    text
}

fn user(role: Role, secrets: &Secrets, rules: &str) -> String {
    let hash = secrets.hash(role);
    line(
        role.name(),
        &format!("on resetpass #{hash} sanitize-payload {rules}"),
    )
}

fn line(name: &str, rules: &str) -> String {
    format!("user {name} {rules}\n")
}
