//! Lists live sessions.

use crate::error::OperationError;
use crate::model::{DepartmentName, PortalName, RoleName, SessionId, UserName};
use crate::operations::show::{Session, SessionState};
use crate::port::Filter;
use crate::service::Sessions;

/// Sessions of one page at most.
pub const MAX_PAGE: usize = 200;

/// What to list or count; every part given must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// Of this user.
    pub user: Option<UserName>,
    /// In this role.
    pub role: Option<RoleName>,
    /// Of this department.
    pub department: Option<DepartmentName>,
    /// For this portal.
    pub portal: Option<PortalName>,
    /// In this state.
    pub state: Option<SessionState>,
}

/// Part of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionPage {
    /// Newest first.
    pub items: Vec<Session>,
    /// Where the next page starts (after this one); `None` at the end.
    pub next: Option<SessionId>,
}

impl Sessions {
    /// A page of live sessions, newest first, beyond `cursor`. Without their fields.
    ///
    /// # Errors
    /// [`OperationError::TooMany`] beyond [`MAX_PAGE`], or the store failed, or one does not open.
    pub async fn list(
        &self,
        filter: &SessionFilter,
        cursor: Option<SessionId>,
        limit: usize,
    ) -> Result<SessionPage, OperationError> {
        if limit > MAX_PAGE {
            return Err(OperationError::TooMany {
                field: "limit",
                max: MAX_PAGE,
            });
        }
        let filter = self.filter(filter)?;
        let page = self
            .0
            .store
            .list(&filter, cursor, limit, self.now())
            .await?;
        let mut items = Vec::with_capacity(page.items.len());
        for found in page.items {
            items.push(self.open(found).await?);
        }
        Ok(SessionPage {
            items,
            next: page.next,
        })
    }

    /// The filter as stores take it.
    pub(super) fn filter(&self, filter: &SessionFilter) -> Result<Filter, OperationError> {
        let user = filter.user.as_ref().map(|user| self.0.token_of(user));
        Ok(Filter {
            user: user.transpose()?,
            role: filter.role.clone(),
            department: filter.department.clone(),
            portal: filter.portal.clone(),
            state: filter.state,
        })
    }
}
