use std::time::Duration;

use wardline_simulator::load::{self, Load, LoadEnd, LoadOptions, OnFailure};
use wardline_simulator::partner::{Behaviour, Partner, PartnerOptions};

use crate::until;

fn options(partner: &Partner, messages: u64) -> LoadOptions {
    LoadOptions {
        connections: 8,
        depth: 4,
        patients: 20,
        end: LoadEnd::Messages(messages),
        remember_acknowledged: true,
        ..LoadOptions::to(partner.address())
    }
}

#[tokio::test]
async fn every_message_is_acknowledged_and_arrives_once_in_order() {
    let partner = Partner::start(PartnerOptions::default()).await.unwrap();

    let report = load::run(&options(&partner, 5_003)).await.unwrap();

    let seen = partner.summary();
    assert_eq!(
        (report.sent, report.acknowledged, report.unanswered),
        (5_003, 5_003, 0)
    );
    assert_eq!(
        (report.answers_out_of_order, report.answers_unmatched),
        (0, 0)
    );
    assert_eq!((seen.received, seen.patients), (5_003, 20));
    assert_eq!(
        (
            seen.duplicates,
            seen.inversions,
            seen.missing,
            seen.unsigned
        ),
        (0, 0, 0, 0)
    );
    assert!(report.latency.p50() <= report.latency.p99());
    assert!(report.latency.p99() <= report.latency.max());
    assert!(report.rate() > 0.0);
}

#[tokio::test]
async fn the_ledger_names_exactly_what_the_partner_has() {
    let partner = Partner::start(PartnerOptions::default()).await.unwrap();

    let report = load::run(&options(&partner, 1_000)).await.unwrap();

    assert_eq!(report.acknowledged_control_ids().count(), 1_000);
    partner.arrivals(|arrivals| {
        assert!(
            report
                .acknowledged_control_ids()
                .all(|id| arrivals.count_of(&id) == 1)
        );
    });
}

#[tokio::test]
async fn two_runs_share_no_control_id() {
    let partner = Partner::start(PartnerOptions::default()).await.unwrap();

    load::run(&options(&partner, 300)).await.unwrap();
    load::run(&LoadOptions {
        run: 1,
        ..options(&partner, 300)
    })
    .await
    .unwrap();

    assert_eq!(
        (partner.summary().received, partner.summary().duplicates),
        (600, 0)
    );
}

#[tokio::test]
async fn what_is_answered_later_is_sent_again_until_it_is_taken() {
    let behaviour = Behaviour {
        error_percent: 20,
        ..Behaviour::default()
    };
    let partner = Partner::start(PartnerOptions {
        behaviour,
        ..PartnerOptions::default()
    })
    .await
    .unwrap();
    let on_failure = OnFailure::Resend {
        patience: Duration::from_secs(20),
    };

    let report = load::run(&LoadOptions {
        depth: 1,
        on_failure,
        ..options(&partner, 400)
    })
    .await
    .unwrap();

    let seen = partner.summary();
    assert_eq!((report.acknowledged, report.unanswered), (400, 0));
    assert!(report.try_later > 0 && report.resent == report.try_later);
    assert_eq!(
        (seen.received, seen.duplicates, seen.inversions),
        (400, 0, 0)
    );
}

#[tokio::test]
async fn what_is_refused_is_counted_and_not_sent_again() {
    let behaviour = Behaviour {
        reject_percent: 30,
        ..Behaviour::default()
    };
    let partner = Partner::start(PartnerOptions {
        behaviour,
        ..PartnerOptions::default()
    })
    .await
    .unwrap();

    let report = load::run(&options(&partner, 400)).await.unwrap();

    assert!(report.refused > 0);
    assert_eq!(report.acknowledged + report.refused, 400);
    assert_eq!(partner.summary().received, report.acknowledged);
}

#[tokio::test]
async fn a_partner_that_goes_and_comes_back_has_everything_in_the_end() {
    let partner = Partner::start(PartnerOptions::default()).await.unwrap();
    let on_failure = OnFailure::Resend {
        patience: Duration::from_secs(30),
    };
    let load = Load::start(&LoadOptions {
        depth: 1,
        on_failure,
        end: LoadEnd::Stopped,
        ..options(&partner, 0)
    })
    .unwrap();

    for _ in 0..3 {
        let before = partner.summary().received;
        until("messages flow", || {
            partner.summary().received > before + 200
        })
        .await;
        partner.stop().await;
        tokio::time::sleep(Duration::from_millis(30)).await;
        partner.start_again().await.unwrap();
    }
    load.stop();
    let report = load.finish().await;

    let seen = partner.summary();
    assert_eq!(
        (report.unanswered, seen.inversions, seen.missing),
        (0, 0, 0)
    );
    assert_eq!(seen.received, report.acknowledged + seen.duplicates);
    partner.arrivals(|arrivals| {
        assert!(
            report
                .acknowledged_control_ids()
                .all(|id| arrivals.count_of(&id) >= 1)
        );
    });
}

#[tokio::test]
async fn a_lost_connection_stays_lost_when_nobody_asked_for_more() {
    let behaviour = Behaviour {
        hang_up_percent: 100,
        ..Behaviour::default()
    };
    let partner = Partner::start(PartnerOptions {
        behaviour,
        ..PartnerOptions::default()
    })
    .await
    .unwrap();

    let report = load::run(&LoadOptions {
        depth: 1,
        ..options(&partner, 80)
    })
    .await
    .unwrap();

    assert_eq!(
        (
            report.connections_lost,
            report.unanswered,
            report.acknowledged
        ),
        (8, 8, 0)
    );
    assert_eq!(partner.summary().received, 8);
}

#[tokio::test]
async fn nobody_listening_is_told_as_lost_connections() {
    let partner = Partner::start(PartnerOptions::default()).await.unwrap();
    partner.stop().await;

    let report = load::run(&options(&partner, 100)).await.unwrap();

    assert_eq!(
        (report.connections_lost, report.sent, report.acknowledged),
        (8, 0, 0)
    );
}

#[tokio::test]
async fn a_partner_takes_its_time_on_each_connection_alone() {
    let behaviour = Behaviour::taking(Duration::from_millis(20));
    let partner = Partner::start(PartnerOptions {
        behaviour,
        ..PartnerOptions::default()
    })
    .await
    .unwrap();

    let report = load::run(&LoadOptions {
        depth: 1,
        ..options(&partner, 40)
    })
    .await
    .unwrap();

    assert_eq!(report.acknowledged, 40);
    assert!(report.latency.p50() >= Duration::from_millis(20));
}

#[test]
fn options_beyond_the_bounds_are_refused_by_name() {
    let options = LoadOptions {
        connections: 10_000,
        ..LoadOptions::to(([127, 0, 0, 1], 1).into())
    };

    let refused = Load::start(&options).err().map(|error| error.to_string());

    assert_eq!(
        refused.as_deref(),
        Some("connections must be between 1 and 9999")
    );
}
