//! `wardline hl7 parse`, `get` and `ack`.

use std::path::Path;

use crate::program::{Ended, sample, wardline, wardline_with};

const HERE: &str = env!("CARGO_MANIFEST_DIR");

fn from_stdin(arguments: &[&str], message: &str) -> Ended {
    wardline_with(Path::new(HERE), arguments, &[], message.as_bytes())
}

/// A message about a patient Košcielny in ISO-8859-2, with this MSH-18.
fn eastern(arguments: &[&str], msh_18: &str) -> Ended {
    let head = format!("MSH|^~\\&|LAB|H|EHR|W|2026||ADT^A01|7|P|2.5.1||||||{msh_18}");
    let message = [head.as_bytes(), b"\rPID|1||4711||Ko\xb9cielny\r"].concat();
    wardline_with(Path::new(HERE), arguments, &[], &message)
}

#[test]
fn every_sample_message_can_be_shown() {
    let folder = sample("");
    let folder = folder.to_str().unwrap();

    for arguments in [
        ["hl7", "parse", folder].as_slice(),
        &["hl7", "parse", "--json", folder],
    ] {
        let ended = wardline(Path::new(HERE), arguments);

        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    }
}

#[test]
fn the_tree_shows_what_is_there_with_the_path_that_gets_it() {
    let message = "MSH|^~\\&|LAB||||2026||ORU^R01|7|P|2.5.1\rPID|1||4711^^^A&1.2&ISO~0815\rOBX|1|ST|\
                   a||\"\"\rOBX|2|ST|b||5 \\T\\ 6\r";

    let ended = from_stdin(&["hl7", "parse"], message);

    for line in [
        "  PID-3[1].1     4711",
        "  PID-3[1].4.2   1.2",
        "  PID-3[2]       0815",
        "  OBX-5          \"\" (delete)",
        "  OBX[2]-5       5 & 6",
    ] {
        assert!(
            ended.stdout.lines().any(|shown| shown == line),
            "{line}\n{}",
            ended.stdout
        );
    }
}

#[test]
fn get_prints_a_line_per_message_with_tabs_between_values() {
    let messages = "MSH|^~\\&|LAB||||2026||ORU^R01|7|P|2.5.1\rPID|1||4711||DOE^A\\T\\B\r\
                    MSH|^~\\&|LAB||||2026||ORU^R01|8|P|2.5.1\rPID|1||\"\"\r";

    let ended = from_stdin(&["hl7", "get", "MSH-10,PID-3.1,PID-5.2"], messages);

    assert_eq!(ended.stdout, "7\t4711\tA&B\n8\t\"\"\t\n");
}

#[test]
fn a_value_cannot_break_the_line_it_stands_on() {
    let message = "MSH|^~\\&|LAB||||2026||ORU^R01|7|P|2.5.1\rNTE|1||a\tb\\X0A\\c\r";

    let ended = from_stdin(&["hl7", "get", "NTE-3"], message);

    assert_eq!(ended.stdout, "a\\tb\\nc\n");
}

#[test]
fn a_terminal_is_not_obeyed() {
    let message = "MSH|^~\\&|LAB||||2026||ORU^R01|7|P|2.5.1\rNTE|1||\u{1b}[2J\r";

    let ended = from_stdin(&["hl7", "parse"], message);

    assert!(!ended.stdout.contains('\u{1b}'), "{:?}", ended.stdout);
}

#[test]
fn a_wrong_path_is_a_usage_error_that_names_the_character() {
    let ended = from_stdin(&["hl7", "get", "PID-0"], "");

    assert_eq!(ended.code, 2);
    assert!(
        ended
            .stderr
            .contains("at character 5: numbering starts at 1"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_message_that_cannot_be_read_does_not_hide_the_others() {
    let messages =
        "MSH|^^\\&|LAB||||2026||ORU^R01|7|P|2.5.1\rMSH|^~\\&|LAB||||2026||ORU^R01|8|P|2.5\r";

    let ended = from_stdin(&["hl7", "get", "MSH-10"], messages);

    assert_eq!((ended.code, ended.stdout.as_str()), (7, "8\n"));
    assert!(
        ended.stderr.contains("-#1: cannot be read"),
        "{}",
        ended.stderr
    );
}

#[test]
fn what_is_no_message_is_said_to_be_none() {
    let ended = from_stdin(&["hl7", "parse"], "name,value\n");

    assert_eq!(ended.code, 1);
    assert!(
        ended.stderr.contains("no message in it"),
        "{}",
        ended.stderr
    );
}

#[test]
fn an_acknowledgement_answers_in_kind() {
    let message = "MSH|^~\\&|LAB|H|EHR|W|2026||ORU^R01^ORU_R01|77|P|2.5.1\rPID|1\r";
    let arguments = ["hl7", "ack", "--code", "ae", "--text", "later"];

    let ended = from_stdin(&arguments, message);

    assert!(
        ended.stdout.starts_with("MSH|^~\\&|EHR|W|LAB|H|"),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stdout.ends_with("\rMSA|AE|77|later\r"),
        "{}",
        ended.stdout
    );
}

#[test]
fn text_is_read_in_the_character_set_that_is_named_where_the_message_names_none() {
    let get = ["hl7", "get", "PID-5", "--character-set", "8859/2"];

    for silent in ["", "KLINGON", "ASCII"] {
        assert_eq!(eastern(&get, silent).stdout, "Košcielny\n", "{silent}");
    }
    assert_eq!(eastern(&get, "8859/1").stdout, "Ko¹cielny\n");
    let guessed = eastern(&["hl7", "get", "PID-5"], "");
    assert_eq!(guessed.stdout, "Ko¹cielny\n", "as Windows-1252");
}

#[test]
fn the_tree_tells_in_which_character_set_text_is_read() {
    let parse = ["hl7", "parse", "--character-set", "ISO-8859-2"];

    let (silent, unknown) = (eastern(&parse, ""), eastern(&parse, "KLINGON"));

    assert!(silent.stdout.contains("Košcielny"), "{}", silent.stdout);
    assert!(!silent.stdout.contains("warning"), "{}", silent.stdout);
    let warning = "warning: MSH-18 names no known character set; read as ISO-8859-2\n";
    assert!(unknown.stdout.contains(warning), "{}", unknown.stdout);
}

#[test]
fn an_acknowledgement_is_written_in_the_character_set_that_is_named() {
    let ack = ["hl7", "ack", "--text", "spät"];
    let message = "MSH|^~\\&|LAB|H|EHR|W|2026||ADT^A01|7|P|2.5.1\r";

    let unnamed = from_stdin(&ack, message);
    let ascii = from_stdin(&[&ack[..], &["--character-set", "ASCII"]].concat(), message);

    assert!(unnamed.stdout.contains("|spät"), "{}", unnamed.stdout);
    assert!(ascii.stdout.contains("|sp?t"), "{}", ascii.stdout);
}

#[test]
fn an_unknown_character_set_is_a_usage_error_that_tells_the_known_ones() {
    for command in [
        ["parse"].as_slice(),
        &["get", "PID-5"],
        &["ack"],
        &["send", "127.0.0.1:1"],
    ] {
        let arguments = [&["hl7"], command, &["--character-set", "KLINGON"]].concat();

        let ended = from_stdin(&arguments, "");

        assert_eq!(ended.code, 2, "{arguments:?}");
        for told in ["KLINGON", "UNICODE UTF-8, 8859/1, 8859/2", "Windows-1250"] {
            assert!(ended.stderr.contains(told), "{}", ended.stderr);
        }
    }
}

#[test]
fn json_has_fields_in_order_and_null_for_delete() {
    let message = "MSH|^~\\&|LAB||||2026||ORU^R01|7|P|2.5.1\rPID|1||4711^^^A&1~2||\"\"\r";

    let ended = from_stdin(&["hl7", "parse", "--json"], message);

    let expected = r#"{"path":"PID","fields":{"1":[["1"]],"3":[["4711","","",["A","1"]],["2"]],"5":[[null]]}}"#;
    assert!(ended.stdout.contains(expected), "{}", ended.stdout);
}
