//! Messages, records and keys are in memory as plain text while they are worked on: no command leaves them in a core.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

use crate::terminal::complain;

/// Turns core dumps off for this process and those that it starts, and keeps other processes of the same user from reading
/// its memory. A system that does not let it is no reason not to run: the unit file says the same.
pub(crate) fn off() {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let off = setrlimit(Resource::Core, none)
        .and_then(|()| set_dumpable_behavior(DumpableBehavior::NotDumpable));
    if let Err(error) = off {
        complain(&format!("core dumps could not be turned off: {error}"));
    }
}
