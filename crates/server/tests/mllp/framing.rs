//! Framing rules F1 to F8 as a sender meets them.

use tokio::io::AsyncWriteExt;

use crate::rig::{Rig, a_while, until};
use crate::sender::{frame, framed, message, message_of};

#[tokio::test]
async fn f1_a_frame_is_found_however_tcp_cuts_it() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;
    sender.stream.set_nodelay(true).unwrap();

    for byte in frame("1") {
        sender.write(&[byte]).await;
    }

    assert_eq!(sender.ack().await, "AA 1");
    assert_eq!(rig.desk.payloads(), [message("1")]);
}

#[tokio::test]
async fn f1_fs_and_cr_may_come_apart() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;
    let whole = frame("1");
    let (all_but_cr, cr) = whole.split_at(whole.len() - 1);

    sender.write(all_but_cr).await;
    a_while().await;
    sender.write(cr).await;

    assert_eq!(sender.ack().await, "AA 1");
    assert_eq!(rig.faults(), []);
}

#[tokio::test]
async fn f3_blanks_between_frames_are_no_garbage() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;

    sender.write(b"\r\n\0 ").await;
    sender.send("1").await;
    sender.write(b"\n\n").await;
    sender.send("2").await;

    assert_eq!(sender.ack().await, "AA 1");
    assert_eq!(sender.ack().await, "AA 2");
    assert_eq!(rig.stats().garbage_bytes(), 0);
    assert_eq!(rig.faults(), []);
}

#[tokio::test]
async fn f3_garbage_up_to_the_limit_is_counted_and_passed_over() {
    let rig = Rig::new("max_junk_bytes = 100").await;
    let mut sender = rig.sender().await;

    sender.write(&[b'?'; 100]).await;

    assert!(sender.is_served("1").await);
    assert_eq!(rig.stats().garbage_bytes(), 100);
    assert_eq!(rig.faults(), [("garbage", 1)]);
}

#[tokio::test]
async fn f3_one_byte_of_garbage_beyond_the_limit_closes_the_connection() {
    let rig = Rig::new("max_junk_bytes = 100").await;
    let mut sender = rig.sender().await;

    sender.write(&[b'?'; 101]).await;

    assert!(sender.is_closed().await);
    assert_eq!(rig.stats().garbage_bytes(), 101);
    assert_eq!(rig.faults(), [("garbage", 1), ("too_much_garbage", 1)]);
}

#[tokio::test]
async fn f4_a_missing_cr_is_named_when_the_next_frame_begins() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;
    let first = frame("1");

    sender.write(&first[..first.len() - 1]).await;
    sender.send("2").await;

    assert_eq!(sender.ack().await, "AA 1");
    assert_eq!(sender.ack().await, "AA 2");
    assert_eq!(rig.faults(), [("carriage_return_missing", 1)]);
}

#[tokio::test]
async fn f4_a_missing_cr_is_named_after_a_short_silence_and_the_message_is_taken() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;
    let first = frame("1");

    sender.write(&first[..first.len() - 1]).await;

    assert_eq!(sender.ack().await, "AA 1");
    assert_eq!(rig.desk.payloads(), [message("1")]);
    assert_eq!(rig.faults(), [("carriage_return_missing", 1)]);
    assert!(sender.is_served("2").await);
}

#[tokio::test]
async fn f4_a_missing_cr_at_the_end_of_the_connection_loses_no_message() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;
    let first = frame("1");

    sender.write(&first[..first.len() - 1]).await;
    sender.stream.shutdown().await.unwrap();

    assert_eq!(sender.ack().await, "AA 1");
    assert!(sender.is_closed().await);
}

#[tokio::test]
async fn f5_a_frame_inside_a_frame_drops_the_outer_one_and_answers_the_inner_one() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;

    sender.write(b"\x0bMSH|^~\\&|HALF").await;
    sender.send("2").await;

    assert_eq!(sender.ack().await, "AA 2");
    assert_eq!(rig.desk.payloads(), [message("2")]);
    assert_eq!(rig.faults(), [("frame_restarted", 1)]);
}

#[tokio::test]
async fn f7_a_message_at_the_limit_is_taken() {
    let rig = Rig::new("max_message_bytes = 2048").await;
    let mut sender = rig.sender().await;

    sender.write(&framed(&message_of("1", 2048))).await;

    assert_eq!(sender.ack().await, "AA 1");
    assert_eq!(rig.faults(), []);
}

#[tokio::test]
async fn f7_a_message_one_byte_beyond_the_limit_is_rejected_and_the_connection_goes_on() {
    let rig = Rig::new("max_message_bytes = 2048").await;
    let mut sender = rig.sender().await;

    sender.write(&framed(&message_of("1", 2049))).await;

    assert_eq!(sender.ack().await, "AR 1");
    assert!(sender.is_served("2").await);
    assert_eq!(rig.desk.payloads(), [message("2")]);
    assert_eq!(rig.faults(), [("too_long", 1)]);
}

#[tokio::test]
async fn f7_a_rejection_keeps_its_place_among_the_answers() {
    let rig = Rig::new("max_message_bytes = 2048").await;
    let mut sender = rig.sender().await;
    rig.desk.hold_answers();

    sender.send("1").await;
    sender.write(&framed(&message_of("2", 5000))).await;
    sender.send("3").await;
    rig.arrived(2).await;
    rig.desk.give_answers(2);

    assert_eq!(sender.ack().await, "AA 1");
    assert_eq!(sender.ack().await, "AR 2");
    assert_eq!(sender.ack().await, "AA 3");
}

#[tokio::test]
async fn f7_what_is_too_long_and_has_no_header_is_passed_over_without_an_answer() {
    let rig = Rig::new("max_message_bytes = 2048").await;
    let mut sender = rig.sender().await;

    sender.write(&framed(&[b'x'; 5000])).await;

    assert!(sender.is_served("2").await);
}

#[tokio::test]
async fn f8_utf_16_is_rejected_and_the_connection_goes_on() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;
    let utf_16: Vec<u8> = message("1")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();

    sender.write(&framed(&utf_16)).await;

    assert_eq!(sender.ack().await, "AR ");
    assert!(sender.is_served("2").await);
}

#[tokio::test]
async fn a_message_without_vt_is_named_and_the_connection_goes_on() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;

    sender.write(message("1").as_bytes()).await;

    assert!(sender.is_served("2").await);
    assert_eq!(rig.faults(), [("start_block_missing", 1), ("garbage", 1)]);
}

#[tokio::test]
async fn each_message_without_vt_is_counted_once() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;
    let without_vt = |id| frame(id)[1..].to_vec();

    sender.write(&without_vt("1")).await;
    sender.write(&without_vt("2")).await;
    assert!(sender.is_served("3").await);
    sender.write(&without_vt("4")).await;

    assert!(sender.is_served("5").await);
    assert_eq!(rig.faults(), [("start_block_missing", 3), ("garbage", 1)]);
}

#[tokio::test]
async fn a_message_without_fs_is_named_after_the_frame_timeout() {
    let rig = Rig::new("frame_timeout_seconds = 1").await;
    let mut sender = rig.sender().await;

    sender
        .write(format!("\x0b{}", message("1")).as_bytes())
        .await;

    assert!(sender.is_closed().await);
    assert_eq!(rig.faults(), [("end_block_missing", 1)]);
    assert_eq!(rig.desk.payloads().len(), 0);
}

#[tokio::test]
async fn a_connection_that_closes_in_a_frame_is_named_and_nothing_is_taken() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;

    sender.write(b"\x0bMSH|^~\\&|HALF").await;
    drop(sender);

    until(|| rig.faults() == [("closed_in_frame", 1)]).await;
    assert_eq!(rig.desk.payloads().len(), 0);
}

#[tokio::test]
async fn a_sender_that_speaks_tls_or_http_is_named_and_closed_at_once() {
    for (bytes, name) in [
        (b"\x16\x03\x01\x02\x00\x01".as_slice(), "tls_on_plain_port"),
        (b"POST /hl7 HTTP/1.1\r\n", "http_request"),
    ] {
        let rig = Rig::new("").await;
        let mut sender = rig.sender().await;

        sender.write(bytes).await;

        assert!(sender.is_closed().await);
        assert_eq!(rig.faults(), [(name, 1)]);
    }
}

#[tokio::test]
async fn bytes_and_frames_are_counted() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;

    assert!(sender.is_served("1").await);
    assert!(sender.is_served("2").await);

    let stats = rig.stats();
    // An answer is counted when it is written, and may be read before that.
    until(|| stats.answers() == 2).await;
    assert_eq!(stats.frames(), 2);
    assert_eq!(
        stats.bytes_in(),
        2 * u64::try_from(frame("1").len()).unwrap()
    );
    assert!(stats.bytes_out() > 0);
    assert_eq!(stats.connections_open(), 1);
    drop(sender);
    until(|| stats.connections_open() == 0).await;
}
