//! People whom the site's provider signed in: each request brings the provider's token, which is checked anew.
//!
//! The first sight of a token is a login in the trail; so is the refusal of one that the provider did sign. Others are
//! anybody's invention and would let anybody fill the trail.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest;
use wardline_access::AccessError;
use wardline_access::identity::{Outside, OutsideRefused};
use wardline_access::model::{Principal, Role, Via};
use wardline_access::port::RecordError;
use wardline_audit::model::{EventKind, Outcome};
use wardline_kernel::UnixMillis;

use super::{Gate, NotLetIn};
use crate::oidc::TokenRefused;

/// Tokens whose first sight is remembered; of one that was forgotten the next sight counts as another login.
const MAX_SEEN: usize = 4_096;

/// Why the provider's token lets nobody in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotOutside {
    /// The token itself.
    #[error(transparent)]
    Token(#[from] TokenRefused),
    /// There is no account that it opens.
    #[error("the token opens no account here")]
    Account,
    /// It acts in several roles and named none of them.
    #[error("name one of your roles")]
    WhichRole,
    /// Identities failed.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The trail did not take it.
    #[error(transparent)]
    Unrecorded(#[from] RecordError),
}

/// Tokens that were seen, by their hashes.
#[derive(Default)]
pub(super) struct Seen(Mutex<Hashes>);

/// All of them, and in which order they came.
#[derive(Default)]
struct Hashes {
    all: BTreeSet<[u8; 16]>,
    order: VecDeque<[u8; 16]>,
}

impl Gate {
    /// Whether a text may be a token of the site's provider.
    pub(crate) fn may_be_outside(&self, text: &str) -> bool {
        self.oidc.may_be_one(text)
    }

    /// Who acts by a token of the site's provider, in the role that is asked for or the only one.
    ///
    /// # Errors
    /// [`NotOutside`]
    pub(crate) async fn outside(
        &self,
        token: &str,
        asked: Option<Role>,
        via: &Via,
    ) -> Result<Principal, NotOutside> {
        let outside = match self.oidc.read(token).await {
            Ok(outside) => outside,
            Err(refused) => {
                if refused.is_signed() && !self.seen.has(token) {
                    self.record_outside("unknown", via, Err(refused.as_str()))
                        .await?;
                    self.seen.add(token);
                }
                return Err(refused.into());
            }
        };
        match self.identities.principal_outside(&outside, asked).await? {
            Ok(principal) => {
                if !self.seen.has(token) {
                    self.record_outside(principal.name(), via, Ok(())).await?;
                    self.seen.add(token);
                }
                Ok(principal)
            }
            Err(OutsideRefused::WhichRole) => Err(NotOutside::WhichRole),
            Err(refused) => {
                if !self.seen.has(token) {
                    self.refused_account(&outside, refused, via).await?;
                    self.seen.add(token);
                }
                Err(NotOutside::Account)
            }
        }
    }

    /// When a token of the site's provider ends.
    ///
    /// # Errors
    /// [`NotOutside`]
    pub(crate) async fn outside_ends_at(&self, token: &str) -> Result<UnixMillis, NotOutside> {
        Ok(self.oidc.ends_at(token).await?)
    }

    /// Whether a token, of whatever kind, still lets the same person act.
    pub(crate) async fn still_acts(&self, token: &str, who: &Principal) -> bool {
        let principal = if self.may_be_outside(token) {
            let role = who.roles().iter().next();
            match self.oidc.read(token).await {
                Ok(outside) => match self.identities.principal_outside(&outside, role).await {
                    Ok(Ok(principal)) => Some(principal),
                    _ => None,
                },
                Err(_) => None,
            }
        } else {
            let principal = self.identities.principal(token, false).await;
            principal.ok().flatten()
        };
        principal.is_some_and(|principal| !principal.standing().is_suspended)
    }

    async fn refused_account(
        &self,
        outside: &Outside,
        refused: OutsideRefused,
        via: &Via,
    ) -> Result<(), NotOutside> {
        let known = self.identities.user_of(&outside.login).await?;
        let name = known.map_or("unknown", |_| outside.login.as_str());
        let why = match refused {
            OutsideRefused::NoAccount => "no_account",
            OutsideRefused::Unusable => "unusable",
            OutsideRefused::NoRole | OutsideRefused::WhichRole => "role",
        };
        self.record_outside(name, via, Err(why)).await
    }

    async fn record_outside(
        &self,
        name: &str,
        via: &Via,
        how: Result<(), &'static str>,
    ) -> Result<(), NotOutside> {
        let (outcome, why) = match how {
            Ok(()) => (Outcome::Success, "outside provider"),
            Err(why) => (Outcome::Denied, why),
        };
        let recorded = self.record_sign_in((EventKind::Login, outcome), name, via, Some(why));
        match recorded.await {
            Ok(()) => Ok(()),
            Err(NotLetIn::Unrecorded(error)) => Err(error.into()),
            Err(error) => Err(RecordError(error.to_string()).into()),
        }
    }
}

impl Seen {
    fn has(&self, token: &str) -> bool {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.all.contains(&hash_of(token))
    }

    /// From now on it was seen.
    fn add(&self, token: &str) {
        let hash = hash_of(token);
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.all.insert(hash) {
            return;
        }
        seen.order.push_back(hash);
        if seen.order.len() > MAX_SEEN
            && let Some(oldest) = seen.order.pop_front()
        {
            seen.all.remove(&oldest);
        }
    }
}

fn hash_of(token: &str) -> [u8; 16] {
    let hash = digest::digest(&digest::SHA256, token.as_bytes());
    hash.as_ref().first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_new_once_and_again_when_as_many_others_were_seen() {
        let seen = Seen::default();

        assert!(!seen.has("first"));
        seen.add("first");
        for other in 1..MAX_SEEN {
            seen.add(&other.to_string());
        }
        assert!(seen.has("first"));
        seen.add("one more");
        assert!(!seen.has("first"));
    }
}
