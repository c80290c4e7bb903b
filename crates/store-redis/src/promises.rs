//! Whether the servers keep what the settings promise: looked at before anything is promised on top of it.
//!
//! `INFO` says most of it to any user that may ask. What only `CONFIG GET` says needs an administrator, as that shows
//! secrets too; to anybody else it is [`Weight::Unseen`].

use redis::{Cmd, Value};

use crate::failure::Failure;
use crate::redis_handle::Redis;
use crate::reply::Reply;
use crate::settings::{Address, Durability, Topology};
use crate::survey::{self, Fields};
use crate::transport::{Answer, Node, Syncs};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// This user may not see it.
    Unseen,
    /// It holds, and less than it could.
    Warning,
    /// What is promised does not hold: do not start on it.
    Broken,
}

/// Something about a server that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub address: Address,
    /// How much it weighs.
    pub weight: Weight,
    /// The setting or state: `maxmemory-policy`, `replicas`.
    pub what: &'static str,
    /// What was found, and what to do.
    pub says: String,
}

impl Redis {
    /// Looks at every connected master. No findings: everything that is promised holds, as far as servers say.
    ///
    /// # Errors
    /// [`Failure`] when a server did not answer.
    pub async fn verify_promises(&self) -> Result<Vec<Finding>, Failure> {
        let mut findings = Vec::new();
        for node in self.masters() {
            let mut look = Look {
                node: &node,
                findings: &mut findings,
                durability: self.settings().durability,
                is_cluster: matches!(self.settings().topology, Topology::Cluster { .. }),
            };
            let info = look.info().await?;
            look.memory(&info);
            look.persistence(&info);
            look.rereading(&info).await?;
            if let Some(login) = &self.settings().login {
                look.listing(&login.user).await?;
            }
            look.replication(&info);
            look.configuration().await?;
        }
        for address in self.state().seldom {
            findings.push(Finding {
                address,
                weight: Weight::Warning,
                what: "sentinels",
                says: "it asks its master for INFO seldom: nobody told it after its start how often to look, so a failover takes \
                       longer and may be made twice; run `wardline redis quicken` as its unit does, and look why that failed"
                    .to_owned(),
            });
        }
        if let Topology::Sentinel { sentinels, .. } = &self.settings().topology
            && sentinels.len() < 3
            && let Some(first) = sentinels.first()
        {
            findings.push(Finding {
                address: first.clone(),
                weight: Weight::Warning,
                what: "sentinels",
                says: format!(
                    "{} are named: with fewer than 3 the loss of one may leave nobody to decide",
                    sentinels.len()
                ),
            });
        }
        Ok(findings)
    }
}

struct Look<'a> {
    node: &'a Node,
    findings: &'a mut Vec<Finding>,
    durability: Durability,
    is_cluster: bool,
}

impl Look<'_> {
    fn find(&mut self, weight: Weight, what: &'static str, says: impl Into<String>) {
        self.findings.push(Finding {
            address: self.node.address().clone(),
            weight,
            what,
            says: says.into(),
        });
    }

    async fn ask(&self, command: Cmd) -> Result<Answer, Failure> {
        let answer = self.node.send(vec![command]).await?.pop();
        answer.ok_or(Failure::Unreadable("expected one answer"))
    }

    async fn info(&mut self) -> Result<Fields, Failure> {
        let Answer::Value(value) = self.ask(redis::cmd("INFO")).await? else {
            let says = "this user may not INFO: give it `+info`";
            self.find(Weight::Unseen, "info", says);
            return Ok(Fields::new());
        };
        let text = Reply(value).text()?;
        Ok(survey::fields(&text))
    }

    fn memory(&mut self, info: &Fields) {
        match info.get("maxmemory_policy").map(String::as_str) {
            None | Some("noeviction") => {}
            Some(policy) => self.find(
                Weight::Broken,
                "maxmemory-policy",
                format!("it is {policy}: a full server would throw away sessions and messages; set noeviction"),
            ),
        }
        if info.get("maxmemory").is_some_and(|bytes| bytes == "0") {
            let says =
                "there is no limit: the machine's memory ends before the server refuses; set it";
            self.find(Weight::Warning, "maxmemory", says);
        }
    }

    fn persistence(&mut self, info: &Fields) {
        let is = |name: &str, value: &str| info.get(name).is_some_and(|found| found == value);
        if is("aof_enabled", "0") {
            let weight = match self.durability {
                Durability::Fsync { .. } => Weight::Broken,
                Durability::Replicated { .. } => Weight::Warning,
                Durability::Memory => return,
            };
            let says = "it is off: nothing is left when all servers lose their power; set `appendonly yes`";
            self.find(weight, "appendonly", says);
        } else if is("aof_last_write_status", "err") {
            let says = "the last write of the append-only file failed: look at the disk";
            self.find(Weight::Broken, "appendonly", says);
        }
    }

    /// A server reads its append-only file as the default user, and drops each transaction that this user may not do:
    /// everything that a function wrote. It starts all the same, without it (redis/redis#14541,
    /// valkey-io/valkey#3983).
    async fn rereading(&mut self, info: &Fields) -> Result<(), Failure> {
        const WHAT: &str = "the user `default`";
        if info.get("aof_enabled").is_none_or(|enabled| enabled != "1") {
            return Ok(());
        }
        let mut command = redis::cmd("ACL");
        command
            .arg("DRYRUN")
            .arg("default")
            .arg("HSET")
            .arg("wl:{m}:any")
            .arg("any")
            .arg("any");
        let Answer::Value(value) = self.ask(command).await? else {
            let says = "this user may not ask whether `default` may write: give it `+acl|dryrun`, or make sure that \
                        its rules hold `~* +@write`, off or on";
            self.find(Weight::Unseen, WHAT, says);
            return Ok(());
        };
        if Reply(value).text()? != "OK" {
            let says = "it may not write, so a server that starts drops every transaction in its append-only file; set \
                        `user default off resetpass -@all ~* +@write -@dangerous`: nobody can sign in as it";
            self.find(Weight::Broken, WHAT, says);
        }
        Ok(())
    }

    /// An access list that was made for an older server holds back `SCAN`, and not what a newer one has beside it
    /// (`CLUSTERSCAN`, Valkey 9.1): neither heeds key patterns.
    async fn listing(&mut self, user: &str) -> Result<(), Failure> {
        if !self.may(user, "SCAN").await? && self.may(user, "CLUSTERSCAN").await? {
            let says = "it holds `SCAN` back and not `CLUSTERSCAN`, so this user may list the keys of everybody: it was made for \
                        an older server; make it anew (`wardline redis render`) or add `-clusterscan`";
            self.find(Weight::Warning, "access list", says);
        }
        Ok(())
    }

    /// Whether a user may ask with this cursor. What the server does not know, or this user may not ask about, it may not.
    async fn may(&self, user: &str, command: &str) -> Result<bool, Failure> {
        let mut dry_run = redis::cmd("ACL");
        dry_run.arg("DRYRUN").arg(user).arg(command).arg("0");
        Ok(match self.ask(dry_run).await? {
            Answer::Value(value) => Reply(value).text()? == "OK",
            _ => false,
        })
    }

    fn replication(&mut self, info: &Fields) {
        let (wanted, found) = (
            usize::from(self.durability.replicas()),
            self.node.line().1.len(),
        );
        if wanted == 0 {
            return;
        }
        if found < wanted {
            let says = format!("{found} are in line and {wanted} must confirm: writes are refused");
            self.find(Weight::Broken, "replicas", says);
        } else if found == wanted {
            let says =
                format!("{found} are in line and {wanted} must confirm: one more lets one fail");
            self.find(Weight::Warning, "replicas", says);
        }
        // Named only where min-replicas is set.
        if info.is_empty() || info.contains_key("min_slaves_good_slaves") {
            return;
        }
        // After a failover nobody would be left, and the shard would refuse for good.
        if self.is_cluster && found <= 1 {
            let says = "it is 0, as it must be with one replica a shard: a master that was cut off answers checks of \
                        sessions until its node timeout";
            self.find(Weight::Warning, "min-replicas-to-write", says);
        } else {
            let says = "it is 0: a master that was cut off, or came back, answers checks of sessions; set 1";
            self.find(Weight::Broken, "min-replicas-to-write", says);
        }
    }

    async fn configuration(&mut self) -> Result<(), Failure> {
        let mut command = redis::cmd("CONFIG");
        command
            .arg("GET")
            .arg("appendfsync")
            .arg("min-replicas-max-lag")
            .arg("enable-debug-command");
        let Answer::Value(value) = self.ask(command).await? else {
            self.disk(None);
            return Ok(());
        };
        let fields = read_pairs(value)?;
        let get = |name: &str| fields.get(name).map_or("", String::as_str);
        self.disk(Some(get("appendfsync")));
        if self.durability.replicas() > 0
            && get("min-replicas-max-lag")
                .parse()
                .is_ok_and(|lag: u64| lag > 3)
        {
            let says = format!(
                "it is {} seconds: so long a master that was cut off goes on; set 2",
                get("min-replicas-max-lag")
            );
            self.find(Weight::Warning, "min-replicas-max-lag", says);
        }
        if matches!(get("enable-debug-command"), "yes" | "local") {
            let says = "it is on: set no";
            self.find(Weight::Warning, "enable-debug-command", says);
        }
        Ok(())
    }
}

impl Look<'_> {
    /// Whether what is acknowledged is on disk. `appendfsync` is unknown to whoever is no administrator.
    fn disk(&mut self, appendfsync: Option<&str>) {
        let Durability::Fsync { replicas, .. } = self.durability else {
            return;
        };
        let syncs = self.node.syncs();
        if replicas > 0 && syncs != Some(Syncs::OnDemand) {
            let says = "replicas are to have writes on disk, and this server cannot be asked for that: it is older than Redis \
                        7.2, or this user may not `WAITAOF`; set fsync_replicas to 0, or durability to replicated";
            self.find(Weight::Broken, "waitaof", says);
        }
        let or_ask = match syncs {
            Some(Syncs::NotAllowed) => ", or give this user `+waitaof`",
            _ => "",
        };
        match (syncs, appendfsync) {
            (_, Some("always")) | (Some(Syncs::OnDemand), None) => {}
            (Some(Syncs::OnDemand), Some("everysec")) => {
                let says = "it is everysec: each acknowledgement waits for the sync of that second; always answers sooner";
                self.find(Weight::Warning, "appendfsync", says);
            }
            (_, Some(other)) => {
                let says = format!(
                    "it is {other}: an acknowledged write may be lost with the power, or none is acknowledged; set \
                     always{or_ask}"
                );
                self.find(Weight::Broken, "appendfsync", says);
            }
            (_, None) => {
                let says = format!(
                    "only an administrator sees it: make sure of `appendfsync always`{or_ask}, or run `wardline doctor` \
                     as one"
                );
                self.find(Weight::Unseen, "appendfsync", says);
            }
        }
    }
}

fn read_pairs(value: Value) -> Result<Fields, Failure> {
    let mut words = Reply(value).list()?.into_iter();
    let mut fields = Fields::new();
    while let (Some(name), Some(value)) = (words.next(), words.next()) {
        fields.insert(name.text()?, value.text()?);
    }
    Ok(fields)
}
