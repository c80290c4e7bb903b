//! Socket options that both directions share.

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

/// Silence before the first probe.
const PROBE_AFTER: Duration = Duration::from_secs(30);
/// Time between probes.
const PROBE_EVERY: Duration = Duration::from_secs(10);
/// Unanswered probes before the connection counts as dead.
const PROBES: u32 = 3;

/// The longest timeout there is, so that none leaves the calendar.
const LONGEST: Duration = Duration::from_hours(24 * 365);

/// A timeout from a file: at least a second, at most a year.
pub(crate) fn sane(timeout: Duration) -> Duration {
    timeout.clamp(Duration::from_secs(1), LONGEST)
}

/// Finds half-open connections: one whose other end vanished fails within a minute.
pub(crate) fn keep_alive(socket: &TcpStream) -> io::Result<()> {
    let probes = TcpKeepalive::new()
        .with_time(PROBE_AFTER)
        .with_interval(PROBE_EVERY)
        .with_retries(PROBES);
    let socket = SockRef::from(socket);
    socket.set_tcp_keepalive(&probes)?;
    // Probes stop while data waits for its acknowledgement; this limits that wait too.
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(PROBE_AFTER + PROBE_EVERY * PROBES))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_half_open_connection_is_probed() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();

        keep_alive(&socket).unwrap();

        let socket = SockRef::from(&socket);
        assert!(socket.keepalive().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), PROBE_AFTER);
        assert_eq!(socket.tcp_keepalive_interval().unwrap(), PROBE_EVERY);
        assert_eq!(socket.tcp_keepalive_retries().unwrap(), PROBES);
    }
}
