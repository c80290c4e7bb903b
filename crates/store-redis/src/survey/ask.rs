//! Asking one server or one Sentinel, over a connection that ends with the answer.

use std::time::Duration;

use redis::Cmd;
use tokio::task::JoinSet;

use super::info::{ServerSays, word};
use super::{MAX_SURVEYED, SentinelSays, SentinelSeen};
use crate::reply::Reply;
use crate::settings::{Address, Settings};
use crate::transport::{Answer, Dialer, Link};

/// Asks on behalf of a survey.
#[derive(Clone)]
pub(super) struct Asker {
    dialer: Dialer,
    response: Duration,
    is_tls: bool,
}

impl Asker {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            dialer: Dialer::of(settings),
            response: settings.timeouts.response,
            is_tls: settings.tls.is_some(),
        }
    }

    /// What a server says of itself.
    pub(super) async fn server(&self, address: &Address) -> Result<ServerSays, String> {
        let link = self.dial(&self.dialer, address).await?;
        let text = self.ask(&link, &redis::cmd("INFO")).await?;
        let text = text.text().map_err(|failure| failure.to_string())?;
        Ok(ServerSays::read(&text))
    }

    /// Every node that one of these nodes of a Cluster knows, also those that are down.
    pub(super) async fn cluster_nodes<'a>(
        &self,
        nodes: impl Iterator<Item = &'a Address>,
    ) -> Vec<Address> {
        let mut command = redis::cmd("CLUSTER");
        command.arg("SHARDS");
        for address in nodes {
            let Ok(link) = self.dial(&self.dialer, address).await else {
                continue;
            };
            let answer = self.ask(&link, &command).await;
            if let Some(nodes) = answer.ok().and_then(|shards| self.read_shards(shards)) {
                return nodes;
            }
        }
        Vec::new()
    }

    fn read_shards(&self, shards: Reply) -> Option<Vec<Address>> {
        let mut found = Vec::new();
        for shard in shards.list().ok()? {
            let nodes = pairs(shard)?
                .into_iter()
                .find(|(name, _)| name == "nodes")?
                .1;
            for node in nodes.list().ok()? {
                let (mut host, mut port) = (None, None);
                for (name, value) in pairs(node)? {
                    match name.as_str() {
                        "ip" => host = value.text().ok(),
                        "port" if !self.is_tls => port = value.number().ok(),
                        "tls-port" if self.is_tls => port = value.number().ok(),
                        _ => {}
                    }
                }
                let port = port.and_then(|port| u16::try_from(port).ok());
                if let (Some(host), Some(port)) = (host.filter(|host| !host.is_empty()), port) {
                    found.push(Address::new(host, port));
                }
            }
        }
        found.truncate(MAX_SURVEYED + 1);
        Some(found)
    }

    /// What each Sentinel says, in the order in which they are named.
    pub(super) async fn sentinels(
        &self,
        dialer: &Dialer,
        named: &[Address],
        master: &str,
    ) -> Vec<SentinelSeen> {
        let mut asked = JoinSet::new();
        for (at, address) in named.iter().take(MAX_SURVEYED).enumerate() {
            let (asker, dialer) = (self.clone(), dialer.clone());
            let (address, master) = (address.clone(), master.to_owned());
            asked.spawn(async move {
                let says = asker.sentinel(&dialer, &address, &master).await;
                (at, SentinelSeen { address, says })
            });
        }
        let mut seen = asked.join_all().await;
        seen.sort_by_key(|(at, _)| *at);
        seen.into_iter().map(|(_, seen)| seen).collect()
    }

    async fn sentinel(
        &self,
        dialer: &Dialer,
        address: &Address,
        master: &str,
    ) -> Result<SentinelSays, String> {
        const UNREADABLE: &str = "it answered what no Sentinel answers";
        let link = self.dial(dialer, address).await?;
        let of = |word: &str| {
            let mut command = redis::cmd("SENTINEL");
            command.arg(word).arg(master);
            command
        };
        let said = pairs(self.ask(&link, &of("MASTER")).await?).ok_or(UNREADABLE)?;
        let get = |wanted: &str| {
            let (_, value) = said.iter().find(|(name, _)| name == wanted)?;
            value.clone().text().ok()
        };
        let number = |wanted: &str| get(wanted).and_then(|text| text.parse().ok()).unwrap_or(0);
        let port = get("port").and_then(|port| port.parse().ok());
        let (host, port) = get("ip").zip(port).ok_or(UNREADABLE)?;
        // A user that may not ask this gets an answer to the rest.
        let replicas = self.ask(&link, &of("REPLICAS")).await.ok();
        Ok(SentinelSays {
            master: Address::new(word(&host), port),
            flags: word(&get("flags").unwrap_or_default()),
            quorum: number("quorum"),
            others: number("num-other-sentinels"),
            can_fail_over: self.ask(&link, &of("CKQUORUM")).await.map(drop),
            replicas: replicas.map(read_replicas).unwrap_or_default(),
        })
    }

    async fn dial(&self, dialer: &Dialer, address: &Address) -> Result<Link, String> {
        dialer
            .dial(address, None)
            .await
            .map_err(|error| error.to_string())
    }

    async fn ask(&self, link: &Link, command: &Cmd) -> Result<Reply, String> {
        let value = link.send(command, self.response).await;
        match Answer::of(value.map_err(|failure| failure.to_string())?) {
            Answer::Value(value) => Ok(Reply(value)),
            Answer::Refused(failure) => Err(failure.to_string()),
            Answer::NotHere(why) => Err(why),
            Answer::Moved(_) | Answer::Ask(_) | Answer::TryAgain => {
                Err("it sends one elsewhere".to_owned())
            }
        }
    }
}

fn read_replicas(reply: Reply) -> Vec<Address> {
    let replicas = reply
        .list()
        .unwrap_or_default()
        .into_iter()
        .take(MAX_SURVEYED);
    let address = |replica: Reply| {
        let (mut host, mut port) = (None, None);
        for (name, value) in pairs(replica)? {
            match name.as_str() {
                "ip" => host = value.text().ok(),
                "port" => port = value.text().ok()?.parse().ok(),
                _ => {}
            }
        }
        Some(Address::new(host?, port?))
    };
    replicas.filter_map(address).collect()
}

/// Names and values in turn, or as a map.
fn pairs(reply: Reply) -> Option<Vec<(String, Reply)>> {
    let mut words = reply.list().ok()?.into_iter();
    let mut pairs = Vec::new();
    while let (Some(name), Some(value)) = (words.next(), words.next()) {
        pairs.push((name.text().ok()?, value));
    }
    Some(pairs)
}

#[cfg(test)]
mod tests {
    use redis::Value;

    use super::*;

    fn text(text: &str) -> Value {
        Value::BulkString(text.as_bytes().to_vec())
    }

    #[test]
    fn nodes_of_a_cluster_are_found_by_the_port_that_is_used() {
        let node = vec![
            text("id"),
            text("x"),
            text("port"),
            Value::Int(7000),
            text("tls-port"),
            Value::Int(7100),
            text("ip"),
            text("10.0.0.1"),
        ];
        let shard = Value::Array(vec![
            text("slots"),
            Value::Array(Vec::new()),
            text("nodes"),
            Value::Array(vec![Value::Array(node)]),
        ]);
        let mut settings = Settings::new(crate::Topology::Cluster { seeds: Vec::new() });
        let plain = Asker::new(&settings);
        settings.tls = Some(crate::TlsFiles {
            ca: "ca.pem".into(),
            identity: None,
            server_name: None,
        });
        let tls = Asker::new(&settings);

        let read = |asker: &Asker| asker.read_shards(Reply(Value::Array(vec![shard.clone()])));

        assert_eq!(read(&plain), Some(vec![Address::new("10.0.0.1", 7000)]));
        assert_eq!(read(&tls), Some(vec![Address::new("10.0.0.1", 7100)]));
        assert_eq!(plain.read_shards(Reply(text("no"))), None);
    }
}
