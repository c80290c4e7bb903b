//! Codes as Philips' monitors write them: `0002-4bb8^SpO2^MDIL`.
//!
//! The Medical Device Interface Language names partition and term of ISO/IEEE 11073-10101 in hexadecimal (Philips, *Efficia CM
//! Series Data Export Guide*, "MDIL Coding"): `0002-4bb8` is 2 × 65,536 + 19,384, 150456 of MDC, and `0004-0220` the unit 262688.
//! Terms from 0xF000 on and the partitions 0x0401 and 0x0402 are the manufacturer's own, and mean nothing here.

/// How OBX-3 and OBX-6 name this coding system.
pub(super) const SYSTEM: &str = "MDIL";

/// Terms of a manufacturer's own begin here.
const FIRST_PRIVATE: u32 = 0xF000;
/// Partitions of the standard that are read: SCADA, and dimensions.
const READ: [u32; 2] = [2, 4];

/// The number that a code has in MDC; none for what is the manufacturer's own, or no code.
pub(super) fn to_mdc(code: &str) -> Option<u32> {
    let (partition, term) = parts(code)?;
    (READ.contains(&partition) && term < FIRST_PRIVATE).then_some(partition * 0x1_0000 + term)
}

/// Whether it is written as a code is: four hexadecimal digits, a hyphen, four more.
pub(super) fn is_code(code: &str) -> bool {
    parts(code).is_some()
}

fn parts(code: &str) -> Option<(u32, u32)> {
    let (partition, term) = code.trim().split_once('-')?;
    Some((hexadecimal(partition)?, hexadecimal(term)?))
}

fn hexadecimal(digits: &str) -> Option<u32> {
    let is_four = digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_four
        .then(|| u32::from_str_radix(digits, 16).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partition_and_term_are_the_number_in_mdc() {
        for (code, number) in [
            ("0002-4bb8", 150_456),
            ("0002-4182", 147_842),
            ("0002-500A", 151_562),
            ("0002-4a05", 150_021),
            ("0004-0aa0", 264_864),
            ("0004-17a0", 268_192),
        ] {
            assert_eq!(to_mdc(code), Some(number), "{code}");
        }
    }

    #[test]
    fn what_is_the_manufacturers_own_or_no_code_has_none() {
        for code in [
            "0401-0b54",
            "0402-f8f5",
            "0002-f0c7",
            "0002-F000",
            "0003-0001",
        ] {
            assert_eq!(to_mdc(code), None, "{code}");
            assert!(is_code(code), "{code}");
        }
        for code in [
            "",
            "-",
            "0002",
            "0002-4bb",
            "0002-4bb88",
            "+002-4bb8",
            "0002-4bbg",
            "HR",
        ] {
            assert_eq!(to_mdc(code), None, "{code}");
            assert!(!is_code(code), "{code}");
        }
    }
}
