//! What `wardline redis lab` tells people.

use std::fmt::Write as _;

use wardline_estate::lab::Lab;
use wardline_estate::status::{NodeStatus, Status};

use super::connection;
use crate::terminal::table;

const MIB: u64 = 1024 * 1024;

/// What is needed to connect.
pub(super) fn connection(lab: &Lab) -> String {
    let estate = lab.estate();
    let mut text = String::from("The lab is whole.\n\n");
    for node in estate.nodes.iter().chain(&estate.sentinels) {
        // Writing to a string cannot fail; the same below.
        let _ok = writeln!(text, "{:<12} {}", node.name, node.address);
    }
    let _ok = write!(
        text,
        "\npasswords    {}\ncertificates {}\n\nTo run Wardline on it, in the folder that `wardline init` made:\n\n  \
         eval \"$(wardline redis lab env --dir {lab})\" && wardline serve\n\nOr set this in wardline.toml, in the \
         place of its [store]:\n\n{}\nEnd it with: wardline redis lab down --dir {lab}\n",
        lab.directory().join("secrets").display(),
        lab.clients().display(),
        connection::sections(lab),
        lab = lab.directory().display(),
    );
    text
}

/// How an estate is.
pub(super) fn status(status: &Status) -> String {
    let mut nodes = table(&[
        "NODE", "ADDRESS", "ROLE", "MASTER", "BEHIND", "HEARD", "MEMORY", "EVICTION", "CLIENTS",
        "SLOTS",
    ]);
    for node in &status.nodes {
        nodes.add(row(node));
    }
    let mut text = nodes.to_string();
    if !status.sentinels.is_empty() {
        let mut sentinels = table(&["SENTINEL", "ADDRESS", "NAMES", "QUORUM"]);
        for sentinel in &status.sentinels {
            sentinels.add([
                sentinel.name.clone(),
                sentinel.address.clone(),
                sentinel.master.clone().unwrap_or_else(|| "-".to_owned()),
                sentinel.quorum.clone(),
            ]);
        }
        let _ok = write!(text, "\n{sentinels}");
    }
    text.push('\n');
    if status.warnings.is_empty() {
        text.push_str("Nothing to look at.\n");
    }
    for warning in &status.warnings {
        let _ok = writeln!(text, "! {warning}");
    }
    text
}

fn row(node: &NodeStatus) -> [String; 10] {
    let dash = || "-".to_owned();
    let memory = if node.max_memory_bytes == 0 {
        format!("{} MiB", node.memory_bytes / MIB)
    } else {
        format!(
            "{} of {} MiB",
            node.memory_bytes / MIB,
            node.max_memory_bytes / MIB
        )
    };
    [
        node.name.clone(),
        node.address.clone(),
        node.role.clone(),
        node.master.clone().unwrap_or_else(dash),
        node.behind_bytes
            .map_or_else(dash, |bytes| format!("{bytes} B")),
        node.lag_seconds
            .map_or_else(dash, |seconds| format!("{seconds} s")),
        memory,
        node.eviction.clone(),
        node.clients.to_string(),
        if node.slots.is_empty() {
            dash()
        } else {
            node.slots.join(",")
        },
    ]
}
