//! What connects Wardline to a lab: settings of its configuration, as its file or its environment takes them.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use wardline_estate::Role;
use wardline_estate::description::Topology;
use wardline_estate::lab::Lab;

/// Section, key and value of each setting.
type Settings = Vec<(&'static str, &'static str, String)>;

/// The sections of `wardline.toml` that stand for this estate.
pub(super) fn sections(lab: &Lab) -> String {
    let mut text = String::new();
    let mut open = "";
    for (section, key, value) in settings(lab) {
        if section != open {
            let gap = if open.is_empty() { "" } else { "\n" };
            // Writing to a string cannot fail; the same below.
            let _ok = writeln!(text, "{gap}[{section}]");
            open = section;
        }
        let _ok = writeln!(text, "{key} = \"{value}\"");
    }
    text
}

/// The same for a shell: each line sets a variable, which holds over the file.
pub(super) fn exports(lab: &Lab) -> String {
    let mut text = String::new();
    for (section, key, value) in settings(lab) {
        let name = format!("WARDLINE_{section}__{key}").to_uppercase();
        let value = value.replace('\'', r"'\''");
        let _ok = writeln!(text, "export {name}='{value}'");
    }
    text
}

fn settings(lab: &Lab) -> Settings {
    let user = Role::App.name().to_owned();
    let password = shown(&lab.password_file(Role::App));
    let (topology, addresses) = match lab.estate().topology {
        Topology::Standalone => ("standalone", lab.data_addresses()),
        Topology::Sentinel => ("sentinel", lab.sentinel_addresses()),
        Topology::Cluster => ("cluster", lab.data_addresses()),
    };
    let mut settings = vec![
        ("store", "kind", "redis".to_owned()),
        ("redis", "topology", topology.to_owned()),
        ("redis", "addresses", list(&addresses)),
        ("redis", "user", user.clone()),
        ("redis", "password_file", password.clone()),
        ("redis", "audit_user", Role::Audit.name().to_owned()),
        (
            "redis",
            "audit_password_file",
            shown(&lab.password_file(Role::Audit)),
        ),
    ];
    match lab.estate().topology {
        // Without replicas the disk is all there is.
        Topology::Standalone => settings.push(("redis", "durability", "fsync".to_owned())),
        Topology::Sentinel => settings.extend([
            ("redis", "sentinel_master", lab.master_name().to_owned()),
            ("redis", "sentinel_user", user),
            ("redis", "sentinel_password_file", password),
        ]),
        Topology::Cluster => {}
    }
    if lab.estate().settings.tls {
        let files = lab.client_certificate(Role::App);
        settings.extend([
            ("redis", "ca_file", shown(&files.authority)),
            ("redis", "certificate_file", shown(&files.certificate)),
            ("redis", "key_file", shown(&files.key)),
        ]);
    }
    settings
}

fn list(addresses: &[SocketAddr]) -> String {
    let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    addresses.join(", ")
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
