//! Sessions as the server tells of them.

use serde::Deserialize;

/// A session.
#[derive(Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) user: String,
    pub(super) role: String,
    #[serde(default)]
    pub(super) department: Option<String>,
    pub(super) portal: String,
    pub(super) state: String,
    pub(super) created_at: String,
    pub(super) last_activity_at: String,
    pub(super) idle_seconds_left: u64,
    pub(super) absolute_expires_at: String,
    pub(super) version: u32,
}

/// How many sessions ended.
#[derive(Deserialize)]
pub(super) struct Revoked {
    pub(super) revoked: u64,
}

/// How many sessions live.
#[derive(Deserialize)]
pub(super) struct Count {
    pub(super) count: u64,
}

/// Seconds as people read them: `29m 58s`, `45s`.
pub(super) fn left(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, minutes) => format!("{minutes}m {seconds:02}s"),
        (hours, minutes) => format!("{hours}h {minutes:02}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_read_at_a_glance() {
        assert_eq!(left(45), "45s");
        assert_eq!(left(1_798), "29m 58s");
        assert_eq!(left(7_260), "2h 01m");
    }
}
