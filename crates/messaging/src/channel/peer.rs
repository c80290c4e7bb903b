//! Which addresses may connect.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An address or a CIDR range (RFC 4632), as `10.1.0.0/16` or `2001:db8::1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PeerRange {
    address: IpAddr,
    prefix_bits: u8,
}

/// Why a range was refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected an IP address or a range such as 10.1.0.0/16")]
pub struct PeerRangeError;

impl PeerRange {
    /// Whether an address lies in the range. An IPv4 address in IPv6 form counts as IPv4.
    pub fn contains(&self, peer: IpAddr) -> bool {
        match (self.address, peer.to_canonical()) {
            (IpAddr::V4(range), IpAddr::V4(peer)) => {
                let differing = u32::from(range) ^ u32::from(peer);
                differing.leading_zeros() >= u32::from(self.prefix_bits)
            }
            (IpAddr::V6(range), IpAddr::V6(peer)) => {
                let differing = u128::from(range) ^ u128::from(peer);
                differing.leading_zeros() >= u32::from(self.prefix_bits)
            }
            _ => false,
        }
    }
}

impl FromStr for PeerRange {
    type Err = PeerRangeError;

    fn from_str(text: &str) -> Result<Self, PeerRangeError> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| PeerRangeError)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix_bits = match bits {
            Some(bits) => bits.parse().map_err(|_| PeerRangeError)?,
            None => most,
        };
        if prefix_bits > most {
            return Err(PeerRangeError);
        }
        Ok(Self {
            address,
            prefix_bits,
        })
    }
}

impl fmt::Display for PeerRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix_bits)
    }
}

impl TryFrom<String> for PeerRange {
    type Error = PeerRangeError;
    fn try_from(text: String) -> Result<Self, PeerRangeError> {
        text.parse()
    }
}

impl From<PeerRange> for String {
    fn from(range: PeerRange) -> String {
        range.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_its_addresses_and_no_others() {
        let range: PeerRange = "10.1.0.0/16".parse().unwrap();

        assert!(range.contains("10.1.255.1".parse().unwrap()));
        assert!(range.contains("::ffff:10.1.0.7".parse().unwrap()));
        assert!(!range.contains("10.2.0.1".parse().unwrap()));
        assert!(!range.contains("2001:db8::1".parse().unwrap()));
    }

    #[test]
    fn an_address_alone_is_a_range_of_one() {
        let range: PeerRange = "2001:db8::1".parse().unwrap();

        assert!(range.contains("2001:db8::1".parse().unwrap()));
        assert!(!range.contains("2001:db8::2".parse().unwrap()));
    }

    #[test]
    fn everything_is_in_a_range_of_no_bits() {
        let range: PeerRange = "0.0.0.0/0".parse().unwrap();

        assert!(range.contains("203.0.113.9".parse().unwrap()));
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in ["", "10.0.0.0/33", "10.0.0/8", "host", "10.0.0.0/x"] {
            assert!(bad.parse::<PeerRange>().is_err(), "{bad}");
        }
    }
}
