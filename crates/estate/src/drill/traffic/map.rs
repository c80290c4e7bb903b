//! Who is master: asked of everybody, several times a second.
//!
//! With Sentinels, the master is whom a majority names. While nobody answers there who is a master, a known replica that
//! says it is one is believed: a Sentinel told it so and only waits for its own next look. In a Cluster, each node
//! says whom it takes for the owner of a slot, and the majority counts; a client is corrected by `MOVED` besides.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use redis::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::Access;
use crate::description::Topology;
use crate::drill::timeline::Timeline;
use crate::link::{Link, list_of, text_of};

/// From one look to the next.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// How long one server may take to answer.
const ANSWER: Duration = Duration::from_millis(250);

/// Ranges of slots with their masters. With Sentinels there is one range of all slots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Map {
    ranges: Vec<(u16, u16, SocketAddr)>,
}

impl Map {
    fn of_one(master: SocketAddr) -> Self {
        Self {
            ranges: vec![(0, u16::MAX, master)],
        }
    }

    /// The master for a slot.
    pub(super) fn owner(&self, slot: u16) -> Option<SocketAddr> {
        let found = self
            .ranges
            .iter()
            .find(|(first, last, _)| (*first..=*last).contains(&slot));
        found.map(|(_, _, master)| *master)
    }

    fn masters(&self) -> Vec<SocketAddr> {
        let mut masters: Vec<SocketAddr> = self.ranges.iter().map(|(_, _, at)| *at).collect();
        masters.sort_unstable();
        masters.dedup();
        masters
    }
}

/// Looks for masters, and tells all writers when they change.
pub(super) struct Looker {
    access: Arc<Access>,
    timeline: Timeline,
    links: BTreeMap<SocketAddr, Link>,
    last: Map,
}

impl Looker {
    pub(super) fn new(access: Arc<Access>, timeline: Timeline) -> Self {
        Self {
            access,
            timeline,
            links: BTreeMap::new(),
            last: Map::default(),
        }
    }

    /// Looks until nobody listens any more.
    pub(super) async fn run(mut self, sender: watch::Sender<Map>) {
        while !sender.is_closed() {
            let map = self.look().await;
            sender.send_if_modified(|known| {
                let changed = *known != map;
                if changed {
                    *known = map;
                }
                changed
            });
            sleep(LOOK_AGAIN).await;
        }
    }

    /// Looks once. When it cannot be told, the last answer stands.
    pub(super) async fn look(&mut self) -> Map {
        let map = match self.access.topology {
            Topology::Standalone => self.access.data.first().copied().map(Map::of_one),
            Topology::Sentinel => self.look_at_sentinels().await.map(Map::of_one),
            Topology::Cluster => self.look_at_cluster().await,
        };
        if let Some(map) = map
            && map != self.last
        {
            let names = map.masters();
            let names: Vec<String> = names.iter().map(|at| self.access.name_of(*at)).collect();
            if map.masters() != self.last.masters() {
                self.timeline
                    .note(format!("clients see as master: {}", names.join(", ")));
            }
            self.last = map;
        }
        self.last.clone()
    }

    async fn look_at_sentinels(&mut self) -> Option<SocketAddr> {
        let named = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME"].map(str::to_owned);
        let words = [
            named.as_slice(),
            std::slice::from_ref(&self.access.master_name),
        ]
        .concat();
        let sentinels = self.access.sentinels.clone();
        let data = self.access.data.clone();
        let votes: Vec<SocketAddr> = self
            .ask_all(&sentinels, &words)
            .await
            .into_iter()
            .filter_map(|(_, answer)| address_in(list_of(&answer)))
            .collect();
        let count = |named: &SocketAddr| votes.iter().filter(|vote| *vote == named).count();
        let named = votes
            .iter()
            .find(|named| count(named) >= self.access.quorum)
            .copied();
        let masters: Vec<SocketAddr> = self
            .ask_all(&data, &["ROLE".to_owned()])
            .await
            .into_iter()
            .filter(|(_, answer)| is_master(answer))
            .map(|(address, _)| address)
            .collect();
        match named {
            Some(named) if masters.contains(&named) => Some(named),
            // The one that is named does not answer as a master: one that was promoted may.
            Some(named) => masters.first().copied().or(Some(named)),
            None => None,
        }
    }

    async fn look_at_cluster(&mut self) -> Option<Map> {
        let words = ["CLUSTER", "SLOTS"].map(str::to_owned);
        let data = self.access.data.clone();
        let views: Vec<Vec<(u16, u16, SocketAddr)>> = self
            .ask_all(&data, &words)
            .await
            .into_iter()
            .map(|(_, answer)| list_of(&answer).iter().filter_map(range_in).collect())
            .collect();
        // Views differ only while something changes; the most frequent one is that of the majority.
        let count = |view: &Vec<_>| views.iter().filter(|other| *other == view).count();
        let view = views.iter().max_by_key(|view| count(view))?;
        (!view.is_empty()).then(|| Map {
            ranges: view.clone(),
        })
    }

    /// Asks all of them at once; who does not answer in time is left out.
    async fn ask_all(
        &mut self,
        addresses: &[SocketAddr],
        words: &[String],
    ) -> Vec<(SocketAddr, Value)> {
        let mut asked = JoinSet::new();
        for address in addresses {
            let (access, words) = (Arc::clone(&self.access), words.to_vec());
            let (address, link) = (*address, self.links.remove(address));
            asked.spawn(async move {
                let asking = async {
                    let mut link = match link {
                        Some(link) => link,
                        None => access.link(address).await?,
                    };
                    let answer = link.call(&words).await?;
                    Ok::<_, crate::link::LinkError>((link, answer))
                };
                (address, timeout(ANSWER, asking).await)
            });
        }
        let mut answers = Vec::new();
        while let Some(joined) = asked.join_next().await {
            if let Ok((address, Ok(Ok((link, answer))))) = joined {
                self.links.insert(address, link);
                answers.push((address, answer));
            }
        }
        answers.sort_by_key(|(address, _)| *address);
        answers
    }
}

fn is_master(role: &Value) -> bool {
    list_of(role).first().and_then(text_of).as_deref() == Some("master")
}

/// The address that a list begins with: a host and a port.
fn address_in(words: &[Value]) -> Option<SocketAddr> {
    let (ip, port) = (text_of(words.first()?)?, text_of(words.get(1)?)?);
    Some(SocketAddr::new(ip.parse().ok()?, port.parse().ok()?))
}

/// An entry of `CLUSTER SLOTS`: first, last, master, replicas.
fn range_in(entry: &Value) -> Option<(u16, u16, SocketAddr)> {
    let parts = list_of(entry);
    let number = |index: usize| text_of(parts.get(index)?)?.parse().ok();
    Some((number(0)?, number(1)?, address_in(list_of(parts.get(2)?))?))
}
