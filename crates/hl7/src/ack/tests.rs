use super::*;
use crate::charset::Charset;
use crate::error::ParseError;
use crate::header::Header;
use crate::message::Message;

const ORU: &[u8] = b"MSH|^~\\&|LAB^1.2^ISO|HOSP&x|EHR|WARD^9|2026||ORU^R01^ORU_R01|id 7|T^A|2.5.1^DE|||||DE|8859/1~UNICODE UTF-8\rPID|1||4711\r";

fn written(raw: &[u8], code: AckCode) -> String {
    String::from_utf8(Reply::write_for(raw, code, "20260102030405", "W1")).unwrap()
}

fn header_with(msh_15: &str, msh_16: &str) -> Vec<u8> {
    format!("MSH|^~\\&|A|B|C|D|||ADT^A01|7|P|2.5|||{msh_15}|{msh_16}\r").into_bytes()
}

fn mode_of(msh_15: &str, msh_16: &str) -> AckMode {
    AckMode::of(&Header::parse(&header_with(msh_15, msh_16)).unwrap())
}

fn answers(msh_15: &str, msh_16: &str, outcome: Outcome) -> Vec<&'static str> {
    mode_of(msh_15, msh_16)
        .answers(outcome)
        .map(AckCode::as_str)
        .collect()
}

#[test]
fn a1_both_fields_empty_is_original_mode() {
    assert_eq!(mode_of("", ""), AckMode::Original);
    assert_eq!(mode_of("\"\"", " "), AckMode::Original);
    assert_eq!(
        AckMode::of(&Header::parse(b"MSH|^~\\&|A").unwrap()),
        AckMode::Original
    );
}

#[test]
fn a1_either_field_valued_is_enhanced_mode() {
    use Condition::{Always, Never, OnError, OnSuccess};
    let enhanced = |accept, application| AckMode::Enhanced {
        accept,
        application,
    };

    assert_eq!(mode_of("AL", ""), enhanced(Always, Never));
    assert_eq!(mode_of("", "al"), enhanced(Never, Always));
    assert_eq!(mode_of("ER", "SU"), enhanced(OnError, OnSuccess));
    assert_eq!(mode_of("NE", "NE"), enhanced(Never, Never));
    assert_eq!(mode_of("??", "NE"), enhanced(Always, Never));
}

#[test]
fn a1_original_mode_answers_once_for_the_application() {
    assert_eq!(answers("", "", Outcome::Accepted), ["AA"]);
    assert_eq!(answers("", "", Outcome::Error), ["AE"]);
    assert_eq!(answers("", "", Outcome::Rejected), ["AR"]);
}

#[test]
fn a1_ne_and_al_is_the_same_as_original_mode() {
    for outcome in [Outcome::Accepted, Outcome::Error, Outcome::Rejected] {
        assert_eq!(answers("NE", "AL", outcome), answers("", "", outcome));
    }
}

#[test]
fn a1_enhanced_mode_commits_first_and_then_answers_for_the_application() {
    assert_eq!(answers("AL", "AL", Outcome::Accepted), ["CA", "AA"]);
    assert_eq!(answers("AL", "NE", Outcome::Accepted), ["CA"]);
    assert_eq!(answers("AL", "AL", Outcome::Error), ["CE"]);
    assert_eq!(answers("AL", "NE", Outcome::Rejected), ["CR"]);
    assert_eq!(answers("NE", "NE", Outcome::Rejected), Vec::<&str>::new());
}

#[test]
fn a1_er_answers_only_errors_and_su_only_success() {
    assert_eq!(answers("ER", "NE", Outcome::Accepted), Vec::<&str>::new());
    assert_eq!(answers("ER", "NE", Outcome::Error), ["CE"]);
    assert_eq!(answers("SU", "NE", Outcome::Accepted), ["CA"]);
    assert_eq!(answers("SU", "NE", Outcome::Rejected), Vec::<&str>::new());
    assert_eq!(answers("SU", "ER", Outcome::Rejected), ["AR"]);
    assert_eq!(answers("ER", "SU", Outcome::Accepted), ["AA"]);
}

#[test]
fn a2_error_codes_ask_for_another_try_and_reject_codes_do_not() {
    for (code, outcome) in [
        ("AA", Outcome::Accepted),
        ("CA", Outcome::Accepted),
        ("AE", Outcome::Error),
        ("CE", Outcome::Error),
        ("AR", Outcome::Rejected),
        ("CR", Outcome::Rejected),
    ] {
        assert_eq!(
            AckCode::parse(code.as_bytes()).unwrap().outcome(),
            outcome,
            "{code}"
        );
    }
    assert_eq!(AckCode::parse(b" ca "), Some(AckCode::Ca));
    assert_eq!(AckCode::parse(b"OK"), None);
}

#[test]
fn a2_every_code_of_table_0357_is_named() {
    let codes = [
        (ErrorCode::SegmentSequence, "100"),
        (ErrorCode::RequiredFieldMissing, "101"),
        (ErrorCode::DataType, "102"),
        (ErrorCode::TableValueNotFound, "103"),
        (ErrorCode::UnsupportedMessageType, "200"),
        (ErrorCode::UnsupportedEventCode, "201"),
        (ErrorCode::UnsupportedProcessingId, "202"),
        (ErrorCode::UnsupportedVersion, "203"),
        (ErrorCode::UnknownKeyIdentifier, "204"),
        (ErrorCode::DuplicateKeyIdentifier, "205"),
        (ErrorCode::RecordLocked, "206"),
        (ErrorCode::ApplicationInternal, "207"),
    ];
    for (code, number) in codes {
        assert_eq!(code.as_str(), number);
    }
}

#[test]
fn a3_an_answer_exchanges_the_parties_and_answers_in_kind() {
    assert_eq!(
        written(ORU, AckCode::Aa),
        "MSH|^~\\&|EHR|WARD^9|LAB^1.2^ISO|HOSP&x|20260102030405||ACK^R01^ACK|W1|T^A|2.5.1^DE\
         ||||||8859/1~UNICODE UTF-8\rMSA|AA|id 7\r"
    );
}

#[test]
fn a3_before_version_2_4_the_message_type_is_ack_alone() {
    let raw = b"MSH|^~\\&|LAB|HOSP|EHR|WARD|2026||ADT^A01|7|P|2.3\r";

    assert_eq!(
        written(raw, AckCode::Aa),
        "MSH|^~\\&|EHR|WARD|LAB|HOSP|20260102030405||ACK|W1|P|2.3\rMSA|AA|7\r"
    );
}

#[test]
fn a3_the_control_id_is_echoed_to_the_byte_in_any_separators() {
    let raw = b"MSH#*:?%#A#B#C#D###ADT*A01#i|d^7\xfc?F?#P#2.5\r";

    let ack = Reply::write_for(raw, AckCode::Ca, "2026", "W#1");

    assert_eq!(
        ack,
        b"MSH#*:?%#C#D#A#B#2026##ACK*A01*ACK#W?F?1#P#2.5\rMSA#CA#i|d^7\xfc?F?\r"
    );
}

#[test]
fn a3_errors_are_told_in_the_form_of_version_2_5() {
    let header = Header::parse(ORU).unwrap();
    let place = "PID[2]-3[2].4.1".parse().unwrap();
    let first = Fault::new(ErrorCode::RequiredFieldMissing, "a | missing").at(place);
    let second = Fault {
        severity: Severity::Warning,
        ..Fault::new(ErrorCode::DuplicateKeyIdentifier, "MSH-10 came before")
    };

    let ack = Reply::to(&header, AckCode::Ae)
        .fault(&first)
        .fault(&second)
        .text("see ERR")
        .write("2026", "W1");

    let ack = String::from_utf8(ack).unwrap();
    let (_, after_msh) = ack.split_once('\r').unwrap();
    assert_eq!(
        after_msh,
        "MSA|AE|id 7|see ERR\r\
         ERR||PID^2^3^2^4^1|101^Required field missing^HL70357|E||||a \\F\\ missing\r\
         ERR|||205^Duplicate key identifier^HL70357|W||||MSH-10 came before\r"
    );
}

#[test]
fn a3_errors_are_told_in_the_old_form_before_version_2_5() {
    let header = Header::parse(b"MSH|^~\\&|A|B|C|D|||ADT^A01|7|P|2.4\r").unwrap();
    let first = Fault::new(ErrorCode::RequiredFieldMissing, "PID-3 is empty")
        .at("PID-3.1".parse().unwrap());
    let second = Fault::new(ErrorCode::ApplicationInternal, "disk full");

    let ack = Reply::to(&header, AckCode::Ae)
        .fault(&first)
        .fault(&second)
        .write("2026", "W1");

    let ack = String::from_utf8(ack).unwrap();
    let (_, after_msh) = ack.split_once('\r').unwrap();
    assert_eq!(
        after_msh,
        "MSA|AE|7|PID-3 is empty\r\
         ERR|PID^1^3^101&Required field missing&HL70357~^^^207&Application internal error&HL70357\r"
    );
}

#[test]
fn a3_text_of_ours_is_written_in_the_character_set_of_the_sender() {
    let header = Header::parse(ORU).unwrap();

    let ack = Reply::to(&header, AckCode::Ae)
        .text("für 山")
        .write("2026", "W1");
    let latin = Reply::to(&header, AckCode::Ae)
        .text("für")
        .write("2026", "W1");

    assert!(ack.ends_with(b"|f?r ?\r"));
    assert!(latin.ends_with(b"|f\xfcr\r"));
}

#[test]
fn a3_text_of_ours_is_written_in_the_default_only_where_no_set_is_named() {
    let eastern = Charset::from_name(b"8859/2").unwrap();
    let written = |msh_18: &str| {
        let raw = format!("MSH|^~\\&|||||||ADT^A08|7|P|2.5||||||{msh_18}\r");
        let header = Header::parse(raw.as_bytes()).unwrap();
        let reply = Reply::to(&header, AckCode::Ae).with_default_charset(eastern);
        reply.text("proszę").write("2026", "W1")
    };

    for silent in ["", "KLINGON"] {
        assert!(written(silent).ends_with(b"|prosz\xea\r"), "{silent}");
    }
    let named = written("UNICODE UTF-8");
    assert!(named.ends_with("|proszę\r".as_bytes()));
}

#[test]
fn a3_an_acknowledgement_is_told_from_other_messages() {
    let ack = written(ORU, AckCode::Aa);

    assert!(Header::parse(ack.as_bytes()).unwrap().is_acknowledgement());
    assert!(!Header::parse(ORU).unwrap().is_acknowledgement());
}

#[test]
fn a3_what_has_no_header_is_rejected_and_told_the_place() {
    assert_eq!(
        written(b"hello", AckCode::Aa),
        "MSH|^~\\&|||||20260102030405||ACK^^ACK|W1|P|2.5.1\r\
         MSA|AR||no MSH segment at byte 0; a message begins with MSH\r\
         ERR|||100^Segment sequence error^HL70357|E||||no MSH segment at byte 0; a message begins with MSH\r"
    );
    assert!(
        written(b"MSH|^^\\&|A", AckCode::Aa)
            .contains("\rERR||MSH^1^2|102^Data type error^HL70357|E|")
    );
}

#[test]
fn f5_nothing_unreadable_is_ever_accepted_with_an_empty_msa_2() {
    for raw in [
        b"".as_slice(),
        b"\x0b",
        b"PID|1",
        b"MSH",
        b"MSHA^~\\&A",
        b"\xff\xfeM\0S\0",
    ] {
        let ack = Reply::write_for(raw, AckCode::Aa, "2026", "W1");

        assert_eq!(Ack::parse(&ack).unwrap().code, AckCode::Ar, "{raw:?}");
    }
}

#[test]
fn f7_a_message_beyond_the_limit_is_rejected_with_code_207() {
    let error = ParseError::TooLong { max_bytes: 10 };

    let ack = Reply::write_unreadable(&error, "2026", "W1");

    let read = Ack::parse(&ack).unwrap();
    assert_eq!(read.code, AckCode::Ar);
    assert_eq!(read.errors[0].code, "207");
    assert_eq!(
        read.text.unwrap(),
        "the message is longer than the limit of 10 bytes"
    );
}

#[test]
fn f8_a_wide_message_is_rejected_and_told_what_to_send() {
    let ack = written(b"M\0S\0H\0|\0", AckCode::Aa);

    assert!(ack.contains("\rMSA|AR||the message is UTF-16 or UTF-32; send UTF-8"));
}

#[test]
fn p13_an_empty_control_id_is_an_error_at_msh_10() {
    let header = Header::parse(b"MSH|^~\\&|A|B|C|D|||ADT^A01||P|2.5\r").unwrap();

    let fault = Fault::missing_control_id();
    let ack = Reply::to(&header, AckCode::Ae)
        .fault(&fault)
        .write("2026", "W1");

    let ack = String::from_utf8(ack).unwrap();
    assert!(ack.contains("\rMSA|AE||MSH-10 (message control id) is empty"));
    assert!(ack.contains("\rERR||MSH^1^10|101^Required field missing^HL70357|E|"));
}

#[test]
fn bytes_of_the_sender_cannot_end_a_segment_or_a_frame_of_the_answer() {
    let raw = b"MSH|^~\\&|A\x1c|B\x0b|C|D|||ADT^A01|7\x1c|P|2.5\x1c\rPID|1\r";

    let ack = Reply::write_for(raw, AckCode::Aa, "2026\r", "W\n1\x1c");

    assert!(crate::mllp::encode(&ack).is_ok());
    assert_eq!(Message::parse(&ack).unwrap().segments().count(), 2);
}

#[test]
fn a4_the_later_answer_of_the_application_is_told_from_the_commit_and_matched_to_the_same_message()
{
    let commit = written(ORU, AckCode::Ca);
    let later = written(ORU, AckCode::Aa);

    let commit = Ack::parse(commit.as_bytes()).unwrap();
    let later = Ack::parse(later.as_bytes()).unwrap();

    assert!(commit.code.is_commit() && commit.answers(b"id 7"));
    assert!(!later.code.is_commit() && later.answers(b"id 7"));
}

#[test]
fn a6_an_answer_is_matched_by_msa_2() {
    let ack = written(ORU, AckCode::Ae);
    let ack = Ack::parse(ack.as_bytes()).unwrap();

    assert_eq!(ack.code, AckCode::Ae);
    assert!(ack.answers(b"id 7"));
    assert!(ack.answers(b" id 7 "));
    assert!(!ack.answers(b"id 8"));
}

#[test]
fn a6_errors_of_a_partner_are_read_in_both_forms() {
    let new = b"MSH|^~\\&|X\rMSA|AR|7\rERR||PID^1^3|204^Unknown key^HL70357|E||||patient \\T\\ visit unknown\r";
    let old =
        b"MSH|^~\\&|X\rMSA|AE|7|bad\rERR|PID^1^3^101&Required field missing&HL70357~OBX^2^^102\r";
    let oldest = b"MSH|^~\\&|X\rMSA|AE|7||||207^internal\r";

    let new = Ack::parse(new).unwrap();
    assert_eq!(new.text.as_deref(), Some("patient & visit unknown"));
    assert_eq!(new.errors[0].location, "PID^1^3");
    assert_eq!(
        (new.errors[0].code.as_str(), new.errors[0].severity.as_str()),
        ("204", "E")
    );

    let old = Ack::parse(old).unwrap();
    assert_eq!(old.text.as_deref(), Some("bad"));
    assert_eq!(old.errors[0].location, "PID^1^3");
    assert_eq!(old.errors[0].text, "Required field missing");
    assert_eq!(
        (old.errors[1].location.as_str(), old.errors[1].code.as_str()),
        ("OBX^2", "102")
    );

    assert_eq!(Ack::parse(oldest).unwrap().errors[0].code, "207");
}

#[test]
fn a6_what_is_no_acknowledgement_says_why() {
    let error = |raw: &[u8]| Ack::parse(raw).unwrap_err();

    assert_eq!(
        error(b"ok"),
        AckError::Unreadable(ParseError::NoHeader { at: 0 })
    );
    assert_eq!(error(b"MSH|^~\\&|X\r"), AckError::NoMsa);
    assert_eq!(error(b"MSH|^~\\&|X\rMSA|OK|7\r"), AckError::UnknownCode);
    assert_eq!(error(b"MSH|^~\\&|X\rMSA\r"), AckError::UnknownCode);
}

#[test]
fn what_a_partner_sends_is_bounded() {
    let raw = format!(
        "MSH|^~\\&|X\rMSA|AE|7|{}\r{}",
        "é".repeat(5000),
        "ERR||A|1|E\r".repeat(100)
    );

    let ack = Ack::parse(raw.as_bytes()).unwrap();

    assert_eq!(ack.text.unwrap().chars().count(), 1000);
    assert_eq!(ack.errors.len(), 16);
}

#[test]
fn a_debug_line_shows_no_text_of_a_partner() {
    let ack = Ack::parse(b"MSH|^~\\&|X\rMSA|AE|7|JANE DOE unknown\rERR|||204||||||JANE\r").unwrap();

    assert!(!format!("{ack:?} {:?}", ack.errors).contains("JANE"));
}
