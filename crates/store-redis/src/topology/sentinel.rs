//! A master and its replicas, followed by what every Sentinel says and by what the servers say of themselves.
//!
//! - Whom the Sentinels name by the newest configuration is asked for its role, and is the master if it says so.
//! - When they name another by a newer configuration, the old connection ends at once, whatever it answers.
//! - A Sentinel notices a promotion up to a second late. So while there is no master, known replicas are asked too. One
//!   is taken before it is named when it is the heir: its replication history goes on from the last master's. A master
//!   that crashed and started again is none. Only with replicated durability: should the Sentinels decide otherwise,
//!   the heir finds no replica to confirm a write, and nothing is acknowledged.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::scout::{Scout, Word};
use super::{Follower, Routes};
use crate::failure::ConnectError;
use crate::settings::{Address, Login};
use crate::transport::{Lineage, Node};

/// Between two rounds of asking while there is no master.
const ROUND: Duration = Duration::from_millis(100);
/// How long replicas are asked whether one of them is a master, before a master is taken: one that hangs must not hold
/// up the others.
const ASK_HEIRS: Duration = Duration::from_millis(500);
/// Words of Sentinels that wait at most.
const ROOM: usize = 64;
/// After so long without a master an older configuration is believed, when most Sentinels agree on it: somebody had
/// them forget, and their count began anew.
const FORGET_AFTER: Duration = Duration::from_secs(5);

pub(super) async fn follow(
    follower: &Follower,
    sentinels: Vec<Address>,
    master: String,
    login: Option<Login>,
) {
    let (tell, words) = mpsc::channel(ROOM);
    let mut scouts = JoinSet::new();
    let count = sentinels.len();
    let mut wakes = Vec::with_capacity(count);
    for (index, address) in sentinels.into_iter().enumerate() {
        let wake = Arc::new(Notify::new());
        wakes.push(Arc::clone(&wake));
        let scout = Scout {
            index,
            address,
            master: master.clone(),
            dialer: follower.dialer.clone().with_login(login.clone()),
            response: follower.settings.timeouts.response,
            board: Arc::clone(&follower.board),
            wake,
            tell: tell.clone(),
        };
        scouts.spawn(scout.run());
    }
    drop(tell);
    let mut lookout = Lookout {
        follower,
        master,
        said: (0..count).map(|_| None).collect(),
        words,
        wakes,
        floor: 0,
        held: 0,
        last: None,
        replicas: BTreeSet::new(),
    };
    loop {
        let node = lookout.seek().await;
        tracing::info!(address = %node.address(), "Redis has a master");
        follower.board.publish(Routes::One(Ok(Arc::clone(&node))));
        let reason = lookout.keep(&node).await;
        tracing::warn!(address = %node.address(), reason, "the master was given up");
        let error = ConnectError::Unreachable {
            address: node.address().clone(),
            reason,
        };
        follower.board.publish(Routes::One(Err(Arc::new(error))));
    }
}

/// Who was asked, whether the Sentinels named it then, and what came of it.
type Attempted = (Address, bool, Result<Arc<Node>, ConnectError>);

enum Next {
    Done(Option<Attempted>),
    Said((usize, Word)),
}

struct Lookout<'a> {
    follower: &'a Follower,
    master: String,
    /// What each Sentinel said last, and when.
    said: Vec<Option<(Instant, Word)>>,
    words: mpsc::Receiver<(usize, Word)>,
    wakes: Vec<Arc<Notify>>,
    /// Configurations older than this are not believed.
    floor: u64,
    /// The configuration of the last master.
    held: u64,
    /// The last master, and its history. It is no heir of itself.
    last: Option<(Address, Lineage)>,
    /// Everybody who may have been promoted.
    replicas: BTreeSet<Address>,
}

impl Lookout<'_> {
    /// Finds the master.
    async fn seek(&mut self) -> Arc<Node> {
        let began = Instant::now();
        let mut attempts: JoinSet<Attempted> = JoinSet::new();
        let mut asked: BTreeSet<Address> = BTreeSet::new();
        loop {
            self.wakes.iter().for_each(|wake| wake.notify_one());
            let named = self.named(began.elapsed() > FORGET_AFTER);
            let heirs = self.possible_heirs();
            let first = named.iter().map(|(address, _)| (address.clone(), true));
            let others = heirs.into_iter().map(|address| (address, false));
            for (address, is_named) in first.chain(others) {
                if asked.insert(address.clone()) {
                    let replicas = self.replicas.iter().cloned().collect();
                    attempts.spawn(attempt(self.follower, address, is_named, replicas));
                }
            }
            if named.is_none() && attempts.is_empty() {
                let error = ConnectError::NoMaster(self.why_nobody());
                self.follower
                    .board
                    .publish(Routes::One(Err(Arc::new(error))));
            }
            let round = Instant::now() + ROUND;
            while let Some(left) = round.checked_duration_since(Instant::now()) {
                let next = async {
                    tokio::select! {
                        Some(done) = attempts.join_next() => Next::Done(done.ok()),
                        Some(word) = self.words.recv() => Next::Said(word),
                    }
                };
                let Ok(next) = timeout(left, next).await else {
                    break;
                };
                let (address, was_named, opened) = match next {
                    Next::Done(Some(done)) => done,
                    Next::Done(None) => continue,
                    Next::Said((index, word)) => {
                        if self.hear(index, word) {
                            break;
                        }
                        continue;
                    }
                };
                asked.remove(&address);
                match opened {
                    Ok(node) => {
                        if let Some(node) = self.accept(node, was_named, began) {
                            return node;
                        }
                    }
                    Err(error) if was_named => {
                        self.follower
                            .board
                            .publish(Routes::One(Err(Arc::new(error))));
                    }
                    Err(_) => {}
                }
            }
        }
    }

    /// Notes what a Sentinel says. `true` when that is news.
    fn hear(&mut self, index: usize, word: Word) -> bool {
        let Some(said) = self.said.get_mut(index) else {
            return false;
        };
        let is_news = said.as_ref().is_none_or(|(_, before)| *before != word);
        *said = Some((Instant::now(), word));
        is_news
    }

    /// Whether a server that says that it is a master is the one.
    fn accept(&mut self, node: Arc<Node>, was_named: bool, began: Instant) -> Option<Arc<Node>> {
        let forgets = began.elapsed() > FORGET_AFTER;
        match self.named(forgets) {
            Some((named, epoch)) if named == *node.address() => self.hold(epoch),
            // Named when it was asked, and no more.
            _ if was_named => return None,
            _ => {
                let is_heir = match (node.lineage(), &self.last) {
                    (Some(own), Some((address, last))) => {
                        address != node.address() && own.is_heir_of(last)
                    }
                    _ => false,
                };
                if !is_heir {
                    return None;
                }
                // The Sentinels will name it by a newer configuration than the last.
                self.hold(self.held + 1);
            }
        }
        let lineage = node.lineage().cloned();
        self.last = lineage.map(|lineage| (node.address().clone(), lineage));
        Some(node)
    }

    fn hold(&mut self, epoch: u64) {
        (self.held, self.floor) = (epoch, epoch);
    }

    /// Holds on to a master until it is given up, and says why that was.
    async fn keep(&mut self, node: &Arc<Node>) -> String {
        let gone = node.gone();
        tokio::pin!(gone);
        let mut finding_out = JoinSet::new();
        loop {
            tokio::select! {
                reason = &mut gone => {
                    self.replicas.extend(node.known_replicas());
                    return reason;
                }
                Some((index, word)) = self.words.recv() => {
                    let stirs = matches!(&word, Word::Names { is_content: false, .. });
                    self.hear(index, word);
                    match self.named(false) {
                        Some((named, epoch)) if named == *node.address() => self.hold(epoch),
                        Some((named, _)) => {
                            node.give_up(format!("the Sentinels named {named} the master"));
                        }
                        None => {}
                    }
                    if stirs && finding_out.is_empty() {
                        finding_out.spawn(promoted(self.follower, node, self.possible_heirs(), None));
                    }
                }
                trouble = node.is_short(), if finding_out.is_empty() => {
                    self.wakes.iter().for_each(|wake| wake.notify_one());
                    self.replicas.extend(node.known_replicas());
                    let since = Some((trouble, Instant::now()));
                    finding_out.spawn(promoted(self.follower, node, self.possible_heirs(), since));
                }
                Some(found) = finding_out.join_next() => match found {
                    Ok((_, Some(heir))) => {
                        // The Sentinels name the old one until they have noticed.
                        self.floor = self.held + 1;
                        node.give_up(format!("{heir} was promoted in its place"));
                    }
                    Ok((Some((trouble, since)), None)) if self.most_are_content(node, since) => {
                        node.lower(trouble);
                    }
                    Ok((_, None)) | Err(_) => {}
                }
            }
        }
    }

    /// Whether most Sentinels have said since then that this master is well and stays, and none that it does not.
    fn most_are_content(&self, node: &Node, since: Instant) -> bool {
        let said = self.said.iter().flatten().filter(|(at, _)| *at >= since);
        let fails_over = |word: &Word| {
            matches!(
                word,
                Word::Names {
                    fails_over: true,
                    ..
                }
            )
        };
        if said.clone().any(|(_, word)| fails_over(word)) {
            return false;
        }
        let content = said.filter(|(_, word)| {
            matches!(word, Word::Names { master, is_content: true, .. } if master == node.address())
        });
        content.count() * 2 > self.said.len()
    }

    /// Whom the newest configuration names, and its number.
    fn named(&mut self, forgets: bool) -> Option<(Address, u64)> {
        let mut newest: Option<(Address, u64)> = None;
        for (_, word) in self.said.iter().flatten() {
            let Word::Names {
                master,
                epoch,
                replicas,
                ..
            } = word
            else {
                continue;
            };
            self.replicas.extend(replicas.iter().cloned());
            if newest.as_ref().is_none_or(|(_, best)| epoch > best) {
                newest = Some((master.clone(), *epoch));
            }
        }
        let (master, epoch) = newest?;
        let agree = |(_, word): &&(Instant, Word)| matches!(word, Word::Names { master: named, .. } if *named == master);
        let is_of_most = self.said.iter().flatten().filter(agree).count() * 2 > self.said.len();
        (epoch >= self.floor || (forgets && is_of_most)).then_some((master, epoch))
    }

    fn possible_heirs(&self) -> Vec<Address> {
        let is_replicated = self.follower.settings.durability.replicas() > 0;
        match &self.last {
            Some((last, _)) if is_replicated => {
                let others = self.replicas.iter().filter(|address| *address != last);
                others.cloned().collect()
            }
            _ => Vec::new(),
        }
    }

    fn why_nobody(&self) -> String {
        let words = self.said.iter().flatten().map(|(_, word)| word);
        let mut refusals = words.clone().filter_map(|word| match word {
            Word::Refuses(why) => Some(why),
            _ => None,
        });
        if let Some(why) = refusals.next() {
            return format!("no Sentinel names a master `{}`: {why}", self.master);
        }
        let mut silences = words.filter_map(|word| match word {
            Word::Silent(why) => Some(why),
            _ => None,
        });
        silences.next().map_or_else(
            || "no Sentinel has answered yet".to_owned(),
            |why| format!("no Sentinel answers: {why}"),
        )
    }
}

fn attempt(
    follower: &Follower,
    address: Address,
    is_named: bool,
    replicas: Vec<Address>,
) -> impl Future<Output = Attempted> + Send + use<> {
    let (dialer, settings) = (follower.dialer.clone(), Arc::clone(&follower.settings));
    async move {
        let mut opened = Node::open(&dialer, &settings, &address).await;
        if let Ok(node) = &opened
            && let Ok(Some(heir)) =
                timeout(ASK_HEIRS, super::heir_among(&dialer, node, replicas)).await
        {
            // It does not know yet, and the replicas that it still has would confirm what is lost.
            opened = Err(ConnectError::NotMaster {
                address: address.clone(),
                role: format!("a master in whose place {heir} was promoted"),
            });
        }
        if opened.is_err() && !is_named {
            // A replica that is none yet is asked again in the next round, not at once.
            tokio::time::sleep(ROUND).await;
        }
        (address, is_named, opened)
    }
}

/// The number of a trouble with a master's replicas, and when it was seen.
type Trouble = (u64, Instant);

/// Who of these has been promoted in a master's place, if anybody has.
fn promoted(
    follower: &Follower,
    node: &Arc<Node>,
    replicas: Vec<Address>,
    since: Option<Trouble>,
) -> impl Future<Output = (Option<Trouble>, Option<Address>)> + Send + use<> {
    let (dialer, node) = (follower.dialer.clone(), Arc::clone(node));
    async move {
        let heir = super::heir_among(&dialer, &node, replicas).await;
        if heir.is_none() {
            // Time for the Sentinels to say what they think.
            tokio::time::sleep(ROUND / 2).await;
        }
        (since, heir)
    }
}
