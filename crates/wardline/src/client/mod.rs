//! A client of the HTTP API for the commands that ask a running server.
//!
//! One connection per request, HTTP/1.1, no redirects: an API that answers with another address is not ours, and
//! a token must go nowhere else.

mod args;
mod bearer;
mod exchange;
mod page;
mod probe;
mod problem;
mod sse;
mod target;

use std::time::Duration;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use hyper::Method;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

pub(crate) use args::ClientArgs;
pub(crate) use bearer::Bearer;
use exchange::{Question, ask, stream};
pub(crate) use page::{items, query};
pub(crate) use probe::is_ready;
pub(crate) use problem::ApiProblem;
pub(crate) use sse::ServerEvent;
use sse::SseReader;
use target::Target;

/// How often a call that is safe to repeat is made when the server does not answer.
const ATTEMPTS: u32 = 3;
/// Bytes of one line of an answer in lines at most.
const MAX_LINE_BYTES: usize = 1 << 20;
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(300);

/// A server, and who we are to it.
pub(crate) struct Client {
    runtime: tokio::runtime::Runtime,
    target: Target,
    token: Option<Bearer>,
    /// The token of an emergency access, sent along with everything.
    emergency: Option<Bearer>,
    patience: Duration,
}

impl Client {
    /// GET, as JSON.
    pub(crate) fn get(&self, path: &str) -> anyhow::Result<Json> {
        json(&self.get_bytes(path)?)
    }

    /// GET, as bytes.
    pub(crate) fn get_bytes(&self, path: &str) -> anyhow::Result<Bytes> {
        self.call(&Question::new(Method::GET, path), ATTEMPTS)
    }

    /// POST of a question that changes nothing.
    pub(crate) fn query(&self, path: &str, body: &Json) -> anyhow::Result<Json> {
        let question = Question::new(Method::POST, path).json(body);
        json(&self.call(&question, ATTEMPTS)?)
    }

    /// The same, as bytes: for answers that are no JSON.
    pub(crate) fn query_bytes(&self, path: &str, body: &Json) -> anyhow::Result<Bytes> {
        let question = Question::new(Method::POST, path).json(body);
        self.call(&question, ATTEMPTS)
    }

    /// POST whose answer is one JSON value a line, as they come. It is not repeated.
    pub(crate) fn lines(
        &self,
        path: &str,
        body: &Json,
        take: &mut dyn FnMut(Json) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let question = Question::new(Method::POST, path).json(body);
        let mut rest: Vec<u8> = Vec::new();
        self.runtime.block_on(stream(
            &self.target,
            (self.token.as_ref(), self.emergency.as_ref()),
            &question,
            self.patience,
            &mut |bytes| {
                rest.extend_from_slice(bytes);
                while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = rest.drain(..=end).collect();
                    take(json(&line.into())?)?;
                }
                anyhow::ensure!(
                    rest.len() <= MAX_LINE_BYTES,
                    "a line of the answer is larger than {MAX_LINE_BYTES} bytes"
                );
                Ok(())
            },
        ))
    }

    /// POST that changes something, once, with an answer.
    pub(crate) fn change(&self, path: &str, body: &Json) -> anyhow::Result<Json> {
        let question = Question::new(Method::POST, path).json(body);
        json(&self.call(&question, 1)?)
    }

    /// POST that creates something, once: the server knows a repeat by its key.
    pub(crate) fn create(&self, path: &str, body: &Json) -> anyhow::Result<Json> {
        let key = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
        let question = Question::new(Method::POST, path)
            .json(body)
            .idempotency_key(key);
        json(&self.call(&question, ATTEMPTS)?)
    }

    /// POST that changes something. It is not repeated: whether a lost call was done can be looked up.
    pub(crate) fn act(&self, path: &str, body: Option<&Json>) -> anyhow::Result<()> {
        let question = Question::new(Method::POST, path);
        let question = match body {
            Some(body) => question.json(body),
            None => question,
        };
        self.call(&question, 1)?;
        Ok(())
    }

    /// Where people sign in.
    pub(crate) const SIGN_IN: &str = "/v1/sign-in";

    /// POST that changes something and answers, once.
    pub(crate) fn act_for(&self, path: &str, body: &Json) -> anyhow::Result<Json> {
        let question = Question::new(Method::POST, path).json(body);
        json(&self.call(&question, 1)?)
    }

    /// POST for a purpose, once, whose answer leaves the house: each is recorded, so none is repeated.
    pub(crate) fn take(
        &self,
        path: &str,
        body: &Json,
        purpose: Option<&str>,
    ) -> anyhow::Result<Json> {
        let question = Question::new(Method::POST, path).json(body);
        let question = match purpose {
            Some(purpose) => question.purpose(purpose),
            None => question,
        };
        json(&self.call(&question, 1)?)
    }

    /// A change that follows a version, once: when somebody was faster it changes nothing.
    pub(crate) fn follow(
        &self,
        method: Method,
        path: &str,
        version: u64,
        body: Option<&Json>,
    ) -> anyhow::Result<Json> {
        let question = Question::new(method, path).if_match(version);
        let question = match body {
            Some(body) => question.json(body),
            None => question,
        };
        json(&self.call(&question, 1)?)
    }

    /// PUT: the same again changes nothing, so it is repeated when the server does not answer.
    pub(crate) fn put(&self, path: &str, body: &Json) -> anyhow::Result<()> {
        let question = Question::new(Method::PUT, path).json(body);
        self.call(&question, ATTEMPTS)?;
        Ok(())
    }

    /// DELETE, once.
    pub(crate) fn delete(&self, path: &str) -> anyhow::Result<()> {
        self.call(&Question::new(Method::DELETE, path), 1)?;
        Ok(())
    }

    /// Server-sent events, until `take` says to stop or the server ends the stream. Gives the id of the last
    /// one, to go on after.
    pub(crate) fn events(
        &self,
        path: &str,
        after: Option<&str>,
        take: &mut dyn FnMut(&ServerEvent) -> anyhow::Result<()>,
    ) -> anyhow::Result<Option<String>> {
        let mut question = Question::new(Method::GET, path);
        if let Some(after) = after {
            question = question.last_event_id(after.to_owned());
        }
        let mut reader = SseReader::default();
        let mut last = after.map(str::to_owned);
        self.runtime.block_on(stream(
            &self.target,
            (self.token.as_ref(), self.emergency.as_ref()),
            &question,
            self.patience,
            &mut |bytes| {
                reader.read(bytes, &mut |event| {
                    last.clone_from(&event.id);
                    take(&event)
                })
            },
        ))?;
        Ok(last)
    }

    fn call(&self, question: &Question, attempts: u32) -> anyhow::Result<Bytes> {
        let mut attempt = 1;
        loop {
            let asked = self.runtime.block_on(ask(
                &self.target,
                (self.token.as_ref(), self.emergency.as_ref()),
                question,
                self.patience,
            ));
            match asked {
                Err(error) if attempt < attempts && !error.is::<ApiProblem>() => {
                    attempt += 1;
                    std::thread::sleep(BETWEEN_ATTEMPTS);
                }
                other => return other,
            }
        }
    }
}

/// The value of an answer, as the type that a command needs of it.
pub(crate) fn view<T: DeserializeOwned>(value: Json) -> anyhow::Result<T> {
    serde_json::from_value(value)
        .context("the server's answer is not what this version expects; are both of one version?")
}

fn json(bytes: &Bytes) -> anyhow::Result<Json> {
    match serde_json::from_slice(bytes) {
        Ok(value) => Ok(value),
        Err(_) => bail!("the server's answer is not JSON; is it Wardline that listens there?"),
    }
}
