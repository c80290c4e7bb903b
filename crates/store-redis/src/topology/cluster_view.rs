//! What one node of a Cluster says about who has which slots, and what several say together.

use std::collections::BTreeMap;

use crate::failure::Failure;
use crate::reply::Reply;
use crate::settings::Address;
use crate::tag::SLOTS;

/// Ranges that one node may tell of: more than a Cluster whose slots are all apart.
const MAX_RANGES: usize = 16_384;
/// Nodes of one range at most.
const MAX_NODES: usize = 64;

/// The answer to `CLUSTER SLOTS`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    /// First and last slot, and the master that has them.
    ranges: Vec<(u16, u16, Address)>,
    /// Everybody who replicates.
    pub(super) replicas: Vec<Address>,
}

impl View {
    /// Reads what the node at `asked` said. An empty host means the node itself.
    pub(super) fn read(reply: Reply, asked: &Address) -> Result<Self, Failure> {
        let mut view = Self::default();
        for range in reply.list()?.into_iter().take(MAX_RANGES) {
            let mut parts = range.list()?.into_iter();
            let mut next = || {
                parts
                    .next()
                    .ok_or(Failure::Unreadable("a range ends early"))
            };
            let (first, last) = (slot(next()?)?, slot(next()?)?);
            let Some(master) = address(next()?, asked)? else {
                continue;
            };
            view.ranges.push((first, last, master));
            for node in parts.take(MAX_NODES) {
                view.replicas.extend(address(node, asked)?);
            }
        }
        Ok(view)
    }

    /// The masters.
    pub(super) fn masters(&self) -> impl Iterator<Item = &Address> {
        self.ranges.iter().map(|(_, _, master)| master)
    }
}

/// The views that count, of all with whether they are a connected master's: those alone as soon as `enough` masters are
/// connected and most of them have said something.
///
/// Others were asked while too few were connected, and are not asked again: what they said of a master that is gone since
/// would outvote the masters that know who was promoted, for as long as a view is kept.
pub(super) fn heard(views: Vec<(bool, &View)>, connected: usize, enough: usize) -> Vec<&View> {
    let said = views.iter().filter(|(is_master, _)| *is_master).count();
    let do_masters_suffice = connected >= enough && said * 2 > connected;
    views
        .into_iter()
        .filter(|(is_master, _)| *is_master || !do_masters_suffice)
        .map(|(_, view)| view)
        .collect()
}

/// Who has each slot as most views have it; where they are even, whoever `rank` prefers.
pub(super) fn merged(
    views: &[&View],
    rank: impl Fn(&Address) -> u8,
) -> (Vec<Address>, Vec<Option<usize>>) {
    let mut masters: Vec<Address> = views
        .iter()
        .flat_map(|view| view.masters())
        .cloned()
        .collect();
    masters.sort_unstable();
    masters.dedup();
    let place: BTreeMap<&Address, usize> = masters
        .iter()
        .enumerate()
        .map(|(at, it)| (it, at))
        .collect();
    let ranks: Vec<u8> = masters.iter().map(rank).collect();
    let mut votes: Vec<Vec<(usize, usize)>> = vec![Vec::new(); usize::from(SLOTS)];
    for view in views {
        for (first, last, master) in &view.ranges {
            let Some(master) = place.get(master).copied() else {
                continue;
            };
            for of_slot in votes
                .iter_mut()
                .take(usize::from(*last) + 1)
                .skip(usize::from(*first))
            {
                match of_slot.iter_mut().find(|(who, _)| *who == master) {
                    Some((_, count)) => *count += 1,
                    None => of_slot.push((master, 1)),
                }
            }
        }
    }
    let owners = votes
        .into_iter()
        .map(|of_slot| {
            of_slot
                .into_iter()
                .max_by_key(|(who, count)| (*count, ranks.get(*who).copied().unwrap_or(0)))
                .map(|(who, _)| who)
        })
        .collect();
    (masters, owners)
}

fn slot(reply: Reply) -> Result<u16, Failure> {
    u16::try_from(reply.number()?)
        .ok()
        .filter(|slot| *slot < SLOTS)
        .ok_or(Failure::Unreadable("expected a slot"))
}

/// Host, port, id and more. `None` where the host is not known.
fn address(node: Reply, asked: &Address) -> Result<Option<Address>, Failure> {
    let mut parts = node.list()?.into_iter();
    let mut next = || parts.next().ok_or(Failure::Unreadable("a node ends early"));
    let (host, port) = (next()?, next()?.number()?);
    let port = u16::try_from(port).map_err(|_| Failure::Unreadable("expected a port"))?;
    let Some(host) = host.optional() else {
        return Ok(None);
    };
    let host = host.text()?;
    Ok(match host.as_str() {
        "?" => None,
        "" => Some(Address::new(asked.host.clone(), port)),
        _ => Some(Address::new(host, port)),
    })
}

#[cfg(test)]
mod tests {
    use redis::Value;

    use super::*;

    fn view(ranges: &[(i64, i64, &str)]) -> View {
        let ranges = ranges.iter().map(|(first, last, host)| {
            let node = Value::Array(vec![
                Value::BulkString(host.as_bytes().to_vec()),
                Value::Int(7000),
                Value::BulkString(b"id".to_vec()),
            ]);
            Value::Array(vec![Value::Int(*first), Value::Int(*last), node])
        });
        let asked = Address::new("me", 7000);
        View::read(Reply(Value::Array(ranges.collect())), &asked).unwrap()
    }

    #[test]
    fn a_slot_belongs_to_whom_most_name() {
        let (old, new) = (
            view(&[(0, 16_383, "a")]),
            view(&[(0, 99, "b"), (100, 16_383, "a")]),
        );

        let (masters, owners) = merged(&[&old, &new, &new], |_| 0);

        let owner = |slot: usize| owners[slot].map(|at| masters[at].host.as_str());
        assert_eq!(
            (owner(0), owner(99), owner(100)),
            (Some("b"), Some("b"), Some("a"))
        );
    }

    #[test]
    fn where_views_are_even_the_preferred_one_has_it() {
        let (old, new) = (view(&[(0, 9, "a")]), view(&[(0, 9, "")]));

        let (masters, owners) = merged(&[&old, &new], |address| u8::from(address.host == "me"));

        assert_eq!(owners[9].map(|at| masters[at].host.as_str()), Some("me"));
        assert_eq!(owners[10], None);
    }

    #[test]
    fn what_replicas_said_of_a_frozen_master_does_not_outvote_those_who_saw_its_heir() {
        let frozen = view(&[(0, 99, "a"), (100, 199, "c"), (200, 299, "d")]);
        let now = view(&[(0, 99, "b"), (100, 199, "c"), (200, 299, "d")]);
        // `b` is connected and has said nothing yet; five replicas were asked before the election.
        let mut views = vec![(true, &now), (true, &now)];
        views.extend([(false, &frozen); 5]);

        let (masters, owners) = merged(&heard(views.clone(), 3, 3), |_| 0);
        let too_few = heard(views, 2, 3);

        assert_eq!(owners[0].map(|at| masters[at].host.as_str()), Some("b"));
        assert_eq!(too_few.len(), 7);
    }

    #[test]
    fn while_most_masters_have_said_nothing_others_are_heard() {
        let known = view(&[(0, 99, "a")]);

        assert_eq!(heard(vec![(false, &known)], 3, 3), [&known]);
        assert_eq!(heard(vec![(true, &known), (false, &known)], 3, 3).len(), 2);
    }

    #[test]
    fn a_slot_that_there_is_not_is_refused() {
        let range = Value::Array(vec![Value::Int(0), Value::Int(16_384)]);
        let asked = Address::new("me", 7000);

        assert!(View::read(Reply(Value::Array(vec![range])), &asked).is_err());
    }
}
