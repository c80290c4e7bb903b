//! A small HTTP client: one connection a request.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::contract;

/// A request, put together step by step.
pub(crate) struct Call {
    address: SocketAddr,
    method: String,
    path: String,
    request: hyper::http::request::Builder,
    body: Bytes,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn new(address: SocketAddr, method: &str, path: &str) -> Self {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, "wardline.test");
        let (method, path) = (method.to_owned(), path.to_owned());
        Self {
            address,
            method,
            path,
            request,
            body: Bytes::new(),
        }
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        let text = body.to_string();
        self.header(CONTENT_TYPE.as_str(), "application/json")
            .text(&text)
    }

    pub(crate) fn text(mut self, body: &str) -> Self {
        self.body = Bytes::copy_from_slice(body.as_bytes());
        self
    }

    /// Sends the request and reads the status alone: for answers that do not end.
    pub(crate) async fn head_only(self) -> StatusCode {
        self.begin().await.0.status
    }

    /// Sends the request, reads the answer whole, and holds it against the description.
    pub(crate) async fn send(self) -> Answer {
        let (method, path) = (self.method.clone(), self.path.clone());
        let (head, body) = self.begin().await;
        let body = body.collect().await.unwrap().to_bytes();
        let answer = Answer {
            status: head.status,
            headers: head.headers,
            body,
        };
        contract::check(&method, &path, &answer);
        answer
    }

    /// Sends the request and gives the answer as it begins.
    pub(crate) async fn begin(self) -> (hyper::http::response::Parts, Incoming) {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .unwrap();
        // It ends with the body that it feeds.
        tokio::spawn(connection);
        let request = self.request.body(Full::new(self.body)).unwrap();
        sender.send_request(request).await.unwrap().into_parts()
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The problem's code, after checking that it is one.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{self:?}"
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert_eq!(
            problem["type"].as_str().unwrap(),
            format!("urn:wardline:problem:{}", problem["code"].as_str().unwrap())
        );
        problem["code"].as_str().unwrap().to_owned()
    }
}
