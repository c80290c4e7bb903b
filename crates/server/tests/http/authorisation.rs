//! Every route of the description, and which tokens may use it. A route without a case here fails.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use hyper::StatusCode;
use serde_json::json;
use wardline_server::http::auth::Scope::{
    self, Admin, AuditRead, AuditWrite, BedsRead, BedsWrite, EmergenciesReview, EmergenciesUse,
    IdentitiesRead, IdentitiesWrite, KeysRead, KeysWrite, Operate, PatientsRead, PatientsWrite,
    Phi, Read, SessionsCheck, SessionsRead, SessionsRevoke, SessionsWrite, SystemRead, SystemWrite,
    VitalsWrite,
};
use wardline_server::http::description;

use crate::client::Call;
use crate::house::{House, admission, every_set};
use crate::partner::Mood;

/// A route, what it asks for, and a request to it.
pub(crate) struct Case {
    pub(crate) method: &'static str,
    pub(crate) template: &'static str,
    wants: &'static [Scope],
    pub(crate) path: &'static str,
}

const fn case(
    method: &'static str,
    template: &'static str,
    wants: &'static [Scope],
    path: &'static str,
) -> Case {
    Case {
        method,
        template,
        wants,
        path,
    }
}

/// Routes of those who keep identities, policies and emergency accesses, each with a request that is whole: a token of the
/// site is not enough, whatever its scopes are. Who they are open to is tested in `stewards` and `break_glass`.
pub(crate) const OF_STEWARDS: [(Case, &str); 24] = [
    (
        case("GET", "/v1/tokens", &[IdentitiesRead], "/v1/tokens"),
        "",
    ),
    (case("GET", "/v1/users", &[IdentitiesRead], "/v1/users"), ""),
    (
        case(
            "GET",
            "/v1/users/{id}",
            &[IdentitiesRead],
            "/v1/users/00000000000000000000000000000000",
        ),
        "",
    ),
    (
        case(
            "PATCH",
            "/v1/users/{id}",
            &[IdentitiesWrite],
            "/v1/users/00000000000000000000000000000000",
        ),
        "{}",
    ),
    (
        case(
            "POST",
            "/v1/users/{id}/disable",
            &[IdentitiesWrite],
            "/v1/users/00000000000000000000000000000000/disable",
        ),
        "",
    ),
    (
        case(
            "POST",
            "/v1/users/{id}/enable",
            &[IdentitiesWrite],
            "/v1/users/00000000000000000000000000000000/enable",
        ),
        "",
    ),
    (
        case(
            "POST",
            "/v1/users/{id}/suspend",
            &[IdentitiesWrite],
            "/v1/users/00000000000000000000000000000000/suspend",
        ),
        "",
    ),
    (
        case(
            "POST",
            "/v1/users/{id}/unsuspend",
            &[IdentitiesWrite],
            "/v1/users/00000000000000000000000000000000/unsuspend",
        ),
        "",
    ),
    (
        case(
            "PUT",
            "/v1/users/{id}/roles",
            &[IdentitiesWrite],
            "/v1/users/00000000000000000000000000000000/roles",
        ),
        r#"{"roles":["nurse"]}"#,
    ),
    (
        case(
            "PUT",
            "/v1/users/{id}/shift",
            &[IdentitiesWrite],
            "/v1/users/00000000000000000000000000000000/shift",
        ),
        r#"{"is_off_shift":true}"#,
    ),
    (
        case(
            "PUT",
            "/v1/users/{id}/password",
            &[IdentitiesWrite],
            "/v1/users/00000000000000000000000000000000/password",
        ),
        r#"{"password":"correct horse battery"}"#,
    ),
    (
        case(
            "POST",
            "/v1/users/{id}/reset-second-factor",
            &[IdentitiesWrite],
            "/v1/users/00000000000000000000000000000000/reset-second-factor",
        ),
        "",
    ),
    (
        case("GET", "/v1/api-keys", &[IdentitiesRead], "/v1/api-keys"),
        "",
    ),
    (
        case("POST", "/v1/api-keys", &[IdentitiesWrite], "/v1/api-keys"),
        r#"{"user":"00000000000000000000000000000000","expires_at":"2027-01-01T00:00:00Z"}"#,
    ),
    (
        case(
            "POST",
            "/v1/api-keys/{id}/rotate",
            &[IdentitiesWrite],
            "/v1/api-keys/00000000000000000000000000000000/rotate",
        ),
        r#"{"expires_at":"2027-01-01T00:00:00Z"}"#,
    ),
    (
        case(
            "DELETE",
            "/v1/api-keys/{id}",
            &[IdentitiesWrite],
            "/v1/api-keys/00000000000000000000000000000000",
        ),
        "",
    ),
    (
        case("GET", "/v1/policy", &[IdentitiesRead], "/v1/policy"),
        "",
    ),
    (
        case(
            "POST",
            "/v1/policy/explain",
            &[IdentitiesRead],
            "/v1/policy/explain",
        ),
        r#"{"role":"nurse","action":"read","data_type":"vitals","purpose":"TREAT"}"#,
    ),
    (
        case(
            "POST",
            "/v1/emergencies",
            &[EmergenciesUse],
            "/v1/emergencies",
        ),
        r#"{"patient":{"number":"1"},"reason":"consult","code":"123456"}"#,
    ),
    (
        case(
            "GET",
            "/v1/emergencies",
            &[EmergenciesReview],
            "/v1/emergencies",
        ),
        "",
    ),
    (
        case(
            "GET",
            "/v1/emergencies/{id}",
            &[EmergenciesReview],
            "/v1/emergencies/00000000000000000000000000000000",
        ),
        "",
    ),
    (
        case(
            "POST",
            "/v1/emergencies/{id}/give-back",
            &[EmergenciesUse],
            "/v1/emergencies/00000000000000000000000000000000/give-back",
        ),
        "",
    ),
    (
        case(
            "POST",
            "/v1/emergencies/{id}/revoke",
            &[EmergenciesReview],
            "/v1/emergencies/00000000000000000000000000000000/revoke",
        ),
        "",
    ),
    (
        case(
            "POST",
            "/v1/emergencies/{id}/review",
            &[EmergenciesReview],
            "/v1/emergencies/00000000000000000000000000000000/review",
        ),
        r#"{"verdict":"justified"}"#,
    ),
];

/// Routes of persons who signed in: no token opens them. What opens them is tested in `gate`.
pub(crate) const OF_PERSONS: [Case; 11] = [
    case("GET", "/v1/notifications", &[], "/v1/notifications"),
    case(
        "POST",
        "/v1/notifications/{id}/seen",
        &[],
        "/v1/notifications/00000000000000000000000000000000/seen",
    ),
    case("POST", "/v1/sign-out", &[], "/v1/sign-out"),
    case("GET", "/v1/me", &[], "/v1/me"),
    case("GET", "/v1/erasures", &[], "/v1/erasures"),
    case(
        "POST",
        "/v1/patients/{id}/erasure",
        &[],
        "/v1/patients/00000000000000000000000000000000/erasure",
    ),
    case(
        "DELETE",
        "/v1/patients/{id}/erasure",
        &[],
        "/v1/patients/00000000000000000000000000000000/erasure",
    ),
    case(
        "POST",
        "/v1/patients/{id}/erasure/approve",
        &[],
        "/v1/patients/00000000000000000000000000000000/erasure/approve",
    ),
    case(
        "PUT",
        "/v1/patients/{id}/hold",
        &[],
        "/v1/patients/00000000000000000000000000000000/hold",
    ),
    case(
        "DELETE",
        "/v1/patients/{id}/hold",
        &[],
        "/v1/patients/00000000000000000000000000000000/hold",
    ),
    case(
        "GET",
        "/v1/patients/{id}/deidentified",
        &[],
        "/v1/patients/00000000000000000000000000000000/deidentified",
    ),
];

pub(crate) const AUTHORISATION_CASES: [Case; 97] = [
    case("GET", "/v1/compliance", &[SystemRead], "/v1/compliance"),
    case(
        "GET",
        "/v1/estate/events",
        &[SystemRead],
        "/v1/estate/events",
    ),
    case(
        "POST",
        "/v1/patients/{id}/take",
        &[PatientsRead, Phi],
        "/v1/patients/00000000000000000000000000000000/take",
    ),
    case("GET", "/v1/estate", &[SystemRead], "/v1/estate"),
    case(
        "GET",
        "/v1/estate/backups",
        &[SystemRead],
        "/v1/estate/backups",
    ),
    case(
        "POST",
        "/v1/estate/backups",
        &[SystemWrite],
        "/v1/estate/backups",
    ),
    case(
        "GET",
        "/v1/estate/drills",
        &[SystemRead],
        "/v1/estate/drills",
    ),
    case(
        "GET",
        "/v1/estate/drills/{id}",
        &[SystemRead],
        "/v1/estate/drills/drill-failover",
    ),
    case(
        "GET",
        "/v1/configuration",
        &[SystemRead],
        "/v1/configuration",
    ),
    // Without a body that is one: the first user is made in `stewards`.
    case("POST", "/v1/users", &[IdentitiesWrite], "/v1/users"),
    case("POST", "/v1/sign-in", &[], "/v1/sign-in"),
    case(
        "POST",
        "/v1/sign-in/second-factor",
        &[],
        "/v1/sign-in/second-factor",
    ),
    case(
        "POST",
        "/v1/sign-in/second-factor/confirm",
        &[],
        "/v1/sign-in/second-factor/confirm",
    ),
    case("POST", "/v1/sign-in/password", &[], "/v1/sign-in/password"),
    case("GET", "/healthz", &[], "/healthz"),
    case("GET", "/readyz", &[], "/readyz"),
    case("GET", "/readyz/sessions", &[], "/readyz/sessions"),
    case("GET", "/metrics", &[Read], "/metrics"),
    case("GET", "/v1/openapi.json", &[], "/v1/openapi.json"),
    case("GET", "/v1/channels", &[Read], "/v1/channels"),
    case("GET", "/v1/channels/{channel}", &[Read], "/v1/channels/adt"),
    case(
        "POST",
        "/v1/messages/search",
        &[Read],
        "/v1/messages/search",
    ),
    case("GET", "/v1/messages/{id}", &[Read], "/v1/messages/1"),
    case(
        "GET",
        "/v1/messages/{id}/raw",
        &[Read, Phi],
        "/v1/messages/1/raw",
    ),
    case(
        "POST",
        "/v1/messages/{id}/reveal",
        &[Read, Phi],
        "/v1/messages/1/reveal",
    ),
    case(
        "POST",
        "/v1/messages/compare",
        &[Read, Phi],
        "/v1/messages/compare",
    ),
    case("GET", "/v1/dead-letters", &[Read], "/v1/dead-letters"),
    case(
        "POST",
        "/v1/dead-letters/{channel}/{destination}/{id}/retry",
        &[Operate],
        "/v1/dead-letters/adt/ehr/1/retry",
    ),
    case(
        "POST",
        "/v1/dead-letters/{channel}/{destination}/{id}/discard",
        &[Operate],
        "/v1/dead-letters/adt/ehr/1/discard",
    ),
    case(
        "POST",
        "/v1/dead-letters/{channel}/{destination}/{id}/edit",
        &[Operate, Phi],
        "/v1/dead-letters/adt/ehr/1/edit",
    ),
    case(
        "POST",
        "/v1/queues/{channel}/{destination}/{id}/park",
        &[Operate],
        "/v1/queues/adt/ehr/1/park",
    ),
    case(
        "POST",
        "/v1/queues/{channel}/{destination}/{id}/skip",
        &[Operate],
        "/v1/queues/adt/ehr/1/skip",
    ),
    case(
        "POST",
        "/v1/queues/{channel}/{destination}/try-now",
        &[Operate],
        "/v1/queues/adt/ehr/try-now",
    ),
    case("GET", "/v1/jobs", &[Read], "/v1/jobs"),
    case("POST", "/v1/jobs", &[Operate], "/v1/jobs"),
    case("GET", "/v1/jobs/{id}", &[Read], "/v1/jobs/1"),
    case(
        "POST",
        "/v1/jobs/{id}/cancel",
        &[Operate],
        "/v1/jobs/1/cancel",
    ),
    case("GET", "/v1/events", &[Read], "/v1/events"),
    case("POST", "/v1/sessions", &[SessionsWrite], "/v1/sessions"),
    case("GET", "/v1/sessions", &[SessionsRead], "/v1/sessions"),
    case(
        "POST",
        "/v1/sessions/search",
        &[SessionsRead],
        "/v1/sessions/search",
    ),
    case(
        "POST",
        "/v1/sessions/count",
        &[SessionsRead],
        "/v1/sessions/count",
    ),
    case(
        "POST",
        "/v1/sessions/check",
        &[SessionsCheck],
        "/v1/sessions/check",
    ),
    case(
        "POST",
        "/v1/sessions/check-many",
        &[SessionsCheck],
        "/v1/sessions/check-many",
    ),
    case(
        "POST",
        "/v1/sessions/touch",
        &[SessionsCheck],
        "/v1/sessions/touch",
    ),
    case(
        "POST",
        "/v1/sessions/revoke-user",
        &[SessionsRevoke],
        "/v1/sessions/revoke-user",
    ),
    case(
        "GET",
        "/v1/sessions/events",
        &[SessionsRead],
        "/v1/sessions/events",
    ),
    case(
        "GET",
        "/v1/sessions/{id}",
        &[SessionsRead],
        "/v1/sessions/00000000000000000000000000000000",
    ),
    case(
        "DELETE",
        "/v1/sessions/{id}",
        &[SessionsRevoke],
        "/v1/sessions/00000000000000000000000000000000",
    ),
    case(
        "PATCH",
        "/v1/sessions/{id}",
        &[SessionsWrite],
        "/v1/sessions/00000000000000000000000000000000",
    ),
    case(
        "POST",
        "/v1/sessions/{id}/lock",
        &[SessionsRevoke],
        "/v1/sessions/00000000000000000000000000000000/lock",
    ),
    case(
        "POST",
        "/v1/sessions/{id}/unlock",
        &[SessionsWrite],
        "/v1/sessions/00000000000000000000000000000000/unlock",
    ),
    case(
        "POST",
        "/v1/sessions/{id}/renew",
        &[SessionsWrite],
        "/v1/sessions/00000000000000000000000000000000/renew",
    ),
    case("GET", "/v1/units", &[BedsRead], "/v1/units"),
    case("GET", "/v1/beds", &[BedsRead], "/v1/beds"),
    case("GET", "/v1/beds/{id}", &[BedsRead], "/v1/beds/W3~12~1"),
    case(
        "GET",
        "/v1/beds/{id}/trend",
        &[BedsRead],
        "/v1/beds/W3~12~1/trend?parameter=pulse",
    ),
    case(
        "GET",
        "/v1/beds/{id}/events",
        &[BedsRead],
        "/v1/beds/W3~12~1/events",
    ),
    case(
        "POST",
        "/v1/beds/{id}/acknowledge",
        &[BedsWrite],
        "/v1/beds/W3~12~1/acknowledge",
    ),
    case(
        "PUT",
        "/v1/beds/{id}/status",
        &[BedsWrite],
        "/v1/beds/W3~12~1/status",
    ),
    case(
        "GET",
        "/v1/beds/{id}/nurses",
        &[BedsRead],
        "/v1/beds/W3~12~1/nurses",
    ),
    case(
        "PUT",
        "/v1/beds/{id}/nurses",
        &[BedsWrite],
        "/v1/beds/W3~12~1/nurses",
    ),
    case(
        "PUT",
        "/v1/stays/{id}/care",
        &[BedsWrite],
        "/v1/stays/1/care",
    ),
    case("POST", "/v1/vitals", &[VitalsWrite], "/v1/vitals"),
    case(
        "GET",
        "/v1/vitals/set-aside",
        &[BedsRead],
        "/v1/vitals/set-aside",
    ),
    case("GET", "/v1/stream", &[BedsRead], "/v1/stream"),
    case("POST", "/v1/audit/search", &[AuditRead], "/v1/audit/search"),
    case(
        "GET",
        "/v1/audit/records/{id}",
        &[AuditRead],
        "/v1/audit/records/0",
    ),
    case(
        "GET",
        "/v1/audit/checkpoint",
        &[AuditRead],
        "/v1/audit/checkpoint",
    ),
    case(
        "GET",
        "/v1/audit/verifiers",
        &[AuditRead],
        "/v1/audit/verifiers",
    ),
    case(
        "GET",
        "/v1/audit/records/{id}/proof",
        &[AuditRead],
        "/v1/audit/records/0/proof",
    ),
    case(
        "GET",
        "/v1/audit/consistency",
        &[AuditRead],
        "/v1/audit/consistency?old_size=1",
    ),
    case("POST", "/v1/audit/verify", &[AuditRead], "/v1/audit/verify"),
    case("POST", "/v1/audit/report", &[AuditRead], "/v1/audit/report"),
    case(
        "POST",
        "/v1/audit/accounting",
        &[AuditRead],
        "/v1/audit/accounting",
    ),
    case("POST", "/v1/audit/export", &[AuditRead], "/v1/audit/export"),
    case("GET", "/v1/audit/alerts", &[AuditRead], "/v1/audit/alerts"),
    case(
        "POST",
        "/v1/audit/alerts/{id}/acknowledge",
        &[AuditWrite],
        "/v1/audit/alerts/00000000000000000000000000000000/acknowledge",
    ),
    case(
        "POST",
        "/v1/audit/alerts/{id}/close",
        &[AuditWrite],
        "/v1/audit/alerts/00000000000000000000000000000000/close",
    ),
    case("GET", "/v1/audit/holds", &[AuditRead], "/v1/audit/holds"),
    case("POST", "/v1/audit/holds", &[AuditWrite], "/v1/audit/holds"),
    case(
        "POST",
        "/v1/audit/holds/{id}/release",
        &[AuditWrite],
        "/v1/audit/holds/1/release",
    ),
    case(
        "POST",
        "/v1/audit/archive",
        &[AuditWrite],
        "/v1/audit/archive",
    ),
    case(
        "POST",
        "/v1/audit/retain",
        &[AuditWrite],
        "/v1/audit/retain",
    ),
    case("GET", "/v1/keys", &[KeysRead], "/v1/keys"),
    case("POST", "/v1/keys/rotate", &[KeysWrite], "/v1/keys/rotate"),
    case("GET", "/v1/keys/rewrap", &[KeysRead], "/v1/keys/rewrap"),
    case("POST", "/v1/keys/rewrap", &[KeysWrite], "/v1/keys/rewrap"),
    case(
        "POST",
        "/v1/patients",
        &[PatientsWrite, Phi],
        "/v1/patients",
    ),
    case(
        "POST",
        "/v1/patients/search",
        &[PatientsRead, Phi],
        "/v1/patients/search",
    ),
    case(
        "GET",
        "/v1/patients/{id}",
        &[PatientsRead, Phi],
        "/v1/patients/00000000000000000000000000000000",
    ),
    case(
        "PATCH",
        "/v1/patients/{id}",
        &[PatientsWrite, Phi],
        "/v1/patients/00000000000000000000000000000000",
    ),
    case(
        "GET",
        "/v1/patients/{id}/history",
        &[PatientsRead, Phi],
        "/v1/patients/00000000000000000000000000000000/history",
    ),
    case(
        "POST",
        "/v1/patients/{id}/merge",
        &[PatientsWrite, Phi],
        "/v1/patients/00000000000000000000000000000000/merge",
    ),
    case(
        "POST",
        "/v1/patients/{id}/unmerge",
        &[PatientsWrite, Phi],
        "/v1/patients/00000000000000000000000000000000/unmerge",
    ),
    case(
        "POST",
        "/v1/patients/{id}/link",
        &[PatientsWrite, Phi],
        "/v1/patients/00000000000000000000000000000000/link",
    ),
    case(
        "POST",
        "/v1/patients/{id}/unlink",
        &[PatientsWrite, Phi],
        "/v1/patients/00000000000000000000000000000000/unlink",
    ),
];

#[test]
fn every_route_of_the_description_has_a_case() {
    let described: BTreeSet<(String, String)> =
        serde_json::to_value(description()).unwrap()["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().unwrap().keys();
                methods.map(|method| (path.clone(), method.to_uppercase()))
            })
            .collect();

    let cases: BTreeSet<(String, String)> = AUTHORISATION_CASES
        .iter()
        .chain(&OF_PERSONS)
        .chain(OF_STEWARDS.iter().map(|(case, _)| case))
        .map(|case| (case.template.to_owned(), case.method.to_owned()))
        .collect();

    assert_eq!(described, cases);
}

#[tokio::test]
async fn a_route_is_open_to_those_who_have_its_scopes_and_to_nobody_else() {
    let house = House::new(Mood::Accepts).await;
    house.receives(&admission("CTL-42")).await;

    for case in AUTHORISATION_CASES {
        let answer = send(&house, &case, None).await;
        let expected = if case.wants.is_empty() {
            None
        } else {
            Some(StatusCode::UNAUTHORIZED)
        };
        assert_eq!(
            refused(answer),
            expected,
            "nobody: {} {}",
            case.method,
            case.path
        );

        // Two scopes open no more than each of them and what asks for both. All ask at once, as each refusal is a record
        // that is synced.
        let telling = |set: &Vec<Scope>| {
            let asks_for_both = case.wants.iter().all(|wanted| set.contains(wanted));
            set.len() != 2 || (!case.wants.is_empty() && asks_for_both)
        };
        let sets: Vec<Vec<Scope>> = every_set().into_iter().filter(telling).collect();
        let sent = sets.iter().map(|scopes| send(&house, &case, Some(scopes)));
        for (scopes, answer) in sets.iter().zip(join_all(sent).await) {
            let admitted = case.wants.iter().all(|wanted| covers(scopes, *wanted));
            let expected = (!admitted).then_some(StatusCode::FORBIDDEN);
            assert_eq!(
                refused(answer),
                expected,
                "{scopes:?}: {} {}",
                case.method,
                case.path
            );
        }
    }
}

#[tokio::test]
async fn no_token_of_the_site_opens_a_route_of_stewards_and_a_missing_scope_is_named() {
    let house = House::new(Mood::Accepts).await;

    for (case, body) in OF_STEWARDS {
        let call = || {
            let call = Call::new(house.address, case.method, case.path);
            if body.is_empty() {
                return call;
            }
            call.header("content-type", "application/json").text(body)
        };
        let nobody = call().send().await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{}", case.path);
        let sets = every_set().into_iter().filter(|set| set.len() != 2);
        let sets: Vec<Vec<Scope>> = sets.collect();
        let sent = sets
            .iter()
            .map(|scopes| call().token(house.token(scopes)).send());
        for (scopes, answer) in sets.iter().zip(join_all(sent).await) {
            let admitted = case.wants.iter().all(|wanted| covers(scopes, *wanted));
            let expected: &[&str] = if admitted {
                &["access_denied", "person_needed"]
            } else {
                &["scope_missing"]
            };
            let at = format!("{scopes:?}: {} {}", case.method, case.path);
            assert!(
                expected.contains(&answer.problem().as_str()),
                "{at} {}",
                answer.text()
            );
        }
    }
}

#[tokio::test]
async fn no_token_opens_a_route_of_persons() {
    let house = House::new(Mood::Accepts).await;

    for case in OF_PERSONS {
        assert_eq!(send(&house, &case, None).await, StatusCode::UNAUTHORIZED);
        let sets = every_set().into_iter().filter(|set| set.len() != 2);
        let sets: Vec<Vec<Scope>> = sets.collect();
        let sent = sets.iter().map(|scopes| send(&house, &case, Some(scopes)));
        for (scopes, status) in sets.iter().zip(join_all(sent).await) {
            assert_eq!(status, StatusCode::FORBIDDEN, "{scopes:?}: {}", case.path);
        }
    }
}

#[tokio::test]
async fn a_token_that_is_not_known_or_comes_another_way_is_refused() {
    let house = House::new(Mood::Accepts).await;
    let token = house.token(&[Read]).to_owned();
    let other = wardline_phi::ApiToken::generate().unwrap();
    let call = || Call::new(house.address, "GET", "/v1/channels");

    let in_query = format!("/v1/channels?access_token={token}");
    let refused = [
        call().token(other.expose()),
        call().token("wl_"),
        call().token(""),
        call().header("authorization", &format!("Basic {token}")),
        call().header("authorization", &token),
        call().token(&token).token(other.expose()),
        Call::new(house.address, "GET", &in_query),
    ];

    for call in refused {
        let answer = call.send().await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        assert_eq!(answer.problem(), "unauthenticated");
    }
    let lower_case = call()
        .header("authorization", &format!("bearer {token}"))
        .send()
        .await;
    assert_eq!(lower_case.status, StatusCode::OK);
}

/// The rule in words: a scope covers itself, and admin covers all that shows no patient and lets nobody in.
fn covers(scopes: &[Scope], wanted: Scope) -> bool {
    let of_admin = [
        Read,
        Operate,
        SessionsRead,
        SessionsRevoke,
        SystemRead,
        SystemWrite,
    ];
    scopes.contains(&wanted) || (scopes.contains(&Admin) && of_admin.contains(&wanted))
}

/// The status, when it is one of refusing the caller.
fn refused(status: StatusCode) -> Option<StatusCode> {
    let of_refusal = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
    of_refusal.contains(&status).then_some(status)
}

async fn send(house: &House, case: &Case, scopes: Option<&[Scope]>) -> StatusCode {
    let mut call = Call::new(house.address, case.method, case.path);
    if let Some(scopes) = scopes {
        call = call.token(house.token(scopes));
    }
    if case.path.ends_with("/events") || case.path == "/v1/stream" {
        return call.head_only().await;
    }
    let body = BTreeMap::from([("dry_run", true)]);
    if case.method == "POST" {
        call = call.json(&json!(body));
    }
    call.send().await.status
}
