//! What a score is made from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::freshness::State;
use crate::observation::{Parameter, Value};

/// The value of each parameter that counts, and whether it is fresh.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    values: BTreeMap<Parameter, (Value, State)>,
}

impl Inputs {
    /// Sets the value of a parameter.
    pub fn set(&mut self, parameter: Parameter, value: Value, state: State) {
        self.values.insert(parameter, (value, state));
    }

    /// The same, to be chained.
    pub fn with(mut self, parameter: Parameter, value: Value) -> Self {
        self.set(parameter, value, State::Fresh);
        self
    }

    /// The value, when there is one and it is fresh.
    pub fn fresh(&self, parameter: Parameter) -> Option<Value> {
        match self.values.get(&parameter) {
            Some((value, State::Fresh)) => Some(*value),
            _ => None,
        }
    }

    /// The state of the value, when there is one.
    pub fn state(&self, parameter: Parameter) -> Option<State> {
        self.values.get(&parameter).map(|(_, state)| *state)
    }
}

/// What a score must know of the patient.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Age in completed years; none when the date of birth is not known.
    pub age_years: Option<u16>,
    /// Known to be pregnant.
    pub pregnant: bool,
    /// The scale for oxygen saturation.
    pub scale: SaturationScale,
}

/// Which scale oxygen saturation is scored on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaturationScale {
    /// For everybody else.
    #[default]
    One,
    /// Target 88 to 92 %: hypercapnic respiratory failure, and only when a clinician has prescribed it.
    Two,
}
