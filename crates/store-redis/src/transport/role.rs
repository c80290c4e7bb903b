//! What a server says that it is: the answer to `ROLE`.

use crate::failure::Failure;
use crate::reply::Reply;
use crate::settings::Address;

/// Replicas of a master that are looked at, at most.
const MAX_REPLICAS: usize = 64;

/// What a server says that it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Master {
        /// Bytes of its replication stream.
        offset: u64,
        replicas: Vec<Replica>,
    },
    Replica {
        of: Address,
    },
    Other,
}

/// A replica that is in line, as its master sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Replica {
    pub(crate) address: Address,
    /// What it confirmed last of the stream.
    pub(crate) offset: u64,
}

impl Role {
    pub(crate) fn read(answer: Reply) -> Result<Self, Failure> {
        let (word, rest) = answer.tagged()?;
        let mut rest = rest.into_iter();
        let mut next = || rest.next().ok_or(Failure::Unreadable("a role ends early"));
        match word.as_str() {
            "master" => {
                let offset = next()?.number()?;
                let replicas = next()?.list()?.into_iter().take(MAX_REPLICAS);
                let replicas = replicas.map(Replica::read).collect::<Result<_, _>>()?;
                Ok(Self::Master { offset, replicas })
            }
            "slave" => Ok(Self::Replica {
                of: address(next()?, next()?)?,
            }),
            _ => Ok(Self::Other),
        }
    }
}

impl Replica {
    fn read(answer: Reply) -> Result<Self, Failure> {
        let [host, port, offset] = answer.exactly()?;
        Ok(Self {
            address: address(host, port)?,
            offset: offset.number()?,
        })
    }
}

fn address(host: Reply, port: Reply) -> Result<Address, Failure> {
    let port = u16::try_from(port.number()?).map_err(|_| Failure::Unreadable("expected a port"))?;
    Ok(Address::new(host.text()?, port))
}

/// Which history of writes a server has: a replica that is promoted begins a new one and remembers whose it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lineage {
    own: String,
    before: String,
}

impl Lineage {
    /// Reads the section `replication` of `INFO`.
    pub(crate) fn read(info: &str) -> Option<Self> {
        let field = |name: &str| {
            info.lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
                .map(|value| value.trim().to_owned())
        };
        Some(Self {
            own: field("master_replid")?,
            before: field("master_replid2")?,
        })
    }

    /// Whether this server has gone on where `other` was the master: it was its replica and was promoted.
    pub(crate) fn is_heir_of(&self, other: &Self) -> bool {
        self.before == other.own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promoted_replica_is_the_heir_and_a_master_that_started_again_is_not() {
        let read = |own: &str, before: &str| {
            let info = format!(
                "# Replication\r\nrole:master\r\nmaster_replid:{own}\r\nmaster_replid2:{before}\r\n"
            );
            Lineage::read(&info).unwrap()
        };
        let nobody = "0".repeat(40);
        let old = read("aaa", &nobody);

        assert!(read("bbb", "aaa").is_heir_of(&old));
        assert!(!read("ccc", &nobody).is_heir_of(&old));
        assert!(!old.is_heir_of(&old));
        assert_eq!(Lineage::read("role:master"), None);
    }
}
