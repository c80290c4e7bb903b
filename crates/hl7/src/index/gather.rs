//! Gathering separators without a branch per byte, since in HL7 every fifth byte is one and no processor guesses
//! which.

/// Items that are looked at in one go: a power of two below 256, so that places fit a byte.
const BLOCK: usize = 64;
/// The same as a distance.
const BLOCK_LENGTH: u32 = 64;

/// The bytes that are gathered.
pub(super) struct Wanted {
    needles: [u8; 4],
    table: [bool; 256],
}

impl Wanted {
    /// Up to four bytes; where there are fewer, one of them twice.
    pub(super) fn new(needles: [u8; 4]) -> Self {
        let mut table = [false; 256];
        for (byte, entry) in (0_u8..=255).zip(&mut table) {
            *entry = needles.contains(&byte);
        }
        Self { needles, table }
    }

    #[inline]
    pub(super) fn contains(&self, byte: u8) -> bool {
        self.table
            .get(usize::from(byte))
            .copied()
            .unwrap_or_default()
    }

    /// Whether one of the bytes is in `block`. The compiler compares many at once.
    fn is_in(&self, block: &[u8]) -> bool {
        let [a, b, c, d] = self.needles;
        let is_needle = |byte: u8| {
            u8::from(byte == a) | u8::from(byte == b) | u8::from(byte == c) | u8::from(byte == d)
        };
        block.iter().fold(0, |any, byte| any | is_needle(*byte)) != 0
    }
}

/// Appends where the wanted bytes are in `line`, which begins at `start`.
pub(super) fn wanted_bytes(line: &[u8], start: u32, wanted: &Wanted, found: &mut Vec<u32>) {
    let mut block_start = start;
    let mut last_was_empty = false;
    for block in line.chunks(BLOCK) {
        // After a block without any, as in a document, the next one is first asked whether it has one at all.
        if !last_was_empty || wanted.is_in(block) {
            let before = found.len();
            keep(block, block_start, |byte| wanted.contains(byte), found);
            last_was_empty = found.len() == before;
        }
        block_start = block_start.wrapping_add(BLOCK_LENGTH);
    }
}

/// Appends the places of the items that are wanted, counted from `start`.
pub(super) fn places<T: Copy>(
    items: &[T],
    start: u32,
    is_wanted: impl Fn(T) -> bool,
    found: &mut Vec<u32>,
) {
    let mut block_start = start;
    for block in items.chunks(BLOCK) {
        keep(block, block_start, &is_wanted, found);
        block_start = block_start.wrapping_add(BLOCK_LENGTH);
    }
}

/// Writes every place of a block down and keeps the wanted ones.
#[inline]
fn keep<T: Copy>(block: &[T], start: u32, is_wanted: impl Fn(T) -> bool, found: &mut Vec<u32>) {
    let mut places = [0_u8; BLOCK];
    let mut count = 0_usize;
    let mut place = 0_u8;
    for item in block {
        // The mask changes nothing, as there are no more places than items. It spares a check.
        if let Some(slot) = places.get_mut(count & (BLOCK - 1)) {
            *slot = place;
        }
        count = count.wrapping_add(usize::from(is_wanted(*item)));
        place = place.wrapping_add(1);
    }
    let kept = places.get(..count).unwrap_or_default();
    found.extend(
        kept.iter()
            .map(|place| start.wrapping_add(u32::from(*place))),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_wanted_byte_is_found_and_no_other(line in "[a|^~&]{0,90}[ab]{0,300}[a|^~&]{0,90}", start in 0u32..9) {
            let mut found = Vec::new();

            wanted_bytes(line.as_bytes(), start, &Wanted::new(*b"|^~&"), &mut found);

            let expected = line.bytes().zip(start..).filter(|(byte, _)| b"|^~&".contains(byte));
            prop_assert_eq!(found, expected.map(|(_, at)| at).collect::<Vec<_>>());
        }
    }
}
