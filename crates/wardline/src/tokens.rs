//! The token file on disk. What stands in it is the server's to say; here it is read and written, whole or not
//! at all.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use wardline_server::http::auth::{TokenEntry, TokenFileError, token_file};

use crate::private_file;

const HEADING: &str = "\
# Tokens of the HTTP API, as `wardline token create` and `wardline token revoke` write them.
# The tokens themselves stand nowhere: `hash` is a SHA-256.
";

/// Why the token file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokensError {
    /// There is none.
    #[error(
        "token file {}: there is none. Restore it, or make an empty file (chmod 600) and a token with \
         `wardline token create`", .0.display()
    )]
    Missing(PathBuf),
    /// It cannot be read or written.
    #[error("token file {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// What it says cannot be used.
    #[error("token file {}: {source}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: TokenFileError,
    },
}

/// When a token is made that is made now, in milliseconds since 1970.
pub(crate) fn now() -> Option<u64> {
    u64::try_from(Timestamp::now().as_millisecond()).ok()
}

/// Reads the tokens.
pub(crate) fn load(path: &Path) -> Result<Vec<TokenEntry>, TokensError> {
    let text = private_file::read(path).map_err(|source| io_error(path, source))?;
    check(path, &text)
}

/// Writes a new token file; never overwrites one.
pub(crate) fn write_new(path: &Path, entries: &[TokenEntry]) -> Result<(), TokensError> {
    let text = render(path, entries)?;
    private_file::write_new(path, &text).map_err(|source| io_error(path, source))
}

/// Puts these tokens in place of the file's.
pub(crate) fn replace(path: &Path, entries: &[TokenEntry]) -> Result<(), TokensError> {
    let text = render(path, entries)?;
    private_file::replace(path, &text).map_err(|source| io_error(path, source))
}

/// The text of these tokens, which reads back: a name that is not allowed is refused before it is written.
fn render(path: &Path, entries: &[TokenEntry]) -> Result<String, TokensError> {
    let mut text = HEADING.to_owned();
    for entry in entries {
        text.push('\n');
        text.push_str(&token_file::render(entry));
    }
    check(path, &text)?;
    Ok(text)
}

fn check(path: &Path, text: &str) -> Result<Vec<TokenEntry>, TokensError> {
    token_file::parse(text).map_err(|source| TokensError::Content {
        path: path.to_owned(),
        source,
    })
}

fn io_error(path: &Path, source: io::Error) -> TokensError {
    let path = path.to_owned();
    if source.kind() == io::ErrorKind::NotFound {
        return TokensError::Missing(path);
    }
    TokensError::Io { path, source }
}
