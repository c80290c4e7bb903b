//! Values: exact numbers, and the two things that are no number.

use serde::{Deserialize, Serialize};

/// A value of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// A number in the parameter's canonical unit.
    Number(Quantity),
    /// Level of consciousness.
    Consciousness(Acvpu),
    /// What the patient breathes.
    Oxygen(Oxygen),
}

impl Value {
    /// The number in thousandths, where it is one.
    pub(crate) fn thousandths(self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(i64::from(number.thousandths())),
            Self::Consciousness(_) | Self::Oxygen(_) => None,
        }
    }
}

/// A number with three decimals, kept exactly. More decimals than a device can know are noise of its
/// arithmetic and are rounded away on reading.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Quantity {
    thousandths: i32,
}

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self { thousandths: 0 };

    /// A number of thousandths.
    pub const fn from_thousandths(thousandths: i32) -> Self {
        Self { thousandths }
    }

    /// A number of tenths; beyond the range the nearest that fits.
    pub const fn from_tenths(tenths: i32) -> Self {
        Self {
            thousandths: tenths.saturating_mul(100),
        }
    }

    /// A whole number; beyond the range the nearest that fits.
    pub const fn whole(number: i32) -> Self {
        Self {
            thousandths: number.saturating_mul(1000),
        }
    }

    /// The number in thousandths.
    pub const fn thousandths(self) -> i32 {
        self.thousandths
    }

    /// The nearest whole number, halves away from zero.
    pub const fn rounded(self) -> i32 {
        nearest(self.thousandths, 1000)
    }

    /// The nearest number of tenths, halves away from zero.
    pub const fn rounded_tenths(self) -> i32 {
        nearest(self.thousandths, 100)
    }

    /// For showing only: the nearest binary number.
    pub fn to_f64(self) -> f64 {
        f64::from(self.thousandths) / 1000.0
    }
}

const fn nearest(thousandths: i32, step: i32) -> i32 {
    let half = if thousandths < 0 { -step / 2 } else { step / 2 };
    thousandths.saturating_add(half) / step
}

/// Level of consciousness: ACVPU (Royal College of Physicians, NEWS2, 2017).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acvpu {
    /// Alert.
    Alert,
    /// New confusion.
    Confusion,
    /// Responds to voice.
    Voice,
    /// Responds to pain.
    Pain,
    /// Unresponsive.
    Unresponsive,
}

/// What the patient breathes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oxygen {
    /// Room air.
    Air,
    /// Supplemental oxygen.
    Supplemental,
}
