//! The applications of `examples/` keep their sessions in the real binary, and their users see what they should.

use std::path::{Path, PathBuf};

use tokio::process::Command;
use tokio::time::timeout;

use crate::wait::LONGEST;

fn examples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// The walk through an application: the one beside it, or another one.
async fn walk(application: Option<&Path>) {
    let mut node = Command::new("node");
    node.args(["--test", "app.test.mjs"])
        .current_dir(examples().join("sessions-node"))
        .env("WARDLINE_BIN", env!("CARGO_BIN_EXE_wardline"))
        .kill_on_drop(true);
    if let Some(application) = application {
        node.env("APP_BIN", application);
    }

    let walked = timeout(LONGEST, node.output()).await.expect("it ends");

    let walked = walked.expect("node is installed: Debian's package is nodejs");
    let told = String::from_utf8_lossy(&walked.stdout);
    assert!(walked.status.success(), "{told}");
    assert!(told.contains("# pass 8"), "tests were left out: {told}");
}

/// The application for axum, built where the tests are: cargo builds examples only with their own package.
async fn application_for_axum() -> PathBuf {
    let wardline = Path::new(env!("CARGO_BIN_EXE_wardline"));
    let built = wardline.with_file_name("examples").join("sessions_app");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([
        "build",
        "--quiet",
        "--locked",
        "--package",
        "wardline-server",
    ]);
    cargo.args(["--example", "sessions_app"]);
    if !built.exists() {
        let ended = cargo.status().await.expect("cargo is there");
        assert!(ended.success(), "the example does not build");
    }
    built
}

#[tokio::test]
async fn the_application_for_axum_keeps_its_sessions_here() {
    walk(Some(&application_for_axum().await)).await;
}

#[tokio::test]
async fn the_application_for_node_keeps_its_sessions_here() {
    walk(None).await;
}
