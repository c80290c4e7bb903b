//! One message as the ledger writes it, made from its id alone so that any process can check any row.

/// Bytes of a sealed body.
pub const BODY: usize = 1_100;
/// Bytes of a header row.
pub const HEADER: usize = 160;
/// Destinations that every message is queued for.
pub const DESTINATIONS: u32 = 2;
/// Patients over whom the messages are spread: index tag 3 repeats per patient.
pub const PATIENTS: u64 = 50_000;

/// Everything that accepting one message stores.
pub struct Message {
    pub id: u64,
    pub header: [u8; HEADER],
    pub body: [u8; BODY],
    pub index: [[u8; 25]; 4],
    pub dedup: [u8; 16],
}

/// One finished delivery: the queue row goes, a delivery row comes.
#[derive(Clone, Copy)]
pub struct Completion {
    pub dest: u32,
    pub id: u64,
}

impl Message {
    /// The message of an id: incompressible, and the same on every call.
    pub fn of(id: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(mix(id));
        let mut header = [0; HEADER];
        rng.fill(&mut header[..48]);
        header[..8].copy_from_slice(&id.to_be_bytes());
        let mut body = [0; BODY];
        rng.fill(&mut body);
        body[..8].copy_from_slice(&id.to_be_bytes());
        Self {
            id,
            header,
            body,
            index: index_keys(id),
            dedup: dedup_key(id),
        }
    }
}

/// The four index keys: field tag, blind token, message id.
pub fn index_keys(id: u64) -> [[u8; 25]; 4] {
    let mut keys = [[0; 25]; 4];
    for (tag, key) in (0u8..).zip(keys.iter_mut()) {
        key[0] = tag;
        key[1..17].copy_from_slice(&token(tag, id));
        key[17..].copy_from_slice(&id.to_be_bytes());
    }
    keys
}

/// The blind token of a field of a message; tag 3 is shared by all messages of a patient.
pub fn token(tag: u8, id: u64) -> [u8; 16] {
    let seed = if tag == 3 { mix(id) % PATIENTS } else { id };
    random16(mix(seed ^ (u64::from(tag) + 1) << 56))
}

/// The key under which a message's answer is kept for duplicates.
pub fn dedup_key(id: u64) -> [u8; 16] {
    random16(mix(id ^ 0xdead_0000_0000_0000))
}

/// A duplicate key that no message has.
pub fn absent_key(n: u64) -> [u8; 16] {
    random16(mix(n ^ 0xabab_0000_0000_0000))
}

/// Key of a queue or delivery row.
pub fn queue_key(dest: u32, id: u64) -> [u8; 12] {
    let mut key = [0; 12];
    key[..4].copy_from_slice(&dest.to_be_bytes());
    key[4..].copy_from_slice(&id.to_be_bytes());
    key
}

/// The id in the last eight bytes of a key.
pub fn id_of(key: &[u8]) -> u64 {
    let mut id = [0; 8];
    id.copy_from_slice(&key[key.len() - 8..]);
    u64::from_be_bytes(id)
}

fn random16(seed: u64) -> [u8; 16] {
    let mut out = [0; 16];
    out[..8].copy_from_slice(&mix(seed).to_be_bytes());
    out[8..].copy_from_slice(&mix(seed.wrapping_add(0x9e37_79b9)).to_be_bytes());
    out
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
pub fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
