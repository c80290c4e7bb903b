//! `wardline doctor`: what stands in the way of running, or will soon. It changes nothing.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use clap::Args;
use rustix::fs::statvfs;
use serde::Serialize;
use wardline_store_redis::{Finding, Redis, RedisAudit, Weight};

use super::config_args::ConfigArgs;
use crate::client::is_ready;
use crate::config::{Config, StoreKind};
use crate::exit::Outcome;
use crate::files;
use crate::terminal::{print_json, stdout};

/// Permission bits of group and others.
const OTHERS: u32 = 0o077;
/// Files that are open besides connections: the store's, logs, listeners.
const FILES_BESIDES: usize = 512;

/// What `doctor` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "The exit code is 7 when something was found, 78 when the configuration cannot be \
                        read at all. Run it as the user that Wardline runs as."
)]
pub(crate) struct DoctorArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// One thing that was looked at.
#[derive(Serialize)]
struct Check {
    subject: String,
    ok: bool,
    /// What was found, and what to do.
    says: String,
}

/// Looks at everything.
pub(crate) fn run(args: &DoctorArgs) -> anyhow::Result<Outcome> {
    let loaded = args.config.load()?;
    let file = loaded.file.as_ref().map(|file| file.display().to_string());
    let mut checks = vec![check(
        "configuration",
        Ok(file.unwrap_or("defaults hold".to_owned())),
    )];
    checks.extend(named_files(&loaded.config));
    checks.push(check(
        "data directory",
        data_directory(&loaded.config.store.directory),
    ));
    checks.push(check("disk", disk(&loaded.config)));
    if loaded.config.store.kind == StoreKind::Redis {
        checks.extend(redis(&loaded.config));
    }
    checks.push(check("open files", open_files(&loaded.config)));
    checks.push(check("running server", running_server(&loaded.config)));
    let healthy = checks.iter().all(|check| check.ok);
    if args.json {
        print_json(&checks)?;
    } else {
        let mut out = stdout();
        for Check { subject, ok, says } in &checks {
            writeln!(
                out,
                "{}  {subject}: {says}",
                if *ok { "ok  " } else { "LOOK" }
            )?;
        }
        out.flush()?;
    }
    Ok(if healthy {
        Outcome::Done
    } else {
        Outcome::Findings
    })
}

fn check(subject: &str, found: Result<String, String>) -> Check {
    let ok = found.is_ok();
    let (Ok(says) | Err(says)) = found;
    Check {
        subject: subject.to_owned(),
        ok,
        says,
    }
}

fn named_files(config: &Config) -> Vec<Check> {
    let findings = files::check(config);
    let mut checks: Vec<_> = findings
        .problems
        .into_iter()
        .map(|problem| check("files", Err(problem)))
        .collect();
    if checks.is_empty() {
        let says = match findings.channels.len() {
            0 => Err(format!(
                "no channel file in {}: no messages are taken",
                config.channels.directory.display()
            )),
            count => Ok(format!(
                "channels ({count}), keys, tokens and certificates can be used"
            )),
        };
        checks.push(check("files", says));
    }
    checks.extend(findings.open_channels.into_iter().map(|name| {
        let says = "anybody who reaches this machine can send to it; set listener.allowed_peers, or \
                    listener.tls with client_ca_file";
        check(&format!("channel {name}"), Err(says.to_owned()))
    }));
    checks
}

fn data_directory(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let metadata = match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => metadata,
        Ok(_) => return Err(format!("{shown} is not a directory")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(format!(
                "{shown} does not exist yet; the first start makes it"
            ));
        }
        Err(error) => return Err(format!("cannot look at {shown}: {error}")),
    };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & OTHERS != 0 {
        return Err(format!(
            "{shown} is open to others (mode {mode:03o}); run chmod 700 on it"
        ));
    }
    tempfile::tempfile_in(path)
        .map_err(|error| format!("cannot write in {shown}: {error}; whose is it?"))?;
    Ok(format!("{shown} can be written"))
}

/// Whether the servers keep what is promised on top of them.
fn redis(config: &Config) -> Vec<Check> {
    let looked = || -> Result<Vec<Finding>, String> {
        let settings = config.redis.settings(config.node.name.as_str())?;
        let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
        runtime.block_on(async {
            let redis = Redis::connect(settings);
            let redis = redis.await.map_err(|error| error.to_string())?;
            let node = config.node.name.as_str();
            let trail = match config.redis.audit_settings(node)? {
                None => RedisAudit::may_read(&redis, node).await,
                Some(settings) => {
                    let trail = Redis::connect(settings).await;
                    let trail = trail.map_err(|error| format!("redis.audit_user: {error}"))?;
                    RedisAudit::may_read(&trail, node).await
                }
            };
            trail.map_err(|error| format!("the audit trail: {error}"))?;
            let found = redis.verify_promises().await;
            found.map_err(|error| error.to_string())
        })
    };
    match looked() {
        Err(why) => vec![check("redis", Err(why))],
        Ok(findings) if findings.is_empty() => {
            let says = "the servers keep what redis.durability promises";
            vec![check("redis", Ok(says.to_owned()))]
        }
        Ok(findings) => findings.iter().map(of_redis).collect(),
    }
}

fn of_redis(finding: &Finding) -> Check {
    let says = format!("{}: {}", finding.what, finding.says);
    let says = match finding.weight {
        Weight::Unseen => Ok(says),
        Weight::Warning | Weight::Broken => Err(says),
    };
    check(&format!("redis {}", finding.address), says)
}

fn disk(config: &Config) -> Result<String, String> {
    // Before the first start the directory is not there; the disk is that of the one above it.
    let directory = config
        .store
        .directory
        .ancestors()
        .find(|path| path.is_dir());
    let directory = directory.unwrap_or(Path::new("."));
    let disk = statvfs(directory).map_err(|error| {
        format!(
            "cannot look at the disk of {}: {error}",
            directory.display()
        )
    })?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let least = config.store.min_free_bytes;
    if free < least {
        return Err(format!(
            "{free} bytes are free, and below {least} (store.min_free_bytes) senders are told to try later"
        ));
    }
    Ok(format!(
        "{free} bytes are free, {} more than store.min_free_bytes",
        free - least
    ))
}

fn open_files(config: &Config) -> Result<String, String> {
    let needed = config.mllp.max_connections + config.http.max_connections + FILES_BESIDES;
    let limits = fs::read_to_string("/proc/self/limits")
        .map_err(|error| format!("the limit cannot be read: {error}"))?;
    match open_file_limit(&limits) {
        None => Ok("no limit".to_owned()),
        Some(limit) if limit < needed => Err(format!(
            "{limit} are allowed, and {needed} may be needed; set LimitNOFILE in the service's unit, or \
             lower mllp.max_connections and http.max_connections"
        )),
        Some(limit) => Ok(format!("{limit} are allowed, {needed} may be needed")),
    }
}

/// The soft limit of `/proc/self/limits` (proc(5)); none when it is unlimited or not there.
fn open_file_limit(limits: &str) -> Option<usize> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn running_server(config: &Config) -> Result<String, String> {
    let address = config.http.address;
    if config.http.certificate_file.is_some() {
        return match std::net::TcpStream::connect(address) {
            Ok(_) => Ok(format!("something listens on {address}")),
            Err(_) => Ok(format!("none listens on {address}")),
        };
    }
    match is_ready(address) {
        Ok(true) => Ok(format!("ready on {address}")),
        Ok(false) => Ok(format!("none listens on {address}")),
        Err(problem) => Err(format!("on {address}: {problem}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_of_open_files_is_read_from_the_systems_table() {
        let limits = "Limit   Soft Limit  Hard Limit  Units\nMax open files  1024  524288  files\n";

        assert_eq!(open_file_limit(limits), Some(1024));
        assert_eq!(open_file_limit(&limits.replace("1024", "unlimited")), None);
        assert_eq!(open_file_limit(""), None);
    }
}
