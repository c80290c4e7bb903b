//! What the figures were measured on, and what a process costs.

use std::time::Duration;

use anyhow::{Context as _, Result};

/// One sentence about processor, memory, kernel and disk of this machine.
pub(super) fn sentence() -> Result<String> {
    let processors = std::fs::read_to_string("/proc/cpuinfo")?;
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("a processor without a name", |(_, name)| name);
    let cores = processors
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let load = std::fs::read_to_string("/proc/loadavg")?;
    let load = load.split_whitespace().next().unwrap_or("?");
    Ok(format!(
        "{cores} cores of {model}, Linux {}; load average before the run {load}.",
        kernel.trim()
    ))
}

/// Processor time that a process has used so far, in user and kernel mode.
pub(super) fn processor_time(process: u32) -> Result<Duration> {
    // proc_pid_stat(5): the name in parentheses may hold blanks; utime and stime are fields 14 and 15, in
    // ticks of 10 ms (USER_HZ is 100 on Linux).
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').context("no name in stat")?;
    let mut ticks = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(str::parse::<u64>);
    let mut next = || {
        ticks
            .next()
            .context("stat is short")?
            .context("stat holds no number")
    };
    Ok(Duration::from_millis(10 * (next()? + next()?)))
}

/// The most memory that a process has held so far, in bytes (`VmHWM`).
pub(super) fn peak_memory_bytes(process: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kibibytes.context("no VmHWM")?.parse::<u64>()? * 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_used_memory_and_can_be_asked_for_its_time() {
        let me = std::process::id();

        assert!(peak_memory_bytes(me).unwrap() > 100_000);
        assert!(processor_time(me).unwrap() < Duration::from_hours(1));
    }
}
