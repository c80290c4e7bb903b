//! The slot of a hash tag in a Redis Cluster.

/// Slots of a Cluster.
pub(super) const SLOTS: u16 = 16_384;

/// CRC16 (XMODEM) of the tag, modulo the slots (Redis Cluster specification, appendix A).
pub(in crate::drill) fn slot_of(tag: &[u8]) -> u16 {
    let crc = tag.iter().fold(0_u16, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _bit| {
            let shifted = crc << 1;
            if crc & 0x8000 == 0 {
                shifted
            } else {
                shifted ^ 0x1021
            }
        })
    });
    crc % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_the_specification() {
        // The check value of CRC16/XMODEM, and a value that CLUSTER KEYSLOT answers.
        assert_eq!(slot_of(b"123456789"), 0x31c3 % SLOTS);
        assert_eq!(slot_of(b"foo"), 12182);
    }
}
