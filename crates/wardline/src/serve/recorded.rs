//! What the node itself records in the trail: that its configuration or its keys changed.

use anyhow::Context as _;
use wardline_audit::Audit;
use wardline_audit::model::{Event, EventKind, Note, Origin, Outcome, UserName};

/// The node's own name among users.
pub(super) const NODE: &str = "wardline/node";

/// Records a change. When that fails the change must not be made.
pub(super) async fn change(audit: &Audit, kind: EventKind, what: &str) -> anyhow::Result<()> {
    let by = Origin::of(UserName::new(NODE)?);
    let event = Event {
        reason: Some(Note::new(what)?),
        ..Event::new(kind, Outcome::Success, by)
    };
    let recorded = audit.record_one(event).await;
    recorded
        .map(|_| ())
        .context("the change cannot be recorded in the audit trail, so it is not made")
}
