//! When a value was observed: OBX-14, what contains it, OBR-7.

use wardline_hl7::Timestamp;
use wardline_hl7::segment::Field;
use wardline_hl7::timestamp::Precision as Unit;
use wardline_kernel::{LocalZone, UnixMillis};

use crate::observation::{Precision, Reason, TakenAt, TimeSource};

/// A device's time may be this much ahead of ours: beyond it the clock is not set at all.
pub const MAX_AHEAD_MS: u64 = 24 * 60 * 60_000;
/// A value may be this old when it comes: beyond it nobody's state now is told by it. IHE PCD-01 asks devices to
/// send at least once a day.
pub const MAX_BEHIND_MS: u64 = 24 * 60 * 60_000;

/// The time in a field of type TS: its first component. The second was the precision, up to v2.5 (§2.A.77).
pub(super) fn written(field: Field<'_>) -> Option<&[u8]> {
    field.repetition(1)?.component(1)?.value().bytes()
}

/// Reads a time that is exact to the minute at least. One without a zone is of `zone`, and was told at about `near`.
///
/// # Errors
/// [`Reason::UnreadableTime`] for what is no time of HL7, [`Reason::NoTime`] for one that is too coarse.
pub(super) fn read(
    written: &[u8],
    (zone, near): (&LocalZone, UnixMillis),
    source: TimeSource,
) -> Result<TakenAt, Reason> {
    let time = Timestamp::parse(written).map_err(|_form| Reason::UnreadableTime)?;
    let precision = match time.precision() {
        Unit::Year | Unit::Month | Unit::Day | Unit::Hour => return Err(Reason::NoTime),
        Unit::Minute => Precision::Minute,
        Unit::Second => Precision::Second,
        Unit::Fraction { .. } => Precision::Fraction,
    };
    let offset = zone.offset_minutes(time.unix_millis(0), near);
    // A time before 1970 is one, and says nothing about now.
    let at = UnixMillis::try_from(time.unix_millis(offset)).unwrap_or_default();
    let zone_minutes = time
        .zone()
        .and_then(|zone| i16::try_from(zone.offset_minutes()).ok());
    Ok(TakenAt {
        at,
        precision,
        zone_minutes,
        source,
    })
}

/// Refuses a time that says nothing about now.
pub(super) fn check(taken_at: TakenAt, received_at: UnixMillis) -> Result<TakenAt, Reason> {
    let ahead = taken_at.at.saturating_sub(received_at);
    let behind = received_at.saturating_sub(taken_at.at);
    if ahead > MAX_AHEAD_MS || behind > MAX_BEHIND_MS {
        return Err(Reason::AbsurdTime);
    }
    Ok(taken_at)
}
