//! How many sessions there may be, and of what size.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use wardline_sessions::OperationError;
use wardline_sessions::model::{ClientFacts, FactError, Fields, RoleName, UserName};
use wardline_sessions::operations::Denial;
use wardline_sessions::settings::{Role, Settings, SettingsError};
use wardline_testkit::block_on;

use super::scene::{Scene, new};

#[test]
fn a_user_with_as_many_sessions_as_allowed_loses_the_oldest_or_is_refused_as_the_role_says() {
    block_on(async {
        let scene = Scene::new();
        let first = scene.begin("ada", "nurse").await;
        scene.clock.advance(1);
        scene.begin("ada", "nurse").await;

        let third = scene.begin("ada", "nurse").await;
        assert_eq!(third.displaced, [first.id]);
        assert_eq!(
            scene.denied(first.token.expose(), None).await,
            Denial::Displaced
        );

        let refused = scene.sessions.create(new("ada", "doctor")).await;
        assert!(matches!(
            refused,
            Err(OperationError::TooManySessions { live: 2 })
        ));
        scene.sessions.revoke(third.id).await.unwrap();
        scene.begin("ada", "doctor").await;
    });
}

#[test]
fn every_fact_has_a_limit() {
    let long = |bytes: usize| "x".repeat(bytes);
    assert!(UserName::new(&long(256)).is_ok());
    for wrong in [long(257), String::new(), "a\nb".to_owned()] {
        assert_eq!(UserName::new(&wrong), Err(FactError::User));
    }
    let client = |agent: usize, device: usize| {
        ClientFacts::new(None, Some(&long(agent)), Some(&long(device))).err()
    };
    assert_eq!(client(512, 128), None);
    assert_eq!(client(513, 0), Some(FactError::UserAgent));
    assert_eq!(client(0, 129), Some(FactError::Device));

    let names: Vec<String> = (0..65).map(|n| format!("f{n:02}")).collect();
    let fields = |count: usize, bytes: usize| {
        let value = long(bytes);
        Fields::new(
            names[..count]
                .iter()
                .map(|name| (name.as_str(), value.as_str())),
        )
        .err()
    };
    assert_eq!(fields(32, 253), None);
    assert_eq!(fields(32, 254), Some(FactError::FieldBytes));
    assert_eq!(fields(33, 1), Some(FactError::FieldCount));
    assert_eq!(fields(65, 1), Some(FactError::FieldCount));
    assert_eq!(fields(1, 2_048), None);
    assert_eq!(fields(1, 2_049), Some(FactError::FieldValue));
    assert_eq!(Fields::new([("a b", "")]).err(), Some(FactError::FieldName));
}

#[test]
fn settings_outside_their_limits_are_refused_by_name() {
    let of = |role: Role| {
        let roles = BTreeMap::from([(RoleName::new("nurse").unwrap(), role)]);
        Settings::new(roles, 10).err()
    };
    let nurse = || RoleName::new("nurse").unwrap();
    let idle = |idle_limit| Role {
        idle_limit,
        warning: Duration::ZERO,
        ..Role::default()
    };
    let absolute = |absolute_limit| Role {
        absolute_limit,
        ..Role::default()
    };
    let out_of_range = |limit| {
        Some(SettingsError::LimitOutOfRange {
            role: nurse(),
            limit,
        })
    };

    assert_eq!(of(Role::default()), None);
    assert_eq!(of(idle(Duration::from_secs(1))), None);
    assert_eq!(
        of(idle(Duration::from_millis(999))),
        out_of_range("the idle limit")
    );
    let week = Duration::from_hours(168);
    assert_eq!(of(absolute(week)), None);
    let beyond = week + Duration::from_millis(1);
    assert_eq!(of(absolute(beyond)), out_of_range("the absolute limit"));
    let short = Duration::from_mins(29);
    assert_eq!(
        of(absolute(short)),
        Some(SettingsError::IdleBeyondAbsolute(nurse()))
    );
    let warning = Role {
        warning: Duration::from_mins(30),
        ..Role::default()
    };
    assert_eq!(of(warning), Some(SettingsError::WarningBeyondIdle(nurse())));
    let per_user = |count| Role {
        per_user: NonZeroU32::new(count).unwrap(),
        ..Role::default()
    };
    assert_eq!(of(per_user(1_000)), None);
    assert_eq!(of(per_user(1_001)), Some(SettingsError::PerUser(nurse())));
}
