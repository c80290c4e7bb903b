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
