//! An alert, and what may become of it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;
use wardline_phi::Token;

use super::Observed;
use crate::model::Seq;
use crate::tree::sha256;

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Rule {
    /// Many refusals of one user within an hour.
    ManyDenials,
    /// Records touched while the user is not on duty.
    AfterHours,
    /// Records of somebody of the same surname or household.
    Kinship,
    /// Many patients read within an hour.
    MassReading,
    /// A large export.
    LargeExport,
    /// An emergency grant, or its use.
    BreakGlass,
}

impl Rule {
    /// The word for it, in every face.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ManyDenials => "many-denials",
            Self::AfterHours => "after-hours",
            Self::Kinship => "kinship",
            Self::MassReading => "mass-reading",
            Self::LargeExport => "large-export",
            Self::BreakGlass => "break-glass",
        }
    }
}

/// What makes two alerts the same: day, rule, user and patient. Ids of later days are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AlertId(pub [u8; 16]);

impl AlertId {
    /// What comes before every id of that local day.
    pub(crate) fn before_day(at: UnixMillis, zone: &TimeZone) -> Self {
        let mut id = [0; 16];
        let day = day_of(at, zone).to_be_bytes();
        id.iter_mut().zip(day).for_each(|(to, from)| *to = from);
        Self(id)
    }
}

/// How far an alert has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AlertState {
    /// Nobody has looked.
    New,
    /// Somebody looks into it.
    Acknowledged,
    /// Somebody is done with it.
    Closed,
}

/// A change of an alert's state. Who and why stands in the trail, at `seq`'s records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertChange {
    /// To which state.
    pub state: AlertState,
    /// When.
    pub at: UnixMillis,
    /// By whom, as a pseudonym.
    pub by: Token,
}

/// An alert. It holds pseudonyms only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// Which rule raised it.
    pub rule: Rule,
    /// About whom.
    pub user: Token,
    /// And which patient, when it is about one.
    pub patient: Option<Token>,
    /// The record with which it was raised.
    pub seq: Seq,
    /// When.
    pub at: UnixMillis,
    /// Its state.
    pub state: AlertState,
    /// How it came to that.
    pub changes: Vec<AlertChange>,
}

impl Alert {
    pub(super) fn new(
        rule: Rule,
        event: &Observed,
        patient: Option<Token>,
        zone: &TimeZone,
    ) -> Self {
        Self {
            id: id(rule, event, patient, zone),
            rule,
            user: event.user,
            patient,
            seq: event.seq,
            at: event.at,
            state: AlertState::New,
            changes: Vec::new(),
        }
    }
}

fn id(rule: Rule, event: &Observed, patient: Option<Token>, zone: &TimeZone) -> AlertId {
    let about = sha256(&[
        rule.as_str().as_bytes(),
        &event.user,
        &patient.unwrap_or_default(),
    ]);
    let mut id = [0; 16];
    let bytes = day_of(event.at, zone).to_be_bytes().into_iter();
    id.iter_mut()
        .zip(bytes.chain(about))
        .for_each(|(to, from)| *to = from);
    AlertId(id)
}

/// The local day, as the number that its digits make: 20261121.
fn day_of(at: UnixMillis, zone: &TimeZone) -> u32 {
    let at = i64::try_from(at).ok();
    let at = at.and_then(|at| Timestamp::from_millisecond(at).ok());
    let Some(date) = at.map(|at| at.to_zoned(zone.clone()).date()) else {
        return 0;
    };
    let digits =
        i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day());
    u32::try_from(digits).unwrap_or(0)
}
