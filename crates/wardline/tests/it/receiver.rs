//! An MLLP receiver in this process, which answers as a test tells it to.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use wardline_hl7::ack::{AckCode, Reply};
use wardline_hl7::mllp::{Decoder, Event, encode};

/// What a receiver does with a message.
#[derive(Clone)]
pub(crate) enum Answer {
    Code(AckCode),
    Codes(Vec<AckCode>),
    Bytes(Vec<u8>),
    Close,
}

/// A receiver; it ends with the test process.
pub(crate) struct Receiver {
    pub(crate) address: String,
    received: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Receiver {
    /// A receiver that answers each message as `answer` says.
    pub(crate) fn answering(answer: impl Fn(&[u8]) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let received = Arc::new(Mutex::new(Vec::new()));
        let (answer, kept) = (Arc::new(answer), Arc::clone(&received));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, kept) = (Arc::clone(&answer), Arc::clone(&kept));
                std::thread::spawn(move || serve(stream.unwrap(), &*answer, &kept));
            }
        });
        Self { address, received }
    }

    /// The messages that came, in order.
    pub(crate) fn received(&self) -> Vec<Vec<u8>> {
        self.received.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&[u8]) -> Answer, kept: &Mutex<Vec<Vec<u8>>>) {
    let mut decoder = Decoder::default();
    let mut chunk = [0; 4096];
    loop {
        let read = stream.read(&mut chunk).unwrap_or(0);
        if read == 0 {
            return;
        }
        let mut input = &chunk[..read];
        while let Some(event) = decoder.decode(&mut input) {
            let Event::Frame(message) = event else {
                panic!("not a frame")
            };
            kept.lock().unwrap().push(message.to_vec());
            let reply = |code| encode(&Reply::write_for(&message, code, "2026", "R1")).unwrap();
            let bytes = match answer(&message) {
                Answer::Code(code) => reply(code).to_vec(),
                Answer::Codes(codes) => codes.into_iter().flat_map(reply).collect(),
                Answer::Bytes(bytes) => bytes,
                Answer::Close => return,
            };
            stream.write_all(&bytes).unwrap();
        }
    }
}
