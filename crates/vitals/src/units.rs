//! Numbers and units: from what a sender writes to the canonical unit of a parameter, exactly.
//!
//! Numbers are read as decimals and converted in whole numbers, so that no value crosses a threshold by the noise
//! of binary fractions. What is outside [`bounds`] is set apart as absurd.

use crate::observation::{Parameter, Quantity, Reason, Value};

/// A unit in which vital signs are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Breaths, beats per minute.
    PerMinute,
    /// Hertz.
    PerSecond,
    /// Hundredths.
    Percent,
    /// A number without unit, 1 for the whole.
    Fraction,
    /// Millimetres of mercury.
    MillimetreOfMercury,
    /// Kilopascals.
    Kilopascal,
    /// Degrees Celsius.
    Celsius,
    /// Degrees Fahrenheit.
    Fahrenheit,
    /// Kelvins.
    Kelvin,
    /// Litres per minute.
    LitrePerMinute,
    /// Millilitres per minute.
    MillilitrePerMinute,
}

/// A number that is no value, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAValue {
    /// Why.
    pub reason: Reason,
    /// The number in canonical units, when there is one.
    pub thousandths: Option<i64>,
}

impl NotAValue {
    /// A value that was read and must not count.
    pub(crate) fn of(value: Value, reason: Reason) -> Self {
        Self {
            reason,
            thousandths: value.thousandths(),
        }
    }
}

impl From<Reason> for NotAValue {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            thousandths: None,
        }
    }
}

impl Unit {
    /// The unit that a text names: UCUM, the names of ISO/IEEE 11073-10101 (`MDC_DIM_MMHG`), and what people
    /// write.
    pub fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        let found = NAMES.iter().find(|(name, _)| *name == text);
        let found = found.or_else(|| {
            NAMES
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(text))
        });
        found.map(|(_, unit)| *unit)
    }

    /// The unit of a code of ISO/IEEE 11073-10101, partition 4 (context-free: 4 × 65,536 + the term).
    pub fn from_mdc(code: u32) -> Option<Self> {
        MDC.iter()
            .find(|(known, _)| *known == code)
            .map(|(_, unit)| *unit)
    }
}

/// Least and greatest value of a parameter that is believed, in canonical units.
///
/// Wardline's own choice, wide enough for the sickest patient and narrow enough for what sensors do when they fall
/// off: 0 is kept for breaths and beats (apnoea, asystole); pulse oximeters are calibrated from 70 % upwards (ISO
/// 80601-2-61) and their lowest readings mean nothing; a cuff or catheter below 20 mmHg is disconnected and above
/// 300 it is being flushed; a temperature probe below 25 °C lies in the room; less oxygen than air holds cannot be
/// given, less a sensor's error.
pub const fn bounds(parameter: Parameter) -> Option<(Quantity, Quantity)> {
    let (least, greatest) = match parameter {
        Parameter::RespiratoryRate => (0, 150),
        Parameter::OxygenSaturation => (30, 100),
        Parameter::Pulse => (0, 350),
        Parameter::SystolicPressure => (30, 300),
        Parameter::MeanPressure => (20, 300),
        Parameter::DiastolicPressure => (10, 300),
        Parameter::Temperature => (25, 45),
        Parameter::OxygenFlow => (0, 100),
        Parameter::OxygenFraction => (18, 100),
        Parameter::SupplementalOxygen | Parameter::Consciousness => return None,
    };
    Some((Quantity::whole(least), Quantity::whole(greatest)))
}

/// Reads a number of `parameter` in `unit`. Without a unit, only rates are read: nobody counts them other than by
/// the minute.
///
/// # Errors
/// It is no number, the parameter is not measured in this unit, or the value is out of [`bounds`].
pub fn read_number(
    parameter: Parameter,
    text: &str,
    unit: Option<Unit>,
) -> Result<Quantity, NotAValue> {
    let (least, greatest) = bounds(parameter).ok_or(Reason::UnknownAnswer)?;
    let billionths = decimal(text).ok_or(Reason::NotANumber)?;
    if is_no_number(billionths) {
        return Err(Reason::Invalid.into());
    }
    let converted = convert(parameter, billionths, unit).ok_or(Reason::UnknownUnit)?;
    let thousandths = divided(converted, 1_000_000);
    let value = i32::try_from(thousandths)
        .ok()
        .map(Quantity::from_thousandths);
    match value.filter(|value| (least..=greatest).contains(value)) {
        Some(value) => Ok(value),
        None => Err(NotAValue {
            reason: Reason::Absurd,
            thousandths: i64::try_from(thousandths).ok(),
        }),
    }
}

/// The value in billionths of the canonical unit.
fn convert(parameter: Parameter, billionths: i128, unit: Option<Unit>) -> Option<i128> {
    let is_rate = matches!(parameter, Parameter::RespiratoryRate | Parameter::Pulse);
    match (parameter, unit) {
        (_, None | Some(Unit::PerMinute)) if is_rate => Some(billionths),
        (_, Some(Unit::PerSecond)) if is_rate => Some(billionths * 60),
        (Parameter::OxygenSaturation | Parameter::OxygenFraction, Some(unit)) => match unit {
            Unit::Percent => Some(billionths),
            Unit::Fraction => Some(billionths * 100),
            _ => None,
        },
        (Parameter::Temperature, Some(unit)) => match unit {
            Unit::Celsius => Some(billionths),
            Unit::Fahrenheit => Some(divided((billionths - 32 * BILLION) * 5, 9)),
            Unit::Kelvin => Some(billionths - 273_150_000_000),
            _ => None,
        },
        (Parameter::OxygenFlow, Some(unit)) => match unit {
            Unit::LitrePerMinute => Some(billionths),
            Unit::MillilitrePerMinute => Some(divided(billionths, 1000)),
            _ => None,
        },
        (_, Some(unit)) if parameter.is_pressure() => match unit {
            Unit::MillimetreOfMercury => Some(billionths),
            Unit::Kilopascal => Some(divided(billionths * 1_000_000_000_000, NANOPASCAL_PER_MMHG)),
            _ => None,
        },
        _ => None,
    }
}

/// Nearest whole number, halves away from zero.
fn divided(number: i128, by: i128) -> i128 {
    let half = if number < 0 { -by / 2 } else { by / 2 };
    (number + half) / by
}

/// A decimal as HL7 writes it (NM): sign, digits, point, digits. In billionths; finer digits are cut.
fn decimal(text: &str) -> Option<i128> {
    let text = text.trim();
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, text.get(1..)?),
        b'+' => (1, text.get(1..)?),
        _ => (1, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let too_long = whole.len() > MAX_DIGITS || fraction.len() > MAX_DIGITS;
    if too_long
        || (whole.is_empty() && fraction.is_empty())
        || !is_digits(whole)
        || !is_digits(fraction)
    {
        return None;
    }
    let whole: i128 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let nine = format!("{:0<9}", fraction.get(..9).unwrap_or(fraction));
    let fraction: i128 = nine.parse().ok()?;
    Some(sign * (whole * BILLION + fraction))
}

/// The values that ISO/IEEE 11073-20601 keeps for "no number", "not at this resolution" and infinities in its
/// FLOAT type. Gateways send them as plain numbers.
fn is_no_number(billionths: i128) -> bool {
    billionths % BILLION == 0 && matches!((billionths / BILLION).abs(), 8_388_606..=8_388_610)
}

/// Most digits before and after the point.
const MAX_DIGITS: usize = 18;
const BILLION: i128 = 1_000_000_000;
/// 1 mmHg is 133.322387415 Pa (BS 350, part 1).
const NANOPASCAL_PER_MMHG: i128 = 133_322_387_415;

const MDC: [(u32, Unit); 12] = [
    (262_656, Unit::Fraction),
    (262_688, Unit::Percent),
    (264_640, Unit::PerSecond),
    (264_864, Unit::PerMinute),
    (264_928, Unit::PerMinute),
    (265_216, Unit::LitrePerMinute),
    (265_987, Unit::Kilopascal),
    (266_016, Unit::MillimetreOfMercury),
    (266_528, Unit::Kelvin),
    (266_560, Unit::Fahrenheit),
    (268_192, Unit::Celsius),
    // Not in the nomenclature, but what several monitors send for degrees Fahrenheit.
    (268_160, Unit::Fahrenheit),
];

const NAMES: [(&str, Unit); 54] = [
    ("/min", Unit::PerMinute),
    ("1/min", Unit::PerMinute),
    ("min-1", Unit::PerMinute),
    ("{beats}/min", Unit::PerMinute),
    ("{breaths}/min", Unit::PerMinute),
    ("{Beats}/min", Unit::PerMinute),
    ("beats/min", Unit::PerMinute),
    ("breaths/min", Unit::PerMinute),
    ("bpm", Unit::PerMinute),
    ("brpm", Unit::PerMinute),
    ("rpm", Unit::PerMinute),
    ("MDC_DIM_BEAT_PER_MIN", Unit::PerMinute),
    ("MDC_DIM_RESP_PER_MIN", Unit::PerMinute),
    ("MDC_DIM_PER_MIN", Unit::PerMinute),
    ("/s", Unit::PerSecond),
    ("Hz", Unit::PerSecond),
    ("MDC_DIM_HZ", Unit::PerSecond),
    ("%", Unit::Percent),
    ("PERCENT", Unit::Percent),
    ("MDC_DIM_PERCENT", Unit::Percent),
    ("1", Unit::Fraction),
    ("{fraction}", Unit::Fraction),
    ("MDC_DIM_DIMLESS", Unit::Fraction),
    ("mm[Hg]", Unit::MillimetreOfMercury),
    ("mmHg", Unit::MillimetreOfMercury),
    ("mm(hg)", Unit::MillimetreOfMercury),
    ("mm Hg", Unit::MillimetreOfMercury),
    ("MDC_DIM_MMHG", Unit::MillimetreOfMercury),
    ("kPa", Unit::Kilopascal),
    ("MDC_DIM_KILO_PASCAL", Unit::Kilopascal),
    ("Cel", Unit::Celsius),
    ("C", Unit::Celsius),
    ("°C", Unit::Celsius),
    ("degC", Unit::Celsius),
    ("deg C", Unit::Celsius),
    ("\u{2103}", Unit::Celsius),
    ("Celsius", Unit::Celsius),
    ("MDC_DIM_DEGC", Unit::Celsius),
    ("[degF]", Unit::Fahrenheit),
    ("F", Unit::Fahrenheit),
    ("°F", Unit::Fahrenheit),
    ("degF", Unit::Fahrenheit),
    ("deg F", Unit::Fahrenheit),
    ("\u{2109}", Unit::Fahrenheit),
    ("Fahrenheit", Unit::Fahrenheit),
    ("MDC_DIM_FAHR", Unit::Fahrenheit),
    ("K", Unit::Kelvin),
    ("MDC_DIM_KELVIN", Unit::Kelvin),
    ("L/min", Unit::LitrePerMinute),
    ("lpm", Unit::LitrePerMinute),
    ("MDC_DIM_L_PER_MIN", Unit::LitrePerMinute),
    ("MDC_DIM_X_L_PER_MIN", Unit::LitrePerMinute),
    ("mL/min", Unit::MillilitrePerMinute),
    ("MDC_DIM_MILLI_L_PER_MIN", Unit::MillilitrePerMinute),
];

#[cfg(test)]
mod tests;
