//! One request and its answer.

use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value as Json;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::ApiProblem;
use super::Bearer;
use super::target::Target;

/// Bytes of an answer at most: a whole message fits.
const MAX_ANSWER_BYTES: usize = 1 << 30;
/// Bytes of a refusal that are read.
const MAX_PROBLEM_BYTES: usize = 64 * 1024;

/// Carries the token of an emergency access.
const EMERGENCY: &str = "wardline-emergency";

/// What is presented: who one is, and the emergency access that one has.
pub(super) type Presents<'p> = (Option<&'p Bearer>, Option<&'p Bearer>);

/// A request.
pub(super) struct Question {
    method: Method,
    path: String,
    body: Option<Bytes>,
    headers: Vec<(&'static str, String)>,
}

impl Question {
    pub(super) fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            body: None,
            headers: Vec::new(),
        }
    }

    pub(super) fn json(mut self, body: &Json) -> Self {
        self.body = Some(body.to_string().into());
        self
    }

    pub(super) fn idempotency_key(mut self, key: String) -> Self {
        self.headers.push(("idempotency-key", key));
        self
    }

    /// Which version it follows (RFC 9110 §13.1.1).
    pub(super) fn if_match(mut self, version: u64) -> Self {
        self.headers.push(("if-match", format!("\"{version}\"")));
        self
    }

    /// What it is for (HL7 v3 PurposeOfUse), when that is not what the role is for.
    pub(super) fn purpose(mut self, purpose: &str) -> Self {
        self.headers.push(("wardline-purpose", purpose.to_owned()));
        self
    }

    pub(super) fn last_event_id(mut self, id: String) -> Self {
        self.headers.push(("last-event-id", id));
        self
    }

    fn request(
        &self,
        target: &Target,
        presents: Presents<'_>,
    ) -> anyhow::Result<Request<Full<Bytes>>> {
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(&self.path)
            .header(header::HOST, target.authority())
            .header(
                header::USER_AGENT,
                concat!("wardline/", env!("CARGO_PKG_VERSION")),
            );
        let (token, emergency) = presents;
        if let Some(emergency) = emergency {
            let mut value = HeaderValue::try_from(emergency.expose())?;
            value.set_sensitive(true);
            request = request.header(EMERGENCY, value);
        }
        if let Some(token) = token {
            let mut bearer = HeaderValue::try_from(format!("Bearer {}", token.expose()))?;
            bearer.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, bearer);
        }
        if self.body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        Ok(request.body(Full::new(self.body.clone().unwrap_or_default()))?)
    }
}

/// Asks and takes the whole answer.
///
/// # Errors
/// [`ApiProblem`] when the server refuses; anything else when no answer came.
pub(super) async fn ask(
    target: &Target,
    presents: Presents<'_>,
    question: &Question,
    patience: Duration,
) -> anyhow::Result<Bytes> {
    let asking = async {
        let response = begin(target, presents, question).await?;
        body(response, MAX_ANSWER_BYTES).await
    };
    match timeout(patience, asking).await {
        Ok(answer) => answer,
        Err(_) => {
            bail!(
                "{} did not answer within {} s",
                target.authority(),
                patience.as_secs()
            )
        }
    }
}

/// Asks and hands over what comes, until the server ends it or `take` fails.
///
/// # Errors
/// As [`ask`]; `patience` is for the beginning of the answer.
pub(super) async fn stream(
    target: &Target,
    presents: Presents<'_>,
    question: &Question,
    patience: Duration,
    take: &mut dyn FnMut(&[u8]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut response = timeout(patience, begin(target, presents, question))
        .await
        .map_err(|_| anyhow!("{} did not answer in time", target.authority()))??;
    while let Some(frame) = response.frame().await {
        // A stream that was cut is one that ended: whoever reads it asks again.
        let Ok(frame) = frame else { return Ok(()) };
        if let Some(data) = frame.data_ref() {
            take(data)?;
        }
    }
    Ok(())
}

/// The answer, once its head is there and it is no refusal.
async fn begin(
    target: &Target,
    presents: Presents<'_>,
    question: &Question,
) -> anyhow::Result<Response<Incoming>> {
    let context = || {
        let server = target.authority();
        format!(
            "cannot reach the server at {server} (its HTTP API; --server or WARDLINE_SERVER names another)"
        )
    };
    let stream = TcpStream::connect((target.host.as_str(), target.port))
        .await
        .with_context(context)?;
    stream.set_nodelay(true).with_context(context)?;
    let request = question.request(target, presents)?;
    let response = match &target.tls {
        None => send(stream, request).await,
        Some(tls) => {
            let stream = tls
                .connector()
                .connect(tls.server_name(), stream)
                .await
                .with_context(|| format!("no TLS with {}", target.authority()))?;
            send(stream, request).await
        }
    };
    let response = response.with_context(context)?;
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status();
    let body = body(response, MAX_PROBLEM_BYTES).await.unwrap_or_default();
    Err(ApiProblem::of(status, &body).into())
}

async fn send<S>(stream: S, request: Request<Full<Bytes>>) -> hyper::Result<Response<Incoming>>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the answer; what goes wrong on it is told by the answer.
    tokio::spawn(connection);
    sender.send_request(request).await
}

async fn body(mut response: Response<Incoming>, limit: usize) -> anyhow::Result<Bytes> {
    let mut whole = BytesMut::new();
    while let Some(frame) = response.frame().await {
        let frame = frame.context("the answer was cut off")?;
        if let Some(data) = frame.data_ref() {
            if whole.len() + data.len() > limit {
                bail!("the answer is larger than {limit} bytes");
            }
            whole.extend_from_slice(data);
        }
    }
    Ok(whole.freeze())
}
