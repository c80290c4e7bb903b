//! How many values one core seals, opens and indexes in a second. Run it with
//! `cargo run --release -p wardline-phi --example seal_rate`.

use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wardline_phi::{Aad, IndexField, KeyFile, KeyRing, KeyScope, MemoryKeyStore};

const ENOUGH: Duration = Duration::from_secs(1);

fn main() -> Result<(), Box<dyn Error>> {
    let file = KeyFile::generate()?;
    let ring = KeyRing::load(Arc::new(file.provider()), Arc::new(MemoryKeyStore::new()))?;
    let index = file.blind_index();
    let key = ring.data_key(&KeyScope::channel_month("adt", 0)?, 0)?;
    let mut out = std::io::stdout().lock();

    for length in [256, 1024, 65_536] {
        let plaintext = vec![b'x'; length];
        let aad = |record| Aad::new("message", record, "body", 1);
        let sealed = ring.seal(key, &aad(1), &plaintext)?;
        let mut buffer = Vec::new();
        let seals = per_second(|record| {
            buffer.clear();
            ring.seal_into(key, &aad(record), &[&plaintext], &mut buffer)
                .is_ok()
        });
        let opens = per_second(|_| ring.open(&aad(1), &sealed).is_ok());
        writeln!(
            out,
            "{length:>6} bytes: {seals:>9.0} seals/s, {opens:>9.0} opens/s"
        )?;
    }
    let token = |record: u64| index.token(IndexField::PatientIdentifier, &record.to_be_bytes());
    let tokens = per_second(|record| black_box(token(record)).is_some());
    writeln!(out, "blind index:  {tokens:>9.0} tokens/s")?;
    let content = vec![b'x'; 1024];
    let hashes = per_second(|_| black_box(index.content_hash(&[&content]))[0] < u8::MAX);
    writeln!(out, "content hash, 1 KiB: {hashes:>9.0}/s")?;
    Ok(())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a rate is rounded for people anyway"
)]
fn per_second(mut work: impl FnMut(u64) -> bool) -> f64 {
    let start = Instant::now();
    let mut done = 0;
    while start.elapsed() < ENOUGH {
        for _ in 0..64 {
            done += 1;
            black_box(work(done));
        }
    }
    done as f64 / start.elapsed().as_secs_f64()
}
