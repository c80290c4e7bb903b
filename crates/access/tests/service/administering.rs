//! What administrators see of users and keys, and what they cannot do even so.

use wardline_access::AccessError;
use wardline_access::guard::{Ask, Refused, Subject};
use wardline_access::identity::{Edit, MAX_TEXT_BYTES, UserChange};
use wardline_access::model::{
    Action, DataType, PatientRef, Principal, Purpose, Role, RoleSet, TypeSet, UserId,
};
use wardline_access::port::Touched;

use crate::scene::{BEGIN, PASSWORD, Scene, new_user};

/// The root user of a scene, and one more administrator.
async fn two_administrators(scene: &Scene) -> (UserId, UserId) {
    let all = scene.identities.list_users(None, 10).await.unwrap();
    let root = all.iter().find(|user| user.login == "root").unwrap().id;
    (root, scene.hire(new_user("ada", Role::SecurityAdmin)).await)
}

#[tokio::test]
async fn users_are_listed_page_by_page_each_once() {
    let scene = Scene::new().await;
    for login in ["ann", "bob", "cyd", "dan"] {
        scene.hire(new_user(login, Role::Nurse)).await;
    }

    let first = scene.identities.list_users(None, 3).await.unwrap();
    let after = first.last().map(|user| user.id);
    let rest = scene.identities.list_users(after, 3).await.unwrap();

    let mut logins: Vec<String> = first.iter().chain(&rest).map(|u| u.login.clone()).collect();
    logins.sort();
    assert_eq!(first.len(), 3);
    assert_eq!(logins, ["ann", "bob", "cyd", "dan", "root"]);
}

#[tokio::test]
async fn a_user_is_shown_with_what_was_changed_of_it_and_without_its_record() {
    let scene = Scene::new().await;
    let kim = scene.hire(new_user("kim", Role::Nurse)).await;
    let sam = scene.hire(new_user("sam", Role::Physician)).await;
    let right = scene.right().await;
    let change = UserChange {
        name: Some("Kim Doe".to_owned()),
        department: Edit::Put("icu".to_owned()),
        own_record: Edit::Put(PatientRef::new("p-77").unwrap()),
        supervisor: Edit::Put(sam),
        expires_at: Edit::Put(BEGIN + 5_000),
    };

    scene
        .identities
        .change_user(&right, kim, change)
        .await
        .unwrap();

    let shown = scene.identities.show_user(kim).await.unwrap();
    assert_eq!(shown.name, "Kim Doe");
    assert_eq!(shown.department.as_deref(), Some("icu"));
    assert_eq!(shown.supervisor, Some(sam));
    assert_eq!(shown.expires_at, Some(BEGIN + 5_000));
    assert_eq!(shown.created_at, BEGIN);
    assert!(shown.has_own_record);
}

#[tokio::test]
async fn what_is_not_named_in_a_change_stays_and_none_takes_it_away() {
    let scene = Scene::new().await;
    let mut kim = new_user("kim", Role::Nurse);
    kim.department = Some("icu".to_owned());
    let kim = scene.hire(kim).await;
    let right = scene.right().await;
    let change = async |change| {
        let changed = scene.identities.change_user(&right, kim, change).await;
        changed.unwrap();
        scene.identities.show_user(kim).await.unwrap().department
    };

    assert_eq!(change(UserChange::default()).await.as_deref(), Some("icu"));
    let none = UserChange {
        department: Edit::Clear,
        ..UserChange::default()
    };
    assert_eq!(change(none).await, None);
}

#[tokio::test]
async fn nobody_is_its_own_supervisor_and_a_supervisor_is_a_user() {
    let scene = Scene::new().await;
    let kim = scene.hire(new_user("kim", Role::Nurse)).await;
    let right = scene.right().await;
    let watched_by = async |supervisor| {
        let change = UserChange {
            supervisor: Edit::Put(supervisor),
            ..UserChange::default()
        };
        scene.identities.change_user(&right, kim, change).await
    };
    let mut eve = new_user("eve", Role::Nurse);
    eve.supervisor = Some(UserId([9; 16]));

    for refused in [
        watched_by(kim).await,
        watched_by(UserId([9; 16])).await,
        scene.identities.create_user(&right, eve).await.map(|_| ()),
    ] {
        assert!(matches!(
            refused,
            Err(AccessError::Value {
                field: "supervisor",
                ..
            })
        ));
    }
}

#[tokio::test]
async fn the_last_administrator_cannot_be_disabled_suspended_ended_or_given_another_role() {
    let scene = Scene::new().await;
    let right = scene.right().await;
    let (root, ada) = two_administrators(&scene).await;
    let identities = &scene.identities;
    identities.set_disabled(&right, ada, true).await.unwrap();

    let ends = UserChange {
        expires_at: Edit::Put(BEGIN + 1),
        ..UserChange::default()
    };
    for refused in [
        identities.set_disabled(&right, root, true).await,
        identities.set_suspended(&right, root, true).await,
        identities
            .set_roles(&right, root, RoleSet::one(Role::Auditor))
            .await,
        identities.change_user(&right, root, ends).await,
    ] {
        assert!(matches!(
            refused,
            Err(AccessError::Value { field: "user", .. })
        ));
    }
    identities.set_disabled(&right, ada, false).await.unwrap();
    identities.set_disabled(&right, root, true).await.unwrap();
}

#[tokio::test]
async fn of_two_administrators_who_end_each_other_side_by_side_one_is_left() {
    let scene = Scene::new().await;
    let right = scene.right().await;
    let (root, ada) = two_administrators(&scene).await;

    let (a, b) = tokio::join!(
        scene.identities.set_disabled(&right, root, true),
        scene.identities.set_disabled(&right, ada, true),
    );

    assert!(a.is_ok() != b.is_ok());
}

#[tokio::test]
async fn of_two_administrators_who_end_each_other_one_is_left_also_when_the_first_was_cut_off() {
    let scene = Scene::new().await;
    let (right, rights) = (scene.right().await, scene.right().await);
    let (root, ada) = two_administrators(&scene).await;
    let (first, second) = (scene.identities.clone(), scene.identities.clone());
    let cut_off = async move { first.set_disabled(&right, root, true).await };
    scene.cut_off(cut_off).await;

    let other = tokio::spawn(async move { second.set_disabled(&rights, ada, true).await });
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    scene.store_late_writes();

    assert!(matches!(
        other.await.unwrap(),
        Err(AccessError::Value { field: "user", .. })
    ));
    assert!(scene.identities.show_user(root).await.unwrap().is_disabled);
}

#[tokio::test]
async fn of_two_first_users_made_side_by_side_one_is_made() {
    let scene = Scene::without_users();
    let first = |login| {
        let user = new_user(login, Role::SecurityAdmin);
        scene.identities.create_first_user(user, PASSWORD)
    };

    let (a, b) = tokio::join!(first("ann"), first("bob"));

    assert!(a.is_ok() != b.is_ok());
    assert_eq!(scene.identities.list_users(None, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_first_user_is_an_administrator_without_an_end_with_a_password_that_is_long_enough() {
    let scene = Scene::without_users();
    let identities = &scene.identities;
    let mut ending = new_user("ann", Role::SecurityAdmin);
    ending.expires_at = Some(BEGIN + 1_000);

    let refused = [
        identities
            .create_first_user(new_user("ann", Role::Physician), PASSWORD)
            .await,
        identities.create_first_user(ending, PASSWORD).await,
        identities
            .create_first_user(new_user("ann", Role::SecurityAdmin), "short")
            .await,
    ];

    assert!(refused.iter().all(Result::is_err));
    assert!(!identities.has_users().await.unwrap());
}

#[tokio::test]
async fn keys_are_listed_of_one_user_or_of_all_and_say_whether_they_hold() {
    let scene = Scene::new().await;
    let lab = scene.hire(new_user("lab-feed", Role::Integration)).await;
    let icu = scene.hire(new_user("icu-feed", Role::Device)).await;
    let right = scene.right().await;
    let identities = &scene.identities;
    let ends = BEGIN + 1_000_000;
    let of_lab = identities.create_api_key(&right, lab, ends).await.unwrap();
    identities.create_api_key(&right, icu, ends).await.unwrap();
    identities.revoke_api_key(&right, of_lab.id).await.unwrap();

    let keys = identities.list_api_keys(Some(lab), None, 9).await.unwrap();
    let all = identities.list_api_keys(None, None, 9).await.unwrap();

    assert_eq!(keys.len(), 1);
    assert_eq!((keys[0].id, keys[0].user), (of_lab.id, lab));
    assert_eq!((keys[0].created_at, keys[0].holds), (BEGIN, false));
    assert!(keys[0].is_revoked);
    assert_eq!(keys[0].expires_at, BEGIN);
    assert_eq!(all.iter().filter(|key| key.holds).count(), 1);
    let page = identities.list_api_keys(None, None, 1).await.unwrap();
    let next = identities.list_api_keys(None, Some(page[0].id), 9);
    assert_eq!([page, next.await.unwrap()].concat(), all);
    assert_eq!(identities.show_api_key(of_lab.id).await.unwrap(), keys[0]);
}

#[tokio::test]
async fn a_login_of_128_letters_is_taken_and_a_longer_one_or_one_with_a_colon_is_not() {
    let scene = Scene::new().await;
    let right = scene.right().await;
    let create = |login: &str| {
        let user = new_user(login, Role::Nurse);
        scene.identities.create_user(&right, user)
    };
    let mut longest = new_user(&"k".repeat(MAX_TEXT_BYTES), Role::Nurse);
    longest.name = "Kim".to_owned();

    assert!(scene.identities.create_user(&right, longest).await.is_ok());
    for login in [
        "",
        "token:board",
        "two words",
        "kim\u{e9}",
        &"k".repeat(MAX_TEXT_BYTES + 1),
    ] {
        let refused = create(login).await;
        assert!(
            matches!(refused, Err(AccessError::Value { field: "login", .. })),
            "{login}"
        );
    }
}

/// An auditor's right to read the trail, as the guard gave it a moment ago.
fn reading() -> Ask {
    Ask {
        action: Action::Read,
        purpose: Purpose::Operations,
        types: TypeSet::one(DataType::Audit),
        subject: Subject::NoPatient,
        emergency: None,
        about: None,
    }
}

async fn auditor(scene: &Scene) -> (UserId, Principal) {
    let aud = scene.hire(new_user("aud", Role::Auditor)).await;
    (aud, scene.session(aud, Role::Auditor, "auds").await)
}

#[tokio::test]
async fn what_was_permitted_to_somebody_who_is_suspended_meanwhile_is_not_given_out() {
    let scene = Scene::new().await;
    let (aud, auditor) = auditor(&scene).await;
    let right = scene.right().await;
    let permit = scene.guard.decide(&auditor, reading()).await.unwrap();

    let suspend = scene.identities.set_suspended(&right, aud, true);
    suspend.await.unwrap();
    let disclosed = scene.guard.disclose(permit, "records", Touched::default());

    let Err(Refused::Denied(denied)) = disclosed.await else {
        panic!("it was given out");
    };
    assert!(
        denied
            .reasons
            .contains(&wardline_access::policy::Reason::Suspended)
    );
}

#[tokio::test]
async fn somebody_who_was_let_in_before_a_change_is_decided_on_as_it_stands_after_it() {
    let scene = Scene::new().await;
    let (aud, auditor) = auditor(&scene).await;
    let right = scene.right().await;
    let identities = &scene.identities;
    let may = async || scene.guard.decide(&auditor, reading()).await.is_ok();
    let nurse = RoleSet::one(Role::Nurse);

    assert!(may().await);
    identities.set_suspended(&right, aud, true).await.unwrap();
    assert!(!may().await);
    identities.set_suspended(&right, aud, false).await.unwrap();
    assert!(may().await);
    identities.set_disabled(&right, aud, true).await.unwrap();
    assert!(!may().await);
    identities.set_disabled(&right, aud, false).await.unwrap();
    identities.set_roles(&right, aud, nurse).await.unwrap();
    assert!(!may().await);
}

#[tokio::test]
async fn a_suspension_whose_caller_goes_away_is_decided_on_all_the_same() {
    let scene = Scene::new().await;
    let (aud, _) = auditor(&scene).await;
    let (right, identities) = (scene.right().await, scene.identities.clone());
    let suspend = async move { identities.set_suspended(&right, aud, true).await };
    let is_suspended = async || scene.identities.show_user(aud).await.unwrap().is_suspended;

    let before = scene.cut_short(suspend, is_suspended).await;

    scene.decided_again(before).await;
}

#[tokio::test]
async fn a_change_that_touches_nobodys_rights_leaves_what_was_permitted() {
    let scene = Scene::new().await;
    let (aud, auditor) = auditor(&scene).await;
    let kim = scene.hire(new_user("kim", Role::Nurse)).await;
    let right = scene.right().await;
    let permit = scene.guard.decide(&auditor, reading()).await.unwrap();

    scene
        .identities
        .set_suspended(&right, kim, true)
        .await
        .unwrap();
    let change = UserChange {
        name: Some("Another Name".to_owned()),
        ..UserChange::default()
    };
    scene
        .identities
        .change_user(&right, aud, change)
        .await
        .unwrap();
    let disclosed = scene.guard.disclose(permit, "records", Touched::default());

    assert!(disclosed.await.is_ok());
}

#[tokio::test]
async fn a_machine_whose_key_was_revoked_is_not_decided_on_any_more() {
    let scene = Scene::new().await;
    let lab = scene.hire(new_user("lab-feed", Role::Integration)).await;
    let right = scene.right().await;
    let identities = &scene.identities;
    let key = identities.create_api_key(&right, lab, BEGIN + 1_000_000);
    let key = key.await.unwrap();
    let machine = identities.principal_of_key(key.token.expose());
    let machine = machine.await.unwrap().unwrap();
    let writes = || Ask {
        action: Action::Write,
        purpose: Purpose::Treatment,
        types: TypeSet::one(DataType::Vitals),
        subject: Subject::NoPatient,
        emergency: None,
        about: None,
    };

    assert!(scene.guard.decide(&machine, writes()).await.is_ok());
    identities.revoke_api_key(&right, key.id).await.unwrap();
    assert!(scene.guard.decide(&machine, writes()).await.is_err());
}
