//! What the application needs of Wardline's API, over a connection for each call.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper::{Method, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// An answer is given up after this.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// Of an answer, in bytes.
const MAX_ANSWER: usize = 65_536;

/// Why there is no answer to act on; whoever gets one lets nobody in.
pub(crate) type NoAnswer = Box<dyn std::error::Error + Send + Sync>;

pub(crate) struct Sessions {
    authority: String,
    authorization: String,
}

impl Sessions {
    pub(crate) fn new(authority: String, token: &str) -> Self {
        let authorization = format!("Bearer {token}");
        Self {
            authority,
            authorization,
        }
    }

    /// Begins a session of a person who has proved who it is: its `id` and its secret `token`.
    pub(crate) async fn create(&self, session: &Value) -> Result<Value, NoAnswer> {
        self.ask(Method::POST, "/v1/sessions", Some(session)).await
    }

    /// Whether a session lives and holds a permission. `activity` is true only for what a person did.
    pub(crate) async fn check(
        &self,
        token: &str,
        permission: &str,
        activity: bool,
    ) -> Result<Value, NoAnswer> {
        let asked = json!({"token": token, "permission": permission, "activity": activity});
        self.ask(Method::POST, "/v1/sessions/check", Some(&asked))
            .await
    }

    pub(crate) async fn lock(&self, id: &str) -> Result<Value, NoAnswer> {
        self.ask(Method::POST, &format!("/v1/sessions/{id}/lock"), None)
            .await
    }

    pub(crate) async fn revoke(&self, id: &str) -> Result<Value, NoAnswer> {
        self.ask(Method::DELETE, &format!("/v1/sessions/{id}"), None)
            .await
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, NoAnswer> {
        let is_end = method == Method::DELETE;
        let body = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.authority)
            .header(header::AUTHORIZATION, &self.authorization)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body))?;
        let exchange = async {
            let stream = TcpStream::connect(&self.authority).await?;
            let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
            // It ends with the answer; what goes wrong on it is told by the answer.
            tokio::spawn(connection);
            let answer = sender.send_request(request).await?;
            let status = answer.status();
            let whole = Limited::new(answer.into_body(), MAX_ANSWER)
                .collect()
                .await?;
            Ok::<_, NoAnswer>((status, whole.to_bytes()))
        };
        let (status, text) = timeout(LONGEST_WAIT, exchange).await??;
        // What has ended already needs no end.
        let has_ended = is_end && status == StatusCode::NOT_FOUND;
        if !status.is_success() && !has_ended {
            return Err(io::Error::other(format!("Wardline answered {status}")).into());
        }
        if text.is_empty() || has_ended {
            return Ok(Value::Null);
        }
        Ok(serde_json::from_slice(&text)?)
    }
}
