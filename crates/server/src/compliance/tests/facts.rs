//! Facts of an installation in order.

use wardline_kernel::UnixMillis;

use crate::compliance::facts::{
    AlertFacts, EmergencyFacts, EndVerified, Facts, KeyFacts, LinkFacts, MachineFacts, NamedLink,
    PeopleFacts, PolicyFacts, SessionFacts, SessionRole, TrailFacts, WholeVerified,
};
use crate::insight::{
    Backup, DrillHead, DrillShelf, Embedded, Estate, EstateKind, Link, Redis, Writer,
};

pub(super) const NOW: UnixMillis = 1_795_249_800_000;
pub(super) const HOUR_MS: u64 = 3_600_000;
pub(super) const DAY_MS: u64 = 24 * HOUR_MS;

/// Everything is as it should be, on an embedded store.
pub(super) fn in_order() -> Facts {
    Facts {
        now: NOW,
        origin: "wardline-1".to_owned(),
        version: "0.0.0-test".to_owned(),
        keys: Ok(keys()),
        trail: trail(),
        alerts: Ok(AlertFacts {
            open: 2,
            unseen: 1,
            oldest_unseen: Some(NOW - HOUR_MS),
            is_cut: false,
        }),
        emergencies: Ok(EmergencyFacts {
            all: 3,
            open: 1,
            ..EmergencyFacts::default()
        }),
        people: Ok(PeopleFacts {
            usable: 12,
            readers: 10,
            readers_without_factor: 1,
            security_admins: 1,
            privacy_officers: 1,
            ..PeopleFacts::default()
        }),
        machines: Ok(MachineFacts {
            api_keys: 2,
            tokens: 1,
            last_end_at: Some(NOW + 90 * DAY_MS),
            ..MachineFacts::default()
        }),
        sessions: SessionFacts {
            idle_seconds: 1_800,
            roles: vec![role(1_800, 43_200), role(900, 43_200)],
        },
        policies: Ok(PolicyFacts {
            hash: "8f1c".to_owned(),
            findings: Vec::new(),
        }),
        estate: Ok(estate()),
        drills: Ok(DrillShelf::default()),
        copies_itself: true,
        links: LinkFacts {
            http: Link::Tls,
            redis: None,
            listeners: vec![
                named("adt-in", Link::Tls),
                named("oru-in", Link::ThisMachine),
            ],
            partners: vec![named("adt-in/ehr", Link::Tls)],
            folders: 1,
        },
    }
}

/// The same on Redis.
pub(super) fn on_redis() -> Facts {
    let mut facts = in_order();
    facts.links.redis = Some(Link::Tls);
    facts.copies_itself = false;
    facts.estate = Ok(Estate {
        kind: EstateKind::Redis,
        embedded: None,
        redis: Some(Redis {
            topology: "sentinel",
            durability: "replicated",
            replicas_to_confirm: 1,
            servers: Vec::new(),
            sentinels: Vec::new(),
            slots_without_server: 0,
            is_cut_short: false,
        }),
        ..estate()
    });
    facts.drills = Ok(DrillShelf {
        is_configured: true,
        items: vec![drill()],
        left_out: 0,
    });
    facts
}

pub(super) fn drill() -> DrillHead {
    DrillHead {
        name: "drill-failover".parse().unwrap(),
        drill: "failover".to_owned(),
        began_at: NOW - 30 * DAY_MS,
        topology: "sentinel".to_owned(),
        outage_ms: 2_357,
        lost: 0,
        findings: Vec::new(),
    }
}

pub(super) fn named(name: &str, link: Link) -> NamedLink {
    NamedLink {
        name: name.to_owned(),
        link,
    }
}

pub(super) fn role(idle_seconds: u64, absolute_seconds: u64) -> SessionRole {
    SessionRole {
        name: "nurse".to_owned(),
        idle_seconds,
        absolute_seconds,
    }
}

fn keys() -> KeyFacts {
    KeyFacts {
        holder: "file",
        version: Some(2),
        is_away: false,
        under_current: 41,
        under_older: 0,
        is_moving: false,
        oldest_at: Some(NOW - 400 * DAY_MS),
        erased: 3,
        not_yet_erased: 0,
        not_in_ledger: 0,
    }
}

fn trail() -> TrailFacts {
    TrailFacts {
        recorded: 5_000,
        refused: 0,
        since: NOW - DAY_MS,
        signed_at: Some(NOW - 1_000),
        sign_every_ms: 1_000,
        retention_days: 2_557,
        holds: Ok(1),
        has_archive: true,
        end: Ok(EndVerified {
            first: 4_096,
            records: 4_500,
            checkpoints: 9,
            fault: None,
        }),
        whole: Ok(Some(WholeVerified {
            at: NOW - 6 * DAY_MS,
            is_good: true,
            said: Some("records: 4900, archived: 0, checkpoints: 12".to_owned()),
        })),
    }
}

fn estate() -> Estate {
    Estate {
        looked_at: NOW,
        kind: EstateKind::Embedded,
        writer: Writer {
            instance: "wardline-1".to_owned(),
            since: NOW - DAY_MS,
            has_lease: false,
        },
        backup: Some(Backup {
            last_at: Some(NOW - HOUR_MS),
            max_age_hours: 26,
        }),
        embedded: Some(Embedded {
            used_bytes: 1,
            free_bytes: 2,
            min_free_bytes: 2,
        }),
        redis: None,
        warnings: Vec::new(),
    }
}
