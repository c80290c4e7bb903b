use std::time::Duration;

use wardline_simulator::partner::{Behaviour, Partner, PartnerOptions};
use wardline_simulator::scenario::{self, Action, Scenario};
use wardline_simulator::sender::{Traffic, TrafficOptions};

/// Plays for so many seconds of a paused clock, and gives what was done.
async fn done_within(scenario: Scenario, seconds: u64) -> (Vec<Action>, Traffic, [Partner; 2]) {
    let partner = || Partner::start(PartnerOptions::default());
    let partners = [partner().await.unwrap(), partner().await.unwrap()];
    let mut options = TrafficOptions::to(&partners[0].address().to_string());
    // Nothing is to be sent: only the script is looked at.
    options.pace.speed = 0.0;
    let traffic = Traffic::start(options);
    tokio::time::pause();

    let mut done = Vec::new();
    let playing = scenario::play(scenario, &traffic, &partners, |action| done.push(action));
    drop(tokio::time::timeout(Duration::from_secs(seconds), playing).await);
    (done, traffic, partners)
}

#[tokio::test]
async fn the_last_partner_goes_and_comes_back_again_and_again() {
    let (done, _, partners) = done_within(Scenario::PartnerDown, 100).await;

    assert_eq!(
        done,
        [
            Action::StopPartner,
            Action::StartPartner,
            Action::StopPartner
        ]
    );
    assert!(partners[0].is_running() && !partners[1].is_running());
}

#[tokio::test]
async fn a_surge_multiplies_and_takes_it_back() {
    let (done, traffic, _) = done_within(Scenario::Surge, 65).await;

    assert_eq!(done.len(), 2);
    assert!((traffic.pace().pressure - 1.0).abs() < f64::EPSILON);
}

#[tokio::test]
async fn broken_messages_begin_once() {
    let (done, traffic, _) = done_within(Scenario::Malformed, 60).await;

    assert_eq!(done, [Action::MalformedPercent(5)]);
    assert_eq!(traffic.pace().malformed_percent, 5);
}

#[tokio::test]
async fn a_steady_day_does_nothing() {
    let (done, _, partners) = done_within(Scenario::Steady, 60).await;

    assert!(done.is_empty());
    assert!(partners.iter().all(Partner::is_running));
}

#[tokio::test]
async fn a_partner_changes_its_behaviour_while_it_runs() {
    let partner = Partner::start(PartnerOptions::default()).await.unwrap();
    partner.behave(Behaviour {
        reject_percent: 100,
        ..Behaviour::default()
    });

    let message = b"\x0BMSH|^~\\&|A|B|C|D|20260105||ADT^A01|1|T|2.5.1\r\x1C\r";
    let reaction =
        wardline_simulator::hostile::raw(partner.address(), message, Duration::from_secs(5))
            .await
            .unwrap();

    assert!(
        String::from_utf8(reaction.answer)
            .unwrap()
            .contains("\rMSA|AR|1|")
    );
    assert_eq!(partner.summary().received, 0);
}
