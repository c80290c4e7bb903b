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
