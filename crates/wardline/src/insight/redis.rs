//! A survey of Redis as the API and the command line show it.

use wardline_kernel::UnixMillis;
use wardline_server::insight::{DataServer, Redis, Role, Sentinel, Severity, SlotRange, Warning};
use wardline_store_redis::{
    Durability, Finding, SentinelSeen, ServerSays, ServerSeen, Survey, Weight,
};

/// From this share of its memory on, a server is named, in percent. At 100 it refuses writes.
const MEMORY_PERCENT: u64 = 75;
/// A replica that has not heard of its master for longer is named, in seconds.
const SILENT_SECONDS: u64 = 2;

/// How many replicas confirm, and what an acknowledgement is worth, in a word.
fn durability(durability: Durability) -> (&'static str, u8) {
    match durability {
        Durability::Replicated { replicas, .. } => ("replicated", replicas.get()),
        Durability::Fsync { replicas, .. } => ("fsync", replicas),
        Durability::Memory => ("memory", 0),
    }
}

/// What was found, and what a person should look at, the worst first.
pub(crate) fn estate_of_redis(survey: &Survey) -> (Redis, Vec<Warning>) {
    let (durability, replicas_to_confirm) = durability(survey.durability);
    let redis = Redis {
        topology: survey.topology,
        durability,
        replicas_to_confirm,
        servers: survey.servers.iter().map(server).collect(),
        sentinels: survey.sentinels.iter().map(sentinel).collect(),
        slots_without_server: survey.slots_without_server,
        is_cut_short: survey.is_cut_short,
    };
    (redis, warnings(survey))
}

fn server(seen: &ServerSeen) -> DataServer {
    let silent = ServerSays::default();
    let says = seen.says.as_ref().unwrap_or(&silent);
    let is_master = seen.says.is_ok() && says.master.is_none();
    let snapshot_at = says.snapshot_at_seconds.saturating_mul(1_000);
    DataServer {
        address: seen.address.to_string(),
        role: match (&seen.says, &says.master) {
            (Err(_), _) => Role::Silent,
            (Ok(_), None) => Role::Master,
            (Ok(_), Some(_)) => Role::Replica,
        },
        is_followed: seen.is_followed,
        silent_because: seen.says.as_ref().err().cloned(),
        version: says.version.clone(),
        uptime_seconds: says.uptime_seconds,
        master: says.master.as_ref().map(ToString::to_string),
        is_linked: says.is_linked,
        is_in_line: seen.is_in_line,
        heard_seconds_ago: says.heard_seconds_ago,
        behind_bytes: seen.behind_bytes,
        offset: says.offset,
        replicas_in_line: is_master.then(|| says.line.iter().filter(|line| line.is_online).count()),
        memory_bytes: says.memory_bytes,
        max_memory_bytes: says.max_memory_bytes,
        eviction: says.eviction.clone(),
        evicted_keys: says.evicted_keys,
        clients: says.clients,
        append_only: says.append_only,
        is_snapshot_good: says.is_snapshot_good,
        snapshot_at: Some(snapshot_at).filter(|at: &UnixMillis| *at > 0),
        slots: seen
            .slots
            .iter()
            .map(|(first, last)| SlotRange {
                first: *first,
                last: *last,
            })
            .collect(),
    }
}

fn sentinel(seen: &SentinelSeen) -> Sentinel {
    let says = seen.says.as_ref().ok();
    Sentinel {
        address: seen.address.to_string(),
        silent_because: seen.says.as_ref().err().cloned(),
        master: says.map(|says| says.master.to_string()),
        thinks: says.map(|says| says.flags.clone()).unwrap_or_default(),
        quorum: says.map_or(0, |says| says.quorum),
        others: says.map_or(0, |says| says.others),
        cannot_fail_over_because: says.and_then(|says| says.can_fail_over.clone().err()),
    }
}

fn warnings(survey: &Survey) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = Vec::new();
    let whole = |severity, what: &str, says: String| Warning {
        severity,
        address: None,
        what: what.to_owned(),
        says,
    };
    let problems = survey.problems.iter();
    warnings.extend(problems.map(|says| whole(Severity::Broken, "readiness", says.clone())));
    if survey.slots_without_server > 0 {
        let says = format!(
            "{} slots have no server: what is kept there cannot be read or written",
            survey.slots_without_server
        );
        warnings.push(whole(Severity::Broken, "slots", says));
    }
    match &survey.findings {
        Ok(findings) => warnings.extend(findings.iter().map(of_finding)),
        Err(why) => {
            let says = format!("whether promises hold could not be looked at: {why}");
            warnings.push(whole(Severity::Unseen, "promises", says));
        }
    }
    warnings.extend(survey.servers.iter().flat_map(of_server));
    warnings.extend(survey.sentinels.iter().filter_map(of_sentinel));
    let mut named: Vec<String> = survey
        .sentinels
        .iter()
        .filter_map(|seen| Some(seen.says.as_ref().ok()?.master.to_string()))
        .collect();
    named.sort_unstable();
    named.dedup();
    if named.len() > 1 {
        let says = format!("the Sentinels name different masters: {}", named.join(", "));
        warnings.push(whole(Severity::Broken, "sentinels", says));
    }
    warnings.sort_by_key(|warning| warning.severity);
    warnings
}

fn of_finding(finding: &Finding) -> Warning {
    Warning {
        severity: match finding.weight {
            Weight::Broken => Severity::Broken,
            Weight::Warning => Severity::Warning,
            Weight::Unseen => Severity::Unseen,
        },
        address: Some(finding.address.to_string()),
        what: finding.what.to_owned(),
        says: finding.says.clone(),
    }
}

/// What the findings of promises do not say: they look at masters alone.
fn of_server(seen: &ServerSeen) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |what: &str, says: String| {
        warnings.push(Warning {
            severity: Severity::Warning,
            address: Some(seen.address.to_string()),
            what: what.to_owned(),
            says,
        });
    };
    let says = match &seen.says {
        Ok(says) => says,
        Err(why) => {
            warn("silent", format!("it does not answer: {why}"));
            return warnings;
        }
    };
    if says.is_linked == Some(false) {
        warn(
            "link",
            "its link to its master is down: it confirms nothing, and is behind".to_owned(),
        );
    } else if seen.is_in_line == Some(false) {
        warn(
            "replicas",
            "its master does not count it among those that confirm".to_owned(),
        );
    }
    if let Some(seconds) = says
        .heard_seconds_ago
        .filter(|seconds| *seconds > SILENT_SECONDS)
    {
        warn(
            "link",
            format!("it has not heard of its master for {seconds} s"),
        );
    }
    let used = says.memory_bytes.saturating_mul(100);
    if let Some(percent) = used.checked_div(says.max_memory_bytes)
        && percent >= MEMORY_PERCENT
    {
        let says = format!("it uses {percent} % of its memory; at 100 % it refuses writes");
        warn("maxmemory", says);
    }
    if says.evicted_keys > 0 {
        warn(
            "evicted-keys",
            format!(
                "it has evicted {} keys: what was in them is gone",
                says.evicted_keys
            ),
        );
    }
    if says.master.is_some() && !says.eviction.is_empty() && says.eviction != "noeviction" {
        warn(
            "maxmemory-policy",
            format!(
                "it is {}: promoted, it would throw away sessions and messages; set noeviction",
                says.eviction
            ),
        );
    }
    warnings
}

fn of_sentinel(seen: &SentinelSeen) -> Option<Warning> {
    let says = match &seen.says {
        Err(why) => format!("the Sentinel does not answer: {why}"),
        Ok(says) => format!(
            "no failover could be decided now: {}",
            says.can_fail_over.as_ref().err()?
        ),
    };
    Some(Warning {
        severity: Severity::Warning,
        address: Some(seen.address.to_string()),
        what: "sentinels".to_owned(),
        says,
    })
}

#[cfg(test)]
mod tests {
    use wardline_store_redis::Address;

    use super::*;

    fn replica(says: ServerSays) -> ServerSeen {
        ServerSeen {
            address: Address::new("10.0.0.2", 6379),
            is_followed: false,
            says: Ok(ServerSays {
                master: Some(Address::new("10.0.0.1", 6379)),
                is_linked: Some(true),
                ..says
            }),
            slots: Vec::new(),
            is_in_line: Some(true),
            behind_bytes: Some(0),
        }
    }

    #[test]
    fn memory_is_named_from_its_share_on_and_not_before() {
        let with = |memory_bytes| {
            replica(ServerSays {
                memory_bytes,
                max_memory_bytes: 100,
                ..ServerSays::default()
            })
        };

        assert_eq!(of_server(&with(MEMORY_PERCENT)).len(), 1);
        assert!(of_server(&with(MEMORY_PERCENT - 1)).is_empty());
    }

    #[test]
    fn a_replica_that_would_evict_once_promoted_is_named() {
        let says = ServerSays {
            eviction: "allkeys-lru".to_owned(),
            ..ServerSays::default()
        };

        assert!(of_server(&replica(says))[0].says.contains("noeviction"));
    }

    #[test]
    fn a_silent_server_is_told_as_silent_and_nothing_is_made_up_of_it() {
        let seen = ServerSeen {
            says: Err("no connection in time".to_owned()),
            is_in_line: None,
            ..replica(ServerSays::default())
        };

        let shown = server(&seen);

        assert_eq!(shown.role, Role::Silent);
        assert_eq!(
            (shown.replicas_in_line, shown.snapshot_at, shown.master),
            (None, None, None)
        );
        assert!(of_server(&seen)[0].says.contains("does not answer"));
    }
}
