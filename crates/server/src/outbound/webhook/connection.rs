//! One HTTP/1.1 connection, driven by the sender itself: no task of its own is left behind.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::CONTENT_TYPE;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::time::timeout;

use crate::outbound::wire::{BytesOut, Wire};

/// Bytes of an answer's body that are kept; the rest is not read.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// Bytes of an answer's head at most.
const MAX_HEAD_BYTES: usize = 16 * 1024;

type Driver = http1::Connection<TokioIo<Wire>, Full<Bytes>>;

/// A connection and what moves its bytes.
pub(in crate::outbound) struct Connection {
    requests: SendRequest<Full<Bytes>>,
    driver: Pin<Box<Driver>>,
    out: BytesOut,
    /// The other end closed, an answer is outstanding, or a body was not read to its end.
    broken: bool,
}

/// An endpoint's answer.
pub(in crate::outbound) struct Answer {
    pub(in crate::outbound) status: StatusCode,
    pub(super) is_hl7: bool,
    pub(in crate::outbound) body: Bytes,
}

/// How an exchange ended.
pub(in crate::outbound) enum Ended {
    /// No byte of the request left; another connection may be tried.
    NothingLeft(String),
    /// It left, and nothing more is known.
    Unknown(String),
    Answered(Answer),
}

impl Connection {
    pub(in crate::outbound) async fn new(wire: Wire) -> Result<Self, String> {
        let out = wire.bytes_out();
        let (requests, driver) = http1::Builder::new()
            .max_header_size(MAX_HEAD_BYTES)
            .handshake(TokioIo::new(wire))
            .await
            .map_err(|error| error.to_string())?;
        Ok(Self {
            requests,
            driver: Box::pin(driver),
            out,
            broken: false,
        })
    }

    /// Whether another request may be sent here.
    pub(super) fn is_at_rest(&self) -> bool {
        !self.broken && !self.requests.is_closed()
    }

    /// Looks whether the endpoint closed while the connection was idle.
    pub(super) async fn still_stands(&mut self) -> bool {
        // The runtime may not yet have seen what the socket holds.
        tokio::task::yield_now().await;
        let ended = poll_fn(|cx| Poll::Ready(self.driver.as_mut().poll(cx).is_ready())).await;
        self.broken |= ended;
        self.is_at_rest() && self.requests.is_ready()
    }

    /// Sends a request and reads its answer, both within `limit`.
    pub(in crate::outbound) async fn exchange(
        &mut self,
        request: Request<Full<Bytes>>,
        limit: Duration,
    ) -> Ended {
        self.broken = true;
        let before = self.out.get();
        let detail = match timeout(limit, self.drive(request)).await {
            Ok(Ok((answer, is_whole))) => {
                self.broken = !is_whole;
                return Ended::Answered(answer);
            }
            Ok(Err(error)) => format!("the exchange failed: {error}"),
            Err(_) => format!("no answer within {} s", limit.as_secs()),
        };
        if self.out.get() == before {
            Ended::NothingLeft(detail)
        } else {
            Ended::Unknown(detail)
        }
    }

    /// Moves bytes until the answer is there; true when the connection can be used again.
    async fn drive(&mut self, request: Request<Full<Bytes>>) -> hyper::Result<(Answer, bool)> {
        let mut driver = self.driver.as_mut();
        let requests = &mut self.requests;
        let mut exchange = pin!(async {
            requests.ready().await?;
            let response = requests.send_request(request).await?;
            Ok(read(response).await)
        });
        let mut is_open = true;
        loop {
            tokio::select! {
                biased;
                answered = &mut exchange => {
                    return answered.map(|(answer, is_whole)| (answer, is_whole && is_open));
                }
                // What was read before the end is still handed on.
                _ = &mut driver, if is_open => is_open = false,
            }
        }
    }
}

/// Reads an answer; true when its body was read to the end. The status stands even if the body breaks off.
async fn read(response: Response<Incoming>) -> (Answer, bool) {
    let status = response.status();
    let is_hl7 = response.headers().get(CONTENT_TYPE).is_some_and(|value| {
        let name = value
            .as_bytes()
            .split(|byte| *byte == b';')
            .next()
            .unwrap_or_default();
        let name = name.trim_ascii().to_ascii_lowercase();
        matches!(&*name, b"application/hl7-v2" | b"x-application/hl7-v2+er7")
    });
    let mut incoming = response.into_body();
    let mut body = BytesMut::new();
    let is_whole = loop {
        let data = match incoming.frame().await {
            None => break true,
            Some(Err(_)) => break false,
            Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
        };
        let room = MAX_BODY_BYTES - body.len();
        body.extend_from_slice(data.get(..room).unwrap_or(&data));
        if data.len() > room {
            break false;
        }
    };
    (
        Answer {
            status,
            is_hl7,
            body: body.freeze(),
        },
        is_whole,
    )
}
