use std::time::Duration;

use wardline_simulator::hostile;
use wardline_simulator::load::{self, LoadEnd, LoadOptions};
use wardline_simulator::partner::{Partner, PartnerOptions};

const FRAME: &[u8] = b"\x0BMSH|^~\\&|A|B|C|D|20260105||ADT^A01|42|T|2.5.1\r\x1C\r";
const LONGEST: Duration = Duration::from_secs(20);

async fn partner() -> Partner {
    Partner::start(PartnerOptions::default()).await.unwrap()
}

async fn serves_honest_senders(partner: &Partner) -> bool {
    let end = LoadEnd::Messages(50);
    let options = LoadOptions {
        end,
        ..LoadOptions::to(partner.address())
    };
    load::run(&options).await.unwrap().acknowledged == 50
}

#[tokio::test]
async fn a_frame_that_drips_is_answered_when_it_is_whole() {
    let partner = partner().await;

    let reaction = hostile::drip(partner.address(), FRAME, Duration::from_millis(1), LONGEST)
        .await
        .unwrap();

    assert_eq!(reaction.written_bytes, u64::try_from(FRAME.len()).unwrap());
    assert!(
        String::from_utf8(reaction.answer)
            .unwrap()
            .contains("\rMSA|AA|42\r")
    );
}

#[tokio::test]
async fn a_crowd_holds_its_connections() {
    let partner = partner().await;

    let mut crowd = hostile::crowd(partner.address(), 50, b"\x0BMSH|").await;

    assert_eq!(
        (crowd.held(), crowd.refused, crowd.closed().await),
        (50, 0, 0)
    );
    assert!(serves_honest_senders(&partner).await);
}

#[tokio::test]
async fn a_crowd_beyond_the_limit_sees_its_connections_closed() {
    let options = PartnerOptions {
        max_connections: 10,
        ..PartnerOptions::default()
    };
    let partner = Partner::start(options).await.unwrap();

    let mut crowd = hostile::crowd(partner.address(), 30, b"").await;

    let mut closed = 0;
    while closed < 20 {
        closed = crowd.closed().await;
    }
    assert_eq!(closed, 20);
}

#[tokio::test]
async fn a_flood_is_passed_over_and_refused() {
    let partner = partner().await;

    let reaction = hostile::flood(partner.address(), 70 << 20, LONGEST)
        .await
        .unwrap();

    assert_eq!(reaction.written_bytes, 70 << 20);
    assert!(
        String::from_utf8(reaction.answer)
            .unwrap()
            .contains("\rMSA|AR|FLOOD-1")
    );
    assert_eq!(partner.summary().received, 0);
    assert!(serves_honest_senders(&partner).await);
}

#[tokio::test]
async fn noise_brings_no_partner_down() {
    let partner = partner().await;

    for seed in 0..8 {
        hostile::noise(partner.address(), seed, 10_000, Duration::from_millis(200))
            .await
            .unwrap();
    }

    assert_eq!(partner.summary().received, 0);
    assert!(serves_honest_senders(&partner).await);
}
