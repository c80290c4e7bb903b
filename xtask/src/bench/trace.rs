//! Shows in the system calls of one message that it was on disk before it was acknowledged.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::empty_folder;
use super::load::{Load, Until};
use super::options::Options;
use super::programs::Programs;
use super::wardline::Wardline;
use crate::{process, say};

/// Calls that put bytes on disk, and those that a socket's bytes come and go by.
const CALLS: &str = "trace=fsync,fdatasync,read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg";

/// What the trace holds of one message.
struct Found<'t> {
    received: Line<'t>,
    synced: Line<'t>,
    acknowledged: Line<'t>,
}

/// A line of the trace and its place in it, which is the order of the calls' ends.
#[derive(Clone, Copy)]
struct Line<'t> {
    place: usize,
    text: &'t str,
}

/// Runs one message through a traced server.
pub(super) fn run(_options: &Options) -> Result<()> {
    ensure!(
        process::is_on_path("strace"),
        "run: sudo apt-get install strace"
    );
    let programs = say::step("build", Programs::build)?;
    let folder = empty_folder("trace")?;
    let wardline = Wardline::initialise(&programs.wardline, &folder, &[])?;
    let file = folder.join("strace");
    let running = wardline.start_below(&mut strace(&file, wardline.program()))?;

    let load = Load {
        program: &programs.load,
        port: wardline.mllp_port,
        run: 1,
        connections: 1,
        depth: 1,
        patients: 1,
    };
    let report = load.put(Until::Messages(1))?;
    ensure!(report.acknowledged == 1, "the message was not acknowledged");
    let (control_id, _) = report
        .samples
        .first()
        .context("the load names no control id")?;
    running.stop()?;
    // The tracer may still write when the server has ended.
    std::thread::sleep(Duration::from_millis(300));

    let trace = std::fs::read_to_string(&file)?;
    let found = find(&trace, control_id)?;
    say::step(
        "system calls of one message, seconds since 1970 before each",
        || {
            for line in [found.received, found.synced, found.acknowledged] {
                say::line(&shortened(line.text));
            }
            Ok(())
        },
    )?;
    say::line("The sync had returned before the acknowledgement was written.");
    Ok(())
}

/// A line without the middle of the message in it.
fn shortened(line: &str) -> String {
    const HEAD: usize = 130;
    const TAIL: usize = 90;
    let length = line.chars().count();
    if length <= HEAD + TAIL {
        return line.to_owned();
    }
    let head: String = line.chars().take(HEAD).collect();
    let tail: String = line.chars().skip(length - TAIL).collect();
    format!("{head} ... {tail}")
}

fn strace(file: &Path, program: &Path) -> Command {
    let mut command = Command::new("strace");
    command
        // With -D the tracer is a grandchild, and the process that was started is the server itself.
        .args(["-D", "-f", "-ttt", "-y", "-s", "4096", "-e", CALLS, "-o"])
        .arg(file)
        .arg(program);
    command
}

/// The first read that brings the message, the first write of its acknowledgement, and the last sync of a
/// file that ended well between the two.
fn find<'t>(trace: &'t str, control_id: &str) -> Result<Found<'t>> {
    let lines = || {
        trace
            .lines()
            .enumerate()
            .map(|(place, text)| Line { place, text })
    };
    let holds = |call: &[&str], line: &Line<'_>| call.iter().any(|name| line.text.contains(name));
    let received = lines()
        .find(|line| holds(&["read", "recv"], line) && line.text.contains(control_id))
        .context("the trace shows no read of the message")?;
    let answer = format!("MSA|AA|{control_id}");
    let acknowledged = lines()
        .find(|line| holds(&["write", "send"], line) && line.text.contains(&answer))
        .context("the trace shows no write of the acknowledgement")?;
    let synced = lines()
        .filter(|line| line.place > received.place && line.place < acknowledged.place)
        .filter(|line| holds(&["fsync", "fdatasync"], line) && line.text.ends_with("= 0"))
        .last()
        .context("no sync returned between the read of the message and its acknowledgement")?;
    Ok(Found {
        received,
        synced,
        acknowledged,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: &str =
        r#"7 1.0 recvfrom(9<socket:[1]>, "\vMSH|^~\\&|X|ID1|\r", 8192, 0, NULL, NULL) = 20"#;
    const SYNC: &str = "8 1.2 <... fdatasync resumed>)        = 0";
    const ACK: &str = r#"7 1.3 sendto(9<socket:[1]>, "\vMSH|\rMSA|AA|ID1\r", 20, 0, NULL, 0) = 20"#;

    #[test]
    fn a_sync_between_message_and_acknowledgement_is_found() {
        let trace = [READ, "8 1.1 fdatasync(5 <unfinished ...>", SYNC, ACK].join("\n");

        let found = find(&trace, "ID1").ok().map(|found| found.synced.text);

        assert_eq!(found, Some(SYNC));
    }

    #[test]
    fn an_acknowledgement_before_the_sync_returned_is_an_error() {
        let begun = [READ, "8 1.1 fdatasync(5 <unfinished ...>", ACK, SYNC].join("\n");
        let failed = [
            READ,
            "8 1.1 fdatasync(5) = -1 EIO (Input/output error)",
            ACK,
        ]
        .join("\n");

        assert!(find(&begun, "ID1").is_err());
        assert!(find(&failed, "ID1").is_err());
    }

    #[test]
    fn a_sync_from_before_the_message_does_not_count() {
        assert!(find(&[SYNC, READ, ACK].join("\n"), "ID1").is_err());
    }
}
