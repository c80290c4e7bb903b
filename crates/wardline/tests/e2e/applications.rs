//! The applications of `examples/` keep their sessions in the real binary, and their users see what they should.

use std::path::PathBuf;

use tokio::process::Command;
use tokio::time::timeout;

use crate::wait::LONGEST;

fn examples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

#[tokio::test]
async fn the_application_for_node_keeps_its_sessions_here() {
    let mut node = Command::new("node");
    node.args(["--test", "app.test.mjs"])
        .current_dir(examples().join("sessions-node"))
        .env("WARDLINE_BIN", env!("CARGO_BIN_EXE_wardline"))
        .kill_on_drop(true);

    let walked = timeout(LONGEST, node.output()).await.expect("it ends");

    let walked = walked.expect("node is installed: Debian's package is nodejs");
    let told = String::from_utf8_lossy(&walked.stdout);
    assert!(walked.status.success(), "{told}");
    assert!(told.contains("# pass 8"), "tests were left out: {told}");
}
