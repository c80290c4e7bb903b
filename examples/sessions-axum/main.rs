//! A web application whose sessions live in Wardline: it signs people in and asks at every request.
//!
//! Anything but `"allowed": true` is a no, also when no answer came. See README.md for how to start it.

mod client;
mod cookie;

use std::io::Write as _;
use std::sync::Arc;
use std::{env, fs, io};

use aws_lc_rs::hmac;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use client::{NoAnswer, Sessions};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Of a sign-in's body, in bytes.
const MAX_BODY: usize = 4_096;
/// Users of the demonstration: name, password, role, department. An application asks its directory instead.
const USERS: [(&str, &str, &str, &str); 2] = [
    ("ada", "ada-demo", "nurse", "icu-2"),
    ("reg", "reg-demo", "registrar", "front-desk"),
];

struct Application {
    sessions: Sessions,
    key: hmac::Key,
}

type App = State<Arc<Application>>;

#[derive(Deserialize)]
struct Login {
    user: String,
    password: String,
}

/// What a person gets instead of a page.
enum Refused {
    No(StatusCode, String),
    NoAnswer(NoAnswer),
}

#[tokio::main]
async fn main() -> Result<(), NoAnswer> {
    let path = env::var("APP_TOKEN_FILE")
        .map_err(|_| "set APP_TOKEN_FILE to the path of the file with the API token")?;
    let token = fs::read_to_string(path)?.trim().to_owned();
    let url = env::var("APP_WARDLINE_URL").unwrap_or_else(|_| "http://127.0.0.1:8080".to_owned());
    let authority = url
        .strip_prefix("http://")
        .ok_or("APP_WARDLINE_URL must begin with http://")?;
    let port: u16 = env::var("APP_PORT")
        .unwrap_or_else(|_| "3000".to_owned())
        .parse()?;
    let application = Application {
        sessions: Sessions::new(authority.to_owned(), &token),
        key: hmac::Key::new(hmac::HMAC_SHA256, token.as_bytes()),
    };
    let routes = Router::new()
        .route("/login", post(login))
        .route("/", get(page))
        .route("/poll", get(poll))
        .route("/lock", post(lock))
        .route("/logoff", post(logoff))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(Arc::new(application));
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    writeln!(io::stdout(), "http://{}", listener.local_addr()?)?;
    axum::serve(listener, routes).await?;
    Ok(())
}

async fn login(
    State(app): App,
    headers: HeaderMap,
    body: String,
) -> Result<impl IntoResponse, Refused> {
    let wrong = || Refused::No(StatusCode::UNAUTHORIZED, "Wrong name or password.".into());
    let form: Uri = format!("/?{body}").parse().map_err(|_| wrong())?;
    let Query(login) = Query::<Login>::try_from_uri(&form).map_err(|_| wrong())?;
    let user = USERS.iter().find(|(name, ..)| *name == login.user);
    let (name, password, role, department) = user.ok_or_else(wrong)?;
    let expected = hmac::sign(&app.key, password.as_bytes());
    hmac::verify(&app.key, login.password.as_bytes(), expected.as_ref()).map_err(|_| wrong())?;
    // What was signed in here before ends, so that nobody goes on with a cookie that somebody planted.
    if let Some(before) = cookie::read(&headers, &app.key) {
        app.sessions.revoke(&before.id).await?;
    }
    let asked = json!({"user": name, "role": role, "department": department, "portal": "example"});
    let begun = app.sessions.create(&asked).await?;
    let cookie = cookie::write(text(&begun, "token")?, text(&begun, "id")?, &app.key);
    let headers = [
        (header::LOCATION, "/".to_owned()),
        (header::SET_COOKIE, cookie),
    ];
    Ok((StatusCode::SEE_OTHER, headers))
}

async fn page(State(app): App, headers: HeaderMap) -> Result<impl IntoResponse, Refused> {
    let session = guarded(&app, &headers, true).await?;
    let warning = if session.get("warn") == Some(&Value::Bool(false)) {
        ""
    } else {
        "You are signed out soon. Load this page again to stay signed in.\n"
    };
    let left = session.get("seconds_left").and_then(Value::as_u64);
    let (user, left) = (text(&session, "user")?, left.unwrap_or(0));
    Ok((
        UNSTORED,
        format!("Hello {user}. {left} seconds left.\n{warning}"),
    ))
}

/// What a page's timer asks: it shows the time left and keeps nothing alive.
async fn poll(State(app): App, headers: HeaderMap) -> Result<impl IntoResponse, Refused> {
    let session = guarded(&app, &headers, false).await?;
    let shown = ["seconds_left", "warn", "idle_expires_at"];
    let shown = shown.map(|name| {
        (
            name.to_owned(),
            session.get(name).cloned().unwrap_or_default(),
        )
    });
    let shown: serde_json::Map<String, Value> = shown.into_iter().collect();
    Ok((UNSTORED, Json(shown)))
}

async fn lock(State(app): App, headers: HeaderMap) -> Result<&'static str, Refused> {
    let session = guarded(&app, &headers, false).await?;
    app.sessions.lock(text(&session, "id")?).await?;
    Ok("Locked. Sign in again to go on.\n")
}

/// A locked session passes no check, but can be left: the signature says that this browser was given it.
async fn logoff(State(app): App, headers: HeaderMap) -> Result<impl IntoResponse, Refused> {
    if let Some(given) = cookie::read(&headers, &app.key) {
        app.sessions.revoke(&given.id).await?;
    }
    Ok(([(header::SET_COOKIE, cookie::gone())], "Signed out.\n"))
}

const UNSTORED: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

async fn guarded(app: &Application, headers: &HeaderMap, activity: bool) -> Result<Value, Refused> {
    let sign_in = |why: &str| Refused::No(StatusCode::UNAUTHORIZED, format!("Sign in{why}."));
    let given = cookie::read(headers, &app.key).ok_or_else(|| sign_in(""))?;
    let checked = app.sessions.check(&given.token, "chart:read", activity);
    let checked = checked.await?;
    if checked.get("allowed") == Some(&Value::Bool(true)) {
        let session = checked.get("session").cloned();
        return session.ok_or_else(|| Refused::NoAnswer("no session in the answer".into()));
    }
    match text(&checked, "reason")? {
        "permission" => Err(Refused::No(StatusCode::FORBIDDEN, "Not allowed.".into())),
        reason => Err(sign_in(&format!(": {reason}"))),
    }
}

fn text<'a>(answer: &'a Value, name: &str) -> Result<&'a str, Refused> {
    let text = answer.get(name).and_then(Value::as_str);
    text.ok_or_else(|| Refused::NoAnswer(format!("no {name} in the answer").into()))
}

impl From<NoAnswer> for Refused {
    fn from(error: NoAnswer) -> Self {
        Self::NoAnswer(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::No(status, why) => (status, format!("{why}\n")).into_response(),
            Self::NoAnswer(error) => {
                tracing::warn!(%error, "no answer");
                (StatusCode::SERVICE_UNAVAILABLE, "Try again later.\n").into_response()
            }
        }
    }
}
