//! What one message, or one call of the API, says of one patient.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use super::{Device, Method, Observation, Parameter, Reason, SetApart};

/// What came in at once about one patient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// Values that were read.
    pub observations: Vec<Observation>,
    /// Values that were not, with their reasons.
    pub apart: Vec<SetApart>,
    /// Values that the sender takes back.
    pub withdrawn: Vec<Withdrawal>,
}

impl Findings {
    /// Takes in what another row says. Codes that mean nothing here are counted, not listed: laboratories send many.
    pub(crate) fn add(&mut self, row: Self) {
        self.observations.extend(row.observations);
        self.withdrawn.extend(row.withdrawn);
        for apart in row.apart {
            let is_unknown = |apart: &SetApart| apart.reason == Reason::UnknownCode;
            let mut known = self.apart.iter_mut();
            match known.find(|known| is_unknown(known) && is_unknown(&apart)) {
                Some(known) => known.count = known.count.saturating_add(apart.count),
                None => self.apart.push(apart),
            }
        }
    }
}

/// A value that the sender takes back (OBX-11 `W` or `D`): it was wrong, or of another patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// What.
    pub parameter: Parameter,
    /// How.
    pub method: Method,
    /// The sender's time of the value that is taken back.
    pub taken_at: UnixMillis,
    /// Its device.
    pub device: Option<Device>,
}
