//! The library of functions that makes atomic on the server what must be: `FUNCTION LOAD REPLACE` on every master.
//!
//! An administrator loads it, so that the application's user may call functions and load none. Each connection
//! compares what is loaded with what this build needs.

use std::fmt::Write as _;

use aws_lc_rs::digest;

use crate::failure::Failure;
use crate::reply::Reply;

/// The name of the library.
pub const NAME: &str = "wardline";
/// Goes up with every release that changes a function. A library of a greater revision serves an older program too:
/// functions are added and extended, never taken away or given another meaning, so that instances are renewed one
/// after the other.
pub const REVISION: u64 = 5;

/// The parts of the library, one file each.
const PARTS: &[&str] = &[
    include_str!("functions/about.lua"),
    include_str!("functions/commit.lua"),
    include_str!("functions/lease.lua"),
    include_str!("functions/sessions.lua"),
    include_str!("functions/session_events.lua"),
];

/// What is given to `FUNCTION LOAD REPLACE`.
pub fn source() -> String {
    let digest = digest_of_parts();
    let mut source =
        format!("#!lua name={NAME}\nlocal REVISION = {REVISION}\nlocal DIGEST = '{digest}'\n");
    for part in PARTS {
        source.push_str("do\n");
        source.push_str(part);
        source.push_str("end\n");
    }
    source
}

/// What a server's library is, compared with what this build needs: `None` when it serves.
///
/// # Errors
/// [`Failure::Unreadable`]
pub(crate) fn difference(about: Reply) -> Result<Option<&'static str>, Failure> {
    let [revision, digest] = about.exactly()?;
    let (revision, digest) = (revision.number()?, digest.text()?);
    Ok(if revision < REVISION {
        Some("older than this program")
    } else if revision == REVISION && digest != digest_of_parts() {
        Some("of another build")
    } else {
        None
    })
}

fn digest_of_parts() -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in PARTS {
        context.update(part.as_bytes());
        context.update(&[0]);
    }
    let mut text = String::new();
    for byte in context.finish().as_ref().iter().take(16) {
        // Writing to a String cannot fail.
        if write!(text, "{byte:02x}").is_err() {
            break;
        }
    }
    text
}
