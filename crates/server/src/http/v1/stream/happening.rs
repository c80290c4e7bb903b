//! What happened at beds, as the stream tells it. Nothing of it names a patient.

use serde::Serialize;
use utoipa::ToSchema;
use wardline_vitals::chart::NOTICE;
use wardline_vitals::model::BedState;
use wardline_vitals::observation::Parameter;
use wardline_vitals::score::{Band, BandEvent};
use wardline_vitals::watch::{Event, EventKind};

use super::super::beds::ContradictionShown;
use super::super::time;

/// Something that happened at a bed. Not a primary alarm.
#[derive(Serialize, ToSchema)]
#[schema(as = BedEvent)]
pub(super) struct HappeningShown {
    /// What this is not.
    notice: &'static str,
    /// Its number; it grows also over restarts.
    sequence: u64,
    #[schema(format = DateTime)]
    at: String,
    /// `band_changed`, `band_reminder`, `score_incomplete`, `score_complete`, `band_acknowledged`,
    /// `bed_state_changed`, `contradicted`, `resolved` or `set_aside`.
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stay: Option<u64>,
    /// The band or state before.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'static str>,
    /// The band or state now.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'static str>,
    /// The total of the score that decided, when it was complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u8>,
    /// Whether somebody has acknowledged the band that is told again.
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledged: Option<bool>,
    /// What the score lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Vec<&'static str>>,
    /// What is too old to count.
    #[serde(skip_serializing_if = "Option::is_none")]
    stale: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contradiction: Option<ContradictionShown>,
    /// Why values are nobody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
}

/// The type of what happened.
pub(super) fn name(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::BedStateChanged { .. } => "bed_state_changed",
        EventKind::Score { event, .. } => match event {
            BandEvent::Changed { .. } => "band_changed",
            BandEvent::Reminder { .. } => "band_reminder",
            BandEvent::Incomplete { .. } => "score_incomplete",
            BandEvent::Complete => "score_complete",
        },
        EventKind::BandAcknowledged { .. } => "band_acknowledged",
        EventKind::Contradicted(_) => "contradicted",
        EventKind::Resolved(_) => "resolved",
        EventKind::SetAside { .. } => "set_aside",
    }
}

/// The event of the stream, but for its id.
pub(super) fn write(out: &mut Vec<u8>, event: &Event) {
    let shown = HappeningShown::from(event);
    out.extend_from_slice(b"event: ");
    out.extend_from_slice(shown.kind.as_bytes());
    out.extend_from_slice(b"\ndata: ");
    out.extend_from_slice(&serde_json::to_vec(&shown).unwrap_or_default());
    out.extend_from_slice(b"\n\n");
}

impl From<&Event> for HappeningShown {
    fn from(event: &Event) -> Self {
        let shown = Self {
            notice: NOTICE,
            sequence: event.sequence,
            at: time::text(event.at),
            kind: name(&event.kind),
            unit: event.unit.as_ref().map(ToString::to_string),
            bed: None,
            stay: None,
            from: None,
            to: None,
            total: None,
            acknowledged: None,
            missing: None,
            stale: None,
            contradiction: None,
            why: None,
        };
        match &event.kind {
            EventKind::BedStateChanged { bed, was, is } => Self {
                bed: Some(bed.to_string()),
                from: was.map(BedState::as_str),
                to: Some(is.as_str()),
                ..shown
            },
            EventKind::Score { bed, stay, event } => Self {
                bed: bed.as_ref().map(ToString::to_string),
                stay: Some(stay.0),
                ..shown.with_score(event)
            },
            EventKind::BandAcknowledged { bed, stay } => Self {
                bed: bed.as_ref().map(ToString::to_string),
                stay: Some(stay.0),
                ..shown
            },
            EventKind::Contradicted(what) | EventKind::Resolved(what) => Self {
                bed: what.bed().as_ref().map(ToString::to_string),
                contradiction: Some(what.into()),
                ..shown
            },
            EventKind::SetAside { bed, why } => Self {
                bed: bed.as_ref().map(ToString::to_string),
                why: Some(why),
                ..shown
            },
        }
    }
}

impl HappeningShown {
    fn with_score(self, event: &BandEvent) -> Self {
        let names = |of: &[Parameter]| Some(of.iter().map(|parameter| parameter.code()).collect());
        match event {
            BandEvent::Changed { from, to, total } => Self {
                from: from.map(Band::code),
                to: Some(to.code()),
                total: *total,
                ..self
            },
            BandEvent::Reminder { band, acknowledged } => Self {
                to: Some(band.code()),
                acknowledged: Some(*acknowledged),
                ..self
            },
            BandEvent::Incomplete { missing, stale } => Self {
                missing: names(missing),
                stale: names(stale),
                ..self
            },
            BandEvent::Complete => self,
        }
    }
}
