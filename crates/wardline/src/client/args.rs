//! The flags of every command that asks a server.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use super::target::Target;
use super::{Bearer, Client};
use crate::exit::UsageError;
use crate::private_file;

/// Which server, and with which token.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Server")]
pub(crate) struct ClientArgs {
    /// Where the HTTP API is
    #[arg(
        long,
        value_name = "URL",
        env = "WARDLINE_SERVER",
        hide_env_values = true
    )]
    #[arg(default_value = "http://127.0.0.1:8080")]
    server: String,
    /// The file that holds the API token; a token is never given on the command line
    #[arg(
        long,
        value_name = "FILE",
        env = "WARDLINE_TOKEN_FILE",
        hide_env_values = true
    )]
    token_file: Option<PathBuf>,
    /// The file that holds the token of an emergency access (`wardline emergency request` writes one)
    #[arg(
        long,
        value_name = "FILE",
        env = "WARDLINE_EMERGENCY_FILE",
        hide_env_values = true
    )]
    emergency_file: Option<PathBuf>,
    /// PEM file of the authorities that may have signed the server's certificate [else the system's]
    #[arg(
        long,
        value_name = "FILE",
        env = "WARDLINE_CA_FILE",
        hide_env_values = true
    )]
    ca_file: Option<PathBuf>,
    /// Send the token over http:// to another machine, where it can be read on the way
    #[arg(long)]
    allow_plain_text: bool,
    /// Seconds to wait for an answer
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=3_600))]
    timeout: u64,
}

impl ClientArgs {
    /// A server on this machine.
    pub(crate) fn on_this_machine(http: SocketAddr, token_file: &Path) -> Self {
        Self {
            server: format!("http://{http}"),
            token_file: Some(token_file.to_owned()),
            emergency_file: None,
            ca_file: None,
            allow_plain_text: false,
            timeout: 5,
        }
    }

    /// A client of that server. Nothing is sent yet.
    ///
    /// # Errors
    /// When the address, the token file or the certificate authorities cannot be used.
    pub(crate) fn client(&self) -> anyhow::Result<Client> {
        self.with(Some(self.token()?))
    }

    /// A client that presents nothing: for signing in.
    ///
    /// # Errors
    /// As [`ClientArgs::client`].
    pub(crate) fn anonymous(&self) -> anyhow::Result<Client> {
        self.with(None)
    }

    /// The file that holds the token.
    pub(crate) fn token_path(&self) -> Option<&Path> {
        self.token_file.as_deref()
    }

    fn with(&self, token: Option<Bearer>) -> anyhow::Result<Client> {
        let target = Target::new(&self.server, self.ca_file.clone(), self.allow_plain_text)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Client {
            runtime,
            target,
            token,
            emergency: self.emergency()?,
            patience: Duration::from_secs(self.timeout),
        })
    }

    fn emergency(&self) -> anyhow::Result<Option<Bearer>> {
        let read = |path: &PathBuf| bearer(path, "file of the emergency access");
        self.emergency_file.as_ref().map(read).transpose()
    }

    fn token(&self) -> anyhow::Result<Bearer> {
        let Some(path) = &self.token_file else {
            return Err(UsageError(
                "which token? Name its file with --token-file or WARDLINE_TOKEN_FILE (`wardline init`, \
                 `wardline token create` and `wardline sign-in` write one)"
                    .to_owned(),
            )
            .into());
        };
        bearer(path, "token file")
    }
}

/// The token in a file.
fn bearer(path: &Path, what: &str) -> anyhow::Result<Bearer> {
    let text = zeroize::Zeroizing::new(
        private_file::read(path)
            .with_context(|| format!("cannot read the {what} {}", path.display()))?,
    );
    Bearer::parse(text.trim()).with_context(|| format!("{what} {}", path.display()))
}
