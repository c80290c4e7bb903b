//! Runs the real binary.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `wardline` in a folder, with nothing of this process's environment that concerns it.
pub(crate) fn wardline(folder: &Path, arguments: &[&str]) -> Ended {
    wardline_with(folder, arguments, &[], b"")
}

/// The same with variables and standard input.
pub(crate) fn wardline_with(
    folder: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
    input: &[u8],
) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wardline"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("WARDLINE_") {
            command.env_remove(name);
        }
    }
    let mut child = command
        .args(arguments)
        .current_dir(folder)
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input may have ended already.
    drop(child.stdin.take().unwrap().write_all(input));
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A sample message of the repository.
pub(crate) fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../testdata/hl7")
        .join(name)
}
