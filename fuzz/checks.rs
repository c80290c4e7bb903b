//! What must hold for any bytes: shared by the fuzz targets and by the test that replays the corpus.

use wardline_hl7::ack::{Ack, AckCode, Reply};
use wardline_hl7::mllp::{self, Decoder, Event};
use wardline_hl7::{Edit, Index, Message, Path, Timestamp, Value, batch, escape};

/// A message that is read says the same by every way of asking, and edits touch nothing else.
pub(crate) fn message(data: &[u8]) {
    let Ok(message) = Message::parse(data) else {
        return;
    };
    let index = Index::of(&message);
    let mut paths = 0;
    for segment in message.segments().filter(|segment| !segment.is_raw()) {
        for (number, field) in segment.fields().take(30) {
            let written = field.value().written();
            let _text = message.decode(written);
            let _time = Timestamp::parse(written);
            let plain = escape::unescape(written, message.header().delimiters());
            let again = escape::escape(&plain, message.header().delimiters());
            assert!(
                !again.contains(&b'\r') && !again.contains(&message.header().delimiters().field)
            );
            paths += 1;
            let Ok(number) = u16::try_from(number) else {
                continue;
            };
            if paths < 200
                && let Some(path) = Path::field(segment.name(), number)
            {
                same_by_every_way(&message, &index, path);
            }
        }
    }
    let routing = message.routing();
    let _found = (
        routing.patients().count(),
        routing.merged_patients().count(),
    );
    let _found = (
        routing.order_numbers().count(),
        routing.patient_effect(),
        routing.visit(),
    );
}

fn same_by_every_way(message: &Message<'_>, index: &Index<'_>, path: Path) {
    for path in [
        path,
        path.in_repetition(2),
        path.component(1),
        path.component(2),
    ] {
        let value = message.value(&path);
        assert_eq!(index.value(&path), value);
        assert_eq!(path.to_string().parse(), Ok(path));
        if !matches!(value, Value::Absent) {
            let mut edit = Edit::new(message);
            if edit.set_written(&path, value.written()).is_ok() {
                assert_eq!(edit.finish(), message.raw());
            }
        }
    }
}

/// However a stream is cut, the same frames come out, and each of them can be framed again.
pub(crate) fn mllp(data: &[u8]) {
    let (step, stream) = match data.split_first() {
        Some((step, stream)) => (usize::from(*step).max(1), stream),
        None => return,
    };
    let limits = mllp::Limits {
        max_message_bytes: 64,
        max_garbage_bytes: 16,
    };
    let (mut whole, mut cut) = (Decoder::new(limits), Decoder::new(limits));
    let expected = frames(&mut whole, &[stream]);
    let chunks: Vec<_> = stream.chunks(step).collect();
    assert_eq!(frames(&mut cut, &chunks), expected);
    assert_eq!(cut.counters(), whole.counters());
    assert_eq!(cut.stall(), whole.stall());
    for message in expected {
        assert!(message.len() <= limits.max_message_bytes);
        if let Ok(frame) = mllp::encode(&message) {
            assert_eq!(frames(&mut Decoder::default(), &[&frame]), [message]);
        }
    }
}

fn frames(decoder: &mut Decoder, chunks: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for chunk in chunks {
        let mut rest = *chunk;
        while let Some(event) = decoder.decode(&mut rest) {
            if let Event::Frame(message) = event {
                frames.push(message.to_vec());
            }
        }
        assert!(rest.is_empty());
    }
    frames
}

/// A path that is read is written so that it reads back as itself.
pub(crate) fn path(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match text.parse::<Path>() {
        Ok(path) => assert_eq!(path.to_string().parse(), Ok(path)),
        Err(error) => assert!((1..=data.len() + 1).contains(&error.at)),
    }
}

/// Whatever comes in, the answer is one message of two segments at least that fits into a frame and echoes
/// MSH-10.
pub(crate) fn ack(data: &[u8]) {
    let _received = Ack::parse(data);
    let answer = Reply::write_for(data, AckCode::Aa, "20260102030405", "W1");
    assert!(mllp::encode(&answer).is_ok());
    let read = Message::parse(&answer).expect("an answer is a message");
    assert!(read.header().is_acknowledgement());
    let ack = Ack::parse(&answer).expect("an answer is an acknowledgement");
    match wardline_hl7::Header::parse(data) {
        Ok(header) => {
            let id = header
                .control_id()
                .iter()
                .filter(|byte| !matches!(byte, 0x0b | 0x1c));
            assert_eq!(ack.control_id, id.copied().collect::<Vec<_>>());
            assert_eq!(ack.code, AckCode::Aa);
        }
        Err(_) => assert_eq!(ack.code, AckCode::Ar),
    }
}

/// The messages of a batch are bytes of the batch, in order and apart.
pub(crate) fn batch(data: &[u8]) {
    let Ok(envelope) = batch::split(data) else {
        return;
    };
    let mut last_end = data.as_ptr().addr();
    for message in envelope.messages() {
        let range = message.as_ptr_range();
        assert!(message.starts_with(b"MSH"));
        assert!(last_end <= range.start.addr());
        last_end = range.end.addr();
    }
    assert!(last_end <= data.as_ptr_range().end.addr());
    let acks = vec![b"MSH|^~\\&|\rMSA|AA|1\r"; envelope.messages().count().min(100)];
    let answer = envelope.reply(&acks, "20260102030405", "W1");
    if !answer.is_empty() {
        let read = batch::split(&answer).expect("an answer is a batch");
        assert_eq!(read.messages().count(), acks.len());
    }
}
