//! Signing in, being locked out, keys of machines, and what an administrator changes.

use wardline_access::AccessError;
use wardline_access::identity::{LOCK_AFTER, LOCK_MIN_MS, SecondFactor, SignInRefused, SignedIn};
use wardline_access::model::{DataType, Role, RoleSet};
use wardline_kernel::Clock;

use crate::scene::{BEGIN, PASSWORD, Scene, code, everything_stored, new_user};

#[tokio::test]
async fn who_proves_password_and_second_factor_is_let_in() {
    let scene = Scene::new().await;
    let kim = scene.person(new_user("kim", Role::Nurse)).await;
    let now = code(&kim.secret, scene.clock.now());

    let second = Some(SecondFactor::Totp(&now));
    let signed_in = scene.sign_in("kim", PASSWORD, second).await.unwrap();

    assert_eq!(signed_in.user(), kim.id);
    assert!(signed_in.may_be(Role::Nurse));
    assert!(signed_in.has_second_factor());
}

#[tokio::test]
async fn neither_password_nor_code_alone_lets_anybody_in_and_no_code_twice() {
    let scene = Scene::new().await;
    let kim = scene.person(new_user("kim", Role::Nurse)).await;
    let now = code(&kim.secret, scene.clock.now());
    let second = Some(SecondFactor::Totp(&now));

    let no_code = scene.sign_in("kim", PASSWORD, None).await;
    let no_password = scene.sign_in("kim", "something else", second).await;
    let nobody = scene.sign_in("kam", PASSWORD, second).await;
    let right = scene.sign_in("kim", PASSWORD, second).await;
    let again = scene.sign_in("kim", PASSWORD, second).await;

    assert_eq!(no_code.unwrap_err(), SignInRefused::SecondFactor);
    assert_eq!(no_password.unwrap_err(), SignInRefused::Password);
    assert_eq!(nobody.unwrap_err(), SignInRefused::Unknown);
    assert!(right.is_ok());
    assert_eq!(again.unwrap_err(), SignInRefused::SecondFactor);
}

#[tokio::test]
async fn a_recovery_code_lets_in_once() {
    let scene = Scene::new().await;
    let kim = scene.person(new_user("kim", Role::Nurse)).await;
    let second = Some(SecondFactor::Recovery(&kim.recovery[3]));

    assert!(scene.sign_in("kim", PASSWORD, second).await.is_ok());
    let again = scene.sign_in("kim", PASSWORD, second).await;

    assert_eq!(again.unwrap_err(), SignInRefused::SecondFactor);
    let left = scene.identities.show_user(kim.id).await.unwrap();
    assert_eq!(left.recovery_codes, 9);
}

#[tokio::test]
async fn five_failures_lock_an_account_and_each_further_one_for_twice_as_long() {
    let scene = Scene::new().await;
    scene.hire(new_user("kim", Role::Nurse)).await;
    let wrong = async || {
        scene
            .sign_in("kim", "something else", None)
            .await
            .unwrap_err()
    };

    for _ in 0..LOCK_AFTER {
        assert_eq!(wrong().await, SignInRefused::Password);
    }
    let until = BEGIN + LOCK_MIN_MS;
    let right = scene.sign_in("kim", PASSWORD, None).await;
    assert_eq!(right.unwrap_err(), SignInRefused::Locked(until));

    scene.clock.advance(LOCK_MIN_MS);
    assert_eq!(wrong().await, SignInRefused::Password);
    assert_eq!(
        wrong().await,
        SignInRefused::Locked(until + 2 * LOCK_MIN_MS)
    );

    scene.clock.advance(2 * LOCK_MIN_MS);
    assert!(scene.sign_in("kim", PASSWORD, None).await.is_ok());
    assert_eq!(wrong().await, SignInRefused::Password);
    assert!(scene.sign_in("kim", PASSWORD, None).await.is_ok());
}

#[tokio::test]
async fn guesses_side_by_side_are_counted_like_guesses_one_after_the_other() {
    let scene = Scene::new().await;
    scene.hire(new_user("kim", Role::Nurse)).await;
    let guess = || scene.sign_in("kim", "something else", None);

    let guesses = [(); 2].map(|()| async { tokio::join!(guess(), guess(), guess(), guess()) });
    let [early, late] = guesses;
    let (early, late) = tokio::join!(early, late);

    let all = [early, late].map(|(a, b, c, d)| [a, b, c, d]).concat();
    let is_judged =
        |tried: &&Result<_, _>| matches!(tried, Err::<SignedIn, _>(SignInRefused::Password));
    let judged = all.iter().filter(is_judged).count();
    assert_eq!(judged, 5);
}

#[tokio::test]
async fn who_is_disabled_suspended_expired_or_lost_the_role_is_stopped_at_once() {
    let scene = Scene::new().await;
    let mut expiring = new_user("kim", Role::Nurse);
    expiring.expires_at = Some(BEGIN + 10 * 60_000);
    let kim = scene.hire(expiring).await;
    scene.begin_session(kim, Role::Nurse, "s").await;
    let right = scene.right().await;
    let acts = async || scene.identities.principal("s", true).await.unwrap();

    scene
        .identities
        .set_disabled(&right, kim, true)
        .await
        .unwrap();
    assert!(acts().await.is_none());
    let refused = scene.sign_in("kim", PASSWORD, None).await;
    assert_eq!(refused.unwrap_err(), SignInRefused::Unusable);
    scene
        .identities
        .set_disabled(&right, kim, false)
        .await
        .unwrap();
    scene
        .identities
        .set_suspended(&right, kim, true)
        .await
        .unwrap();
    assert!(acts().await.unwrap().standing().is_suspended);
    let roles = RoleSet::one(Role::Billing);
    scene
        .identities
        .set_roles(&right, kim, roles)
        .await
        .unwrap();
    assert!(acts().await.is_none());
    let roles = RoleSet::one(Role::Nurse);
    scene
        .identities
        .set_roles(&right, kim, roles)
        .await
        .unwrap();
    assert!(acts().await.is_some());
    scene.clock.advance(10 * 60_000);
    assert!(acts().await.is_none());
}

#[tokio::test]
async fn a_token_of_no_session_is_nobody() {
    let scene = Scene::new().await;

    assert!(
        scene
            .identities
            .principal("made up", true)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn identities_are_changed_only_with_the_right_to_and_by_nobody_who_sees_patients() {
    let scene = Scene::new().await;
    let officer = scene.hire(new_user("pat", Role::PrivacyOfficer)).await;
    let officer = scene.session(officer, Role::PrivacyOfficer, "p").await;
    let other_right = scene.right_of(&officer, DataType::Emergencies).await;
    let right = scene.right().await;
    let mut both = new_user("max", Role::SecurityAdmin);
    both.roles = both.roles.with(Role::Physician);

    let create = |right| {
        scene
            .identities
            .create_user(right, new_user("eve", Role::Nurse))
    };
    assert!(matches!(
        create(&other_right).await,
        Err(AccessError::NotAuthorised)
    ));
    let joined = scene.identities.create_user(&right, both).await;
    assert!(matches!(joined, Err(AccessError::RolesApart)));
    let first = scene
        .identities
        .create_first_user(new_user("eve", Role::SecurityAdmin), PASSWORD);
    assert!(matches!(first.await, Err(AccessError::NotAuthorised)));
    assert!(create(&right).await.is_ok());
    assert!(matches!(create(&right).await, Err(AccessError::LoginTaken)));
}

#[tokio::test]
async fn a_second_factor_cannot_be_replaced_by_who_has_only_the_password() {
    let scene = Scene::new().await;
    let kim = scene.person(new_user("kim", Role::Nurse)).await;
    let now = code(&kim.secret, scene.clock.now());
    let second = Some(SecondFactor::Totp(&now));
    let signed_in = scene.sign_in("kim", PASSWORD, second).await.unwrap();

    let again = scene.identities.enrol(&signed_in).await;

    assert!(matches!(again, Err(AccessError::NotAuthorised)));
}

#[tokio::test]
async fn a_machine_acts_by_its_key_until_that_ends_and_cannot_sign_in() {
    let scene = Scene::new().await;
    let lab = scene.hire(new_user("lab-feed", Role::Integration)).await;
    let right = scene.right().await;
    let ends = BEGIN + 60_000;
    let key = scene
        .identities
        .create_api_key(&right, lab, ends)
        .await
        .unwrap();
    let who = async |token: &str| scene.identities.principal_of_key(token).await.unwrap();

    let machine = who(key.token.expose()).await.unwrap();
    assert_eq!(machine.user(), lab);
    assert!(machine.standing().is_service);
    let signed_in = scene.sign_in("lab-feed", PASSWORD, None).await;
    assert_eq!(signed_in.unwrap_err(), SignInRefused::Unknown);
    assert!(who("wl_made-up").await.is_none());
    scene.clock.advance(60_000);
    assert!(who(key.token.expose()).await.is_none());
}

#[tokio::test]
async fn a_rotated_key_holds_beside_the_new_one_as_long_as_said_and_a_revoked_one_no_more() {
    let scene = Scene::new().await;
    let lab = scene.hire(new_user("lab-feed", Role::Integration)).await;
    let right = scene.right().await;
    let (identities, ends) = (&scene.identities, BEGIN + 1_000_000);
    let old = identities.create_api_key(&right, lab, ends).await.unwrap();
    let rotated = identities.rotate_api_key(&right, old.id, ends, 5_000).await;
    let new = rotated.unwrap();
    let holds = async |token: &str| identities.principal_of_key(token).await.unwrap().is_some();

    assert!(holds(old.token.expose()).await && holds(new.token.expose()).await);
    scene.clock.advance(5_000);
    assert!(!holds(old.token.expose()).await && holds(new.token.expose()).await);
    identities.revoke_api_key(&right, new.id).await.unwrap();
    assert!(!holds(new.token.expose()).await);
}

#[tokio::test]
async fn no_clock_that_is_set_back_lets_a_key_hold_again_that_was_revoked_or_replaced_at_once() {
    let scene = Scene::new().await;
    let lab = scene.hire(new_user("lab-feed", Role::Integration)).await;
    let right = scene.right().await;
    let (identities, ends) = (&scene.identities, BEGIN + 1_000_000);
    let first = identities.create_api_key(&right, lab, ends).await.unwrap();
    scene.clock.advance(60_000);
    let second = identities.rotate_api_key(&right, first.id, ends, 0).await;
    let second = second.unwrap();
    identities.revoke_api_key(&right, second.id).await.unwrap();

    scene.clock.set(BEGIN);

    for key in [first, second] {
        let machine = identities.principal_of_key(key.token.expose()).await;
        assert!(machine.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_person_gets_no_key_and_a_machine_no_role_of_a_person() {
    let scene = Scene::new().await;
    let kim = scene.hire(new_user("kim", Role::Nurse)).await;
    let right = scene.right().await;
    let mut machine = new_user("feed", Role::Integration);
    machine.roles = RoleSet::one(Role::Physician);

    let key = scene
        .identities
        .create_api_key(&right, kim, BEGIN + 1_000_000)
        .await;
    let machine = scene.identities.create_user(&right, machine).await;
    // Applications are let in by the site's own file.
    let mut application = new_user("feed", Role::Integration);
    application.roles = RoleSet::one(Role::Application);
    let application = scene.identities.create_user(&right, application).await;

    assert!(matches!(key, Err(AccessError::Value { .. })));
    assert!(matches!(machine, Err(AccessError::Value { .. })));
    assert!(matches!(application, Err(AccessError::Value { .. })));
}

#[tokio::test]
async fn the_store_holds_no_name_login_password_secret_or_token_in_clear() {
    let scene = Scene::new().await;
    let kim = scene.person(new_user("kimberley", Role::Nurse)).await;
    let lab = scene.hire(new_user("lab-feed", Role::Integration)).await;
    let right = scene.right().await;
    let key = scene
        .identities
        .create_api_key(&right, lab, BEGIN + 1_000_000)
        .await;
    let key = key.unwrap();

    let stored = everything_stored(&scene.store).await;

    let markers = [
        kim.login.as_bytes(),
        b"Canary",
        PASSWORD.as_bytes(),
        &kim.secret,
        kim.recovery[0].as_bytes(),
        key.token.expose().as_bytes(),
        b"nurse",
    ];
    for marker in markers {
        assert!(!stored.windows(marker.len()).any(|part| part == marker));
    }
    assert!(
        stored.windows(16).any(|part| part == kim.id.0),
        "it looked at what is there"
    );
}
