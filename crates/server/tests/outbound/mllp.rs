//! The MLLP sender against receivers that behave, misbehave and vanish.

use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wardline_messaging::port::SendOutcome;

use crate::mllp_partner::{Does, Receiver, ack, ack_of};
use crate::{assert_accepted, assert_not_sent, assert_unknown, parcel, parcel_asking, parcel_of};
use crate::{partner, try_partner};

#[tokio::test]
async fn messages_share_one_persistent_connection() {
    let receiver = Receiver::new(vec![Does::Writes(ack("AA"))]).await;
    let partner = partner(&receiver.destination("connections = 1"));

    for number in 1..=20 {
        assert_accepted(&partner.send(parcel(number)).await);
    }

    assert_eq!(receiver.connections(), 1);
}

#[tokio::test]
async fn no_more_connections_are_opened_than_configured() {
    let answer = Does::Waits(Duration::from_millis(20), ack("AA"));
    let receiver = Receiver::new(vec![answer]).await;
    let partner = partner(&receiver.destination("connections = 2"));

    let sends = (1..=10).map(|number| {
        let partner = partner.clone();
        tokio::spawn(async move { partner.send(parcel(number)).await })
    });
    for send in sends.collect::<Vec<_>>() {
        assert_accepted(&send.await.unwrap());
    }

    assert_eq!(receiver.connections(), 2);
}

#[tokio::test]
async fn a_retryable_answer_means_try_later_and_a_reject_means_refused() {
    let receiver = Receiver::new(vec![Does::Writes(ack("AE")), Does::Writes(ack("AR"))]).await;
    let partner = partner(&receiver.destination(""));

    let first = partner.send(parcel(1)).await;
    let second = partner.send(parcel(2)).await;

    assert!(matches!(first, SendOutcome::TryLater { .. }), "{first:?}");
    assert!(matches!(second, SendOutcome::Refused { .. }), "{second:?}");
    assert_eq!(receiver.connections(), 1);
}

#[tokio::test]
async fn nobody_listening_means_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let partner = partner(&format!("kind = \"mllp\"\naddress = \"127.0.0.1:{port}\""));

    let outcome = partner.send(parcel(1)).await;

    assert_not_sent(&outcome);
}

#[tokio::test]
async fn a_connection_that_was_closed_while_idle_is_replaced_before_sending() {
    let receiver = Receiver::new(vec![
        Does::WritesAndCloses(ack("AA")),
        Does::WritesAndCloses(ack("AA")),
    ])
    .await;
    let partner = partner(&receiver.destination(""));

    for number in 1..=10 {
        assert_accepted(&partner.send(parcel(number)).await);
        // The receiver's FIN is on its way; loopback delivers it before the next message is built.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }

    assert_eq!(receiver.connections(), 10);
}

#[tokio::test]
async fn a6_a_connection_that_drops_between_message_and_answer_means_unknown() {
    let receiver = Receiver::new(vec![Does::Closes, Does::Writes(ack("AA"))]).await;
    let partner = partner(&receiver.destination(""));

    let first = partner.send(parcel(1)).await;
    let again = partner.send(parcel(1)).await;

    assert_unknown(&first, "closed the connection before it answered");
    assert_accepted(&again);
}

#[tokio::test]
async fn a6_a_connection_whose_answer_is_outstanding_is_never_used_again() {
    let late = Does::Waits(Duration::from_millis(1_200), ack("AA"));
    let receiver = Receiver::new(vec![late, Does::Writes(ack("AR"))]).await;
    let partner = partner(&receiver.destination("acknowledgement_timeout_seconds = 1"));

    let first = partner.send(parcel(1)).await;
    let second = partner.send(parcel(2)).await;

    assert_unknown(&first, "no acknowledgement within 1 s");
    assert!(matches!(second, SendOutcome::Refused { .. }), "{second:?}");
    assert_eq!(receiver.connections(), 2);
}

#[tokio::test]
async fn a6_an_answer_to_another_message_is_not_taken_for_this_one() {
    let receiver = Receiver::new(vec![
        Does::Writes(ack_of("AA", "999")),
        Does::Writes(ack("AA")),
    ]);
    let receiver = receiver.await;
    let partner = partner(&receiver.destination(""));

    let outcome = partner.send(parcel(1)).await;
    let next = partner.send(parcel(2)).await;

    let SendOutcome::Unreadable { detail, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(detail, "MSA-2 of the answer is not the message's MSH-10");
    assert_accepted(&next);
    assert_eq!(receiver.connections(), 2);
}

#[tokio::test]
async fn a_second_answer_to_an_earlier_message_is_passed_over() {
    let doubled = format!("{}{}", ack("CA"), ack("AA"));
    let receiver = Receiver::new(vec![Does::Writes(doubled)]).await;
    let partner = partner(&receiver.destination("connections = 1"));

    for number in 1..=5 {
        assert_accepted(&partner.send(parcel_asking(number, "AL|AL")).await);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_late_answer_to_an_earlier_message_is_not_taken_for_this_one() {
    let late_then_own = format!("{}{}", ack_of("AR", "1"), ack("AA"));
    let receiver = Receiver::new(vec![Does::Writes(ack("CA")), Does::Writes(late_then_own)]).await;
    let partner = partner(&receiver.destination("connections = 1"));

    let first = partner.send(parcel_asking(1, "AL|AL")).await;
    let second = partner.send(parcel(2)).await;

    assert_accepted(&first);
    assert_accepted(&second);
    assert_eq!(receiver.connections(), 1);
}

#[tokio::test]
async fn an_application_answer_is_waited_for_when_commit_is_not_enough() {
    let accepted = format!("{}{}", ack("CA"), ack("AA"));
    let refused = format!("{}{}", ack("CA"), ack("AR"));
    let receiver = Receiver::new(vec![Does::Writes(accepted), Does::Writes(refused)]).await;
    let partner = partner(&receiver.destination("commit_is_enough = false"));

    let first = partner.send(parcel_asking(1, "AL|AL")).await;
    let second = partner.send(parcel_asking(2, "AL|AL")).await;

    let SendOutcome::Accepted { answer } = &first else {
        panic!("{first:?}")
    };
    assert!(answer.windows(6).any(|bytes| bytes == b"MSA|AA"));
    assert!(matches!(second, SendOutcome::Refused { .. }), "{second:?}");
}

#[tokio::test]
async fn a_commit_without_the_application_answer_that_is_due_means_unknown() {
    let receiver = Receiver::new(vec![Does::WritesAndCloses(ack("CA"))]).await;
    let partner = partner(&receiver.destination("commit_is_enough = false"));

    let outcome = partner.send(parcel_asking(1, "AL|AL")).await;

    assert_unknown(&outcome, "accepted (CA), but then");
}

#[tokio::test]
async fn a_message_that_asks_for_no_answer_counts_as_accepted_after_a_silence() {
    let receiver = Receiver::new(vec![Does::Nothing]).await;
    let partner = partner(&receiver.destination(""));

    let outcome = partner.send(parcel_asking(1, "NE|NE")).await;

    assert_accepted(&outcome);
}

#[tokio::test]
async fn f4_an_answer_without_its_last_cr_is_read() {
    let answer = ack("AA").trim_end_matches('\r').to_owned();
    let receiver = Receiver::new(vec![Does::WritesAndCloses(answer)]).await;
    let partner = partner(&receiver.destination(""));

    let outcome = partner.send(parcel(1)).await;

    assert_accepted(&outcome);
}

#[tokio::test]
async fn an_answer_that_is_no_mllp_means_unknown_and_shows_none_of_it() {
    let receiver = Receiver::new(vec![Does::Writes("SECRET ".repeat(2_000))]).await;
    let partner = partner(&receiver.destination(""));

    let outcome = partner.send(parcel(1)).await;

    assert_unknown(&outcome, "is no MLLP frame");
    assert!(!format!("{outcome:?}").contains("SECRET"));
}

#[tokio::test]
async fn a_message_that_no_frame_can_hold_is_refused_without_a_connection() {
    let receiver = Receiver::new(vec![Does::Nothing]).await;
    let partner = partner(&receiver.destination(""));

    let outcome = partner
        .send(parcel_of(1, Bytes::from_static(b"MSH|^~\\&|A\rNTE|\x0b\r")))
        .await;

    assert!(
        matches!(outcome, SendOutcome::Refused { .. }),
        "{outcome:?}"
    );
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn the_bytes_that_were_received_are_the_bytes_that_are_sent() {
    let mut receiver = Receiver::new(vec![Does::Writes(ack("AA"))]).await;
    let partner = partner(&receiver.destination(""));

    let bytes = "MSH|^~\\&|A||||2026||ADT^A01|7|P|2.3|\nZZ1|odd ||| \\X0D\\\r\rPID|1||77";
    partner.send(parcel_of(7, bytes.into())).await;

    let frame = receiver.arrived.recv().await.unwrap();
    assert_eq!(frame, format!("\x0b{bytes}\x1c\r"));
}

#[tokio::test]
async fn a_refusal_that_comes_before_the_message_is_written_whole_is_heard() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut chunk = vec![0; 64 * 1024];
        socket.read_exact(&mut chunk).await.unwrap();
        socket
            .write_all(ack_of("AR", "1").as_bytes())
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_mins(1)).await;
    });
    let partner = partner(&format!(
        "kind = \"mllp\"\naddress = \"127.0.0.1:{port}\"\nacknowledgement_timeout_seconds = 1"
    ));
    let mut large = b"MSH|^~\\&|A||||||ADT^A01|1|P|2.5\rNTE|".to_vec();
    large.resize(32 << 20, b'x');

    let outcome = partner.send(parcel_of(1, large.into())).await;

    assert!(
        matches!(outcome, SendOutcome::Refused { .. }),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_receiver_that_does_not_read_means_unknown_within_the_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let partner = partner(&format!(
        "kind = \"mllp\"\naddress = \"127.0.0.1:{port}\"\nacknowledgement_timeout_seconds = 1"
    ));
    let mut large = b"MSH|^~\\&|A||||||ADT^A01|1|P|2.5\rNTE|".to_vec();
    large.resize(32 << 20, b'x');

    let outcome = partner.send(parcel_of(1, large.into())).await;

    assert_unknown(&outcome, "did not take the message within 1 s");
}

#[tokio::test]
async fn a_partner_whose_tls_file_is_missing_is_refused_with_the_setting() {
    let problem = try_partner(
        "kind = \"mllp\"\naddress = \"lab:2575\"\ntls = { ca_file = \"/nowhere/ca.pem\" }",
    );

    let problem = problem.err().unwrap();
    assert!(
        problem.starts_with(
            "channel `adt`, destination `lab`: tls.ca_file: cannot read /nowhere/ca.pem"
        ),
        "{problem}"
    );
}
