//! How a row stands in Redis: one byte of version, then postcard.

use serde::Serialize;
use serde::de::DeserializeOwned;
use wardline_kernel::StoreError;

/// Version of the encoding of single rows.
const ROW_VERSION: u8 = 1;

/// A row as bytes.
pub(crate) fn encode<T: Serialize>(row: &T) -> Result<Vec<u8>, StoreError> {
    postcard::to_extend(row, vec![ROW_VERSION])
        .map_err(|_| StoreError::Unavailable("a row cannot be encoded".to_owned()))
}

/// A row from bytes. `what` names its kind for whoever has to look.
pub(crate) fn decode<T: DeserializeOwned>(what: &str, row: &[u8]) -> Result<T, StoreError> {
    match row.split_first() {
        Some((&ROW_VERSION, rest)) => match postcard::take_from_bytes(rest) {
            Ok((row, [])) => Ok(row),
            _ => Err(damaged(what)),
        },
        _ => Err(damaged(what)),
    }
}

/// What is stored is not what was written.
pub(crate) fn damaged(what: &str) -> StoreError {
    StoreError::Corrupt(format!("{what} cannot be read in Redis"))
}

/// A number of 8 bytes at the front, and the rest.
pub(crate) fn number_first(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u64::from_be_bytes(*number), rest))
}

/// A number of 8 bytes at the end.
pub(crate) fn number_last(bytes: &[u8]) -> Option<u64> {
    bytes.last_chunk().map(|number| u64::from_be_bytes(*number))
}

/// The bucket of a token: some rows share a small key, which Redis keeps packed. Tokens are keyed hashes, so their first
/// bytes spread them evenly.
pub(crate) fn bucket(token: &[u8]) -> String {
    let first = token.first_chunk::<4>().copied().unwrap_or_default();
    format!(
        "{:05x}",
        u32::from_be_bytes(first) >> (32 - BUCKETS_AS_BITS)
    )
}

/// 262,144 buckets: with 128 rows in each, which is what Redis keeps packed, 33 million rows.
const BUCKETS_AS_BITS: u32 = 18;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_back_and_any_other_bytes_are_damage() {
        let bytes = encode(&(7_u64, "seven".to_owned())).unwrap();

        let row: (u64, String) = decode("a row", &bytes).unwrap();

        assert_eq!(row, (7, "seven".to_owned()));
        let longer = [&bytes[..], &[0]].concat();
        for other in [&[][..], &[2, 7, 0], &bytes[..3], &longer] {
            assert!(decode::<(u64, String)>("a row", other).is_err());
        }
    }

    #[test]
    fn buckets_are_named_by_18_bits() {
        assert_eq!(bucket(&[0xff; 16]), "3ffff");
        assert_eq!(bucket(&[0, 0, 0x40, 0]), "00001");
        assert_eq!(bucket(&[1]), "00000");
    }
}
