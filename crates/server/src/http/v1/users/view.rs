//! Users as the API shows them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_access::identity::{AccountKind, UserView as Kept};
use wardline_access::model::Role;
use wardline_kernel::UnixMillis;

use super::super::time;

/// A user or service account.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(super) struct UserView {
    id: String,
    /// What it signs in with.
    login: String,
    /// What people call it.
    name: String,
    kind: KindView,
    /// What it may act as.
    #[schema(value_type = Vec<String>, example = json!(["nurse"]))]
    roles: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<String>,
    /// Who is told of its emergency accesses, besides the privacy officers.
    #[serde(skip_serializing_if = "Option::is_none")]
    supervisor: Option<String>,
    /// Whether it is a patient with a record here. Which one is not told.
    has_own_record: bool,
    /// It may not be used any more, or not now.
    is_disabled: bool,
    /// It may sign in and do nothing.
    is_suspended: bool,
    is_off_shift: bool,
    has_second_factor: bool,
    recovery_codes_left: usize,
    #[schema(format = DateTime)]
    created_at: String,
    /// It ends by itself then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Too many attempts to sign in failed: more are refused until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    locked_until: Option<String>,
}

/// Who uses an account.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = UserKind)]
#[serde(rename_all = "lowercase")]
pub(super) enum KindView {
    /// Somebody who signs in.
    Person,
    /// A machine with keys.
    Service,
}

impl UserView {
    pub(super) fn of(kept: Kept, now: UnixMillis) -> Self {
        Self {
            id: kept.id.to_string(),
            login: kept.login,
            name: kept.name,
            kind: match kept.kind {
                AccountKind::Person => KindView::Person,
                AccountKind::Service => KindView::Service,
            },
            roles: kept.roles.iter().map(Role::as_str).collect(),
            department: kept.department,
            supervisor: kept.supervisor.map(|id| id.to_string()),
            has_own_record: kept.has_own_record,
            is_disabled: kept.is_disabled,
            is_suspended: kept.is_suspended,
            is_off_shift: kept.is_off_shift,
            has_second_factor: kept.has_second_factor,
            recovery_codes_left: kept.recovery_codes,
            created_at: time::text(kept.created_at),
            expires_at: kept.expires_at.map(time::text),
            locked_until: Some(kept.locked_until)
                .filter(|until| now < *until)
                .map(time::text),
        }
    }
}

impl From<KindView> for AccountKind {
    fn from(kind: KindView) -> Self {
        match kind {
            KindView::Person => Self::Person,
            KindView::Service => Self::Service,
        }
    }
}
