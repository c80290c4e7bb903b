//! A value that a program gives over the API, by the same rules as one from a message.

use wardline_kernel::UnixMillis;

use super::{answers, times};
use crate::observation::{
    Device, Method, Observation, Parameter, Precision, Reason, SetApart, Source, Status, TakenAt,
    TimeSource, Value,
};
use crate::units::{NotAValue, Unit, read_number};

/// A value as it is given.
#[derive(Clone)]
pub struct Given<'a> {
    /// What.
    pub parameter: Parameter,
    /// How.
    pub method: Method,
    /// A decimal, or an answer such as `alert` or `air`.
    pub value: &'a str,
    /// Unit of the number; empty for an answer.
    pub unit: &'a str,
    /// When it was observed.
    pub taken_at: UnixMillis,
    /// The device, if one measured it.
    pub device: Option<Device>,
}

/// Reads a given value, received at `received_at`.
///
/// # Errors
/// What would be set apart when it came in a message.
pub fn read_given(given: Given<'_>, received_at: UnixMillis) -> Result<Observation, SetApart> {
    let taken_at = TakenAt {
        at: given.taken_at,
        precision: Precision::Fraction,
        zone_minutes: None,
        source: TimeSource::Given,
    };
    let checked = value(&given).and_then(|value| Ok((value, times::check(taken_at, received_at)?)));
    let Given {
        parameter,
        method,
        device,
        ..
    } = given;
    match checked {
        Ok((value, taken_at)) => Ok(Observation {
            parameter,
            method,
            value,
            taken_at,
            received_at,
            source: if device.is_some() {
                Source::Device
            } else {
                Source::Charted
            },
            device,
            status: Status::Final,
        }),
        Err(NotAValue {
            reason,
            thousandths,
        }) => Err(SetApart {
            parameter: Some(parameter),
            method,
            reason,
            thousandths,
            count: 1,
            received_at,
            device,
        }),
    }
}

fn value(given: &Given<'_>) -> Result<Value, NotAValue> {
    if !given.parameter.is_number() {
        let answer = answers::read(given.parameter, given.value);
        return answer.ok_or_else(|| Reason::UnknownAnswer.into());
    }
    let unit = match given.unit.trim() {
        "" => None,
        text => Some(Unit::from_text(text).ok_or(Reason::UnknownUnit)?),
    };
    read_number(given.parameter, given.value, unit).map(Value::Number)
}
