//! `wardline hl7 send`.

use std::fs;
use std::path::Path;
use std::time::Instant;

use serde_json::Value;
use tempfile::tempdir;
use wardline_hl7::ack::AckCode;
use wardline_hl7::mllp::encode;

use crate::program::{Ended, sample, wardline};
use crate::receiver::{Answer, Receiver};

fn message(control_id: &str) -> String {
    format!("MSH|^~\\&|LAB|H|EHR|W|2026||ADT^A01|{control_id}|P|2.5.1\rPID|1||4711\r")
}

fn enhanced(control_id: &str) -> String {
    format!("MSH|^~\\&|LAB|H|EHR|W|2026||ADT^A01|{control_id}|P|2.5.1|||AL|AL\rPID|1||4711\r")
}

fn send(receiver: &Receiver, content: &[u8], options: &[&str]) -> Ended {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("m.hl7"), content).unwrap();
    let mut arguments = vec!["hl7", "send", receiver.address.as_str(), "m.hl7"];
    arguments.extend(options);
    wardline(folder.path(), &arguments)
}

fn lines(ended: &Ended) -> Vec<Value> {
    ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_message_arrives_to_the_byte_and_its_answer_is_shown() {
    let receiver = Receiver::answering(|_| Answer::Code(AckCode::Aa));

    let ended = send(&receiver, message("A1").as_bytes(), &[]);

    assert_eq!(receiver.received(), [message("A1").into_bytes()]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.starts_with("AA  A1  "), "{}", ended.stdout);
    assert!(ended.stdout.contains("1 accepted"), "{}", ended.stdout);
}

#[test]
fn the_control_id_is_shown_in_the_character_set_that_is_named() {
    let receiver = Receiver::answering(|_| Answer::Code(AckCode::Aa));
    let text = message("K?1").into_bytes();
    let bytes: Vec<u8> = text
        .into_iter()
        .map(|b| if b == b'?' { 0xb9 } else { b })
        .collect();

    let ended = send(&receiver, &bytes, &["--character-set", "8859/2"]);

    assert_eq!(receiver.received(), [bytes]);
    assert!(ended.stdout.starts_with("AA  Kš1  "), "{}", ended.stdout);
}

#[test]
fn every_sample_message_arrives_to_the_byte() {
    let receiver = Receiver::answering(|_| Answer::Code(AckCode::Aa));
    let folder = sample("");

    let arguments = [
        "hl7",
        "send",
        &receiver.address,
        folder.to_str().unwrap(),
        "--quiet",
    ];
    let ended = wardline(Path::new("."), &arguments);

    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "hl7"))
        .collect();
    files.sort();
    let written: Vec<_> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert!(receiver.received() == written);
}

#[test]
fn a_refusal_is_shown_with_its_reason_and_the_exit_code_is_3() {
    let receiver = Receiver::answering(|message| {
        let refused = message.windows(2).any(|bytes| bytes == b"A2");
        Answer::Code(if refused { AckCode::Ar } else { AckCode::Aa })
    });
    let content = format!("{}{}{}", message("A1"), message("A2"), message("A3"));

    let ended = send(&receiver, content.as_bytes(), &["--quiet"]);

    assert_eq!(ended.code, 3);
    assert_eq!(ended.stdout.lines().count(), 2, "{}", ended.stdout);
    assert!(ended.stdout.starts_with("AR  A2  "), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("2 accepted, 1 refused"),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_recording_of_mllp_and_a_batch_are_sent_message_by_message() {
    let receiver = Receiver::answering(|_| Answer::Code(AckCode::Aa));
    let mut recording = encode(message("A1").as_bytes()).unwrap().to_vec();
    recording.extend(encode(message("A2").as_bytes()).unwrap());
    let batch = format!(
        "FHS|^~\\&\rBHS|^~\\&\r{}{}BTS|2\rFTS|1\r",
        message("B1"),
        message("B2")
    );

    let recorded = send(&receiver, &recording, &[]);
    let batched = send(&receiver, batch.as_bytes(), &[]);

    assert_eq!((recorded.code, batched.code), (0, 0));
    let expected = ["A1", "A2", "B1", "B2"].map(|id| message(id).into_bytes());
    assert_eq!(receiver.received(), expected);
}

#[test]
fn in_enhanced_mode_both_answers_are_waited_for() {
    let receiver = Receiver::answering(|_| Answer::Codes(vec![AckCode::Ca, AckCode::Ar]));
    let content = format!("{}{}", enhanced("E1"), enhanced("E2"));

    let ended = send(&receiver, content.as_bytes(), &["--json"]);

    let lines = lines(&ended);
    assert_eq!(ended.code, 3);
    assert_eq!(
        (&lines[0]["code"], &lines[0]["control_id"]),
        (&"AR".into(), &"E1".into())
    );
    assert_eq!(
        (&lines[1]["code"], &lines[1]["control_id"]),
        (&"AR".into(), &"E2".into())
    );
    assert_eq!(lines[2]["summary"]["refused"], 2);
}

#[test]
fn a_connection_closed_before_the_answer_leaves_the_outcome_unknown_and_the_rest_is_sent() {
    let receiver = Receiver::answering(|message| {
        let cut = message.windows(2).any(|bytes| bytes == b"A1");
        if cut {
            Answer::Close
        } else {
            Answer::Code(AckCode::Aa)
        }
    });
    let content = format!("{}{}", message("A1"), message("A2"));

    let ended = send(&receiver, content.as_bytes(), &["--json"]);

    let lines = lines(&ended);
    assert_eq!(ended.code, 3);
    assert!(
        lines[0]["text"]
            .as_str()
            .unwrap()
            .contains("closed the connection"),
        "{}",
        lines[0]
    );
    assert_eq!(lines[1]["code"], "AA");
}

#[test]
fn an_answer_to_another_message_is_not_taken_for_this_ones() {
    let wrong = encode(b"MSH|^~\\&|EHR||||2026||ACK|1|P|2.5.1\rMSA|AA|OTHER\r")
        .unwrap()
        .to_vec();
    let receiver = Receiver::answering(move |_| Answer::Bytes(wrong.clone()));

    let ended = send(&receiver, message("A1").as_bytes(), &[]);

    assert_eq!(ended.code, 3);
    assert!(
        ended.stdout.contains("the answer is to another message"),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_receiver_that_never_answers_is_given_up_on() {
    let receiver = Receiver::answering(|_| Answer::Bytes(Vec::new()));

    let ended = send(&receiver, message("A1").as_bytes(), &["--timeout", "1"]);

    assert_eq!(ended.code, 3);
    assert!(
        ended.stdout.contains("no acknowledgement within 1 s"),
        "{}",
        ended.stdout
    );
}

#[test]
fn nobody_listening_is_a_failure_that_names_the_address() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("m.hl7"), message("A1")).unwrap();

    let ended = wardline(folder.path(), &["hl7", "send", "127.0.0.1:1", "m.hl7"]);

    assert_eq!(ended.code, 1);
    assert!(
        ended.stderr.contains("cannot connect to 127.0.0.1:1"),
        "{}",
        ended.stderr
    );
}

#[test]
fn several_connections_send_everything_once() {
    let receiver = Receiver::answering(|_| Answer::Code(AckCode::Aa));
    let ids: Vec<String> = (0..200).map(|number| format!("N{number:03}")).collect();
    let content: String = ids.iter().map(|id| message(id)).collect();

    let ended = send(
        &receiver,
        content.as_bytes(),
        &["--connections", "8", "--quiet"],
    );

    let mut received = receiver.received();
    received.sort();
    let expected: Vec<_> = ids.iter().map(|id| message(id).into_bytes()).collect();
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(received == expected);
}

#[test]
fn a_rate_is_not_exceeded() {
    let receiver = Receiver::answering(|_| Answer::Code(AckCode::Aa));
    let started = Instant::now();

    let ended = send(
        &receiver,
        message("A1").as_bytes(),
        &[
            "--repeat",
            "11",
            "--rate",
            "20",
            "--connections",
            "4",
            "--quiet",
        ],
    );

    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(receiver.received().len(), 11);
    // A lower bound only: a slow machine takes longer, and that is right too.
    assert!(started.elapsed().as_millis() >= 500);
}

#[test]
fn an_answer_that_was_not_asked_for_is_not_taken_for_the_next_messages() {
    let receiver = Receiver::answering(|_| Answer::Code(AckCode::Aa));
    let silent = message("S1").replace("|2.5.1\r", "|2.5.1|||NE|NE\r");
    let content = format!("{silent}{}", message("A1"));

    let ended = send(&receiver, content.as_bytes(), &["--json"]);

    let lines = lines(&ended);
    assert_eq!(ended.code, 0, "{}", ended.stdout);
    assert_eq!(
        (&lines[0]["code"], &lines[1]["code"]),
        (&Value::Null, &"AA".into())
    );
}

#[test]
fn a_refusal_of_a_message_that_asks_for_nothing_else_is_counted() {
    let receiver = Receiver::answering(|_| Answer::Code(AckCode::Ar));
    let on_error = message("S1").replace("|2.5.1\r", "|2.5.1|||NE|ER\r");

    let ended = send(&receiver, on_error.as_bytes(), &[]);

    assert_eq!(ended.code, 3, "{}", ended.stdout);
    assert!(
        ended.stdout.contains("0 accepted, 1 refused"),
        "{}",
        ended.stdout
    );
}

#[test]
fn new_control_ids_make_a_repeat_a_message_of_its_own() {
    let receiver = Receiver::answering(|_| Answer::Code(AckCode::Aa));

    let options = ["--repeat", "2", "--new-control-ids", "--json"];
    let ended = send(&receiver, message("A1").as_bytes(), &options);

    let lines = lines(&ended);
    let ids = [&lines[0]["control_id"], &lines[1]["control_id"]];
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ids[0] != ids[1] && ids[0] != "A1", "{ids:?}");
    let received = receiver.received().remove(0);
    let id = ids[0].as_str().unwrap();
    assert_eq!(String::from_utf8(received).unwrap(), message(id));
}

#[test]
fn a_folder_without_messages_is_said_to_hold_none() {
    let receiver = Receiver::answering(|_| Answer::Code(AckCode::Aa));
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "nothing").unwrap();

    let ended = wardline(folder.path(), &["hl7", "send", &receiver.address, "."]);

    assert_eq!(ended.code, 1);
    assert!(
        ended.stderr.contains("no message in what was named"),
        "{}",
        ended.stderr
    );
}
