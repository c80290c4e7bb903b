//! Reports, the accounting of disclosures, and records as FHIR resources.

use wardline_audit::fhir::audit_events;
use wardline_audit::model::{
    Amount, ApplicationName, DataType, Event, EventKind, Note, Outcome, Purpose, RequestId, Seq,
};
use wardline_audit::rules::Rule;
use wardline_testkit::block_on;

use super::scene::{NOW, Scene, by, patient, read};

const SIX_YEARS_MS: u64 = 2_192 * 24 * 60 * 60 * 1_000;

#[test]
fn a_report_counts_events_people_exports_and_alerts_of_its_period_alone() {
    block_on(async {
        let scene = Scene::new().await;
        scene.audit.record_one(read("early", "p1")).await.unwrap();
        scene.clock.advance(1_000);
        for (user, id) in [("ada", "p1"), ("ada", "p1"), ("ada", "p2"), ("bob", "p1")] {
            scene.audit.record_one(read(user, id)).await.unwrap();
        }
        let mut denied = read("bob", "p2");
        (denied.kind, denied.outcome) = (EventKind::AccessDenied, Outcome::Denied);
        scene.audit.record_one(denied).await.unwrap();
        let mut export = Event::new(EventKind::Export, Outcome::Success, by("ada"));
        export.amount = Some(Amount {
            records: 501,
            bytes: 9,
        });
        scene.audit.record_one(export).await.unwrap();
        scene.clock.advance(1_000);
        scene.audit.record_one(read("late", "p1")).await.unwrap();

        let report = scene.audit.report(NOW + 1_000, NOW + 2_000, by("officer"));
        let report = report.await.unwrap();

        assert_eq!(report.events, 6);
        assert_eq!(report.kinds[&EventKind::Read], 4);
        assert_eq!(report.outcomes[&Outcome::Denied], 1);
        let users = report.users.iter();
        let users = users.map(|row| {
            let user = row.user.as_ref().unwrap().expose();
            (user, row.events, row.denied, row.patients)
        });
        assert_eq!(
            users.collect::<Vec<_>>(),
            [("ada", 4, 0, 2), ("bob", 2, 1, 2)]
        );
        let patients = report.patients.iter();
        let patients = patients.map(|row| {
            let patient = row.patient.as_ref().unwrap().expose();
            (patient, row.events, row.users)
        });
        assert_eq!(patients.collect::<Vec<_>>(), [("p1", 3, 2), ("p2", 2, 2)]);
        assert_eq!(report.exported_records, 501);
        assert_eq!(report.alerts[&Rule::LargeExport], 1);
        assert!(!report.is_cut);
    });
}

fn disclosure(recipient: &str, purpose: &str) -> Event {
    let mut event = read("records.office", "p1");
    event.kind = EventKind::Disclosure;
    event.recipient = Note::new(recipient).ok();
    event.by.purpose = Purpose::new(purpose).ok();
    event.data_types.push(DataType::new("lab_results").unwrap());
    event
}

#[test]
fn an_accounting_joins_disclosures_to_one_recipient_and_leaves_out_what_needs_none() {
    block_on(async {
        let scene = Scene::new().await;
        let record = |event| scene.audit.record_one(event);
        record(disclosure("Too old", "PUBHLTH")).await.unwrap();
        scene.clock.advance(SIX_YEARS_MS + 1);
        record(disclosure("Health office", "PUBHLTH"))
            .await
            .unwrap();
        scene.clock.advance(5);
        record(disclosure("Court, Main St 1", "LEGAL"))
            .await
            .unwrap();
        record(disclosure("Health office", "PUBHLTH"))
            .await
            .unwrap();
        record(disclosure("Dr. Next", "TREAT")).await.unwrap();
        let mut other = disclosure("Health office", "PUBHLTH");
        other.patients = vec![patient("p2")];
        record(other).await.unwrap();
        record(read("nurse", "p1")).await.unwrap();

        let found = scene
            .audit
            .account_disclosures(patient("p1"), by("officer"));
        let found = found.await.unwrap();

        let rows = found.rows.iter();
        let rows = rows.map(|row| {
            let recipient = row.recipient.as_ref().unwrap().expose();
            (recipient, row.count, row.last_at - row.first_at)
        });
        let expected = [("Health office", 2, 5), ("Court, Main St 1", 1, 0)];
        assert_eq!(rows.collect::<Vec<_>>(), expected);
        assert_eq!((found.exempt, found.unreadable), (1, 0));
    });
}

#[test]
fn a_record_is_a_resource_for_each_patient_with_identifiers_only() {
    block_on(async {
        let scene = Scene::new().await;
        let mut event = read("nurse.seven", "p1");
        event.patients.push(patient("mrn:HOSP:MRN 42"));
        event.data_types = ["vitals", "allergies"]
            .map(|name| DataType::new(name).unwrap())
            .to_vec();
        event.reason = Note::new("canary").ok();
        event.by.purpose = Purpose::new("TREAT").ok();
        event.by.address = Some([10, 0, 0, 7].into());
        event.by.application = ApplicationName::new("hyperspace").ok();
        event.by.request = RequestId::new("r-1").ok();
        scene.audit.record_one(event).await.unwrap();
        let record = scene.audit.show(Seq(1), by("auditor")).await.unwrap();

        let resources = audit_events(&record, "hospital.example/audit/1");

        let json = serde_json::to_value(&resources).unwrap();
        assert_eq!(resources.len(), 2);
        let first = json.get(0).unwrap();
        let at = |path: &str| first.pointer(path).unwrap().as_str().unwrap().to_owned();
        assert_eq!(at("/resourceType"), "AuditEvent");
        assert_eq!(at("/recorded"), "2026-11-21T10:00:00Z");
        assert_eq!(at("/subtype/0/code"), "read");
        assert_eq!(at("/agent/0/type/coding/0/code"), "110152");
        assert_eq!(at("/agent/0/network/address"), "10.0.0.7");
        assert_eq!(at("/agent/2/who/identifier/value"), "nurse.seven");
        assert_eq!(at("/agent/2/purposeOfUse/0/coding/0/code"), "TREAT");
        assert_eq!(at("/entity/0/what/reference"), "Patient/p1");
        assert_eq!(at("/entity/2/what/identifier/value"), "r-1");
        // What is no id of FHIR is no literal reference.
        let second = json.pointer("/1/entity/0/what").unwrap();
        let by_number =
            serde_json::json!({"type": "Patient", "identifier": {"value": "mrn:HOSP:MRN 42"}});
        assert_eq!(*second, by_number);
        assert!(at("/meta/profile/0").ends_with("IHE.BasicAudit.PatientRead"));
        assert!(!json.to_string().contains("canary"));
    });
}

/// IHE BALP 1.1: `data` and `patient` once, client and server with their networks, the user as the pattern says.
#[test]
fn a_resource_that_claims_a_pattern_has_each_slice_as_often_as_the_pattern_wants_it() {
    block_on(async {
        let scene = Scene::new().await;
        for kind in [EventKind::Read, EventKind::Write, EventKind::Delete] {
            let mut event = read("nurse.seven", "p1");
            event.kind = kind;
            event.by.address = Some([10, 0, 0, 7].into());
            event.data_types = ["vitals", "allergies"]
                .map(|name| DataType::new(name).unwrap())
                .to_vec();
            let told = scene.audit.record_one(event.clone()).await.unwrap();
            let record = scene.audit.show(told.first(), by("auditor")).await.unwrap();
            event.by.address = None;
            let told = scene.audit.record_one(event).await.unwrap();
            let without = scene.audit.show(told.first(), by("auditor")).await.unwrap();

            let resource = audit_events(&record, "hospital.example/audit/1").remove(0);
            let without = audit_events(&without, "hospital.example/audit/1").remove(0);

            assert!(resource.meta.is_some() && without.meta.is_none(), "{kind}");
            let of_type = |code: &str| {
                let entities = resource.entity.iter();
                entities.filter(|entity| entity.kind.code == code).count()
            };
            assert_eq!((of_type("1"), of_type("2")), (1, 1), "{kind}");
            let [client, server, user] = resource.agent.as_slice() else {
                panic!("{kind}: {} agents", resource.agent.len());
            };
            assert_eq!(client.network.as_ref().unwrap().address, "10.0.0.7");
            assert_eq!(server.network.as_ref().unwrap().address, "hospital.example");
            assert!(user.network.is_none() && user.requestor);
            let expected = if kind == EventKind::Read {
                "IRCP"
            } else {
                "AUT"
            };
            assert_eq!(user.kind.coding[0].code, expected, "{kind}");
        }
    });
}
