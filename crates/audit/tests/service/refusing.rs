//! Refusals that come again and again: nothing of them is lost, and the trail grows by a record a minute.

use wardline_audit::model::{Event, EventKind, Origin, Outcome, Repeats, RequestId, Seq};
use wardline_audit::operations::{AuditFilter, Record};
use wardline_audit::rules::Rule;
use wardline_audit::{Audit, NotRecorded, ONE_BY_ONE, STRETCH_MS};
use wardline_kernel::StoreError;
use wardline_testkit::block_on;

use super::scene::{NOW, Scene, by, patient};

fn refusal() -> Event {
    let mut event = Event::new(EventKind::AccessDenied, Outcome::Denied, by("monitoring"));
    event.patients.push(patient("mrn:HOSP:1"));
    event
}

/// Refuses so often, a second apart, each as a request of its own.
async fn refuse(scene: &Scene, audit: &Audit, times: u32) {
    for time in 0..times {
        scene.clock.advance(1_000);
        let mut event = refusal();
        event.by = Origin {
            request: RequestId::new(&format!("req-{time}")).ok(),
            ..event.by
        };
        audit.record_refusal(event).await.unwrap();
        audit.record_counted().await.unwrap();
    }
}

/// All refusals in the trail, oldest first.
async fn refusals(audit: &Audit) -> Vec<Record> {
    let filter = AuditFilter {
        kind: Some(EventKind::AccessDenied),
        ..AuditFilter::default()
    };
    let page = audit.search(&filter, None, 200, by("auditor")).await;
    let mut found = page.unwrap().items;
    found.reverse();
    found
}

fn repeats(record: &Record) -> Option<Repeats> {
    record.content.as_ref().unwrap().repeats
}

#[test]
fn an_hour_of_refusals_every_second_is_ten_records_and_one_for_each_minute_and_the_numbers_add_up()
{
    block_on(async {
        let scene = Scene::new().await;

        refuse(&scene, &scene.audit, 3_600).await;
        scene.audit.stop().await.unwrap();

        let audit = scene.opened_again().await.unwrap();
        let found = refusals(&audit).await;
        assert!(found.len() <= 10 + 61, "{} records", found.len());
        let times: u64 = found.iter().map(Record::times).sum();
        assert_eq!(times, 3_600);
        assert_eq!(repeats(&found[8]), None);
        assert_eq!(repeats(&found[9]), Some(Repeats::CountedFromHere));
        let counted = repeats(&found[10]).unwrap();
        let expected = Repeats::Counted {
            times: 60,
            first_at: NOW + 11_000,
            last_at: NOW + 70_000,
        };
        assert_eq!(counted, expected);
        // Whom it was about and who asked stand in each of them.
        let content = found[10].content.as_ref().unwrap();
        assert_eq!(content.patients, refusal().patients);
        assert_eq!(content.by.user, refusal().by.user);
    });
}

#[test]
fn who_is_killed_while_it_counts_leaves_a_record_that_says_so_and_the_next_one_counts_anew() {
    block_on(async {
        let scene = Scene::new().await;
        refuse(&scene, &scene.audit, 15).await;

        // Nothing was stopped: the number 5 is gone with the process.
        let next = scene.opened_again().await.unwrap();
        refuse(&scene, &next, 1).await;

        let found = refusals(&next).await;
        assert_eq!(found.len(), 11);
        assert_eq!(repeats(&found[9]), Some(Repeats::CountedFromHere));
        assert_eq!(repeats(&found[10]), None);
        let repaired = next.show(Seq(11), by("auditor")).await.unwrap();
        assert_eq!(repaired.kind, EventKind::TrailRepaired);
    });
}

#[test]
fn when_the_number_cannot_be_recorded_the_next_refusal_is_not_answered_and_the_number_comes_later()
{
    block_on(async {
        let scene = Scene::new().await;
        refuse(&scene, &scene.audit, 15).await;
        scene.clock.advance(STRETCH_MS);
        scene.store.kept().fails_with = Some(StoreError::Full);

        let told = scene.audit.record_counted().await;
        let refused = scene.audit.record_refusal(refusal()).await;

        assert!(matches!(told, Err(NotRecorded::Store(_))), "{told:?}");
        assert!(matches!(refused, Err(NotRecorded::Store(_))), "{refused:?}");
        scene.store.kept().fails_with = None;
        scene.audit.record_counted().await.unwrap();
        let times: u64 = refusals(&scene.audit).await.iter().map(Record::times).sum();
        assert_eq!(times, 15);
    });
}

#[test]
fn a_report_counts_each_of_them_and_the_alert_too() {
    block_on(async {
        let mut settings = wardline_audit::Settings::default();
        settings.rules.denials_per_hour = 60;
        let scene = Scene::with(settings).await;

        refuse(&scene, &scene.audit, ONE_BY_ONE + 49).await;
        scene.audit.stop().await.unwrap();
        let audit = scene.opened_again().await.unwrap();
        let raised_by_59 = audit.alerts(None, 100).await.unwrap();
        let report = audit.report(0, u64::MAX, by("auditor")).await.unwrap();

        assert_eq!(report.kinds[&EventKind::AccessDenied], 59);
        assert_eq!(report.outcomes[&Outcome::Denied], 59);
        let user = report.users.iter().find(|row| row.denied > 0).unwrap();
        assert_eq!((user.denied, user.patients), (59, 1));
        assert_eq!(report.patients[0].events, 59);
        assert!(raised_by_59.is_empty(), "{raised_by_59:?}");
    });
}

#[test]
fn what_was_counted_raises_the_alert_as_if_it_stood_there_one_by_one() {
    block_on(async {
        let mut settings = wardline_audit::Settings::default();
        settings.rules.denials_per_hour = 60;
        let scene = Scene::with(settings).await;

        refuse(&scene, &scene.audit, 80).await;

        let alerts = scene.audit.alerts(None, 100).await.unwrap();
        let rules: Vec<Rule> = alerts.iter().map(|alert| alert.rule).collect();
        assert_eq!(rules, [Rule::ManyDenials]);
    });
}
