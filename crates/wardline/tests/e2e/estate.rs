//! Real Redis servers of a test's own, and how a configuration names them.

use tempfile::TempDir;
use wardline_estate::Role;
use wardline_estate::description::Topology;
use wardline_estate::lab::{Lab, LabSpec};
use wardline_store_redis::library;

/// Real servers until the test ends.
pub(crate) struct Estate {
    pub(crate) lab: Lab,
    _folder: TempDir,
}

impl Estate {
    /// Two replicas of each master, so that one server may be gone and writes are still confirmed.
    pub(crate) async fn raise(topology: Topology) -> Self {
        Self::raise_as(topology, |spec| spec.replicas = 2).await
    }

    /// The usual estate of this topology, changed.
    pub(crate) async fn raise_as(topology: Topology, change: impl FnOnce(&mut LabSpec)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut spec = LabSpec::new(topology, folder.path().join("lab"));
        // Other tests keep the processor busy: with less patience servers are held for dead that only wait for it.
        spec.settings.down_after_ms = 3_000;
        spec.settings.node_timeout_ms = 3_000;
        change(&mut spec);
        let lab = Lab::up(spec).await.unwrap();
        lab.load_functions(&library::source()).await.unwrap();
        Self {
            lab,
            _folder: folder,
        }
    }

    /// What a configuration says of it.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        let lab = &self.lab;
        let (topology, addresses) = match lab.estate().topology {
            Topology::Standalone => ("standalone", lab.data_addresses()),
            Topology::Sentinel => ("sentinel", lab.sentinel_addresses()),
            Topology::Cluster => ("cluster", lab.data_addresses()),
        };
        let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let files = lab.client_certificate(Role::App);
        let shown = |path: &std::path::Path| path.display().to_string();
        let password = shown(&lab.password_file(Role::App));
        let mut settings = vec![
            ("WARDLINE_STORE__KIND", "redis".to_owned()),
            ("WARDLINE_REDIS__TOPOLOGY", topology.to_owned()),
            ("WARDLINE_REDIS__ADDRESSES", addresses.join(",")),
            ("WARDLINE_REDIS__USER", Role::App.name().to_owned()),
            ("WARDLINE_REDIS__PASSWORD_FILE", password.clone()),
            ("WARDLINE_REDIS__AUDIT_USER", Role::Audit.name().to_owned()),
            (
                "WARDLINE_REDIS__AUDIT_PASSWORD_FILE",
                shown(&lab.password_file(Role::Audit)),
            ),
        ];
        if lab.estate().settings.tls {
            settings.extend([
                ("WARDLINE_REDIS__CA_FILE", shown(&files.authority)),
                (
                    "WARDLINE_REDIS__CERTIFICATE_FILE",
                    shown(&files.certificate),
                ),
                ("WARDLINE_REDIS__KEY_FILE", shown(&files.key)),
            ]);
        }
        if topology == "standalone" {
            settings.push(("WARDLINE_REDIS__DURABILITY", "fsync".to_owned()));
        }
        if topology == "sentinel" {
            let master = lab.master_name().to_owned();
            settings.push(("WARDLINE_REDIS__SENTINEL_MASTER", master));
            settings.push(("WARDLINE_REDIS__SENTINEL_USER", Role::App.name().to_owned()));
            settings.push(("WARDLINE_REDIS__SENTINEL_PASSWORD_FILE", password));
        }
        settings
    }
}
