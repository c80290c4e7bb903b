//! What the figures were measured on.

use anyhow::Result;

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
