//! A service with three roles, its clock and its store.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use wardline_kernel::ManualClock;
use wardline_phi::{BlindIndex, KeyRing};
use wardline_sessions::model::{
    ClientFacts, DepartmentName, Event, Fields, PermissionName, Placement, PortalName, RoleName,
    UserName,
};
use wardline_sessions::operations::{
    CheckAsk, Checked, ChosenLimits, CreatedSession, Denial, LiveSession, NewSession,
};
use wardline_sessions::port::AtLimit;
use wardline_sessions::settings::{Role, Settings};
use wardline_sessions::{EventStream, Sessions, SessionsParts, Told};
use wardline_testkit::{MemorySessions, key_ring};

/// 2026-11-21T10:00:00Z.
pub(crate) const BEGIN: u64 = 1_795_255_200_000;
pub(crate) const MINUTE_MS: u64 = 60_000;

pub(crate) struct Scene {
    pub(crate) sessions: Sessions,
    pub(crate) clock: Arc<ManualClock>,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let keys = key_ring::new();
        let keys = (Arc::new(keys.ring), Arc::new(keys.blind_index));
        Self::under(keys, Arc::new(MemorySessions::default()))
    }

    /// Over this store, under these keys.
    pub(crate) fn under(
        (ring, blind_index): (Arc<KeyRing>, Arc<BlindIndex>),
        store: Arc<MemorySessions>,
    ) -> Self {
        let clock = Arc::new(ManualClock::at(BEGIN));
        let parts = SessionsParts {
            store,
            ring,
            blind_index,
            clock: clock.clone(),
        };
        let sessions = Sessions::new(parts, settings(&["nurse", "doctor", "patient"]));
        Self { sessions, clock }
    }

    pub(crate) async fn begin(&self, user: &str, role: &str) -> CreatedSession {
        self.sessions.create(new(user, role)).await.unwrap()
    }

    pub(crate) async fn ask(
        &self,
        token: &str,
        permission: Option<&str>,
        is_activity: bool,
    ) -> Checked {
        let ask = CheckAsk {
            token,
            permission,
            is_activity,
        };
        self.sessions.check(ask).await.unwrap()
    }

    pub(crate) async fn live(&self, token: &str) -> LiveSession {
        match self.ask(token, None, false).await {
            Checked::Live(live) => live,
            Checked::Denied(denial) => panic!("denied: {denial:?}"),
        }
    }

    pub(crate) async fn denied(&self, token: &str, permission: Option<&str>) -> Denial {
        match self.ask(token, permission, true).await {
            Checked::Denied(denial) => denial,
            Checked::Live(_) => panic!("it lives"),
        }
    }
}

pub(crate) fn new(user: &str, role: &str) -> NewSession {
    NewSession {
        user: UserName::new(user).unwrap(),
        placement: Placement {
            role: RoleName::new(role).unwrap(),
            department: Some(DepartmentName::new("icu").unwrap()),
            portal: PortalName::new("hyperspace").unwrap(),
        },
        client: ClientFacts::new(Some("192.0.2.7".parse().unwrap()), Some("Firefox"), None)
            .unwrap(),
        fields: Fields::new([("theme", "dark")]).unwrap(),
        limits: ChosenLimits::default(),
    }
}

/// `nurse`: 30 minutes, 12 hours, may read; two at a time, the oldest ends. `doctor`: 10 minutes, one hour, may
/// read and write; two at a time, a new one is refused. `patient`: as by default, may nothing.
pub(crate) fn settings(roles: &[&str]) -> Settings {
    let permissions = |names: &[&str]| {
        let names = names.iter().map(|name| PermissionName::new(name).unwrap());
        names.collect()
    };
    let two = NonZeroU32::new(2).unwrap();
    let of = |name: &str| match name {
        "nurse" => Role {
            permissions: permissions(&["vitals:read"]),
            per_user: two,
            ..Role::default()
        },
        "doctor" => Role {
            permissions: permissions(&["vitals:read", "orders:write"]),
            idle_limit: Duration::from_mins(10),
            absolute_limit: Duration::from_hours(1),
            per_user: two,
            at_limit: AtLimit::Refuse,
            ..Role::default()
        },
        _ => Role::default(),
    };
    let roles: BTreeMap<_, _> = roles
        .iter()
        .map(|name| (RoleName::new(name).unwrap(), of(name)))
        .collect();
    Settings::new(roles, 1_000).unwrap()
}

/// What was told since, without waiting.
pub(crate) fn told(stream: &mut EventStream) -> Vec<Event> {
    let mut events = Vec::new();
    while let Some(told) = stream.try_next() {
        let Told::Event(event) = told else {
            panic!("events were missed");
        };
        events.push(event);
    }
    events
}
