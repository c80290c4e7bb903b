//! How often a Sentinel looks. It is told so after each start, as it forgets that when it ends and has no setting for it.
//!
//! - A Sentinel that hears of a new master connects to it anew, and tries that as often as it pings, by itself once a
//!   second: with the patience of an estate it would hold the new master for dead and elect another.
//! - It promotes a replica whose `INFO` is fresh, and notices a master that comes back by it; it asks every ten seconds by
//!   itself.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::certificates::CertificateFiles;
use crate::description::Estate;
use crate::link::{Credentials, Link, LinkTls, field_of};
use crate::{EstateError, Role, files};

/// Between two pings of a Sentinel, and between two attempts to connect, in milliseconds. The server's own is 1,000.
///
/// Not less: a replica is promoted only if its last `INFO` is not older than five of these, and the next one comes a second
/// after it while a master is down. With 200 one of ten failovers found no replica, and took 21 s.
pub const PING_MS: u32 = 300;
/// Between two questions for `INFO` while all is well, in milliseconds: so that it is fresh when a master goes. The server's
/// own is 10,000.
pub const INFO_MS: u32 = 500;
/// How long a Sentinel that was started may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often it is asked meanwhile.
const AGAIN: Duration = Duration::from_millis(200);

/// The command. They tell each other every 2,000 ms by themselves.
fn command() -> [String; 8] {
    [
        "SENTINEL",
        "DEBUG",
        "PING-PERIOD",
        &PING_MS.to_string(),
        "INFO-PERIOD",
        &INFO_MS.to_string(),
        "PUBLISH-PERIOD",
        "250",
    ]
    .map(str::to_owned)
}

/// Has the Sentinel of this name look as often as its estate needs. Run on its machine after each start; it needs nothing
/// but its own certificate and password, which are in its configuration.
///
/// # Errors
/// [`EstateError`] when there is no such Sentinel, its files cannot be read, or it does not answer within a minute.
pub async fn after_start(estate: &Estate, name: &str) -> Result<(), EstateError> {
    let sentinel = estate.sentinels.iter().find(|node| node.name == name);
    let sentinel = sentinel.ok_or_else(|| EstateError::NoNode {
        name: name.to_owned(),
        known: estate
            .sentinels
            .iter()
            .map(|node| node.name.as_str())
            .collect::<Vec<_>>()
            .join(", "),
    })?;
    let folder = estate.configuration_of(sentinel);
    let path = folder.join("sentinel.conf");
    let text = files::read(&path)?;
    let password = password_of(&text)
        .ok_or_else(|| EstateError::Description(format!("{}: no sentinel-pass", path.display())))?;
    let tls = if estate.settings.tls {
        let files = CertificateFiles::in_folder(&folder.join("tls"), "node");
        Some(LinkTls::read(&files)?)
    } else {
        None
    };
    let credentials = Credentials {
        user: Role::Sentinel.name(),
        password,
    };
    let deadline = Instant::now() + PATIENCE;
    loop {
        match Link::connect(sentinel.address, tls.as_ref(), credentials).await {
            Ok(mut link) => return quicken(&mut link).await,
            Err(_) if Instant::now() < deadline => sleep(AGAIN).await,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Has a Sentinel look as often as an estate needs.
pub(crate) async fn quicken(link: &mut Link) -> Result<(), EstateError> {
    let command = command();
    let words: Vec<&str> = command.iter().map(String::as_str).collect();
    link.call(&words).await?;
    Ok(())
}

/// Whether a Sentinel looks as often as an estate needs; `true` of a server that does not say.
pub(crate) async fn is_quick(link: &mut Link) -> Result<bool, EstateError> {
    let periods = link.call(&["SENTINEL", "DEBUG"]).await?;
    let period = field_of(&periods, "PING-PERIOD").parse::<u32>();
    Ok(period.map_or(true, |period| period <= PING_MS))
}

fn password_of(text: &str) -> Option<&str> {
    let mut lines = text.lines();
    let word = lines.find_map(|line| line.strip_prefix("sentinel sentinel-pass "))?;
    Some(word.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_found_as_rendered_and_as_the_server_writes_it_again() {
        let rendered = "port 0\nsentinel sentinel-user sentinel\nsentinel sentinel-pass secret\n";
        let written = "sentinel sentinel-pass \"secret\"\nsentinel myid 1\n";

        assert_eq!(password_of(rendered), Some("secret"));
        assert_eq!(password_of(written), Some("secret"));
        assert_eq!(password_of("port 0\n"), None);
    }
}
