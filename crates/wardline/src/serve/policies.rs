//! The gate of a node, and its policies: those of the site, or those that Wardline comes with; read whole, or refused.

use std::path::Path;
use std::sync::Arc;

use wardline_access::identity::PasswordCost;
use wardline_access::policy::{Engine, PolicySet};
use wardline_audit::Audit;
use wardline_audit::model::EventKind;
use wardline_messaging::port::Clock;
use wardline_patients::Patients;
use wardline_server::gate::{Gate, GateParts};
use wardline_server::oidc::Oidc;
use wardline_sessions::Sessions;
use wardline_vitals::LiveBeds;

use super::recorded;
use super::room::Room;
use crate::config::Access;
use crate::exit::UnusableFile;

/// The policies that are to be in force.
pub(super) fn load(directory: Option<&Path>) -> anyhow::Result<PolicySet> {
    let set = match directory {
        Some(directory) => PolicySet::load(directory),
        None => PolicySet::built_in(),
    };
    set.map_err(|error| UnusableFile(format!("access.policies_directory: {error}")).into())
}

/// Puts policies in force, once the trail has it. The same ones again change nothing.
pub(super) async fn replace(
    engine: &Engine,
    policies: PolicySet,
    audit: &Audit,
) -> anyhow::Result<()> {
    let (before, after) = (engine.policies().hash(), policies.hash());
    if before == after {
        return Ok(());
    }
    let what = format!("policies {after} take the place of {before}");
    recorded::change(audit, EventKind::PolicyChanged, &what).await?;
    engine.replace(policies);
    tracing::info!(policy_set = %after, "other policies are in force");
    Ok(())
}

/// The gate of this node.
pub(super) fn gate(
    room: &Room,
    clock: Arc<dyn Clock>,
    (engine, site, oidc): (Arc<Engine>, &Access, Arc<Oidc>),
    (audit, sessions, beds, patients): (&Audit, &Sessions, &LiveBeds, &Patients),
) -> Gate {
    Gate::new(GateParts {
        store: Arc::clone(&room.stores.access),
        ring: Arc::clone(&room.ring),
        blind_index: Arc::clone(&room.blind_index),
        clock,
        engine,
        audit: audit.clone(),
        sessions: sessions.clone(),
        beds: beds.clone(),
        patients: patients.clone(),
        cost: PasswordCost::OWASP,
        emergency: site.emergency(),
        oidc,
        searches_per_minute: site.searches_per_minute,
        approval_ms: site.erasure_approval_hours.saturating_mul(3_600_000),
    })
}
