use std::time::Duration;

use wardline_simulator::hospital::{Application, BedsideOptions};
use wardline_simulator::partner::{Behaviour, Partner, PartnerOptions};
use wardline_simulator::sender::{Pace, Traffic, TrafficOptions};

use crate::until;

fn fast(partner: &Partner) -> TrafficOptions {
    TrafficOptions {
        pace: Pace {
            speed: f64::INFINITY,
            ..Pace::default()
        },
        remember_acknowledged: true,
        ..TrafficOptions::to(&partner.address().to_string())
    }
}

async fn partner_that(behaviour: Behaviour) -> Partner {
    Partner::start(PartnerOptions {
        behaviour,
        ..PartnerOptions::default()
    })
    .await
    .unwrap()
}

/// Plays until the partner has so many messages, and all that was told is answered.
async fn play(options: TrafficOptions, partner: &Partner, messages: u64) -> Traffic {
    let mut traffic = Traffic::start(options);
    until("the story is told", || {
        partner.summary().received >= messages
    })
    .await;
    traffic.finish().await;
    traffic
}

#[tokio::test]
async fn the_story_arrives_whole_and_in_order_on_one_connection_for_each_system() {
    let partner = partner_that(Behaviour::default()).await;

    let options = TrafficOptions {
        bedside: Some(BedsideOptions {
            every: Duration::from_mins(10),
            ..BedsideOptions::default()
        }),
        ..fast(&partner)
    };

    let traffic = play(options, &partner, 4_000).await;

    let (counts, seen) = (traffic.counts(), partner.summary());
    assert_eq!(counts.acknowledged, counts.told);
    assert_eq!((counts.refused, counts.resent, counts.malformed), (0, 0, 0));
    assert_eq!(
        counts.connected,
        u64::try_from(Application::ALL.len()).unwrap()
    );
    assert_eq!(seen.received, counts.told);
    assert_eq!(
        (
            seen.duplicates,
            seen.inversions,
            seen.missing,
            seen.unsigned
        ),
        (0, 0, 0, 0)
    );
}

#[tokio::test]
async fn a_message_that_is_not_taken_is_sent_again_with_the_same_control_id() {
    let behaviour = Behaviour {
        error_percent: 5,
        hang_up_percent: 5,
        ..Behaviour::default()
    };
    let partner = partner_that(behaviour).await;

    let traffic = play(fast(&partner), &partner, 300).await;

    let (counts, seen) = (traffic.counts(), partner.summary());
    assert_eq!(counts.acknowledged, counts.told);
    assert!(counts.resent > 0 && seen.duplicates > 0);
    assert_eq!(seen.received, counts.told + seen.duplicates);
    assert_eq!((seen.inversions, seen.missing), (0, 0));
}

#[tokio::test]
async fn a_refused_message_is_given_up_and_the_next_one_goes_on() {
    let behaviour = Behaviour {
        reject_percent: 10,
        ..Behaviour::default()
    };
    let partner = partner_that(behaviour).await;

    let traffic = play(fast(&partner), &partner, 500).await;

    let counts = traffic.counts();
    assert!(counts.refused > 0);
    assert_eq!(counts.acknowledged + counts.refused, counts.told);
    assert_eq!(partner.summary().received, counts.acknowledged);
}

#[tokio::test]
async fn a_receiver_may_go_and_come_back() {
    let partner = partner_that(Behaviour::default()).await;
    let mut traffic = Traffic::start(fast(&partner));
    until("messages flow", || partner.summary().received > 100).await;

    partner.stop().await;
    until("the systems notice", || traffic.counts().unreachable > 0).await;
    partner.start_again().await.unwrap();
    let before = partner.summary().received;
    until("messages flow again", || {
        partner.summary().received > before + 100
    })
    .await;
    traffic.finish().await;

    let seen = partner.summary();
    assert_eq!((seen.inversions, seen.missing), (0, 0));
    partner.arrivals(|arrivals| {
        assert!(
            traffic
                .acknowledged_control_ids()
                .iter()
                .all(|id| arrivals.count_of(id) >= 1)
        );
    });
}

#[tokio::test]
async fn systems_can_have_receivers_of_their_own() {
    let (adt, others) = (
        partner_that(Behaviour::default()).await,
        partner_that(Behaviour::default()).await,
    );
    let mut options = fast(&others);
    options
        .targets
        .insert(Application::Adt, adt.address().to_string());
    options.targets.remove(&Application::Billing);

    let traffic = play(options, &others, 500).await;

    let told_by = |tag: &str| {
        let known = traffic.acknowledged_control_ids();
        u64::try_from(known.iter().filter(|id| id.starts_with(tag)).count()).unwrap()
    };
    assert!(told_by("ADT-") > 0);
    assert_eq!(adt.summary().received, told_by("ADT-"));
    assert_eq!(told_by("BILLING-"), 0);
}

#[tokio::test]
async fn broken_messages_come_on_top_and_disturb_nothing() {
    let partner = partner_that(Behaviour::default()).await;
    let mut options = fast(&partner);
    options.pace.malformed_percent = 20;

    let traffic = play(options, &partner, 1_000).await;

    let (counts, seen) = (traffic.counts(), partner.summary());
    assert!(counts.malformed > 100 && counts.malformed > counts.malformed_accepted);
    assert_eq!(counts.acknowledged, counts.told);
    assert_eq!((seen.inversions, seen.missing), (0, 0));
}

#[tokio::test]
async fn a_story_in_slow_motion_can_be_stopped_at_once() {
    let partner = partner_that(Behaviour::default()).await;
    let mut options = fast(&partner);
    options.pace.speed = 0.001;

    let mut traffic = Traffic::start(options);
    traffic.finish().await;

    assert_eq!(traffic.counts().acknowledged, traffic.counts().told);
}

#[tokio::test]
async fn a_new_speed_holds_at_once() {
    let partner = partner_that(Behaviour::default()).await;
    let mut options = fast(&partner);
    options.pace.speed = 0.0;
    let mut traffic = Traffic::start(options);

    traffic.set_pace(Pace {
        speed: f64::INFINITY,
        ..traffic.pace()
    });

    until("messages flow", || partner.summary().received > 100).await;
    traffic.finish().await;
}

#[tokio::test]
async fn an_enhanced_mode_system_is_content_with_a_commit() {
    let partner = partner_that(Behaviour::taking(Duration::ZERO)).await;
    let mut options = fast(&partner);
    options
        .targets
        .retain(|application, _| *application == Application::Radiology);

    let traffic = play(options, &partner, 50).await;

    assert!(traffic.counts().acknowledged >= 50);
    assert_eq!(traffic.counts().resent, 0);
}
