//! Whole estates with TLS and access lists: the lab's, and how the application connects to them.

use std::net::SocketAddr;
use std::num::NonZeroU8;

use tempfile::TempDir;
use wardline_estate::Role;
use wardline_estate::description;
use wardline_estate::lab::{Lab, LabSpec};
use wardline_store_redis::{
    Address, Durability, Login, Redis, Settings, TlsFiles, Topology, library,
};

/// Functions of the tests alone.
pub(crate) const TEST_FUNCTIONS: &str = "#!lua name=test
redis.register_function('t_put', function(keys, args) return redis.call('SET', keys[1], args[1]) end)
redis.register_function('t_put_two', function(keys, args)
  redis.call('SET', keys[1], args[1])
  return redis.call('SET', keys[2], args[1])
end)
";

/// An estate that runs until the test ends.
pub(crate) struct Raised {
    pub(crate) lab: Lab,
    folder: TempDir,
}

impl Raised {
    pub(crate) async fn sentinel() -> Self {
        Self::raise(description::Topology::Sentinel, |_| {}).await
    }

    /// Three shards with two replicas each, so that one may fail and writes are still confirmed.
    pub(crate) async fn cluster() -> Self {
        Self::raise(description::Topology::Cluster, |spec| spec.replicas = 2).await
    }

    /// The smallest: a shard whose master fails refuses until the lost node is back.
    pub(crate) async fn cluster_of_one_replica() -> Self {
        Self::raise(description::Topology::Cluster, |_| {}).await
    }

    async fn raise(topology: description::Topology, change: impl FnOnce(&mut LabSpec)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut spec = LabSpec::new(topology, folder.path().join("lab"));
        // Other tests keep the processor busy: with less patience servers are held for dead that only wait for it.
        spec.settings.down_after_ms = 3_000;
        spec.settings.node_timeout_ms = 3_000;
        change(&mut spec);
        let lab = Lab::up(spec).await.unwrap();
        lab.load_functions(&library::source()).await.unwrap();
        lab.load_functions(TEST_FUNCTIONS).await.unwrap();
        Self { lab, folder }
    }

    /// How the application connects.
    pub(crate) fn settings(&self) -> Settings {
        let lab = &self.lab;
        let addresses = |all: Vec<SocketAddr>| all.into_iter().map(address).collect::<Vec<_>>();
        let login = Login {
            user: Role::App.name().to_owned(),
            password_file: lab.password_file(Role::App),
        };
        let mut settings = Settings::new(match lab.estate().topology {
            description::Topology::Standalone => Topology::Standalone {
                address: address(*lab.data_addresses().first().unwrap()),
            },
            description::Topology::Sentinel => Topology::Sentinel {
                sentinels: addresses(lab.sentinel_addresses()),
                master: lab.master_name().to_owned(),
                login: Some(login.clone()),
            },
            description::Topology::Cluster => Topology::Cluster {
                seeds: addresses(lab.data_addresses()),
            },
        });
        let files = lab.client_certificate(Role::App);
        settings.login = Some(login);
        settings.tls = Some(TlsFiles {
            ca: files.authority.clone(),
            identity: Some((files.certificate.clone(), files.key.clone())),
            server_name: None,
        });
        settings.durability = Durability::Replicated {
            replicas: NonZeroU8::MIN,
            timeout: Durability::REPLICA_TIMEOUT,
        };
        settings
    }

    pub(crate) async fn connect(&self) -> Redis {
        Redis::connect(self.settings()).await.unwrap()
    }

    /// The name of the node at this address.
    pub(crate) fn name_of(&self, address: &Address) -> String {
        let address: SocketAddr = address.to_string().parse().unwrap();
        self.lab.node_at(address).unwrap().name.clone()
    }

    /// The names of all data nodes but these.
    pub(crate) fn others(&self, names: &[String]) -> Vec<String> {
        let nodes = self.lab.estate().nodes.iter();
        let names_of_all = nodes.map(|node| node.name.clone());
        names_of_all.filter(|name| !names.contains(name)).collect()
    }
}

impl Drop for Raised {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("the estate was in {}", self.folder.path().display());
        }
    }
}

pub(crate) fn address(address: SocketAddr) -> Address {
    Address::new(address.ip().to_string(), address.port())
}
