use super::*;
use proptest::prelude::*;

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

fn value<'a>(raw: &'a str, at: &str) -> Value<'a> {
    Message::parse(raw.as_bytes()).unwrap().value(&path(at))
}

fn text(raw: &[u8], at: &str) -> Option<String> {
    Message::parse(raw)
        .unwrap()
        .text(&path(at))
        .map(Cow::into_owned)
}

fn names(raw: &str) -> Vec<String> {
    let message = Message::parse(raw.as_bytes()).unwrap();
    message
        .segments()
        .map(|segment| segment.name().to_owned())
        .collect()
}

const ADT: &str = "MSH|^~\\&|LAB|HOSP|||20260102||ADT^A08|7|P|2.5\r\
    PID|1||A^^^H&1&ISO^MR~B^x||DOE^JANE^\"\"||\"\"|F\r\
    OBX|1|TX|||first\rOBX|2|TX|||second|\r";

#[test]
fn p2_every_line_end_and_none_at_the_end_is_read() {
    for end in ["\r", "\n", "\r\n", "\n\r", "\r\r\n"] {
        let raw = ["MSH|^~\\&|X", "PID|1", "PV1|1|I"].join(end);

        assert_eq!(names(&raw), ["MSH", "PID", "PV1"], "{end:?}");
        assert_eq!(
            names(&format!("{raw}{end}{end}")),
            ["MSH", "PID", "PV1"],
            "{end:?}"
        );
        assert_eq!(value(&raw, "PV1-2"), Value::Bytes(b"I"), "{end:?}");
    }
}

#[test]
fn p2_mixed_line_ends_blank_lines_and_trailing_garbage_are_read() {
    let raw = "\u{feff}MSH|^~\\&|X\r\n\r\n  \rPID|1\n\nPV1|1\r\0\0\x1c";

    assert_eq!(names(raw), ["MSH", "PID", "PV1"]);
    let message = Message::parse(raw.as_bytes()).unwrap();
    assert_eq!(message.warnings(), [Warning::ByteOrderMark]);
}

#[test]
fn p3_a_stray_line_is_kept_and_told_and_what_follows_is_read() {
    let raw = "MSH|^~\\&|X\rOBX|1|TX|||first line\nsecond, | with bars\nOBX|2|TX|||next\r";
    let message = Message::parse(raw.as_bytes()).unwrap();

    let stray = message.segments().nth(2).unwrap();

    assert!(stray.is_raw());
    assert_eq!(stray.bytes(), b"second, | with bars");
    assert_eq!(message.value(&path("OBX[2]-5")), Value::Bytes(b"next"));
    assert_eq!(
        message.warnings(),
        [Warning::StrayText { at: 33, bytes: 19 }]
    );
}

#[test]
fn p4_bare_local_lower_case_and_four_letter_segments_are_kept() {
    let raw = "MSH|^~\\&|X\rZZZ\rpid|1||9\rZPDA|a|b\rZ1X|c\r";

    assert_eq!(names(raw), ["MSH", "ZZZ", "pid", "ZPDA", "Z1X"]);
    assert_eq!(value(raw, "PID-3"), Value::Bytes(b"9"));
    assert_eq!(value(raw, "ZPDA-2"), Value::Bytes(b"b"));
    assert_eq!(value(raw, "ZZZ-1"), Value::Absent);
}

#[test]
fn p5_absent_empty_null_and_a_value_are_told_apart() {
    assert_eq!(value(ADT, "PID-2"), Value::Empty);
    assert_eq!(value(ADT, "PID-7"), Value::Null);
    assert_eq!(value(ADT, "PID-5.3"), Value::Null);
    assert_eq!(value(ADT, "PID-8"), Value::Bytes(b"F"));
    assert_eq!(value(ADT, "PID-9"), Value::Absent);
    assert_eq!(value(ADT, "PV1-2"), Value::Absent);
    assert_eq!(value(ADT, "OBX[2]-6"), Value::Empty);
}

#[test]
fn p6_a_header_counts_its_separator_as_field_1() {
    assert_eq!(value(ADT, "MSH-1"), Value::Bytes(b"|"));
    assert_eq!(value(ADT, "MSH-2"), Value::Bytes(b"^~\\&"));
    assert_eq!(value(ADT, "MSH-2.1"), Value::Bytes(b"^~\\&"));
    assert_eq!(value(ADT, "MSH-2.2"), Value::Absent);
    assert_eq!(value(ADT, "MSH-3"), Value::Bytes(b"LAB"));
    assert_eq!(value(ADT, "MSH-9.2"), Value::Bytes(b"A08"));
}

#[test]
fn p6_levels_count_from_1_and_the_first_of_a_plain_value_is_the_value() {
    assert_eq!(value(ADT, "PID-3"), Value::Bytes(b"A^^^H&1&ISO^MR~B^x"));
    assert_eq!(value(ADT, "PID-3[1]"), Value::Bytes(b"A^^^H&1&ISO^MR"));
    assert_eq!(value(ADT, "PID-3.1"), Value::Bytes(b"A"));
    assert_eq!(value(ADT, "PID-3.1.1"), Value::Bytes(b"A"));
    assert_eq!(value(ADT, "PID-3.4.3"), Value::Bytes(b"ISO"));
    assert_eq!(value(ADT, "PID-3.4.4"), Value::Absent);
    assert_eq!(value(ADT, "PID-3[2].2"), Value::Bytes(b"x"));
    assert_eq!(value(ADT, "PID-3[3]"), Value::Absent);
    assert_eq!(value(ADT, "PID-8[1].1.1"), Value::Bytes(b"F"));
    assert_eq!(value(ADT, "PID-8.2"), Value::Absent);
    assert_eq!(value(ADT, "OBX[2]-5"), Value::Bytes(b"second"));
    assert_eq!(value(ADT, "OBX"), Value::Bytes(b"OBX|1|TX|||first"));
}

#[test]
fn p7_text_is_unescaped_once_and_after_splitting() {
    let raw = b"MSH|^~\\&|X\rNTE|1||a \\T\\ b\\S\\c\\.br\\d\rPID|1||1\\F\\2^x\r";

    assert_eq!(text(raw, "NTE-3").as_deref(), Some("a & b^c\nd"));
    assert_eq!(text(raw, "PID-3.1").as_deref(), Some("1|2"));
    assert_eq!(text(raw, "PID-3").as_deref(), Some("1\\F\\2^x"));
}

#[test]
fn p7_documents_and_pointers_in_obx_5_are_not_unescaped() {
    let raw = b"MSH|^~\\&|X\rOBX|1|ED|||^app^pdf^Base64^a\\F\\b\rOBX|2|RP|||\\\\srv\\F\\x\rOBX|3|FT|||a\\F\\b^c\r";

    assert_eq!(text(raw, "OBX-5.5").as_deref(), Some("a\\F\\b"));
    assert_eq!(text(raw, "OBX[2]-5").as_deref(), Some("\\\\srv\\F\\x"));
    assert_eq!(text(raw, "OBX[3]-5").as_deref(), Some("a|b^c"));
}

#[test]
fn p8_text_is_decoded_from_msh_18() {
    let latin = b"MSH|^~\\&|||||||ADT^A08|7|P|2.5||||||8859/1\rPID|||1||M\xfcller\r";
    let utf8 = "MSH|^~\\&|||||||ADT^A08|7|P|2.5||||||UNICODE UTF-8\rPID|||1||Müller\r";

    assert_eq!(text(latin, "PID-5").as_deref(), Some("Müller"));
    assert_eq!(text(utf8.as_bytes(), "PID-5").as_deref(), Some("Müller"));
}

#[test]
fn p8_without_msh_18_the_default_of_the_listener_counts() {
    for msh in ["X", "|||||||||||||||ASCII"] {
        let raw = [b"MSH|^~\\&|", msh.as_bytes(), b"\rPID|||1||Ko\xb9cielny\r"].concat();
        let message = Message::parse(&raw).unwrap();

        let message = message.with_default_charset(Charset::from_name(b"8859/2").unwrap());

        assert_eq!(message.text(&path("PID-5")).as_deref(), Some("Košcielny"));
        assert_eq!(message.warnings(), []);
    }
}

/// Senders of v2.3 and v2.4 write Windows-1252 without a word of it, or with `ASCII`.
#[test]
fn p8_bytes_that_are_not_utf_8_are_read_as_windows_1252_where_no_set_is_named() {
    for msh in ["X", "|||||||||||||||ASCII", "|||||||||||||||\"\""] {
        let raw = [
            b"MSH|^~\\&|",
            msh.as_bytes(),
            b"\rPID|||1||M\xfcller \x80\r",
        ]
        .concat();
        let message = Message::parse(&raw).unwrap();

        assert_eq!(message.text(&path("PID-5")).as_deref(), Some("Müller €"));
        assert_eq!(message.charset(), Charset::WINDOWS_1252);
        assert_eq!(message.warnings(), [Warning::NotUtf8]);
    }
}

/// A sender that cuts fields at so many bytes may leave half a character.
#[test]
fn p8_utf_8_in_which_a_character_is_cut_stays_utf_8() {
    for msh in ["X", "|||||||||||||||ASCII"] {
        let cut = [
            b"MSH|^~\\&|",
            msh.as_bytes(),
            "\rPID|||1||Müller^Jos".as_bytes(),
            b"\xc3\r",
        ]
        .concat();

        let message = Message::parse(&cut).unwrap();

        let (family, given) = (path("PID-5.1"), path("PID-5.2"));
        assert_eq!(message.text(&family).as_deref(), Some("Müller"));
        assert_eq!(message.text(&given).as_deref(), Some("Jos\u{fffd}"));
        assert_eq!(message.warnings(), [Warning::BrokenUtf8]);
        let message = message.with_default_charset(Charset::Latin1);
        assert_eq!(message.charset(), Charset::Latin1, "the channel says so");
        assert_eq!(message.warnings(), []);
    }
}

/// `ß“` of Windows-1252 are the bytes of a character of UTF-8.
#[test]
fn p8_two_letters_that_look_like_one_of_utf_8_do_not_make_the_others_unreadable() {
    let raw = b"MSH|^~\\&|X\rPID|||1||M\xfcller\rOBX|1|TX|||\x84Fu\xdf\x93\r";

    let message = Message::parse(raw).unwrap();

    assert_eq!(message.text(&path("PID-5")).as_deref(), Some("Müller"));
    assert_eq!(message.text(&path("OBX-5")).as_deref(), Some("„Fuß“"));
    assert_eq!(message.warnings(), [Warning::NotUtf8]);
}

#[test]
fn p8_utf_8_stays_utf_8_and_what_is_named_counts_also_where_the_bytes_are_otherwise() {
    let silent = "MSH|^~\\&|X\rPID|||1||Müller\r";
    let ascii = "MSH|^~\\&||||||||||||||||ASCII\rPID|||1||Müller\r";
    for raw in [silent, ascii] {
        let message = Message::parse(raw.as_bytes()).unwrap();
        assert_eq!(message.text(&path("PID-5")).as_deref(), Some("Müller"));
        assert_eq!(message.warnings(), []);
    }
    for named in ["UNICODE UTF-8", "KLINGON"] {
        let raw = [
            b"MSH|^~\\&||||||||||||||||",
            named.as_bytes(),
            b"\rPID|||1||M\xfcller\r",
        ];
        let raw = raw.concat();
        let message = Message::parse(&raw).unwrap();
        let shown = message.text(&path("PID-5"));
        assert_eq!(shown.as_deref(), Some("M\u{fffd}ller"), "{named}");
        assert!(message.warnings().contains(&Warning::BrokenUtf8), "{named}");
    }
}

#[test]
fn p8_hex_escapes_are_bytes_of_the_character_set() {
    let raw = b"MSH|^~\\&|||||||ADT^A08|7|P|2.5||||||8859/1\rPID|||1||M\\XFC\\ller\r";

    assert_eq!(text(raw, "PID-5").as_deref(), Some("Müller"));
}

#[test]
fn p8_an_unknown_character_set_is_told_and_text_is_read_in_the_default() {
    let raw = b"MSH|^~\\&|||||||ADT^A08|7|P|2.5||||||KLINGON\rPID|||1||DOE\r";
    let message = Message::parse(raw).unwrap();

    assert_eq!(message.warnings(), [Warning::UnknownCharset]);
    assert_eq!(message.text(&path("PID-5")).as_deref(), Some("DOE"));
}

#[test]
fn p8_separators_inside_shifted_japanese_are_text() {
    let raw = b"MSH|^~\\&|||||||ADT^A08|7|P|2.5||||||~ISO IR87\rPID|||1||\x1b$B$^!|\x1b(B^x|end\r";

    let message = Message::parse(raw).unwrap();

    assert_eq!(message.value(&path("PID-5.2")), Value::Bytes(b"x"));
    assert_eq!(message.value(&path("PID-6")), Value::Bytes(b"end"));
}

#[test]
fn p10_a_document_of_many_megabytes_is_borrowed_not_copied() {
    let document = "QUJD".repeat(3 << 20);
    let raw =
        format!("MSH|^~\\&|X\rOBX|1|ED|||^application^pdf^Base64^{document}\rOBX|2|TX|||after\r");
    let message = Message::parse(raw.as_bytes()).unwrap();

    let found = message.value(&path("OBX-5.5")).bytes().unwrap();

    assert_eq!(found.len(), document.len());
    assert!(raw.as_bytes().as_ptr_range().contains(&found.as_ptr()));
    assert!(matches!(
        message.text(&path("OBX-5.5")),
        Some(Cow::Borrowed(_))
    ));
    assert_eq!(message.value(&path("OBX[2]-5")), Value::Bytes(b"after"));
}

#[test]
fn p13_a_long_or_empty_control_id_is_read() {
    let long = "x".repeat(400);
    let raw = format!("MSH|^~\\&|||||||ADT^A08|{long}|P|2.5\r");

    assert_eq!(
        Message::parse(raw.as_bytes())
            .unwrap()
            .header()
            .control_id(),
        long.as_bytes()
    );
    let empty = Message::parse(b"MSH|^~\\&|||||||ADT^A08||P|2.5\r").unwrap();
    assert_eq!(empty.header().control_id(), b"");
}

#[test]
fn a_second_header_is_told() {
    let message = Message::parse(b"MSH|^~\\&|A\rMSH|^~\\&|B\r").unwrap();

    assert_eq!(message.header().sending_application(), b"A");
    assert_eq!(message.warnings(), [Warning::SecondHeader { at: 11 }]);
}

#[test]
fn one_byte_beyond_the_limit_is_refused() {
    let raw = b"MSH|^~\\&|X\r";
    let limits = |max_bytes| Limits {
        max_bytes,
        ..Limits::default()
    };

    assert!(Message::parse_within(raw, limits(raw.len())).is_ok());
    let refused = Message::parse_within(raw, limits(raw.len() - 1)).unwrap_err();
    assert_eq!(
        refused,
        ParseError::TooLong {
            max_bytes: raw.len() - 1
        }
    );
}

#[test]
fn one_segment_beyond_the_limit_is_refused() {
    let limits = Limits {
        max_segments: 3,
        ..Limits::default()
    };

    assert!(Message::parse_within(b"MSH|^~\\&|\rA01|\rA02|\r", limits).is_ok());
    for raw in [
        b"MSH|^~\\&|\rA01|\rA02|\rA03|\r".as_slice(),
        b"MSH|^~\\&|\rA01|\rA02|\rA03|",
    ] {
        let refused = Message::parse_within(raw, limits).unwrap_err();
        assert_eq!(refused, ParseError::TooManySegments { max_segments: 3 });
    }
}

#[test]
fn warnings_are_bounded() {
    let raw = format!("MSH|^~\\&|X\r{}", "stray text\r".repeat(1000));

    assert_eq!(Message::parse(raw.as_bytes()).unwrap().warnings().len(), 16);
}

#[test]
fn a_debug_line_shows_no_patient_data() {
    let shown = format!("{:?}", Message::parse(ADT.as_bytes()).unwrap());

    assert_eq!(
        shown,
        "Message { message_type: \"ADT^A08\", bytes: 127, segments: 4, .. }"
    );
}

/// Text with many separators, line ends and odd bytes.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => prop::sample::select(b"|^~\\&#\r\n\"".to_vec()),
        4 => prop::sample::select(b"ABPIDOBXZ015. ".to_vec()),
        1 => any::<u8>(),
    ];
    prop::collection::vec(byte, 0..200)
}

fn framed(body: &[u8]) -> Vec<u8> {
    [b"MSH|^~\\&|A|B\r".as_slice(), body].concat()
}

proptest! {
    #[test]
    fn p9_the_pieces_of_a_message_are_its_bytes(body in hostile()) {
        let raw = framed(&body);
        let message = Message::parse(&raw).unwrap();

        let lines: Vec<u8> = message.segments().flat_map(|segment| segment.bytes().to_vec()).collect();

        // Nothing but line ends and blank lines lies between segments.
        let visible = |bytes: &[u8]| {
            let lines = bytes.split(|byte| matches!(byte, b'\r' | b'\n'));
            lines.filter(|line| !line.iter().all(|byte| *byte <= b' ')).collect::<Vec<_>>().concat()
        };
        prop_assert_eq!(message.raw(), raw.as_slice());
        prop_assert_eq!(lines, visible(&raw));
    }

    #[test]
    fn p9_fields_repetitions_components_join_to_their_segment(body in hostile()) {
        let raw = framed(&body);
        let message = Message::parse(&raw).unwrap();

        for segment in message.segments().skip(1).filter(|segment| !segment.is_raw()) {
            if is_header(segment.name()) { continue; }
            let fields = segment.fields().map(|(_, field)| {
                let repetitions = field.repetitions().map(|repetition| {
                    let components = repetition.components().map(|component| {
                        component.subcomponents().map(Value::written).collect::<Vec<_>>().join(&b'&')
                    });
                    components.collect::<Vec<_>>().join(&b'^')
                });
                repetitions.collect::<Vec<_>>().join(&b'~')
            });
            let written = std::iter::once(segment.name().as_bytes().to_vec()).chain(fields);

            prop_assert_eq!(written.collect::<Vec<_>>().join(&b'|'), segment.bytes());
        }
    }

    #[test]
    fn any_bytes_are_answered_without_panic(raw in hostile(), at in "[A-Z]{3}-[1-9](\\.[1-9])?") {
        for raw in [raw.clone(), framed(&raw)] {
            if let Ok(message) = Message::parse(&raw) {
                let _text = message.text(&path(&at));
                let _routing = message.routing().patients().count();
            }
        }
    }
}

fn is_header(name: &str) -> bool {
    ["MSH", "FHS", "BHS"]
        .iter()
        .any(|header| name.eq_ignore_ascii_case(header))
}
