//! Accounts, keys and tokens, counted.

use wardline_access::identity::{AccountKind, UserView};
use wardline_access::model::{Role, RoleSet};
use wardline_access::policy::readers_of_phi;
use wardline_access::port::MAX_PAGE;
use wardline_audit::model::UserName;
use wardline_kernel::UnixMillis;

use super::seen;
use crate::compliance::facts::{MachineFacts, PeopleFacts, Seen, UNUSED_DAYS};
use crate::http::api::Api;

/// Accounts and keys that are looked at, at most.
const MAX_LOOKED_AT: usize = 100_000;
/// Accounts of which it is looked for when they were used, at most: the trail is read for each.
const MAX_USE_LOOKED_AT: usize = 5_000;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

pub(super) async fn people(api: &Api, now: UnixMillis) -> Seen<PeopleFacts> {
    let gate = std::sync::Arc::clone(&api.gate);
    let readers = tokio::task::spawn_blocking(move || {
        let readers = |factor| readers_of_phi(gate.engine(), factor);
        (readers(true), readers(false))
    });
    let (readers, without_factor) = seen("what roles may", readers.await)?;
    let mut facts = PeopleFacts {
        has_provider: api.gate.has_provider(),
        roles_without_factor: without_factor.iter().map(Role::as_str).collect(),
        ..PeopleFacts::default()
    };
    let (mut after, mut looked_at) = (None, 0);
    loop {
        let page = api.gate.identities().list_users(after, MAX_PAGE).await;
        let page = seen("the accounts", page)?;
        let Some(last) = page.last() else {
            return Ok(facts);
        };
        after = Some(last.id);
        looked_at += page.len();
        let people = page.iter().filter(|user| user.kind == AccountKind::Person);
        for user in people {
            let was_usable = facts.usable;
            count(&mut facts, user, readers, now);
            if facts.usable > was_usable {
                look_for_use(api, &mut facts, user, now).await?;
            }
        }
        if looked_at >= MAX_LOOKED_AT {
            facts.is_cut = true;
            return Ok(facts);
        }
    }
}

/// Counts an account that nobody used for long.
async fn look_for_use(
    api: &Api,
    facts: &mut PeopleFacts,
    user: &UserView,
    now: UnixMillis,
) -> Seen<()> {
    let since = now.saturating_sub(UNUSED_DAYS * DAY_MS);
    if user.created_at > since {
        return Ok(());
    }
    let Ok(name) = UserName::new(&user.login) else {
        return Ok(());
    };
    if facts.usable > MAX_USE_LOOKED_AT {
        facts.is_use_unknown = true;
        return Ok(());
    }
    let active = api.audit.was_active_since(&name, since).await;
    match seen("the use of accounts", active)? {
        Some(true) => {}
        Some(false) => facts.unused += 1,
        None => facts.is_use_unknown = true,
    }
    Ok(())
}

fn count(facts: &mut PeopleFacts, user: &UserView, readers: RoleSet, now: UnixMillis) {
    let has_ended = user.expires_at.is_some_and(|end| end <= now);
    if user.is_disabled {
        facts.disabled += 1;
        return;
    }
    if has_ended {
        facts.ended += 1;
        return;
    }
    facts.usable += 1;
    if !user.roles.and(readers).is_empty() {
        facts.readers += 1;
        facts.readers_without_factor += usize::from(!user.has_second_factor);
    }
    // Who is suspended signs in and may do nothing.
    if !user.is_suspended {
        facts.security_admins += usize::from(user.roles.has(Role::SecurityAdmin));
        facts.privacy_officers += usize::from(user.roles.has(Role::PrivacyOfficer));
    }
}

pub(super) async fn machines(api: &Api, now: UnixMillis) -> Seen<MachineFacts> {
    let mut facts = MachineFacts::default();
    for token in api.tokens.entries() {
        if token.expires_at.is_some_and(|end| end <= now) {
            continue;
        }
        facts.tokens += 1;
        facts.without_end += usize::from(token.expires_at.is_none());
        facts.last_end_at = facts.last_end_at.max(token.expires_at);
    }
    let (mut after, mut looked_at) = (None, 0);
    loop {
        let page = api.gate.identities().list_api_keys(None, after, MAX_PAGE);
        let page = seen("the API keys", page.await)?;
        let Some(last) = page.last() else {
            return Ok(facts);
        };
        after = Some(last.id);
        looked_at += page.len();
        for key in page.iter().filter(|key| key.holds) {
            facts.api_keys += 1;
            facts.last_end_at = facts.last_end_at.max(Some(key.expires_at));
        }
        if looked_at >= MAX_LOOKED_AT {
            facts.is_cut = true;
            return Ok(facts);
        }
    }
}
