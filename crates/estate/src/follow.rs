//! Whose replica a node is to be when it starts.
//!
//! A server that starts as the master it once was takes writes that nobody will keep, until a Sentinel tells it
//! otherwise (measured on 7.0.15: 10 s). So before it starts, the Sentinels are asked, and its configuration is made
//! to say what they say. When none of them answers, it does not start: better late than a second master.

use std::net::SocketAddr;
use std::path::Path;

use crate::certificates::CertificateFiles;
use crate::description::{Estate, Node, Topology};
use crate::error::EstateError;
use crate::link::{Credentials, Link, LinkTls, list_of, text_of};
use crate::{Role, files};

/// What a node begins as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// Nothing to decide: no Sentinels.
    AsConfigured,
    /// As the master that most Sentinels name.
    Master,
    /// As replica of the master that most Sentinels name.
    ReplicaOf(SocketAddr),
}

/// Asks the Sentinels and writes their answer into the node's `redis.conf`. Run on the node's machine before each start;
/// it needs nothing but the node's own certificate and the password of replication, which is in its configuration.
///
/// # Errors
/// [`EstateError::NotWhole`] when no majority of the Sentinels answers with the same master.
pub async fn before_start(estate: &Estate, name: &str) -> Result<Beginning, EstateError> {
    let node = estate
        .nodes
        .iter()
        .find(|node| node.name == name)
        .ok_or_else(|| EstateError::NoNode {
            name: name.to_owned(),
            known: estate
                .nodes
                .iter()
                .map(|node| node.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        })?;
    if estate.topology != Topology::Sentinel {
        return Ok(Beginning::AsConfigured);
    }
    let folder = estate.configuration_of(node);
    let path = folder.join("redis.conf");
    let text = files::read(&path)?;
    let password = password_of_replication(&text, &path)?;
    let tls = if estate.settings.tls {
        Some(LinkTls::read(&CertificateFiles::in_folder(
            &folder.join("tls"),
            "node",
        ))?)
    } else {
        None
    };
    let credentials = Credentials {
        user: Role::Replication.name(),
        password: &password,
    };
    let mut votes = Vec::new();
    for sentinel in &estate.sentinels {
        if let Ok(mut link) = Link::connect(sentinel.address, tls.as_ref(), credentials).await
            && let Ok(Some(named)) = master_named_by(&mut link, &estate.name).await
        {
            votes.push(named);
        }
    }
    let named = majority(&votes, estate.quorum()).ok_or_else(|| EstateError::NotWhole {
        seconds: 0,
        lacking: format!(
            "a majority of Sentinels that name the same master ({} of {} answered); {name} is not started, so that there \
             is no second master",
            votes.len(),
            estate.sentinels.len()
        ),
    })?;
    write(node, &path, &text, named)
}

/// The master that at least so many name.
fn majority(votes: &[SocketAddr], quorum: usize) -> Option<SocketAddr> {
    votes
        .iter()
        .find(|named| votes.iter().filter(|vote| vote == named).count() >= quorum)
        .copied()
}

fn write(
    node: &Node,
    path: &Path,
    text: &str,
    named: SocketAddr,
) -> Result<Beginning, EstateError> {
    let master = (named != node.address).then_some(named);
    files::write(path, &following(text, master))?;
    Ok(master.map_or(Beginning::Master, Beginning::ReplicaOf))
}

/// The master that a Sentinel names.
///
/// # Errors
/// [`EstateError::Link`] when it does not answer.
pub(crate) async fn master_named_by(
    link: &mut Link,
    name: &str,
) -> Result<Option<SocketAddr>, EstateError> {
    let answer = link
        .call(&["SENTINEL", "GET-MASTER-ADDR-BY-NAME", name])
        .await?;
    let words: Vec<String> = list_of(&answer).iter().filter_map(text_of).collect();
    Ok(match words.as_slice() {
        [ip, port] => ip
            .parse()
            .ok()
            .zip(port.parse().ok())
            .map(|(ip, port)| SocketAddr::new(ip, port)),
        _ => None,
    })
}

/// Valkey has other names for two settings when it writes its configuration again.
fn password_of_replication(text: &str, path: &Path) -> Result<String, EstateError> {
    let word = |line: &str| {
        let word = line.strip_prefix("masterauth ");
        let word = word.or_else(|| line.strip_prefix("primaryauth "))?;
        Some(word.trim().trim_matches('"').to_owned())
    };
    text.lines()
        .find_map(word)
        .ok_or_else(|| EstateError::Description(format!("{}: no masterauth", path.display())))
}

/// A `redis.conf` in which the node is replica of this master, or nobody's.
fn following(text: &str, master: Option<SocketAddr>) -> String {
    let mut lines: Vec<String> = text
        .lines()
        .filter(|line| !line.starts_with("replicaof ") && !line.starts_with("slaveof "))
        .map(str::to_owned)
        .collect();
    if let Some(master) = master {
        lines.push(format!("replicaof {} {}", master.ip(), master.port()));
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_comes_back_follows_the_master_of_now_and_no_other() {
        let text = "port 0\nreplicaof 127.0.0.1 6379\nmaxmemory 1mb\n";

        let changed = following(text, Some("127.0.0.2:6380".parse().unwrap()));
        let freed = following(&changed, None);

        assert_eq!(changed, "port 0\nmaxmemory 1mb\nreplicaof 127.0.0.2 6380\n");
        assert_eq!(freed, "port 0\nmaxmemory 1mb\n");
    }

    #[test]
    fn the_password_is_found_as_rendered_and_as_redis_and_valkey_write_it_again() {
        let path = Path::new("redis.conf");
        for line in [
            "masterauth \"secret\"",
            "masterauth secret",
            "primaryauth secret",
        ] {
            let text = format!("port 0\n{line}\n");

            assert_eq!(
                password_of_replication(&text, path).unwrap(),
                "secret",
                "{line}"
            );
        }
        assert!(password_of_replication("port 0\nrequirepass secret\n", path).is_err());
    }

    #[test]
    fn one_of_three_sentinels_is_no_majority() {
        let (one, other) = (
            "127.0.0.1:1".parse().unwrap(),
            "127.0.0.2:1".parse().unwrap(),
        );

        assert_eq!(majority(&[one], 2), None);
        assert_eq!(majority(&[one, other], 2), None);
        assert_eq!(majority(&[other, one, other], 2), Some(other));
    }
}
