use super::*;
use proptest::prelude::*;

const RAW: &[u8] =
    b"MSH|^~\\&|LAB|HOSP^1\r\nPID|1||A^^^H&1&ISO^MR~B||\nZZZ\rOBX|1|TX|||first\rOBX|2";

fn both(raw: &[u8], at: &str) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let message = Message::parse(raw).unwrap();
    let index = Index::of(&message);
    let path = at.parse().unwrap();
    let seen = |value: Value<'_>| match value {
        Value::Absent => None,
        value => Some(value.written().to_vec()),
    };
    (seen(message.value(&path)), seen(index.value(&path)))
}

#[test]
fn the_index_says_what_the_message_says() {
    for at in [
        "MSH",
        "MSH-1",
        "MSH-2",
        "MSH-2.1",
        "MSH-2.2",
        "MSH-3",
        "MSH-4.2",
        "MSH-5",
        "PID",
        "PID-3",
        "PID-3[1]",
        "PID-3[2]",
        "PID-3[3]",
        "PID-3.4",
        "PID-3.4.2",
        "PID-3.4.4",
        "PID-3[2].1.1",
        "PID-5",
        "PID-6",
        "ZZZ",
        "ZZZ-1",
        "OBX[2]-1",
        "OBX[2]-2",
        "OBX[3]",
        "PV1-1",
    ] {
        let (message, index) = both(RAW, at);

        assert_eq!(index, message, "{at}");
    }
}

#[test]
fn every_separator_is_a_mark() {
    let message = Message::parse(b"MSH|^~\\&|A\rPID|1^2&3~4|\r").unwrap();

    // MSH: | ^ ~ & | and its end; PID: | ^ & ~ | and its end.
    assert_eq!(Index::of(&message).len(), 12);
}

#[test]
fn p8_separators_inside_shifted_text_are_no_marks() {
    let raw = b"MSH|^~\\&|||||||ADT^A08|7|P|2.5||||||~ISO IR87\rPID|||1||\x1b$B$^!|\x1b(B^x|end\r";

    assert_eq!(
        both(raw, "PID-5.2"),
        (Some(b"x".to_vec()), Some(b"x".to_vec()))
    );
    assert_eq!(both(raw, "PID-6").1, Some(b"end".to_vec()));
}

proptest! {
    #[test]
    fn the_index_says_what_the_message_says_of_any_bytes(
        body in "[A-Z|^~&\\\\\r\n\"é#0-9]{0,300}",
        segment in "(PID|OBX|MSH|A1B)(\\[2\\])?", field in 1u16..6,
        inner in proptest::option::of((1u16..4, 1u16..4, 1u16..4)),
    ) {
        let raw = format!("MSH|^~\\&|A^B&C~D\rPID|{body}\rOBX|{body}");
        let inner = inner.map(|(r, c, s)| format!("[{r}].{c}.{s}")).unwrap_or_default();

        let (message, index) = both(raw.as_bytes(), &format!("{segment}-{field}{inner}"));

        prop_assert_eq!(index, message);
    }
}
