//! Plain measures of this process: CPU, memory, disk, percentiles.

use std::path::Path;

/// User and system CPU seconds of this process so far.
pub fn cpu_seconds() -> f64 {
    ticks(11) / 100.0
}

/// The same of all children that ended and were waited for, and of theirs.
pub fn children_cpu_seconds() -> f64 {
    ticks(13) / 100.0
}

/// A pair of the tick counters in /proc/self/stat, 100 a second on Linux.
fn ticks(skip: usize) -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name
        .split_whitespace()
        .skip(skip)
        .take(2)
        .filter_map(|t| t.parse::<f64>().ok())
        .sum()
}

/// A line of /proc/self/status in MiB: `VmRSS` now, `VmHWM` at its peak.
pub fn memory_mib(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|l| {
            l.strip_prefix(line)?
                .split_whitespace()
                .next()?
                .parse::<u64>()
                .ok()
        })
        .unwrap_or(0)
        / 1024
}

/// Bytes written to storage by this process so far.
pub fn written_bytes() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    io.lines()
        .find_map(|l| l.strip_prefix("write_bytes: ")?.parse().ok())
        .unwrap_or(0)
}

/// Bytes that a folder occupies on disk (blocks, so holes do not count).
pub fn disk_bytes(dir: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let Ok(entries) = std::fs::read_dir(dir) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(m) if m.is_dir() => disk_bytes(&entry.path()),
            Ok(m) => m.blocks() * 512,
            Err(_) => 0,
        })
        .sum()
}

/// The value below which a share of the sorted samples lies.
pub fn percentile(sorted: &[u32], share: f64) -> u32 {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((last as f64 * share) as usize)
        .copied()
        .unwrap_or(0)
}
