//! A session's way from beginning to end, as an application sees it.

use std::time::Duration;

use wardline_sessions::OperationError;
use wardline_sessions::model::{Expiry, RoleName};
use wardline_sessions::operations::{
    CheckAsk, Checked, ChosenLimits, Denial, Privilege, SessionFilter, SessionState,
};
use wardline_testkit::block_on;

use super::scene::{BEGIN, MINUTE_MS, Scene, new, settings};

#[test]
fn a_session_says_whose_it_is_and_when_it_ends() {
    block_on(async {
        let scene = Scene::new();
        let created = scene.begin("ada", "nurse").await;

        let live = scene.live(created.token.expose()).await;

        assert_eq!((live.id, live.user.expose()), (created.id, "ada"));
        assert_eq!(live.placement.role.as_str(), "nurse");
        assert_eq!(live.idle_expires_at, BEGIN + 30 * MINUTE_MS);
        assert_eq!(live.absolute_expires_at, BEGIN + 12 * 60 * MINUTE_MS);
        assert_eq!(live.warns_at, BEGIN + 28 * MINUTE_MS);
        assert!(!live.warn);
        scene.clock.advance(28 * MINUTE_MS);
        assert!(scene.live(created.token.expose()).await.warn);
    });
}

#[test]
fn only_what_a_person_does_extends_a_session() {
    block_on(async {
        let scene = Scene::new();
        let created = scene.begin("ada", "nurse").await;
        let token = created.token.expose();

        scene.clock.advance(29 * MINUTE_MS);
        scene.ask(token, Some("vitals:read"), false).await;
        scene.ask(token, Some("orders:write"), true).await;
        scene.sessions.show(created.id).await.unwrap();
        scene.sessions.lock(created.id).await.unwrap();
        scene.clock.advance(MINUTE_MS);
        assert_eq!(
            scene.denied(token, None).await,
            Denial::Expired(Expiry::Idle)
        );

        let created = scene.begin("ada", "nurse").await;
        scene.clock.advance(29 * MINUTE_MS);
        let touched = scene.sessions.touch(created.token.expose()).await.unwrap();
        scene.clock.advance(29 * MINUTE_MS);
        assert!(matches!(touched, Checked::Live(_)));
        scene.live(created.token.expose()).await;
    });
}

#[test]
fn a_check_is_denied_and_says_why() {
    block_on(async {
        let scene = Scene::new();
        let created = scene.begin("ada", "nurse").await;
        let token = created.token.expose();
        let nurse = RoleName::new("nurse").unwrap();
        let other = scene.begin("ada", "nurse").await.token;

        let permission = Denial::Permission(nurse.clone());
        assert_eq!(scene.denied(token, Some("orders:write")).await, permission);
        assert_eq!(scene.denied(token, Some("no such thing")).await, permission);
        for unknown in ["", "wls_", "wl_x", &other.expose().to_ascii_lowercase()] {
            assert_eq!(scene.denied(unknown, None).await, Denial::Unknown);
        }
        scene.sessions.lock(created.id).await.unwrap();
        assert_eq!(scene.denied(token, None).await, Denial::Locked);
        scene.sessions.unlock(created.id).await.unwrap();
        scene.live(token).await;
        scene.sessions.reload(settings(&["doctor"]));
        assert_eq!(scene.denied(token, None).await, Denial::RoleUnknown(nurse));
        scene.sessions.revoke(created.id).await.unwrap();
        assert_eq!(scene.denied(token, None).await, Denial::Revoked);
        assert!(matches!(
            scene.sessions.revoke(created.id).await,
            Err(OperationError::NoSuchSession(_))
        ));
    });
}

#[test]
fn a_role_that_nobody_configured_begins_no_session() {
    block_on(async {
        let scene = Scene::new();

        let refused = scene.sessions.create(new("ada", "wizard")).await;

        let said = refused.unwrap_err().to_string();
        assert!(said.contains("no role `wizard`"), "{said}");
    });
}

#[test]
fn chosen_limits_may_only_be_shorter() {
    block_on(async {
        let scene = Scene::new();
        let with = async |idle: Option<u64>, absolute: Option<u64>| {
            let mut asked = new("ada", "patient");
            asked.limits = ChosenLimits {
                idle: idle.map(Duration::from_secs),
                absolute: absolute.map(Duration::from_secs),
            };
            scene
                .sessions
                .create(asked)
                .await
                .map(|created| created.life)
        };

        let life = with(Some(60), Some(3_600)).await.unwrap();
        assert_eq!(life.idle_limit_ms, 60_000);
        assert_eq!(life.ends_at, BEGIN + 3_600_000);
        assert_eq!(life.warns_at(), BEGIN + 30_000);
        let same = with(Some(30 * 60), Some(12 * 3_600)).await.unwrap();
        assert_eq!(same, with(None, None).await.unwrap());
        let shortest = with(Some(1), Some(1)).await.unwrap();
        assert_eq!(shortest.ends_at, BEGIN + 1_000);
        assert_eq!(with(None, Some(60)).await.unwrap().idle_limit_ms, 60_000);
        for (idle, absolute) in [
            (Some(30 * 60 + 1), None),
            (Some(0), None),
            (None, Some(12 * 3_600 + 1)),
            (None, Some(0)),
        ] {
            let refused = with(idle, absolute).await;
            assert!(matches!(refused, Err(OperationError::Limit { .. })));
        }
    });
}

#[test]
fn a_change_of_privilege_kills_the_old_token_at_once() {
    block_on(async {
        let scene = Scene::new();
        let created = scene.begin("ada", "nurse").await;
        scene.clock.advance(5 * MINUTE_MS);
        let privilege = Privilege {
            role: Some(RoleName::new("doctor").unwrap()),
            department: None,
        };

        let renewed = scene.sessions.renew(created.id, privilege).await.unwrap();

        assert_eq!(renewed.id, created.id);
        assert_eq!(
            scene.denied(created.token.expose(), None).await,
            Denial::Unknown
        );
        let live = scene.live(renewed.token.expose()).await;
        assert_eq!(live.placement.role.as_str(), "doctor");
        assert_eq!(live.placement.department.as_ref().unwrap().as_str(), "icu");
        assert_eq!(live.idle_expires_at, BEGIN + 15 * MINUTE_MS);
        assert_eq!(live.absolute_expires_at, BEGIN + 60 * MINUTE_MS);
        assert!(matches!(
            scene
                .ask(renewed.token.expose(), Some("orders:write"), true)
                .await,
            Checked::Live(_)
        ));
        let back = Privilege {
            role: Some(RoleName::new("nurse").unwrap()),
            department: None,
        };
        let back = scene.sessions.renew(created.id, back).await.unwrap();
        assert_eq!(back.life.ends_at, BEGIN + 60 * MINUTE_MS);
    });
}

#[test]
fn fields_are_changed_one_by_one_and_kept_whole() {
    block_on(async {
        let scene = Scene::new();
        let id = scene.begin("ada", "nurse").await.id;

        let changes = [
            ("theme", None),
            ("ward", Some("3 West")),
            ("bed", Some("12")),
        ];
        let (fields, version) = scene
            .sessions
            .set_fields(id, &changes, Some(1))
            .await
            .unwrap();

        let pairs: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.expose()))
            .collect();
        assert_eq!(pairs, [("bed", "12"), ("ward", "3 West")]);
        assert_eq!(version, 2);
        let shown = scene.sessions.show(id).await.unwrap();
        assert_eq!(shown.fields.as_ref(), Some(&fields));
        assert_eq!(
            (shown.user.expose(), shown.state),
            ("ada", SessionState::Active)
        );
        assert_eq!(shown.client.user_agent(), Some("Firefox"));
        let stale = scene.sessions.set_fields(id, &changes, Some(1)).await;
        assert!(matches!(
            stale,
            Err(OperationError::Conflict { version: 2, .. })
        ));
        let long = "x".repeat(3_000);
        let refused = scene
            .sessions
            .set_fields(id, &[("note", Some(&long))], None)
            .await;
        assert!(matches!(refused, Err(OperationError::Fact(_))));
        assert!(!format!("{shown:?}").contains("3 West"));
        assert!(!format!("{shown:?}").contains("ada"));
    });
}

#[test]
fn many_checks_are_answered_in_order() {
    block_on(async {
        let scene = Scene::new();
        let (one, two) = (
            scene.begin("ada", "nurse").await,
            scene.begin("bob", "doctor").await,
        );
        let ask = |token, permission| CheckAsk {
            token,
            permission,
            is_activity: true,
        };
        let asks = [
            ask("nonsense", None),
            ask(two.token.expose(), Some("orders:write")),
            ask(one.token.expose(), Some("orders:write")),
        ];

        let checked = scene.sessions.check_many(&asks).await.unwrap();

        assert_eq!(checked[0], Checked::Denied(Denial::Unknown));
        assert!(matches!(&checked[1], Checked::Live(live) if live.user.expose() == "bob"));
        assert!(matches!(checked[2], Checked::Denied(Denial::Permission(_))));
        let too_many = vec![asks[0]; 1_001];
        assert!(scene.sessions.check_many(&too_many[..1_000]).await.is_ok());
        let refused = scene.sessions.check_many(&too_many).await;
        assert!(matches!(
            refused,
            Err(OperationError::TooMany { max: 1_000, .. })
        ));
    });
}

#[test]
fn sessions_are_listed_counted_and_ended_by_user() {
    block_on(async {
        let scene = Scene::new();
        let first = scene.begin("ada", "nurse").await;
        scene.clock.advance(1);
        let second = scene.begin("ada", "doctor").await;
        scene.begin("bob", "nurse").await;
        let filter = SessionFilter {
            user: Some(new("ada", "nurse").user),
            ..SessionFilter::default()
        };

        let page = scene.sessions.list(&filter, None, 10).await.unwrap();
        let ids: Vec<_> = page.items.iter().map(|session| session.id).collect();
        assert_eq!(ids, [second.id, first.id]);
        assert_eq!(
            scene
                .sessions
                .count(&SessionFilter::default())
                .await
                .unwrap(),
            3
        );
        let beyond = scene.sessions.list(&filter, None, 201).await;
        assert!(matches!(
            beyond,
            Err(OperationError::TooMany { max: 200, .. })
        ));

        let ended = scene
            .sessions
            .revoke_user(&new("ada", "nurse").user)
            .await
            .unwrap();

        assert_eq!(ended.len(), 2);
        assert_eq!(scene.sessions.count(&filter).await.unwrap(), 0);
        assert_eq!(
            scene.denied(first.token.expose(), None).await,
            Denial::Revoked
        );
    });
}
