//! The connection of an administrator, or of any role, to one node: one at a time, with a time limit on everything.
//!
//! It follows nothing and repeats nothing: who runs an estate wants to know what this node says. The product's own
//! connections, which follow the master, are those of the Redis adapters.

mod tls;

use std::net::SocketAddr;
use std::time::Duration;

use redis::aio::{ConnectionLike as _, MultiplexedConnection};
use redis::{AsyncConnectionConfig, Cmd, ProtocolVersion, RedisConnectionInfo, Value};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio::time::timeout;

pub use tls::LinkTls;

/// How long a connection may take to be there, with TLS and sign-in.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long an answer may take, unless said otherwise.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// Why a node gave no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Nobody answers there, or not in time.
    #[error("{address} cannot be reached: {reason}")]
    Unreachable {
        /// Where.
        address: SocketAddr,
        /// Why not.
        reason: String,
    },
    /// It answered with an error.
    #[error("{address} refused {command}: {code} {detail}")]
    Refused {
        /// Who.
        address: SocketAddr,
        /// The command, without its arguments.
        command: String,
        /// The error's code: `NOPERM`, `NOREPLICAS`, `ERR`.
        code: String,
        /// What the server says about it.
        detail: String,
    },
    /// It answered with something else than was expected.
    #[error("{address} answered {command} with something that cannot be read")]
    Unexpected {
        /// Who.
        address: SocketAddr,
        /// The command, without its arguments.
        command: String,
    },
    /// The files of TLS cannot be used.
    #[error("TLS: {0}")]
    Tls(String),
}

impl LinkError {
    /// The code that the server refused with, when it was one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }
}

/// As whom to sign in.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The name of the user.
    pub user: &'a str,
    /// Their password.
    pub password: &'a str,
}

/// A connection to one node.
pub struct Link {
    address: SocketAddr,
    connection: MultiplexedConnection,
    driver: AbortHandle,
}

impl Link {
    /// Connects and signs in.
    ///
    /// # Errors
    /// [`LinkError::Unreachable`] when that takes more than [`CONNECT_TIMEOUT`] or is refused.
    pub async fn connect(
        address: SocketAddr,
        tls: Option<&LinkTls>,
        credentials: Credentials<'_>,
    ) -> Result<Self, LinkError> {
        let unreachable = |reason: String| LinkError::Unreachable { address, reason };
        let connecting = async {
            let stream = TcpStream::connect(address)
                .await
                .map_err(|error| unreachable(error.to_string()))?;
            // Without it, small commands wait for the acknowledgement of those before them.
            stream
                .set_nodelay(true)
                .map_err(|error| unreachable(error.to_string()))?;
            match tls {
                None => Self::over(address, stream, credentials).await,
                Some(tls) => {
                    let stream = tls
                        .connect(address.ip(), stream)
                        .await
                        .map_err(|error| unreachable(error.to_string()))?;
                    Self::over(address, stream, credentials).await
                }
            }
        };
        timeout(CONNECT_TIMEOUT, connecting)
            .await
            .map_err(|_elapsed| unreachable("no answer in time".to_owned()))?
    }

    async fn over<S>(
        address: SocketAddr,
        stream: S,
        credentials: Credentials<'_>,
    ) -> Result<Self, LinkError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let info = RedisConnectionInfo::default()
            .set_protocol(ProtocolVersion::RESP3)
            .set_username(credentials.user)
            .set_password(credentials.password)
            .set_skip_set_lib_name();
        let config = AsyncConnectionConfig::new().set_response_timeout(Some(ANSWER_TIMEOUT));
        let (connection, driver) = MultiplexedConnection::new_with_config(&info, stream, config)
            .await
            .map_err(|error| LinkError::Unreachable {
                address,
                reason: error.to_string(),
            })?;
        Ok(Self {
            address,
            connection,
            driver: tokio::spawn(driver).abort_handle(),
        })
    }

    /// Where it leads.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends a command, given as its words, and waits for the answer.
    ///
    /// # Errors
    /// [`LinkError`]; an error of the server is [`LinkError::Refused`].
    pub async fn call<W: AsRef<[u8]>>(&mut self, words: &[W]) -> Result<Value, LinkError> {
        let mut command = Cmd::new();
        for word in words {
            command.arg(word.as_ref());
        }
        let answer = self.connection.req_packed_command(&command).await;
        // Arguments may be secrets, and are in no error.
        let name = || {
            let words = words.iter().take(1);
            words
                .map(|word| String::from_utf8_lossy(word.as_ref()).into_owned())
                .collect::<String>()
        };
        match answer {
            Ok(Value::ServerError(error)) => Err(LinkError::Refused {
                address: self.address,
                command: name(),
                code: error.code().to_owned(),
                detail: error.details().unwrap_or_default().to_owned(),
            }),
            Ok(value) => Ok(value),
            Err(error) => match error.code() {
                Some(code) if !error.is_io_error() => Err(LinkError::Refused {
                    address: self.address,
                    command: name(),
                    code: code.to_owned(),
                    detail: error.detail().unwrap_or_default().to_owned(),
                }),
                _ => Err(LinkError::Unreachable {
                    address: self.address,
                    reason: error.to_string(),
                }),
            },
        }
    }

    /// Sends a command whose answer is text.
    ///
    /// # Errors
    /// [`LinkError`]; [`LinkError::Unexpected`] when it is no text.
    pub async fn text<W: AsRef<[u8]>>(&mut self, words: &[W]) -> Result<String, LinkError> {
        let answer = self.call(words).await?;
        text_of(&answer).ok_or_else(|| LinkError::Unexpected {
            address: self.address,
            command: words.first().map_or_else(String::new, |word| {
                String::from_utf8_lossy(word.as_ref()).into_owned()
            }),
        })
    }

    /// A section of `INFO` as its fields.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn info(&mut self, section: &str) -> Result<Info, LinkError> {
        self.text(&["INFO", section]).await.map(Info)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// What `INFO` says.
#[derive(Clone, Debug, Default)]
pub struct Info(String);

impl Info {
    /// The value of a field; empty when there is none.
    pub fn field(&self, name: &str) -> &str {
        self.0
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map_or("", str::trim)
    }

    /// The value of a field as a number; 0 when there is none.
    pub fn number(&self, name: &str) -> u64 {
        self.field(name).parse().unwrap_or(0)
    }

    /// All lines.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.lines()
    }
}

/// An answer as text, when it is one.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::BulkString(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        Value::SimpleString(text) | Value::VerbatimString { text, .. } => Some(text.clone()),
        Value::Okay => Some("OK".to_owned()),
        Value::Int(number) => Some(number.to_string()),
        Value::Double(number) => Some(number.to_string()),
        Value::Nil => Some(String::new()),
        _ => None,
    }
}

/// An answer as a list; empty when it is none.
pub fn list_of(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) | Value::Set(items) => items,
        _ => &[],
    }
}

/// An answer made of names and values, whichever of its two forms it came in.
pub fn fields_of(value: &Value) -> Vec<(String, String)> {
    let pair = |name: &Value, value: &Value| Some((text_of(name)?, text_of(value)?));
    match value {
        Value::Map(pairs) => pairs
            .iter()
            .filter_map(|(name, value)| pair(name, value))
            .collect(),
        Value::Array(items) => items
            .chunks_exact(2)
            .filter_map(|two| pair(two.first()?, two.get(1)?))
            .collect(),
        _ => Vec::new(),
    }
}

/// One of an answer's fields; empty when it is not there.
pub fn field_of(value: &Value, name: &str) -> String {
    fields_of(value)
        .into_iter()
        .find_map(|(field, value)| (field == name).then_some(value))
        .unwrap_or_default()
}
