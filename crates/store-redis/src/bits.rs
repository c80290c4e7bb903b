//! Sets of ids as bitmaps of 16,384 each, a string of 2 KiB at most: what is in order of arrival and dense takes a bit
//! where a member of a sorted set takes a hundred bytes, and sets are cut with each other here, without asking the
//! server for each id.

use bytes::Bytes;

use crate::failure::Failure;
use crate::ordered::Way;
use crate::redis_handle::Redis;
use crate::reply::Reply;
use crate::tag::{Key, Tag};

const IDS_AS_BITS: u32 = 14;
/// Ids of a stretch.
pub(crate) const STRETCH: u64 = 1 << IDS_AS_BITS;
/// Bytes of a bitmap.
const BYTES: usize = 2_048;

/// The stretch that an id is in.
pub(crate) fn stretch_of(id: u64) -> u64 {
    id >> IDS_AS_BITS
}

/// An id's place in its stretch.
pub(crate) fn place_of(id: u64) -> u64 {
    id & (STRETCH - 1)
}

/// Some ids of one stretch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bits(Vec<u8>);

impl Bits {
    /// None of them.
    pub(crate) fn none() -> Self {
        Self(vec![0; BYTES])
    }

    /// As `SETBIT` wrote it; nothing: none.
    pub(crate) fn of(stored: Option<&Bytes>) -> Self {
        let mut bits = Self::none();
        if let Some(stored) = stored {
            bits.0
                .iter_mut()
                .zip(stored)
                .for_each(|(to, from)| *to = *from);
        }
        bits
    }

    /// Those of these ids that are in the stretch.
    pub(crate) fn of_ids(stretch: u64, ids: impl IntoIterator<Item = u64>) -> Self {
        let mut bits = Self::none();
        for id in ids.into_iter().filter(|id| stretch_of(*id) == stretch) {
            let place = place_of(id);
            let byte = usize::try_from(place / 8)
                .ok()
                .and_then(|at| bits.0.get_mut(at));
            if let Some(byte) = byte {
                *byte |= 0x80 >> (place % 8);
            }
        }
        bits
    }

    /// Adds those of another.
    pub(crate) fn add(&mut self, other: &Self) {
        self.0
            .iter_mut()
            .zip(&other.0)
            .for_each(|(to, from)| *to |= from);
    }

    /// Leaves those that are in another, too.
    pub(crate) fn keep(&mut self, other: &Self) {
        self.0
            .iter_mut()
            .zip(&other.0)
            .for_each(|(to, from)| *to &= from);
    }

    /// Takes those of another away.
    pub(crate) fn take(&mut self, other: &Self) {
        self.0
            .iter_mut()
            .zip(&other.0)
            .for_each(|(to, from)| *to &= !from);
    }

    /// The ids, in order.
    pub(crate) fn ids(&self, stretch: u64, way: Way) -> Vec<u64> {
        let first = stretch << IDS_AS_BITS;
        let mut ids = Vec::new();
        for (at, byte) in (0_u64..).zip(&self.0).filter(|(_, byte)| **byte != 0) {
            for bit in 0..8_u64 {
                if byte & (0x80 >> bit) != 0 {
                    ids.push(first | (at * 8 + bit));
                }
            }
        }
        if way == Way::Down {
            ids.reverse();
        }
        ids
    }
}

/// Bitmaps of these keys, as they are at one moment.
pub(crate) async fn read(redis: &Redis, tag: &Tag, keys: &[Key]) -> Result<Vec<Bits>, Failure> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut command = crate::command("MGET");
    command.arg(keys);
    let stored = redis.read(tag, command).await?.list()?;
    let bits = stored.into_iter().map(|reply| {
        let stored = reply.optional().map(Reply::bytes).transpose()?;
        Ok(Bits::of(stored.as_ref()))
    });
    bits.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_back_in_either_order() {
        let ids = [3 * STRETCH, 3 * STRETCH + 9, 4 * STRETCH - 1];
        let bits = Bits::of_ids(3, ids.into_iter().chain([1, 4 * STRETCH]));

        assert_eq!(bits.ids(3, Way::Up), ids);
        assert_eq!(bits.ids(3, Way::Down), [ids[2], ids[1], ids[0]]);
    }

    #[test]
    fn places_are_those_of_setbit() {
        // `SETBIT k 9 1` on redis 7.0.15 gives 00 40.
        let stored = Bytes::from_static(&[0, 0x40]);

        assert_eq!(Bits::of(Some(&stored)).ids(0, Way::Up), [9]);
    }

    #[test]
    fn sets_are_cut_with_each_other() {
        let of = |ids: &[u64]| Bits::of_ids(0, ids.iter().copied());
        let mut bits = of(&[1, 2, 3]);

        bits.keep(&of(&[2, 3, 4]));
        bits.add(&of(&[9]));
        bits.take(&of(&[3]));

        assert_eq!(bits.ids(0, Way::Up), [2, 9]);
    }
}
