//! Release of information: copies that leave the house for public health and legal purposes, and their accounting.

use hyper::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};
use wardline_access::model::Role;
use wardline_audit::model::EventKind;

use crate::client::{Answer, Call};
use crate::patients::{PATIENT, Ward};

const COURT: &str = "County Court, 2 Market Square";
const HEALTH_OFFICE: &str = "County health office, 9 Hill Road";

/// An exported copy of the record for somebody outside, taken for a purpose; `None` names no recipient.
async fn take(ward: &Ward, by: (&str, &str), types: &[&str], to: Option<&str>) -> Answer {
    take_as(ward, "export", by, types, to).await
}

/// The same, exported or printed.
async fn take_as(
    ward: &Ward,
    how: &str,
    (who, purpose): (&str, &str),
    types: &[&str],
    to: Option<&str>,
) -> Answer {
    let reason = "notifiable disease, or a subpoena";
    let mut body = json!({"how": how, "types": types, "reason": reason});
    if let Some(recipient) = to {
        body["recipient"] = json!(recipient);
    }
    let path = format!("{}/take", ward.path);
    let call = Call::new(ward.house.address, "POST", &path).token(who);
    let call = call.header("wardline-purpose", purpose).json(&body);
    call.send().await
}

/// The accounting of the patient's disclosures, as a privacy officer makes it.
async fn accounting(ward: &Ward, officer: &str) -> Value {
    let call = Call::new(ward.house.address, "POST", "/v1/audit/accounting").token(officer);
    let answer = call.json(&json!({"patient": PATIENT})).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn what_is_released_stands_in_the_accounting_with_recipient_purpose_date_and_what() {
    let ward = Ward::new().await;
    let him = ward.signed_in("hana", Role::HealthInformation, "HIM").await;
    let officer = ward.signed_in("pat", Role::PrivacyOfficer, "PO").await;

    let reported = ["demographics", "diagnosis"];
    let of_him = take(&ward, (&him, "PUBHLTH"), &reported, Some(HEALTH_OFFICE)).await;
    let by = (officer.as_str(), "HLEGAL");
    let of_officer = take_as(&ward, "print", by, &["demographics"], Some(COURT)).await;

    for copy in [&of_him, &of_officer] {
        assert_eq!(copy.status, StatusCode::OK, "{}", copy.text());
        assert_eq!(copy.json()["fields"]["name"]["family"], "Everywoman");
    }
    let accounting = accounting(&ward, &officer).await;
    let rows = accounting["disclosures"].as_array().unwrap();
    let row = |at: usize| {
        let row = &rows[at];
        (
            row["recipient"].as_str().unwrap(),
            row["purpose"].as_str().unwrap(),
            row["data_types"].clone(),
            row["count"].as_u64().unwrap(),
        )
    };
    assert_eq!(rows.len(), 2, "{accounting}");
    assert_eq!(
        row(0),
        (
            HEALTH_OFFICE,
            "PUBHLTH",
            json!(["demographics", "diagnosis"]),
            1
        )
    );
    assert_eq!(row(1), (COURT, "HLEGAL", json!(["demographics"]), 1));
    // The trail says when each was taken; the newest is first there.
    let taken = ward.recorded(EventKind::Disclosure).await;
    assert_eq!(taken.len(), 2);
    for (row, record) in rows.iter().zip(taken.iter().rev()) {
        let first_at: Timestamp = row["first_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(
            u64::try_from(first_at.as_millisecond()),
            Ok(record.at),
            "{row}"
        );
        assert!(
            row["reason"].as_str().unwrap().contains("subpoena"),
            "{row}"
        );
    }
    assert_eq!(accounting["exempt"], 0);
}

#[tokio::test]
async fn nothing_is_released_without_a_recipient_for_other_purposes_or_by_others() {
    let ward = Ward::new().await;
    let him = ward.signed_in("hana", Role::HealthInformation, "HIM").await;
    let officer = ward.signed_in("pat", Role::PrivacyOfficer, "PO").await;
    let auditor = ward.signed_in("otto", Role::Auditor, "PO").await;
    let doctor = ward.signed_in("dora", Role::Physician, "W3").await;
    let nurse = ward.signed_in("kim", Role::Nurse, "W3").await;
    let billing = ward.signed_in("bill", Role::Billing, "FIN").await;
    let types = ["demographics"];

    for who in [&him, &officer] {
        let to_nobody = take(&ward, (who, "HLEGAL"), &types, None).await;
        assert_eq!(to_nobody.problem(), "invalid");
        assert!(to_nobody.text().contains("recipient"));
        for purpose in ["HOPERAT", "TREAT", "HRESCH", "PATRQT"] {
            let other = take(&ward, (who, purpose), &types, Some(COURT)).await;
            assert_eq!(other.problem(), "access_denied", "{purpose}");
        }
    }
    for (who, refused) in [
        (&ward.desk, "access_denied"),
        (&doctor, "access_denied"),
        (&nurse, "access_denied"),
        (&billing, "access_denied"),
        (&auditor, "scope_missing"),
    ] {
        for (how, purpose) in [
            ("export", "HLEGAL"),
            ("print", "HLEGAL"),
            ("print", "PUBHLTH"),
        ] {
            let released = take_as(&ward, how, (who, purpose), &types, Some(COURT)).await;
            assert_eq!(released.status, StatusCode::FORBIDDEN, "{how} {purpose}");
            assert_eq!(released.problem(), refused, "{how} {purpose}");
        }
    }
    let accounting = accounting(&ward, &officer).await;
    assert_eq!(accounting["disclosures"], json!([]));
}

#[tokio::test]
async fn psychotherapy_notes_and_what_falls_under_part_2_are_in_no_released_copy() {
    let ward = Ward::new().await;
    let doctor = ward.signed_in("dora", Role::Physician, "W3").await;
    let him = ward.signed_in("hana", Role::HealthInformation, "HIM").await;
    let officer = ward.signed_in("pat", Role::PrivacyOfficer, "PO").await;
    let noted = json!({"notes": [
        {"value": "walks with a stick"},
        {"value": "she said", "labels": {"psychotherapy": true}},
        {"value": "on methadone", "labels": {"part2": true, "consented": ["TREAT", "HLEGAL"]}},
    ]});
    let changed = ward.patch(1, &doctor, &noted).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());

    for who in [&him, &officer] {
        let copy = take(&ward, (who, "HLEGAL"), &["notes"], Some(COURT)).await;

        assert_eq!(copy.status, StatusCode::OK, "{}", copy.text());
        let text = copy.text();
        assert!(text.contains("walks with a stick"), "{text}");
        assert!(
            !text.contains("she said") && !text.contains("methadone"),
            "{text}"
        );
    }
}
