//! The chunks of a backup's file: AES-256-GCM under a key of the backup's own, each tied to its place.
//!
//! ```text
//! chunk = length of the rest, u32, big-endian | 1 when it is the last, else 0 | ciphertext and tag
//! nonce = shard, u16 | 0, u16 | number of the chunk, u64
//! tied to = SHA-256 of `backup.json` | shard | number | last or not
//! ```

use std::io::Read;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use wardline_phi::SecretKey;
use zeroize::Zeroizing;

/// Bytes of data in a chunk at most.
pub(super) const CHUNK_BYTES: usize = 1024 * 1024;
const TAG_BYTES: usize = 16;

/// Where in a backup the next chunk stands.
struct Place {
    key: LessSafeKey,
    context: [u8; 32],
    shard: u16,
    number: u64,
}

impl Place {
    fn new(secret: &SecretKey, context: [u8; 32], shard: u16) -> Option<Self> {
        let key = UnboundKey::new(&AES_256_GCM, secret.expose()).ok()?;
        Some(Self {
            key: LessSafeKey::new(key),
            context,
            shard,
            number: 0,
        })
    }

    fn nonce(&self) -> Nonce {
        let mut bytes = [0; NONCE_LEN];
        let (shard, rest) = bytes.split_at_mut(2);
        shard.copy_from_slice(&self.shard.to_be_bytes());
        let (_, number) = rest.split_at_mut(2);
        number.copy_from_slice(&self.number.to_be_bytes());
        Nonce::assume_unique_for_key(bytes)
    }

    fn tied_to(&self, is_last: bool) -> Aad<Vec<u8>> {
        let parts = [
            &self.context[..],
            &self.shard.to_be_bytes(),
            &self.number.to_be_bytes(),
            &[u8::from(is_last)],
        ];
        Aad::from(parts.concat())
    }
}

/// Seals a shard's chunks in order.
pub(super) struct Sealer(Place);

impl Sealer {
    pub(super) fn new(secret: &SecretKey, context: [u8; 32], shard: u16) -> Option<Self> {
        Place::new(secret, context, shard).map(Self)
    }

    /// The next chunk as it is written.
    pub(super) fn seal(&mut self, mut data: Vec<u8>, is_last: bool) -> Option<Vec<u8>> {
        let place = &mut self.0;
        let (nonce, tied_to) = (place.nonce(), place.tied_to(is_last));
        let sealed = place
            .key
            .seal_in_place_append_tag(nonce, tied_to, &mut data);
        sealed.ok()?;
        place.number = place.number.checked_add(1)?;
        let length = u32::try_from(data.len()).ok()?;
        Some([&length.to_be_bytes()[..], &[u8::from(is_last)], &data].concat())
    }
}

/// Opens a shard's chunks in order.
pub(super) struct Opener(Place);

impl Opener {
    pub(super) fn new(secret: &SecretKey, context: [u8; 32], shard: u16) -> Option<Self> {
        Place::new(secret, context, shard).map(Self)
    }

    /// The next chunk, and whether it is the last; `None` when it is not what was written there.
    pub(super) fn next(&mut self, from: &mut impl Read) -> Option<(Zeroizing<Vec<u8>>, bool)> {
        let place = &mut self.0;
        let mut length = [0; 4];
        from.read_exact(&mut length).ok()?;
        let length = usize::try_from(u32::from_be_bytes(length)).ok()?;
        if length > CHUNK_BYTES + TAG_BYTES {
            return None;
        }
        let mut last = [0; 1];
        from.read_exact(&mut last).ok()?;
        let is_last = last == [1];
        let mut chunk = Zeroizing::new(vec![0; length]);
        from.read_exact(&mut chunk).ok()?;
        let (nonce, tied_to) = (place.nonce(), place.tied_to(is_last));
        let opened = place.key.open_in_place(nonce, tied_to, &mut chunk);
        let opened = opened.ok()?.len();
        chunk.truncate(opened);
        place.number = place.number.checked_add(1)?;
        Some((chunk, is_last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXT: [u8; 32] = [7; 32];

    fn written(secret: &SecretKey) -> Vec<u8> {
        let mut sealer = Sealer::new(secret, CONTEXT, 3).unwrap();
        let first = sealer.seal(b"REDIS first".to_vec(), false).unwrap();
        let last = sealer.seal(b"last".to_vec(), true).unwrap();
        [first, last].concat()
    }

    fn read(secret: &SecretKey, (context, shard): ([u8; 32], u16), file: &[u8]) -> Option<Vec<u8>> {
        let mut opener = Opener::new(secret, context, shard)?;
        let mut from = file;
        let mut all = Vec::new();
        loop {
            let (chunk, is_last) = opener.next(&mut from)?;
            all.extend_from_slice(&chunk);
            if is_last {
                return Some(all);
            }
        }
    }

    #[test]
    fn what_was_sealed_is_opened_in_its_place_and_nowhere_else() {
        let secret = SecretKey::from_bytes(&[1; 32]);
        let file = written(&secret);

        assert_eq!(
            read(&secret, (CONTEXT, 3), &file).as_deref(),
            Some(&b"REDIS firstlast"[..])
        );
        assert_eq!(read(&secret, (CONTEXT, 4), &file), None);
        assert_eq!(read(&secret, ([8; 32], 3), &file), None);
        assert_eq!(
            read(&SecretKey::from_bytes(&[2; 32]), (CONTEXT, 3), &file),
            None
        );
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_found() {
        let secret = SecretKey::from_bytes(&[1; 32]);
        let file = written(&secret);

        for index in 0..file.len() {
            let mut changed = file.clone();
            changed[index] ^= 1;
            assert_eq!(read(&secret, (CONTEXT, 3), &changed), None, "byte {index}");
            assert_eq!(
                read(&secret, (CONTEXT, 3), &file[..index]),
                None,
                "cut at {index}"
            );
        }
    }

    #[test]
    fn a_chunk_longer_than_any_is_refused_before_room_is_made_for_it() {
        let secret = SecretKey::from_bytes(&[1; 32]);
        let longest = u32::try_from(CHUNK_BYTES + TAG_BYTES).unwrap();
        let mut opener = Opener::new(&secret, CONTEXT, 0).unwrap();

        let beyond = [&(longest + 1).to_be_bytes()[..], &[1], &[0; 64]].concat();
        assert!(opener.next(&mut &beyond[..]).is_none());
        let mut sealer = Sealer::new(&secret, CONTEXT, 0).unwrap();
        let at_the_limit = sealer.seal(vec![5; CHUNK_BYTES], true).unwrap();
        let (chunk, is_last) = opener.next(&mut &at_the_limit[..]).unwrap();
        assert_eq!((chunk.len(), is_last), (CHUNK_BYTES, true));
    }
}
