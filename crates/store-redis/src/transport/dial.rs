//! Opening a connection: TCP, TLS 1.3, login, RESP3. All of it within one time limit.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, ProtocolVersion, RedisConnectionInfo};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use super::answer::words;
use super::files;
use super::link::{Link, Push};
use crate::failure::ConnectError;
use crate::settings::{Address, Login, Settings, TlsFiles};

/// Bytes of the answer to a login at most.
const MAX_LOGIN_ANSWER_BYTES: usize = 1_024;

/// Opens connections as one user.
#[derive(Clone, Debug)]
pub(crate) struct Dialer {
    login: Option<Login>,
    tls: Option<TlsFiles>,
    connect: Duration,
    client_name: String,
}

impl Dialer {
    /// To the servers that hold data.
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            login: settings.login.clone(),
            tls: settings.tls.clone(),
            connect: settings.timeouts.connect,
            client_name: settings.client_name.clone(),
        }
    }

    /// The same as another user.
    pub(crate) fn with_login(self, login: Option<Login>) -> Self {
        Self { login, ..self }
    }

    /// How long opening a connection may take.
    pub(crate) fn patience(&self) -> Duration {
        self.connect
    }

    /// Opens a connection; what the server pushes goes to `push`.
    pub(crate) async fn dial(
        &self,
        address: &Address,
        push: Option<Push>,
    ) -> Result<Link, ConnectError> {
        let opening = Box::pin(self.open(address, push));
        timeout(self.connect, opening)
            .await
            .unwrap_or_else(|_| Err(unreachable(address, "no connection in time")))
    }

    async fn open(&self, address: &Address, push: Option<Push>) -> Result<Link, ConnectError> {
        let stream = TcpStream::connect((address.host.as_str(), address.port))
            .await
            .map_err(|error| unreachable(address, &error))?;
        stream
            .set_nodelay(true)
            .map_err(|error| unreachable(address, &error))?;
        match &self.tls {
            None => self.enter(address, stream, push).await,
            Some(tls) => {
                let name = tls.server_name.as_ref().unwrap_or(&address.host);
                let name =
                    ServerName::try_from(name.clone()).map_err(|_| ConnectError::Setting {
                        setting: "tls.server_name",
                        reason: format!("`{name}` is neither a DNS name nor an IP address"),
                    })?;
                let stream = TlsConnector::from(files::tls(tls)?)
                    .connect(name, stream)
                    .await
                    .map_err(|error| unreachable(address, &error))?;
                self.enter(address, stream, push).await
            }
        }
    }

    async fn enter<S>(
        &self,
        address: &Address,
        mut stream: S,
        push: Option<Push>,
    ) -> Result<Link, ConnectError>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        if let Some(login) = &self.login {
            log_in(address, &mut stream, login).await?;
        }
        // A login of redis-rs would keep the password in memory that is not wiped.
        let info = RedisConnectionInfo::default()
            .set_protocol(ProtocolVersion::RESP3)
            .set_skip_set_lib_name();
        let mut config = AsyncConnectionConfig::new()
            .set_response_timeout(None)
            .set_connection_timeout(None);
        if let Some(push) = push {
            config = config.set_push_sender(push);
        }
        let (connection, driver) = MultiplexedConnection::new_with_config(&info, stream, config)
            .await
            .map_err(|error| refused_or_unreachable(address, &error))?;
        let link = Link::new(connection, driver);
        // For `CLIENT LIST` alone: a user that may not set a name goes without.
        let mut name = redis::cmd("CLIENT");
        name.arg("SETNAME").arg(&self.client_name);
        link.send(&name, self.connect)
            .await
            .map_err(|error| unreachable(address, &error))?;
        Ok(link)
    }
}

async fn log_in<S>(address: &Address, stream: &mut S, login: &Login) -> Result<(), ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let password = files::password(&login.password_file)?;
    let mut command = Zeroizing::new(Vec::with_capacity(128 + login.user.len() + password.len()));
    command.extend_from_slice(b"*3\r\n");
    for part in [b"AUTH", login.user.as_bytes(), password.as_slice()] {
        command.extend_from_slice(format!("${}\r\n", part.len()).as_bytes());
        command.extend_from_slice(part);
        command.extend_from_slice(b"\r\n");
    }
    let lost = |error| unreachable(address, &error);
    stream.write_all(&command).await.map_err(lost)?;
    stream.flush().await.map_err(lost)?;
    let mut line = Vec::with_capacity(64);
    while line.last() != Some(&b'\n') {
        if line.len() == MAX_LOGIN_ANSWER_BYTES {
            return Err(unreachable(address, "it does not speak as Redis does"));
        }
        line.push(stream.read_u8().await.map_err(lost)?);
    }
    let line = String::from_utf8_lossy(&line);
    if line.starts_with("+OK") {
        Ok(())
    } else if line.starts_with("-WRONGPASS") || line.starts_with("-NOPERM") {
        Err(ConnectError::Login {
            address: address.clone(),
            user: login.user.clone(),
        })
    } else {
        let line = line.trim_start_matches('-').trim_end();
        let (code, details) = line.split_once(' ').unwrap_or((line, ""));
        Err(unreachable(address, &words(code, details)))
    }
}

fn refused_or_unreachable(address: &Address, error: &redis::RedisError) -> ConnectError {
    match error.code() {
        Some("NOAUTH" | "NOPERM") => ConnectError::NotAllowed {
            address: address.clone(),
            command: "HELLO 3",
            reason: words(
                error.code().unwrap_or_default(),
                error.detail().unwrap_or_default(),
            ),
        },
        _ => unreachable(address, error),
    }
}

fn unreachable(address: &Address, reason: &(impl ToString + ?Sized)) -> ConnectError {
    ConnectError::Unreachable {
        address: address.clone(),
        reason: reason.to_string(),
    }
}
