//! What `wardline redis lab` tells people.

use std::fmt::Write as _;
use std::net::SocketAddr;

use wardline_estate::Role;
use wardline_estate::description::Topology;
use wardline_estate::lab::Lab;
use wardline_estate::status::{NodeStatus, Status};

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
        "\npasswords    {}\ncertificates {}\n\nWhat to set in wardline.toml for it:\n\n{}\nEnd it with: wardline redis lab \
         down --dir {}\n",
        lab.directory().join("secrets").display(),
        lab.clients().display(),
        configuration(lab),
        lab.directory().display(),
    );
    text
}

/// The section of `wardline.toml` that stands for this estate.
fn configuration(lab: &Lab) -> String {
    let list = |addresses: Vec<SocketAddr>| {
        let quoted: Vec<String> = addresses.iter().map(|at| format!("\"{at}\"")).collect();
        format!("[{}]", quoted.join(", "))
    };
    let mut text = String::from("[store]\nkind = \"redis\"\n\n[redis]\n");
    let user = format!(
        "user = \"{}\"\npassword_file = \"{}\"",
        Role::App,
        lab.password_file(Role::App).display()
    );
    let place = match lab.estate().topology {
        Topology::Standalone => format!(
            "topology = \"standalone\"\naddresses = {}\ndurability = \"fsync\"",
            list(lab.data_addresses())
        ),
        Topology::Sentinel => format!(
            "topology = \"sentinel\"\naddresses = {}\nsentinel_master = \"{}\"\nsentinel_{}\nsentinel_{}",
            list(lab.sentinel_addresses()),
            lab.master_name(),
            user.lines().next().unwrap_or_default(),
            user.lines().last().unwrap_or_default(),
        ),
        Topology::Cluster => format!(
            "topology = \"cluster\"\naddresses = {}",
            list(lab.data_addresses())
        ),
    };
    let _ok = writeln!(text, "{place}\n{user}");
    if lab.estate().settings.tls {
        let files = lab.client_certificate(Role::App);
        let _ok = writeln!(
            text,
            "ca_file = \"{}\"\ncertificate_file = \"{}\"\nkey_file = \"{}\"",
            files.authority.display(),
            files.certificate.display(),
            files.key.display()
        );
    }
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
