//! What is observed, in which unit, and how.

use serde::{Deserialize, Serialize};

macro_rules! parameters {
    ($($(#[$page:meta])* $name:ident $code:literal $unit:literal,)*) => {
        /// What is observed. Each has one canonical unit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Parameter { $($(#[$page])* $name,)* }

        impl Parameter {
            /// All of them, in the order of the NEWS2 chart.
            pub const ALL: [Self; [$(Self::$name),*].len()] = [$(Self::$name),*];

            /// Its name in JSON, configuration and paths.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The canonical unit in UCUM; empty for what has none.
            pub fn unit(self) -> &'static str {
                match self { $(Self::$name => $unit,)* }
            }

            /// The parameter of that [`code`](Self::code).
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

parameters! {
    /// Breaths per minute.
    RespiratoryRate "respiratory_rate" "/min",
    /// Oxygen saturation in percent.
    OxygenSaturation "oxygen_saturation" "%",
    /// Air, or supplemental oxygen.
    SupplementalOxygen "supplemental_oxygen" "",
    /// Systolic blood pressure.
    SystolicPressure "systolic_pressure" "mm[Hg]",
    /// Pulse or heart rate per minute.
    Pulse "pulse" "/min",
    /// Alert, new confusion, voice, pain, unresponsive.
    Consciousness "consciousness" "",
    /// Body temperature.
    Temperature "temperature" "Cel",
    /// Diastolic blood pressure.
    DiastolicPressure "diastolic_pressure" "mm[Hg]",
    /// Mean blood pressure.
    MeanPressure "mean_pressure" "mm[Hg]",
    /// Flow of inhaled oxygen.
    OxygenFlow "oxygen_flow" "L/min",
    /// Fraction of inhaled oxygen.
    OxygenFraction "oxygen_fraction" "%",
}

impl Parameter {
    /// Systolic, diastolic or mean.
    pub fn is_pressure(self) -> bool {
        matches!(
            self,
            Self::SystolicPressure | Self::DiastolicPressure | Self::MeanPressure
        )
    }

    /// Whether its value is a number.
    pub fn is_number(self) -> bool {
        !matches!(self, Self::SupplementalOxygen | Self::Consciousness)
    }
}

/// How it was observed, where that is known. The order is the order of trust between values of the same age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Not said.
    Unspecified,
    /// A catheter in the artery: without pause.
    Invasive,
    /// A cuff: every 15 to 60 minutes.
    NonInvasive,
    /// From the electrocardiogram.
    Electrocardiogram,
    /// From a pulse oximeter.
    PulseOximetry,
    /// From breathed carbon dioxide.
    Capnography,
    /// What is breathed, concluded from an oxygen flow that a person charted.
    ChartedFlow,
    /// The same from a fraction of oxygen that a person charted.
    ChartedFraction,
    /// The same from an oxygen flow that a device sent.
    DeviceFlow,
    /// The same from a fraction of oxygen that a device sent.
    DeviceFraction,
}
