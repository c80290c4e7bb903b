//! A sending system that says what it sends and reads each answer.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::wait::LONGEST;

/// One connection.
pub(crate) struct Sender {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Sender {
    pub(crate) async fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let unread = Vec::new();
        Self { stream, unread }
    }

    /// Sends a message without waiting for its answer.
    pub(crate) async fn post(&mut self, message: &[u8]) {
        let frame = [b"\x0B", message, b"\x1C\r"].concat();
        self.stream.write_all(&frame).await.unwrap();
    }

    /// The next answer.
    pub(crate) async fn answer(&mut self) -> String {
        self.answer_within(LONGEST).await.expect("an answer")
    }

    /// The next answer, if it comes in time.
    pub(crate) async fn answer_within(&mut self, longest: Duration) -> Option<String> {
        let mut chunk = [0; 4096];
        loop {
            if let Some(end) = self.unread.windows(2).position(|two| two == b"\x1C\r") {
                let frame: Vec<u8> = self.unread.drain(..end + 2).collect();
                let answer = frame.strip_prefix(b"\x0B").unwrap();
                return Some(String::from_utf8_lossy(&answer[..end - 1]).into_owned());
            }
            let read = timeout(longest, self.stream.read(&mut chunk)).await.ok()?;
            match read.unwrap_or(0) {
                0 => return None,
                count => self.unread.extend_from_slice(&chunk[..count]),
            }
        }
    }

    /// Sends a message and gives MSA-1 and the whole of the answer.
    pub(crate) async fn send(&mut self, message: &[u8]) -> (String, String) {
        self.post(message).await;
        let answer = self.answer().await;
        (code(&answer), answer)
    }
}

/// MSA-1 of an answer.
pub(crate) fn code(answer: &str) -> String {
    let msa = answer.split('\r').find(|line| line.starts_with("MSA|"));
    msa.and_then(|msa| msa.split('|').nth(1))
        .unwrap_or_default()
        .to_owned()
}

/// An admission of a patient.
pub(crate) fn admission(control_id: &str, mrn: &str) -> Vec<u8> {
    format!(
        "MSH|^~\\&|REG|SYNTHHOSP|ENGINE|SYNTHHOSP|20260105060000||ADT^A01^ADT_A01|{control_id}|P|2.5.1\r\
         EVN|A01|20260105060000\rPID|1||{mrn}^^^SYNTHHOSP^MR||Testpatient^Ada\rPV1|1|I|MED^101^A\r"
    )
    .into_bytes()
}
