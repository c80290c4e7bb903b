use super::*;
use proptest::prelude::*;

/// Events of a stream that arrives in these chunks.
fn events<'c>(decoder: &mut Decoder, chunks: impl IntoIterator<Item = &'c [u8]>) -> Vec<Event> {
    let mut events = Vec::new();
    for mut chunk in chunks {
        while let Some(event) = decoder.decode(&mut chunk) {
            events.push(event);
        }
        assert!(chunk.is_empty());
    }
    events
}

fn all(stream: &[u8]) -> (Vec<Event>, Counters) {
    let mut decoder = Decoder::default();
    let events = events(&mut decoder, [stream]);
    (events, decoder.counters())
}

fn frame(message: &[u8]) -> Event {
    Event::Frame(Bytes::copy_from_slice(message))
}

fn limited(max_message_bytes: usize) -> Decoder {
    Decoder::new(Limits {
        max_message_bytes,
        max_garbage_bytes: 8,
    })
}

#[test]
fn f1_a_frame_is_found_when_every_byte_comes_alone() {
    let mut decoder = Decoder::default();

    let found = events(&mut decoder, b"\x0bMSH|a\r\x1c\r\x0bMSH|b\x1c\r".chunks(1));

    assert_eq!(found, [frame(b"MSH|a\r"), frame(b"MSH|b")]);
    assert_eq!(decoder.counters().frames, 2);
}

#[test]
fn f1_a_frame_ends_at_fs_cr_also_when_they_come_apart() {
    let mut decoder = Decoder::default();

    assert_eq!(events(&mut decoder, [b"\x0bMSH|a\r\x1c".as_slice()]), []);
    assert!(decoder.is_mid_frame());
    assert_eq!(
        events(&mut decoder, [b"\r".as_slice()]),
        [frame(b"MSH|a\r")]
    );
    assert!(!decoder.is_mid_frame());
}

#[test]
fn f1_fs_inside_a_message_is_content() {
    for chunk in [1, 2, 100] {
        let mut decoder = Decoder::default();

        let found = events(&mut decoder, b"\x0ba\x1cb\x1c\x1c\r".chunks(chunk));

        assert_eq!(found, [frame(b"a\x1cb\x1c")]);
    }
}

#[test]
fn f1_a_large_message_in_small_reads_is_looked_at_once() {
    let message = vec![b'A'; 4 << 20];
    let stream = [b"\x0b".as_slice(), &message, b"\x1c\r"].concat();
    let mut decoder = Decoder::default();

    let found = events(&mut decoder, stream.chunks(8192));

    assert_eq!(found, [Event::Frame(message.into())]);
}

#[test]
fn f2_many_frames_in_one_read_come_in_order() {
    let stream: Vec<u8> = (0..20)
        .flat_map(|n| format!("\x0bm{n}\x1c\r").into_bytes())
        .collect();

    let (found, _) = all(&stream);

    let expected: Vec<_> = (0..20).map(|n| frame(format!("m{n}").as_bytes())).collect();
    assert_eq!(found, expected);
}

#[test]
fn f3_garbage_between_frames_is_counted_and_skipped() {
    let (found, counters) = all(b"xy\x0ba\x1c\r\r\n\0 z\x0bb\x1c\r");

    assert_eq!(found, [frame(b"a"), frame(b"b")]);
    assert_eq!(counters.garbage_bytes, 3);
    assert_eq!(counters.padding_bytes, 4);
}

#[test]
fn f3_garbage_beyond_the_limit_is_told_once() {
    let mut decoder = limited(100);

    assert_eq!(events(&mut decoder, [b"12345678\r\n".as_slice()]), []);
    assert_eq!(
        events(&mut decoder, [b"9".as_slice(), b"10"]),
        [Event::TooMuchGarbage]
    );
    assert_eq!(
        events(&mut decoder, [b"\x0ba\x1c\r".as_slice()]),
        [frame(b"a")]
    );
}

#[test]
fn f3_a_message_without_its_start_is_garbage_and_the_missing_start_is_counted() {
    let (found, counters) = all(b"MSH|a\r\x1c\r\x0bb\x1c\r");

    assert_eq!(found, [frame(b"b")]);
    assert_eq!(counters.missing_starts, 1);
}

#[test]
fn f3_frames_between_reset_the_garbage_limit() {
    let mut decoder = limited(100);

    let found = events(
        &mut decoder,
        [b"123456\x0ba\x1c\r123456\x0bb\x1c\r".as_slice()],
    );

    assert_eq!(found, [frame(b"a"), frame(b"b")]);
}

#[test]
fn f4_a_missing_cr_is_counted_and_the_frame_taken() {
    let (before_start, counters) = all(b"\x0ba\x1c\x0bb\x1c\r");
    let (before_line_feed, _) = all(b"\x0ba\x1c\n\x0bb\x1c\r\n");

    assert_eq!(before_start, [frame(b"a"), frame(b"b")]);
    assert_eq!(before_line_feed, [frame(b"a"), frame(b"b")]);
    assert_eq!(counters.missing_carriage_returns, 1);
}

#[test]
fn f4_a_missing_cr_is_named_after_a_timeout_and_the_message_taken() {
    let mut decoder = Decoder::default();
    events(&mut decoder, [b"\x0bMSH|a\r\x1c".as_slice()]);

    assert_eq!(
        decoder.stall(),
        Some(Stall::CarriageReturnMissing { received_bytes: 6 })
    );
    assert_eq!(decoder.take_unterminated().unwrap(), "MSH|a\r");

    assert_eq!(decoder.stall(), None);
    assert_eq!(decoder.counters().missing_carriage_returns, 1);
    assert_eq!(
        events(&mut decoder, [b"\r\x0bb\x1c\r".as_slice()]),
        [frame(b"b")]
    );
}

#[test]
fn f4_a_missing_fs_is_named_after_a_timeout_and_nothing_taken_for_whole() {
    let mut decoder = Decoder::default();
    events(&mut decoder, [b"\x0bMSH|a\r".as_slice()]);

    assert_eq!(
        decoder.stall(),
        Some(Stall::EndBlockMissing { received_bytes: 6 })
    );
    assert_eq!(decoder.take_unterminated(), None);
    assert_eq!(decoder.take_partial(), "MSH|a\r");
    assert_eq!(decoder.stall(), None);
}

#[test]
fn f4_the_diagnosis_names_the_bytes_that_are_missing() {
    let stall = Stall::EndBlockMissing { received_bytes: 6 };

    assert_eq!(
        stall.to_string(),
        "the frame has no end: FS (0x1C) and CR (0x0D) are missing after 6 bytes"
    );
}

#[test]
fn f5_a_start_inside_an_open_frame_drops_the_open_one() {
    let (found, counters) = all(b"\x0bpartial\x0bwhole\x1c\r");

    assert_eq!(
        found,
        [Event::Restarted { dropped_bytes: 7 }, frame(b"whole")]
    );
    assert_eq!(counters.restarts, 1);
}

#[test]
fn f5_a_doubled_start_drops_nothing() {
    let (found, counters) = all(b"\x0b\x0bwhole\x1c\r");

    assert_eq!(found, [frame(b"whole")]);
    assert_eq!(counters.restarts, 0);
}

#[test]
fn an_empty_frame_is_a_frame() {
    assert_eq!(all(b"\x0b\x1c\r").0, [frame(b"")]);
}

#[test]
fn f6_a_message_at_the_limit_is_taken_and_one_byte_beyond_is_not() {
    for chunk in [1, 3, 100] {
        assert_eq!(
            events(&mut limited(4), b"\x0babcd\x1c\r".chunks(chunk)),
            [frame(b"abcd")]
        );
        let beyond = events(&mut limited(4), b"\x0babcde\x1c\r".chunks(chunk));
        assert!(
            matches!(beyond.as_slice(), [Event::TooLong { .. }]),
            "{beyond:?}"
        );
    }
}

#[test]
fn f6_fs_that_is_content_counts_towards_the_limit() {
    let found = events(
        &mut limited(3),
        [b"\x0babc\x1cd\x1c\r\x0be\x1c\r".as_slice()],
    );

    assert!(matches!(found.as_slice(), [Event::TooLong { .. }, Event::Frame(next)] if next == "e"));
}

#[test]
fn f7_a_frame_beyond_the_limit_is_passed_over_and_the_next_one_read() {
    let long = [
        b"\x0bMSH|^~\\&|LAB|".as_slice(),
        &vec![b'x'; 10_000],
        b"\x1cy\x1c\r",
    ]
    .concat();
    for chunk in [1, 100, 20_000] {
        let mut decoder = limited(50);

        let found = events(
            &mut decoder,
            long.chunks(chunk).chain([b"\x0bnext\x1c\r".as_slice()]),
        );

        let [Event::TooLong { head }, next] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert!(head.starts_with(b"MSH|^~\\&|LAB|"));
        assert_eq!(next, &frame(b"next"));
        assert_eq!(decoder.counters().too_long, 1);
    }
}

#[test]
fn f7_the_header_of_a_frame_beyond_the_limit_can_be_answered() {
    let stream = [
        b"\x0bMSH|^~\\&|LAB||||||ORU^R01|77|P|2.5\r".as_slice(),
        &vec![b'x'; 9000],
    ]
    .concat();
    let mut decoder = limited(5000);

    let found = events(&mut decoder, stream.chunks(1000));

    let [Event::TooLong { head }] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(head.len(), KEPT_HEAD_BYTES);
    assert_eq!(crate::Header::parse(head).unwrap().control_id(), b"77");
    assert_eq!(decoder.stall(), Some(Stall::TooLongWithoutEnd));
    assert_eq!(decoder.buffered_bytes(), 0);
}

#[test]
fn f6_memory_follows_what_arrived_and_is_given_back() {
    let mut decoder = Decoder::default();
    assert_eq!(decoder.buffered_bytes(), 0);

    events(&mut decoder, [b"\x0b".as_slice(), &[b'x'; 1000]]);
    assert!((1000..4000).contains(&decoder.buffered_bytes()));

    events(&mut decoder, [b"\x1c\r".as_slice()]);
    assert_eq!(decoder.buffered_bytes(), 0);
}

#[test]
fn f6_a_frame_holds_no_more_memory_than_its_own_size() {
    let stream = [b"\x0bsmall\x1c\r".as_slice(), &vec![b' '; 60_000]].concat();
    let mut chunk = stream.as_slice();

    let Some(Event::Frame(message)) = Decoder::default().decode(&mut chunk) else {
        panic!()
    };

    let owned: Vec<u8> = message.into();
    assert!(owned.capacity() < 64);
}

#[test]
fn f9_no_byte_is_read_before_it_is_asked_for() {
    let mut decoder = Decoder::default();
    let mut chunk = b"\x0ba\x1c\r\x0bb\x1c\r".as_slice();

    assert_eq!(decoder.decode(&mut chunk), Some(frame(b"a")));

    assert_eq!(chunk, b"\x0bb\x1c\r");
}

#[test]
fn f11_a_transport_commit_is_a_frame_of_one_byte() {
    let (found, _) = all(b"\x0b\x06\x1c\r");

    let [Event::Frame(content)] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        crate::mllp::Commit::from_frame(content),
        Some(crate::mllp::Commit::Affirmative)
    );
}

#[test]
fn a_debug_line_shows_no_content() {
    let mut decoder = Decoder::default();
    let found = events(&mut decoder, [b"\x0bDOE\x1c\r\x0bJANE".as_slice()]);

    let shown = format!("{found:?} {decoder:?}");

    assert!(!shown.contains("DOE") && !shown.contains("JANE"), "{shown}");
}

/// Bytes among which marks are frequent.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        2 => prop::sample::select(b"\x0b\x1c\r\n \0".to_vec()),
        3 => prop::sample::select(b"MSHab|".to_vec()),
    ];
    prop::collection::vec(byte, 0..120)
}

fn cut(stream: &[u8], cuts: &[prop::sample::Index]) -> Vec<Vec<u8>> {
    let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
    places.extend([0, stream.len()]);
    places.sort_unstable();
    places
        .windows(2)
        .map(|pair| stream[pair[0]..pair[1]].to_vec())
        .collect()
}

proptest! {
    #[test]
    fn f1_every_split_gives_the_same_events(
        stream in stream(), cuts: Vec<prop::sample::Index>, max_message_bytes in 0usize..20,
    ) {
        let limits = Limits { max_message_bytes, max_garbage_bytes: 5 };
        let (mut whole, mut split) = (Decoder::new(limits), Decoder::new(limits));
        let chunks = cut(&stream, &cuts);

        // The head of an over-long frame is as long as what had arrived.
        let without_head = |events: Vec<Event>| -> Vec<Event> {
            let bare = events.into_iter().map(|event| match event {
                Event::TooLong { .. } => Event::TooLong { head: Bytes::new() },
                other => other,
            });
            bare.collect()
        };
        let expected = without_head(events(&mut whole, [stream.as_slice()]));
        let found = without_head(events(&mut split, chunks.iter().map(Vec::as_slice)));

        prop_assert_eq!(found, expected);
        prop_assert_eq!(split.counters(), whole.counters());
        prop_assert_eq!(split.stall(), whole.stall());
    }

    #[test]
    fn f1_what_is_encoded_is_decoded(
        messages in prop::collection::vec("[A-Z|^\r]{0,40}", 0..8), cuts: Vec<prop::sample::Index>,
    ) {
        let mut stream = Vec::new();
        for message in &messages {
            crate::mllp::encode_into(message.as_bytes(), &mut stream).unwrap();
        }
        let chunks = cut(&stream, &cuts);

        let found = events(&mut Decoder::default(), chunks.iter().map(Vec::as_slice));

        let expected: Vec<_> = messages.iter().map(|message| frame(message.as_bytes())).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn f6_no_more_than_the_limit_is_ever_held(stream in stream(), max_message_bytes in 0usize..20) {
        let mut decoder = Decoder::new(Limits { max_message_bytes, max_garbage_bytes: 5 });

        for event in events(&mut decoder, stream.chunks(7)) {
            if let Event::Frame(message) = event {
                prop_assert!(message.len() <= max_message_bytes);
            }
        }
        // Capacity grows by doubling from eight bytes.
        prop_assert!(decoder.buffered_bytes() <= 64);
    }
}
