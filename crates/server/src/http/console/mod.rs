//! The web console's files, as they are in the binary.
//!
//! `console/` builds them, `crates/server/console/` keeps them, `files` names them. What is served here knows nothing of
//! patients: whatever the pages show they ask `/v1` for, like every other program. `headers` says what a browser may do
//! with them, `file` how a file is sent.

mod file;
mod files;
mod headers;

use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};

use super::problem::{Code, Problem};
use file::File;

/// The page that every page of the console begins with.
const INDEX: &str = "/index.html";
/// What is under these is asked for by programs: a wrong path there is no page.
const OF_PROGRAMS: [&str; 6] = [
    "/v1",
    "/metrics",
    "/healthz",
    "/readyz",
    "/assets",
    "/index.html",
];

/// Answers what no route is for: a file of the console, one of its pages, or that there is no such thing.
pub(super) async fn file_or_page(request: Request) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    match wanted(request.uri().path(), request.headers()) {
        Some(file) if safe => file.answer(request.headers()),
        _ => Problem::new(Code::NotFound).into_response(),
    }
}

fn wanted(path: &str, headers: &HeaderMap) -> Option<&'static File> {
    if path == "/" {
        return File::at(INDEX);
    }
    let known = File::at(path).filter(|_| path != INDEX);
    known.or_else(|| File::at(INDEX).filter(|_| is_page(path) && wants_a_page(headers)))
}

/// Whether a path may be that of a page: pages are made by scripts, so no list of them is here.
fn is_page(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    !OF_PROGRAMS
        .iter()
        .any(|program| program.strip_prefix('/') == Some(first))
}

/// A browser that goes to a page says that it takes HTML; a program that asks for a wrong path does not.
fn wants_a_page(headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT);
    accepts
        .and_then(|accepts| accepts.to_str().ok())
        .is_some_and(|accepts| accepts.contains("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn browser() -> HeaderMap {
        let mut headers = HeaderMap::new();
        let accepts = "text/html,application/xhtml+xml".parse().unwrap();
        headers.insert(header::ACCEPT, accepts);
        headers
    }

    #[test]
    fn a_browser_gets_the_console_at_every_path_that_is_not_of_programs() {
        for path in ["/", "/messages", "/messages/17", "/a/path/nobody/knows"] {
            assert!(wanted(path, &browser()).is_some(), "{path}");
        }
        for path in [
            "/v1",
            "/v1/nothing",
            "/metrics",
            "/metrics/x",
            "/healthz",
            "/readyz",
            "/assets/nothing.js",
            "/index.html",
        ] {
            assert!(wanted(path, &browser()).is_none(), "{path}");
        }
    }

    #[test]
    fn a_program_gets_the_first_page_and_files_and_nothing_for_a_wrong_path() {
        let program = HeaderMap::new();

        assert!(wanted("/", &program).is_some());
        assert!(wanted("/messages", &program).is_none());
        assert!(wanted("/assets/../index.html", &program).is_none());
    }
}
