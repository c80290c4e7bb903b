//! Answering a batch with a batch of acknowledgements (HL7 v2.5.1 §2.10.3.1).

use super::{Envelope, EnvelopeHeader};
use crate::delimiters::Delimiters;

impl Envelope<'_> {
    /// Puts acknowledgements into an envelope of the form that the messages came in: FHS and BHS with sender
    /// and receiver exchanged, a new control id, and the received one as reference. Without a header that
    /// could be answered the acknowledgements follow each other as they are.
    pub fn reply<A: AsRef<[u8]>>(&self, acks: &[A], timestamp: &str, control_id: &str) -> Vec<u8> {
        let batch = self.batches.iter().find_map(|batch| batch.header.as_ref());
        let headers = [(b"FHS", self.file.as_ref()), (b"BHS", batch)];
        let mut answer = Vec::with_capacity(256 + acks.len() * 160);
        for (name, header) in headers {
            if let Some(header) = header {
                write_header(&mut answer, name, header, timestamp, control_id);
            }
        }
        for ack in acks {
            answer.extend_from_slice(ack.as_ref());
        }
        if let Some(header) = batch {
            write_trailer(&mut answer, b"BTS", &header.delimiters, acks.len());
        }
        if let Some(header) = &self.file {
            write_trailer(
                &mut answer,
                b"FTS",
                &header.delimiters,
                usize::from(batch.is_some()),
            );
        }
        answer
    }
}

fn write_header(
    answer: &mut Vec<u8>,
    name: &[u8],
    received: &EnvelopeHeader<'_>,
    timestamp: &str,
    control_id: &str,
) {
    let empty = b"".as_slice();
    let fields = [
        received.written(2),
        received.written(5),
        received.written(6),
        received.written(3),
        received.written(4),
        timestamp.as_bytes(),
        empty,
        empty,
        empty,
        control_id.as_bytes(),
        received.control_id(),
    ];
    answer.extend_from_slice(name);
    for field in fields {
        answer.push(received.delimiters.field);
        answer.extend(field.iter().filter(|byte| **byte >= b' '));
    }
    answer.push(b'\r');
}

fn write_trailer(answer: &mut Vec<u8>, name: &[u8], delimiters: &Delimiters, count: usize) {
    answer.extend_from_slice(name);
    answer.push(delimiters.field);
    answer.extend_from_slice(count.to_string().as_bytes());
    answer.push(b'\r');
}
