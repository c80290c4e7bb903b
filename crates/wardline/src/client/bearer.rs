//! What a client presents to a server: a token of the site's file, an API key, or the token of a person's session.

use std::fmt;

use wardline_phi::ApiToken;
use wardline_sessions::model::SessionToken;
use zeroize::Zeroizing;

/// What a client presents. Wiped when dropped, silent in `{:?}`.
pub(crate) struct Bearer(Zeroizing<String>);

/// A text is none of the tokens that a server takes.
#[derive(Debug, thiserror::Error)]
#[error("expected the token of a token file or API key (`wl_...`) or of a session (`wls_...`)")]
pub(crate) struct NoToken;

impl Bearer {
    /// Takes a token.
    ///
    /// # Errors
    /// [`NoToken`]; it holds nothing of the text.
    pub(crate) fn parse(text: &str) -> Result<Self, NoToken> {
        let is_token = ApiToken::parse(text).is_ok() || SessionToken::read(text).is_ok();
        is_token
            .then(|| Self(Zeroizing::new(text.to_owned())))
            .ok_or(NoToken)
    }

    /// The text. Every call is a place where it may leak.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(redacted)")
    }
}
