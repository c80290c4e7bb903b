//! The tokens that the API knows, as hashes.

use std::sync::Arc;

use tokio::sync::watch;
use wardline_access::identity::application;
use wardline_access::model::Principal;
use wardline_messaging::model::UnixMillis;
use wardline_phi::{ApiToken, TokenHash};

use super::{Caller, Scope, token_file};

/// A token that the API knows.
#[derive(Clone, Debug)]
pub struct TokenEntry {
    /// Its name, which stands in logs and jobs: lower-case letters, digits, `-`, `_` and `.`.
    pub name: Arc<str>,
    /// What is kept of it.
    pub hash: TokenHash,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made; not known of an entry that does not say.
    pub created_at: Option<UnixMillis>,
    /// When it ends; never without.
    pub expires_at: Option<UnixMillis>,
}

/// The tokens that the API knows; exchanged whole when their file is read again.
#[derive(Debug)]
pub struct Tokens(watch::Sender<Arc<[Known]>>);

/// A token with whoever acts by it.
#[derive(Debug)]
struct Known {
    entry: TokenEntry,
    scopes: Arc<[Scope]>,
    principal: Arc<Principal>,
}

/// Why a presented token was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenProblem {
    Unknown,
    Expired,
}

impl Tokens {
    /// These tokens.
    pub fn new(entries: Vec<TokenEntry>) -> Self {
        Self(watch::Sender::new(known(entries)))
    }

    /// The tokens of a token file.
    ///
    /// # Errors
    /// [`TokenFileError`](super::TokenFileError), which names the entry and never its hash.
    pub fn parse(text: &str) -> Result<Self, super::TokenFileError> {
        token_file::parse(text).map(Self::new)
    }

    /// Puts other tokens in the place of all these: those that are gone are refused from the next request on, and
    /// event streams end, so that their readers come back with theirs.
    pub fn replace(&self, entries: Vec<TokenEntry>) {
        self.0.send_replace(known(entries));
    }

    /// The entries, by name: what stands in the file of them.
    pub(crate) fn entries(&self) -> Vec<TokenEntry> {
        let known = Arc::clone(&self.0.borrow());
        let mut entries: Vec<_> = known.iter().map(|known| known.entry.clone()).collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        entries
    }

    /// Ends when other tokens take the place of these.
    pub(crate) fn replaced(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut changes = self.0.subscribe();
        async move {
            // An error says that nobody is left to change them: the process ends.
            changes.changed().await.unwrap_or_default();
        }
    }

    /// Who presents `text`.
    pub(crate) fn caller(&self, text: &str, now: UnixMillis) -> Result<Caller, TokenProblem> {
        let presented = ApiToken::parse(text)
            .map_err(|_| TokenProblem::Unknown)?
            .hash();
        let entries = Arc::clone(&self.0.borrow());
        // Hashes of full-entropy secrets, compared in constant time each: where the loop ends tells nothing.
        let known = entries.iter().find(|known| known.entry.hash == presented);
        let known = known.ok_or(TokenProblem::Unknown)?;
        if known.entry.expires_at.is_some_and(|end| end <= now) {
            return Err(TokenProblem::Expired);
        }
        Ok(Caller::application(
            Arc::clone(&known.entry.name),
            Arc::clone(&known.scopes),
            Arc::clone(&known.principal),
        ))
    }
}

/// A token whose name nobody could find in the trail lets nobody in; token files hold none.
fn known(entries: Vec<TokenEntry>) -> Arc<[Known]> {
    let known = entries.into_iter().filter_map(|entry| {
        Some(Known {
            scopes: entry.scopes.clone().into(),
            principal: Arc::new(application(&entry.name).ok()?),
            entry,
        })
    });
    known.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(token: &ApiToken, expires_at: Option<u64>) -> TokenEntry {
        TokenEntry {
            name: "ward".into(),
            hash: token.hash(),
            scopes: vec![Scope::Read],
            created_at: None,
            expires_at,
        }
    }

    #[test]
    fn a_known_token_tells_who_calls_and_another_nobody() {
        let (token, other) = (ApiToken::generate().unwrap(), ApiToken::generate().unwrap());
        let tokens = Tokens::new(vec![entry(&token, None)]);

        assert_eq!(tokens.caller(token.expose(), 0).unwrap().name(), "ward");
        assert_eq!(
            tokens.caller(other.expose(), 0).unwrap_err(),
            TokenProblem::Unknown
        );
        assert_eq!(tokens.caller("wl_", 0).unwrap_err(), TokenProblem::Unknown);
    }

    #[test]
    fn a_token_ends_at_its_time() {
        let token = ApiToken::generate().unwrap();
        let tokens = Tokens::new(vec![entry(&token, Some(100))]);

        assert!(tokens.caller(token.expose(), 99).is_ok());
        assert_eq!(
            tokens.caller(token.expose(), 100).unwrap_err(),
            TokenProblem::Expired
        );
    }

    #[test]
    fn a_token_that_was_taken_out_is_refused_at_once() {
        let token = ApiToken::generate().unwrap();
        let tokens = Tokens::new(vec![entry(&token, None)]);

        tokens.replace(Vec::new());

        assert_eq!(
            tokens.caller(token.expose(), 0).unwrap_err(),
            TokenProblem::Unknown
        );
    }
}
